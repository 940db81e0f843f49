# SPDX-License-Identifier: BSD-3-Clause
"""RFC 2544 tests of a configuration: scripts/rfc2544 is the command."""
