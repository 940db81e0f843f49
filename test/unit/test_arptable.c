// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ethernet/arpcache.h"
#include "elements/ethernet/arptable.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

// With a querier, since packets come to a table through one only.
#define CONFIG(limits)                                       \
	"e :: ARPTable(" limits "); "                        \
	"q :: ARPQuerier(10.0.0.1/8, 2:0:0:0:0:1, TABLE e);" \
	"RigIn(0) -> q; RigIn(1) -> [1] q; q [0] -> RigOut(0); q [1] -> RigOut(1);"

static void
send_to(struct rig *r, uint8_t byte, uint32_t host)
{
	struct packet *p = packet_make(PACKET_HEADROOM, &byte, 1);

	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(0x0a000000 + host));
	rig_push(r, 0, p);
}

static void
reply_from(struct rig *r, uint32_t host)
{
	char hex[100];

	snprintf(hex, sizeof(hex),
		"020000000001 0200%08x 0806 0001 0800 06 04 0002 0200%08x %08x 020000000001 "
		"0a000001",
		host, host, 0x0a000000 + host);
	rig_push_hex(r, 1, hex);
}

static const char *
text(const char *fmt, unsigned n)
{
	static char buf[100];

	snprintf(buf, sizeof(buf), fmt, n);
	return buf;
}

// The last bytes of the packets at output 0, then forgets them.
static char *
take_bytes(struct rig *r)
{
	char *bytes = mem_zalloc(rig_count(r, 0) + 1);

	for (unsigned i = 0; i < rig_count(r, 0); i++) {
		CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, i)), 15);
		bytes[i] = (char)packet_data(rig_packet(r, 0, i))[14];
	}
	rig_clear(r);
	return bytes;
}

static void
expect_bytes(struct rig *r, const char *want)
{
	char *bytes = take_bytes(r);

	ASSERT_TEXT(bytes, want);
	free(bytes);
}

static void
lists_entries_by_age(void)
{
	struct rig *r = rig_config(CONFIG(""));

	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.9 2:0:0:0:0:9"), "");
	rig_run_for(r, CLOCK_S);
	send_to(r, 'a', 8);
	rig_run_for(r, CLOCK_S);
	reply_from(r, 7);
	ASSERT_READ(r, "table",
		"10.0.0.9 1 02-00-00-00-00-09 2.000000\n"
		"10.0.0.8 0 FF-FF-FF-FF-FF-FF 1.000000\n"
		"10.0.0.7 1 02-00-00-00-00-07 0.000000\n");
	reply_from(r, 9);
	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "table",
		"10.0.0.8 0 FF-FF-FF-FF-FF-FF 2.000000\n"
		"10.0.0.7 1 02-00-00-00-00-07 1.000000\n"
		"10.0.0.9 1 02-00-00-00-00-09 1.000000\n");
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "length", "1");
	ASSERT_READ(r, "handlers",
		"clear\twb\ndelete\tw\ninsert\tw\nlength\tr\ncount\tr\ndrops\tr\ntable\tr\n"
		"handlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
drops_the_oldest_packets(void)
{
	struct rig *r = rig_config(CONFIG("CAPACITY 4"));

	for (uint8_t i = 0; i < 4; i++)
		send_to(r, (uint8_t)('a' + i), 7 + i % 2);
	ASSERT_READ(r, "drops", "0");
	// The fifth brings it down to half: those of the oldest entry go first.
	send_to(r, 'e', 7);
	ASSERT_READ(r, "length", "2");
	ASSERT_READ(r, "drops", "3");
	CU_ASSERT_EQUAL(rig_drops(r, ARP_OVER_CAPACITY), 3);
	reply_from(r, 7);
	expect_bytes(r, "e");
	reply_from(r, 8);
	expect_bytes(r, "d");
	rig_free(r);
	r = rig_config(CONFIG("CAPACITY 1"));
	send_to(r, 'a', 7);
	send_to(r, 'b', 7);
	ASSERT_READ(r, "length", "1");
	reply_from(r, 7);
	expect_bytes(r, "b");
	rig_free(r);
	r = rig_config(CONFIG("CAPACITY 8, CAPACITY_SLIM_FACTOR 8"));
	for (uint8_t i = 0; i < 9; i++)
		send_to(r, (uint8_t)('a' + i), 7);
	ASSERT_READ(r, "length", "7");
	reply_from(r, 7);
	expect_bytes(r, "cdefghi");
	rig_free(r);
}

static void
limits_the_packets_of_an_entry(void)
{
	struct rig *r = rig_config(CONFIG("ENTRY_PACKET_CAPACITY 2"));

	for (uint8_t i = 0; i < 5; i++)
		send_to(r, (uint8_t)('a' + i), 7);
	send_to(r, 'x', 8);
	ASSERT_READ(r, "drops", "3");
	CU_ASSERT_EQUAL(rig_drops(r, ARP_ENTRY_FULL), 3);
	reply_from(r, 7);
	expect_bytes(r, "ab");
	rig_free(r);
}

static void
limits_the_entries(void)
{
	struct rig *r = rig_config(CONFIG("ENTRY_CAPACITY 2"));

	reply_from(r, 7);
	send_to(r, 'a', 8);
	send_to(r, 'b', 9);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "length", "2");
	reply_from(r, 6);
	ASSERT_READ(r, "drops", "1");
	CU_ASSERT_EQUAL(rig_drops(r, ARP_EXPIRED), 1);
	ASSERT_TEXT(rig_write(r, "config", "ENTRY_CAPACITY 1"), "");
	ASSERT_READ(r, "table", "10.0.0.6 1 02-00-00-00-00-06 0.000000\n");
	// Room for more again, with what is there still found.
	ASSERT_TEXT(rig_write(r, "config", "ENTRY_CAPACITY 100"), "");
	for (uint32_t i = 0; i < 200; i++)
		reply_from(r, 1000 + i);
	ASSERT_READ(r, "count", "100");
	for (uint32_t i = 100; i < 200; i++)
		send_to(r, 'a', 1000 + i);
	CU_ASSERT_EQUAL(rig_count(r, 0), 100);
	rig_free(r);
}

// Asking for hosts that do not exist does not push out those that do.
static void
a_flood_of_unknown_hosts_leaves_the_known(void)
{
	struct rig *r = rig_config(CONFIG("CAPACITY 100"));

	for (uint32_t i = 0; i < 1000; i++)
		reply_from(r, 1000000 + i);
	for (uint32_t i = 0; i < 2 * ARP_ENTRIES_MAX; i++) {
		send_to(r, 'a', i);
		if (i % 1024 == 0)
			rig_clear(r);
	}
	ASSERT_READ(r, "count", text("%u", ARP_ENTRIES_MAX));
	rig_clear(r);
	for (uint32_t i = 0; i < 1000; i++)
		send_to(r, 'a', 1000000 + i);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1000);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_free(r);
}

static void
entries_time_out(void)
{
	struct rig *r = rig_config(CONFIG("TIMEOUT 10"));

	send_to(r, 'a', 7);
	reply_from(r, 8);
	rig_run_for(r, 15 * CLOCK_S);
	reply_from(r, 9);
	// The timer fires after 10 s and then every 11 s.
	rig_run_for(r, 6 * CLOCK_S + 10 * CLOCK_MS);
	ASSERT_READ(r, "count", "1");
	ASSERT_READ(r, "drops", "1");
	CU_ASSERT_EQUAL(rig_drops(r, ARP_EXPIRED), 1);
	// What is too old is not used before that either.
	rig_run_for(r, 4 * CLOCK_S);
	ASSERT_READ(r, "table", "10.0.0.9 0 02-00-00-00-00-09 10.010000\n");
	send_to(r, 'b', 9);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "table", "10.0.0.9 0 02-00-00-00-00-09 10.000000\n");
	send_to(r, 'c', 9);
	reply_from(r, 9);
	expect_bytes(r, "bc");
	rig_free(r);
}

static void
many_time_out_at_once(void)
{
	struct rig *r = rig_config(CONFIG("TIMEOUT 10"));

	for (uint32_t i = 0; i < 1000; i++)
		reply_from(r, i);
	rig_run_for(r, 22 * CLOCK_S);
	ASSERT_READ(r, "count", "0");
	rig_free(r);
}

static void
without_timeout_entries_stay(void)
{
	struct rig *r = rig_config(CONFIG("TIMEOUT 0"));

	reply_from(r, 8);
	rig_run_for(r, 100000 * CLOCK_S);
	ASSERT_READ(r, "table", "10.0.0.8 1 02-00-00-00-00-08 100000.000000\n");
	// From now on they do not.
	ASSERT_TEXT(rig_write(r, "config", "TIMEOUT 5"), "");
	ASSERT_READ(r, "count", "0");
	reply_from(r, 9);
	rig_run_for(r, 13 * CLOCK_S);
	ASSERT_READ(r, "count", "0");
	rig_free(r);
	// Longer than Click can count.
	r = rig_config(CONFIG("TIMEOUT 50d"));
	reply_from(r, 8);
	rig_run_for(r, 51 * 86400 * CLOCK_S);
	ASSERT_READ(r, "count", "1");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config(CONFIG(""));

	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.7 2:0:0:0:0:7 x"), "too many arguments\n");
	ASSERT_TEXT(rig_write(r, "delete", "10.0.0.7"), "");
	ASSERT_READ(r, "table", "10.0.0.7 0 FF-FF-FF-FF-FF-FF 0.000000\n");
	send_to(r, 'a', 7);
	ASSERT_TEXT(rig_write(r, "delete", "10.0.0.7"), "");
	ASSERT_READ(r, "length", "1");
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	ASSERT_READ(r, "drops", "1");
	ASSERT_READ(r, "count", "0");
	CU_ASSERT_EQUAL(rig_drops(r, ARP_CLEARED), 1);
	rig_free(r);
}

// Adds and removes at random; every address must be found as long as it is there.
static void
hash_survives_removals(void)
{
	struct rig *r = rig_config("e :: ARPTable(ENTRY_CAPACITY 64, TIMEOUT 0);");
	struct arp_cache *c = arptable_cache(rig_element(r));
	uint32_t kept[64] = {0}, n = 0;
	uint64_t mac;

	srandom(1);
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t ip = (uint32_t)random();
		uint8_t bytes[6] = {2};

		memcpy(bytes + 2, &ip, 4);
		arp_cache_insert(c, ip, bytes, clock_steady(), NULL);
		kept[n++ % 64] = ip;
		for (unsigned k = 0; i % 64 == 0 && k < RTE_MIN(n, 64u); k++) {
			uint64_t want = 2;

			memcpy((uint8_t *)&want + 2, &kept[k], 4);
			CU_ASSERT_TRUE(arp_cache_find(c, kept[k], clock_steady(), &mac));
			CU_ASSERT_EQUAL(mac, want);
			CU_ASSERT_FALSE(arp_cache_find(c, ~kept[k], clock_steady(), &mac));
		}
	}
	ASSERT_READ(r, "count", "64");
	rig_free(r);
}

// One thread learns and forgets, the others look up: what they find must belong to what they asked
// for.
struct lookups {
	struct arp_cache *cache;
	_Atomic bool stop;
	_Atomic uint64_t n_found, n_wrong;
};

static uint32_t
next_ip(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 24;
}

static void *
look_up(void *arg)
{
	struct lookups *l = arg;
	uint64_t n_found = 0, n_wrong = 0, mac;
	uint32_t seed = 1;

	while (!atomic_load(&l->stop)) {
		uint32_t ip = next_ip(&seed);

		if (!arp_cache_find(l->cache, ip, 1000 * CLOCK_S, &mac))
			continue;
		n_found++;
		n_wrong += (mac & 0xffff) >> 8 != ip;
	}
	atomic_fetch_add(&l->n_found, n_found);
	atomic_fetch_add(&l->n_wrong, n_wrong);
	return NULL;
}

static void
readers_find_no_wrong_address(void)
{
	struct rig *r = rig_config("e :: ARPTable(ENTRY_CAPACITY 40, TIMEOUT 0);");
	struct lookups l = {.cache = arptable_cache(rig_element(r))};
	uint32_t seed = 2;
	pthread_t thread[2];

	for (unsigned i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(pthread_create(&thread[i], NULL, look_up, &l), 0);
	for (unsigned i = 0; i < 300000; i++) {
		uint32_t ip = next_ip(&seed);
		uint8_t mac[6] = {2, (uint8_t)ip, (uint8_t)i, (uint8_t)(i >> 8)};

		arp_cache_insert(l.cache, ip, mac, clock_steady(), NULL);
	}
	atomic_store(&l.stop, true);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	CU_ASSERT_TRUE(l.n_found > 0);
	CU_ASSERT_EQUAL(l.n_wrong, 0);
	rig_free(r);
}

static void
state_moves_to_a_new_router(void)
{
	struct rig *r =
		rig_config("e :: ARPTable(CAPACITY 3); f :: ARPTable(CAPACITY 2);"
			   "q :: ARPQuerier(10.0.0.1/8, 2:0:0:0:0:1, TABLE e);"
			   "p :: ARPQuerier(10.0.0.1/8, 2:0:0:0:0:1, TABLE f);"
			   "RigIn(0) -> q; RigIn(1) -> [1] p; q -> RigOut(1); p -> RigOut(0);"
			   "RigIn(2) -> [1] q; RigIn(3) -> p");
	struct element *e = rig_element(r), *f = rig_find(r, "f");
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	for (uint8_t i = 0; i < 4; i++)
		send_to(r, (uint8_t)('a' + i), 7);
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.8 2:0:0:0:0:8"), "");
	ASSERT_READ(r, "length", "2");
	element_take_drops(f, e);
	CU_ASSERT_EQUAL(f->class->take_state(f, e, &errh), 0);
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "f.length", "2");
	ASSERT_READ(r, "f.drops", "2");
	ASSERT_READ(r, "f.table",
		"10.0.0.7 0 FF-FF-FF-FF-FF-FF 0.000000\n10.0.0.8 1 02-00-00-00-00-08 0.000000\n");
	reply_from(r, 7);
	expect_bytes(r, "cd");
	CU_ASSERT_EQUAL(f->class->take_state(f, e, &errh), -EINVAL);
	ASSERT_TEXT(strbuf_text(&errors), "late take_state\n");
	strbuf_fini(&errors);
	// Nobody uses the old one any more; the new one works.
	rig_run_for(r, 700 * CLOCK_S);
	ASSERT_READ(r, "f.count", "0");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ARPTable(1)", 0, 0, "too many arguments\n");
	ASSERT_ERRORS(
		"ARPTable(CAPACITY_SLIM_FACTOR 0)", 0, 0, "CAPACITY_SLIM_FACTOR cannot be zero\n");
	ASSERT_ERRORS("ARPTable(CAPACITY -1, TIMEOUT x, FOO 1)", 0, 0,
		"CAPACITY: invalid number\nTIMEOUT: parse error\nFOO: unknown argument\n");
}

UNIT_SUITE(arptable, UNIT_CASE(lists_entries_by_age), UNIT_CASE(drops_the_oldest_packets),
	UNIT_CASE(limits_the_packets_of_an_entry), UNIT_CASE(limits_the_entries),
	UNIT_CASE(a_flood_of_unknown_hosts_leaves_the_known), UNIT_CASE(entries_time_out),
	UNIT_CASE(many_time_out_at_once), UNIT_CASE(without_timeout_entries_stay),
	UNIT_CASE(handlers), UNIT_CASE(hash_survives_removals),
	UNIT_CASE(readers_find_no_wrong_address), UNIT_CASE(state_moves_to_a_new_router),
	UNIT_CASE(arguments))
