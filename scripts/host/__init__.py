# SPDX-License-Identifier: BSD-3-Clause
"""What scripts/nic and scripts/doctor share: how they look at this machine."""
