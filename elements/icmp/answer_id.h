// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdint.h>

// The IP identification of the next error message, of all ICMPErrors of the process.
uint16_t icmp_answer_id(void);
