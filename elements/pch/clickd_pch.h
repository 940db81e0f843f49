// SPDX-License-Identifier: BSD-3-Clause
// Compiled once and put in front of every file (meson.build), since most of a file's time goes to
// reading DPDK's headers. Files still include what they use.

#include <rte_config.h> // DPDK's other headers want it first

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#include "src/element.h"
