// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// From a source and to a destination whose first bytes are given, 100 bytes in all.
static struct packet *
make(const char *src, const char *dst)
{
	char *hex = mem_printf("45000064 00000000 40110000 %s %s", src, dst);
	struct packet *p = ippacket_marked(rig_hex(hex));

	packet_put(&p, 80);
	free(hex);
	return p;
}

// A packet each millisecond.
static void
push_for(struct rig *r, unsigned port, const char *src, const char *dst, unsigned ms)
{
	for (unsigned i = 0; i < ms; i++) {
		rig_clear(r);
		rig_push(r, port, make(src, dst));
		rig_run_for(r, CLOCK_MS);
	}
}

// The lines behind the first, which is a time.
static const char *
look(struct rig *r)
{
	const char *text = rig_read(r, "look"), *end = strchr(text, '\n');

	return end != NULL ? end + 1 : "no line";
}

static uint32_t
anno(struct rig *r, unsigned port, unsigned offset)
{
	return packet_anno_u32(rig_packet(r, port, 0), offset);
}

static void
looks_closer(void)
{
	struct rig *r = rig_new("IPRateMonitor(PACKETS, 0.5, 1000)", 2, 2);

	ASSERT_READ(r, "thresh", "1000");
	push_for(r, 0, "0a010203", "0b000000", 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(anno(r, 0, ANNO_FWD_RATE) > 100 && anno(r, 0, ANNO_FWD_RATE) < 500);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_REV_RATE), 0);
	CU_ASSERT_PTR_NULL(strstr(look(r), "10.1"));
	push_for(r, 0, "0a010203", "0b000000", 300);
	// All levels have the same rate now, of one packet each millisecond.
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "10\t"));
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "\n\t10.1\t"));
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "\n\t\t10.1.2\t"));
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "\n\t\t\t10.1.2.3\t"));
	CU_ASSERT_PTR_NULL(strstr(look(r), "11\t"));
	CU_ASSERT_TRUE(anno(r, 0, ANNO_FWD_RATE) > 900 && anno(r, 0, ANNO_FWD_RATE) <= 1000);
	CU_ASSERT_EQUAL(atoi(rig_read(r, "mem")) % 4, 0);
	rig_run_for(r, 3 * CLOCK_S);
	push_for(r, 1, "01020304", "02020202", 1); // folds what is quiet
	CU_ASSERT_PTR_NULL(strstr(look(r), "10.1"));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
counts_both_directions(void)
{
	struct rig *r = rig_new("IPRateMonitor(BYTES, 1, 1000000)", 2, 2);

	push_for(r, 0, "0a010203", "0b000000", 200);
	push_for(r, 1, "0c000000", "0a090909", 100);
	CU_ASSERT_TRUE(anno(r, 1, ANNO_REV_RATE) > 80000 && anno(r, 1, ANNO_REV_RATE) <= 100000);
	CU_ASSERT_TRUE(anno(r, 1, ANNO_FWD_RATE) > 0 && anno(r, 1, ANNO_FWD_RATE) < 2000);
	CU_ASSERT_EQUAL(strncmp(look(r), "10\t", 3), 0);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_TEXT(look(r), "");
	rig_free(r);
}

static void
leaves_others_alone(void)
{
	struct rig *r = rig_new_pull("IPRateMonitor(PACKETS, 1, 10, 100, false)", 1, 1);

	rig_push_hex(r, 0, "45000014 00000000 40110000 0a010203 0a010203"); // not marked
	rig_push(r, 0, ippacket_marked(rig_hex("45000014")));
	rig_push(r, 0, ippacket_marked(rig_hex("65000014 00000000 40110000 0a010203 0a010203")));
	rig_push(r, 0, make("01020304", "05060708"));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 4);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 3), ANNO_FWD_RATE), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(strncmp(look(r), "1\t", 2), 0);
	rig_free(r);
}

// With room for few tables nothing breaks, and the rest is measured by networks.
static void
runs_out_of_memory(void)
{
	struct rig *r = rig_new("IPRateMonitor(PACKETS, 0, 0, 100)", 1, 1);
	unsigned mem;

	for (unsigned i = 0; i < 500; i++) {
		char *src = mem_printf("%02x%02x%02x01", i & 255, i / 3 & 255, i / 5 & 255);

		push_for(r, 0, src, "0b000000", 2);
		free(src);
	}
	mem = (unsigned)atoi(rig_read(r, "mem"));
	CU_ASSERT_TRUE(mem > 50000 && mem <= 102400);
	ASSERT_READ(r, "memmax", "100");
	ASSERT_TEXT(rig_write(r, "memmax", "1000"), "");
	ASSERT_READ(r, "memmax", "1000");
	for (unsigned i = 0; i < 200; i++) {
		char *src = mem_printf("%02x020201", i);

		push_for(r, 0, src, "0b000000", 2);
		free(src);
	}
	mem = (unsigned)atoi(rig_read(r, "mem"));
	CU_ASSERT_TRUE(mem > 200000);
	ASSERT_TEXT(rig_write(r, "memmax", "100"), "more memory is in use\n");
	ASSERT_TEXT(rig_write(r, "memmax", "99"), "MEMORY: out of range, bound 100\n");
	ASSERT_TEXT(rig_write(r, "memmax", "x"), "expected integer\n");
	rig_free(r);
}

static void
keeps_its_distance(void)
{
	struct rig *r = rig_new("IPRateMonitor(PACKETS, 0.1, 1000)", 1, 1);

	ASSERT_TEXT(rig_write(r, "anno_level", "10.1.2.3, 1, 1"), "");
	push_for(r, 0, "0a010203", "0b000000", 500);
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "\n\t10.1\t"));
	CU_ASSERT_PTR_NULL(strstr(look(r), "10.1.2\t"));
	push_for(r, 0, "0a010203", "0b000000", 600);
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "\n\t\t10.1.2\t"));
	ASSERT_TEXT(rig_write(r, "anno_level", "10.1.2.3, 1"), "expected 'ADDR, LEVEL, SECONDS'\n");
	ASSERT_TEXT(rig_write(r, "anno_level", "x, 1, 1"), "expected IP address, not 'x'\n");
	ASSERT_TEXT(rig_write(r, "anno_level", "1.2.3.4, 4, 1"), "level must be between 0 and 3\n");
	ASSERT_TEXT(rig_write(r, "anno_level", "1.2.3.4, 3, 0"),
		"expected a number of seconds above 0\n");
	// The first order is over and has left its place.
	for (unsigned i = 0; i < 64; i++) {
		char *text = mem_printf("1.2.3.%u, 3, 1", i);

		ASSERT_TEXT(rig_write(r, "anno_level", text), "");
		free(text);
	}
	ASSERT_TEXT(rig_write(r, "anno_level", "1.2.3.4, 2, 1"), "too many addresses\n");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_TEXT(rig_write(r, "anno_level", "1.2.3.4, 2, 1"), "");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: IPRateMonitor(PACKETS, 0.5, 1000)"
				   "-> RigOut(0);");
	char *errors;

	push_for(r, 0, "0a010203", "0b000000", 100);
	errors = rig_swap(r, "RigIn(0) -> e :: IPRateMonitor(PACKETS, 0.4, 1000, 1000)"
			     "-> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_PTR_NOT_NULL(strstr(look(r), "\t10.1\t"));
	push_for(r, 0, "0a010203", "0b000000", 10);
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("IPRateMonitor()", 1, 1,
		"TYPE: required argument missing\nRATIO: required argument missing\n"
		"THRESH: required argument missing\n");
	ASSERT_ERRORS("IPRateMonitor(BITS, 1, 1)", 1, 1,
		"monitor type should be \"PACKETS\" or \"BYTES\"\n");
	ASSERT_ERRORS("IPRateMonitor(BYTES, 1.5, 1)", 1, 1, "ratio must be between 0 and 1\n");
	ASSERT_ERRORS("IPRateMonitor(BYTES, 1, x)", 1, 1, "THRESH: invalid number\n");
	ASSERT_ERRORS("IPRateMonitor(BYTES, 1, 1, 99)", 1, 1, "MEMORY: out of range, bound 100\n");
	ASSERT_ERRORS("IPRateMonitor(BYTES, 1, 1, 3000000)", 1, 1,
		"MEMORY: out of range, bound 2097152\n");
	ASSERT_ERRORS("IPRateMonitor(BYTES, 1, 1)", 1, 2, "needs as many outputs as inputs\n");
}

UNIT_SUITE(ipratemonitor, UNIT_CASE(looks_closer), UNIT_CASE(counts_both_directions),
	UNIT_CASE(leaves_others_alone), UNIT_CASE(runs_out_of_memory),
	UNIT_CASE(keeps_its_distance), UNIT_CASE(hot_swap), UNIT_CASE(configuration_errors))
