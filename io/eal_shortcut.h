// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdbool.h>

// Around rte_eal_init(): see eal_shortcut.c.
void eal_shortcut(bool on);
