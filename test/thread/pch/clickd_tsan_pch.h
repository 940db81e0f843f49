// SPDX-License-Identifier: BSD-3-Clause
// elements/pch/clickd_pch.h for builds with the thread sanitizer.

#include <rte_config.h>

#include "test/thread/tsan.h"

#include "elements/pch/clickd_pch.h"
