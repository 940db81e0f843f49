// SPDX-License-Identifier: BSD-3-Clause
#include "elements/icmp/answer_id.h"

#include <stdatomic.h>

// Not in the element's own file: a compiled graph has that twice.
static _Atomic uint16_t next_id = 1;

uint16_t
icmp_answer_id(void)
{
	return atomic_fetch_add_explicit(&next_id, 1, memory_order_relaxed);
}
