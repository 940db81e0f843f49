// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "elements/ipsec/sa.h"
#include "src/element.h"
#include "test/unit/unit.h"

static const struct sa_parameters parameters = {.spi = 7, .first_sequence = 5, .window = 4};

static void
numbers_are_used_again(void)
{
	struct sa_store s = {0};
	uint16_t a, b;

	CU_ASSERT_PTR_NULL(sa_store_get(&s, 1));
	a = sa_store_add(&s, &parameters);
	b = sa_store_add(&s, &parameters);
	CU_ASSERT_EQUAL(a, 1);
	CU_ASSERT_EQUAL(b, 2);
	CU_ASSERT_EQUAL(sa_store_get(&s, a)->generation, 1);
	sa_store_remove(&s, a);
	CU_ASSERT_PTR_NULL(sa_store_get(&s, a));
	CU_ASSERT_EQUAL(sa_store_add(&s, &parameters), a);
	CU_ASSERT_EQUAL(sa_store_get(&s, a)->generation, 2);
	CU_ASSERT_EQUAL(sa_store_add(&s, &parameters), 3);
	sa_store_fini(&s);
	for (unsigned i = 1; i <= SA_MAX; i++) {
		if (sa_store_add(&s, &parameters) != i)
			CU_FAIL("numbers are not in order");
	}
	CU_ASSERT_EQUAL(sa_store_add(&s, &parameters), SA_NONE);
	sa_store_fini(&s);
}

static void
sequence_numbers_end(void)
{
	struct sa sa = {.next_sequence = UINT32_MAX - 1};

	CU_ASSERT_EQUAL(sa_next_sequence(&sa), UINT32_MAX - 1);
	CU_ASSERT_EQUAL(sa_next_sequence(&sa), UINT32_MAX);
	CU_ASSERT_EQUAL(sa_next_sequence(&sa), 0);
	CU_ASSERT_EQUAL(sa_next_sequence(&sa), 0);
}

static void
replays_are_seen(void)
{
	static const struct {
		uint32_t sequence;
		enum sa_replay want;
	} packets[] = {
		{0, SA_TOO_OLD},
		{10, SA_FRESH},
		{10, SA_SEEN},
		{8, SA_FRESH},
		{8, SA_SEEN},
		{7, SA_FRESH},
		{6, SA_TOO_OLD},
		{12, SA_FRESH},
		{11, SA_FRESH},
		{10, SA_SEEN},
		{9, SA_FRESH},
		{8, SA_TOO_OLD},
		{100, SA_FRESH},
		{99, SA_FRESH},
		{12, SA_TOO_OLD},
		{UINT32_MAX, SA_FRESH},
		{UINT32_MAX, SA_SEEN},
		{5, SA_TOO_OLD},
	};
	struct sa_store s = {0};
	struct sa *sa = sa_store_get(&s, sa_store_add(&s, &parameters));

	for (unsigned i = 0; i < RTE_DIM(packets); i++)
		CU_ASSERT_EQUAL(sa_check_replay(sa, packets[i].sequence), packets[i].want);
	sa_store_fini(&s);
}

// Every order of a few packets: each is taken at most once, and none within the window is refused.
static void
windows_of_all_sizes(void)
{
	for (unsigned window = 0; window <= 40; window++) {
		struct sa_parameters p = {.window = (uint8_t)window};
		struct sa_store s = {0};
		struct sa *sa = sa_store_get(&s, sa_store_add(&s, &p));
		unsigned size = RTE_MIN(window, 32u);

		CU_ASSERT_EQUAL(sa_check_replay(sa, 1000), SA_FRESH);
		for (unsigned back = 1; back < 50; back++)
			CU_ASSERT_EQUAL(sa_check_replay(sa, 1000 - back),
				back < size ? SA_FRESH : SA_TOO_OLD);
		CU_ASSERT_EQUAL(sa_check_replay(sa, 1000), SA_SEEN);
		sa_store_fini(&s);
	}
}

UNIT_SUITE(sa, UNIT_CASE(numbers_are_used_again), UNIT_CASE(sequence_numbers_end),
	UNIT_CASE(replays_are_seen), UNIT_CASE(windows_of_all_sizes))
