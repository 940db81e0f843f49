// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/eal.h"
#include "src/errh.h"
#include "test/unit/route_pair.h"

// DPDK 22.11.11 loses count of its groups when a long prefix has the next hop of the one around it;
// then no long prefix could be added any more.
static void
same_next_hop_as_around(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	unsigned n_new;

	for (unsigned i = 0; i < 20; i++)
		change(&p, i << 24, 8, 1);
	publish(&p);
	n_new = p.n_new;
	for (unsigned i = 0; i < 1000; i++) {
		change(&p, 10u << 24 | i % 5 << 8 | 1, 32, 1);
		publish(&p);
		CU_ASSERT_EQUAL(engine_lookup(p.e, 10u << 24 | i % 5 << 8 | 1).decision, 1);
		change(&p, 10u << 24 | i % 5 << 8 | 1, 32, -1);
		publish(&p);
	}
	change(&p, 10u << 24 | 1, 32, 2);
	publish(&p);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 10u << 24 | 1).decision, 2);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 10u << 24 | 2).decision, 1);
	// Only when its own count of groups, which is on the safe side, was used up.
	CU_ASSERT_TRUE(p.n_new - n_new <= 10);
	pair_fini(&p);
	rig_free(r);
}

// More and more groups and next hops: entries of 1, 2 and 4 bytes.
static void
grows(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	unsigned n = 0;

	for (unsigned want = 100; want <= 25600; want *= 4) {
		for (; n < want; n++) {
			change(&p, n << 8 | 128, 25 + n % 8, (int32_t)(n % 30000));
			// One by one now and then, else many at once.
			if (n % 50 == 0)
				publish(&p);
		}
		publish(&p);
		CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 500), 0);
	}
	CU_ASSERT_PTR_NOT_NULL(p.e->fib);
	CU_ASSERT_TRUE(p.n_new < 20);
	CU_ASSERT_TRUE(route_engine_bytes(&p.t) > 64 << 20);
	for (unsigned i = 0; i < n; i++)
		change(&p, i << 8 | 128, 25 + i % 8, -1);
	publish(&p);
	CU_ASSERT_PTR_NULL(p.e->fib);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 128).decision, -1);
	pair_fini(&p);
	rig_free(r);
}

// Groups run out long before routes and next hops do.
static void
groups_run_out(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};

	for (unsigned i = 0; i < 20; i++)
		change(&p, i << 24, 8, 1);
	for (unsigned i = 0; i < 1000; i++) {
		change(&p, 10u << 24 | i << 8 | 7, 32, (int32_t)(i % 5));
		publish(&p);
	}
	CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 2000), 0);
	CU_ASSERT_TRUE(p.n_new <= 8);
	pair_fini(&p);
	rig_free(r);
}

// Numbers of next hops that an entry of 2 bytes cannot hold, in one transaction.
static void
next_hops_run_out(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	unsigned n = 23900;

	for (unsigned i = 0; i < n; i++)
		change(&p, i << 8, 24, (int32_t)i);
	publish(&p);
	CU_ASSERT_TRUE(route_engine_bytes(&p.t) < 64 << 20);
	for (unsigned i = 0; i < 10000; i++) {
		struct route route = {
			.addr = i << 8, .mask = 0xffffff00, .gw.be = i + 1, .port = 1};

		CU_ASSERT_EQUAL(route_table_add(&p.t, &route, true, false), 0);
	}
	publish(&p);
	CU_ASSERT_EQUAL(p.n_new, 2);
	CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 5000), 0);
	pair_fini(&p);
	rig_free(r);
}

// ---- a million routes

enum { MILLION = 1000000, LESS = 200000, MIB = 1 << 20 };

// Of the lengths that the Internet's table has, a twentieth of them hosts. Returns how many checks
// failed.
static unsigned
check_many(unsigned n)
{
	static const uint8_t lens[] = {
		24, 24, 24, 24, 24, 24, 24, 22, 22, 23, 23, 21, 20, 20, 19, 18, 16, 16, 14, 32};
	struct route_table t = {0};
	struct route_engine *e;
	unsigned seed = 11, failed = 0;

	while (t.n_routes < n) {
		unsigned len = lens[(unsigned)rand_r(&seed) % RTE_DIM(lens)];
		uint32_t mask = UINT32_MAX << (32 - len);
		// Hosts lie close together.
		uint32_t any = (uint32_t)rand_r(&seed) * 7u;
		uint32_t addr = len == 32 ? 10u << 24 | (any & 0x0fffff) : any;
		struct route r = {.addr = addr & mask, .mask = mask, .port = rand_r(&seed) % 300};

		r.gw.be = (uint32_t)r.port;
		route_table_add(&t, &r, false, false);
	}
	route_table_commit(&t);
	e = route_engine_create(&t, NULL);
	failed += e->fib == NULL;
	failed += count_disagreements(e, &t, 5000);
	// Some churn.
	for (unsigned i = 0; i < 5000; i++) {
		struct route_slot s = t.slot[(unsigned)rand_r(&seed) % t.n_slots];
		struct route r = {.addr = s.addr, .mask = s.mask, .port = ROUTE_NO_PORT};

		if (i % 2 != 0)
			r.port = rand_r(&seed) % 300;
		r.gw.be = (uint32_t)r.port;
		if (r.port < 0)
			route_table_remove(&t, &r);
		else
			route_table_add(&t, &r, true, false);
		failed += route_engine_apply(e, &t) != 0;
		route_table_commit(&t);
	}
	failed += count_disagreements(e, &t, 5000);
	route_engine_destroy(e);
	route_table_fini(&t);
	return failed;
}

// In a process of its own, since EAL's memory without hugepages is fixed at its start.
static void
a_million_routes(void)
{
	struct eal_options eal = {.no_huge = true, .bytes = UINT64_C(700) * MIB};
	struct errh errh;
	struct rig *r;
	int status = 0;
	pid_t pid;

	if (eal_is_running()) {
		r = rig_new("Null", 1, 1);
		CU_ASSERT_EQUAL(check_many(LESS), 0);
		rig_free(r);
		return;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		errh_init_stderr(&errh);
		if (eal_start(&eal, &errh) != 0)
			_exit(100);
		status = (int)RTE_MIN(check_many(MILLION), 99u);
		eal_stop();
		_exit(status);
	}
	CU_ASSERT_TRUE(pid > 0);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
}

UNIT_SUITE(routefib, UNIT_CASE(a_million_routes), UNIT_CASE(same_next_hop_as_around),
	UNIT_CASE(grows), UNIT_CASE(groups_run_out), UNIT_CASE(next_hops_run_out))
