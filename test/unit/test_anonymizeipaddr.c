// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include <rte_byteorder.h>

#include "elements/ip/checksum.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

static void
prepare(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

// What becomes of an address.
static uint32_t
map(struct rig *r, uint32_t a)
{
	char *hex = mem_printf("45000014 00000000 40630000 %08x 00000000", a);
	struct packet *p = rig_hex(hex);
	rte_be32_t src = 0, dst = 1;

	free(hex);
	prepare(p);
	rig_clear(r);
	rig_push(r, 0, p);
	packet_read(rig_packet(r, 0, 0), 12, &src, sizeof(src));
	packet_read(rig_packet(r, 0, 0), 16, &dst, sizeof(dst));
	CU_ASSERT_EQUAL(dst, 0);
	return rte_be_to_cpu_32(src);
}

static unsigned
shared_bits(uint32_t a, uint32_t b)
{
	return a == b ? 32 : (unsigned)__builtin_clz(a ^ b);
}

static void
prefixes_are_kept(void)
{
	struct rig *r = rig_new("AnonymizeIPAddr", 1, 1);
	uint32_t a = 0x0a010203, mapped = map(r, a), moved = 0;

	for (unsigned i = 0; i < 32; i++) {
		uint32_t b = a ^ (0x80000000u >> i) ^ (i < 31 ? i * 7 & (0x7fffffffu >> i) : 0);
		uint32_t other = map(r, b);

		CU_ASSERT_EQUAL(shared_bits(mapped, other), shared_bits(a, b));
		moved += other != b;
	}
	CU_ASSERT_TRUE(moved > 16);
	CU_ASSERT_EQUAL(map(r, a), mapped);
	CU_ASSERT_EQUAL(map(r, 0), 0);
	CU_ASSERT_EQUAL(map(r, UINT32_MAX), UINT32_MAX);
	rig_free(r);
}

static void
parts_stay(void)
{
	struct rig *r = rig_new("AnonymizeIPAddr(PRESERVE_8 10 200, SEED false)", 1, 1);

	for (uint32_t i = 0; i < 256; i++) {
		uint32_t net = map(r, i << 24 | 0x123456) >> 24;

		CU_ASSERT_EQUAL(net == 10, i == 10);
		CU_ASSERT_EQUAL(net == 200, i == 200);
	}
	rig_free(r);
	r = rig_new("AnonymizeIPAddr(CLASS 99)", 1, 1);
	CU_ASSERT_EQUAL(map(r, 0x01020304) >> 31, 0);
	CU_ASSERT_EQUAL(map(r, 0x81020304) >> 30, 2);
	CU_ASSERT_EQUAL(map(r, 0xc1020304) >> 29, 6);
	CU_ASSERT_EQUAL(map(r, 0xe1020304) >> 28, 14);
	rig_free(r);
}

static void
checksums_and_quotes(void)
{
	struct rig *r = rig_new("AnonymizeIPAddr", 1, 2);
	struct packet *p = rig_segments("45000038 00000000 40016ab2 01020304 05060708"
					"0301fcfe 00000000 45000014 00000000 4006 6ad1 01020304"
					"05060708",
		5);
	uint8_t bytes[48];
	uint64_t before = 0;

	CU_ASSERT_TRUE(checksum_add_packet(&before, p, 20, 28));
	prepare(p);
	rig_push(r, 0, p);
	CU_ASSERT_TRUE(packet_read(rig_packet(r, 0, 0), 0, bytes, sizeof(bytes)));
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes, 20)), 0xffff);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes + 28, 20)), 0xffff);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes + 20, 28)), checksum_fold(before));
	CU_ASSERT_EQUAL(memcmp(bytes + 12, bytes + 40, 8), 0);
	rig_push_hex(r, 0, "45");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	rig_truncations("AnonymizeIPAddr", 1, 2, 0,
		"46000038 00000000 40010000 01020304 05060708 01010101 0b00fcfe 00000000"
		"45000014 00000000 40060000 01020304 05060708",
		prepare);
}

// The mapping goes on where both are random, and only there.
static void
swapped(void)
{
#define WITH(config) "RigIn(0) -> e :: AnonymizeIPAddr(" config ") -> RigOut(0)"
	struct rig *r = rig_new("AnonymizeIPAddr(SEED false)", 1, 1);
	uint32_t fixed = map(r, 0x0a010203), mapped;
	char *errors;

	rig_free(r);
	r = rig_config(WITH(""));
	mapped = map(r, 0x0a010203);
	errors = rig_swap(r, WITH(""));
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(map(r, 0x0a010203), mapped);
	CU_ASSERT_NOT_EQUAL(mapped, fixed);
	errors = rig_swap(r, WITH("SEED false"));
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(map(r, 0x0a010203), fixed);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("AnonymizeIPAddr(CLASS 33)", 1, 1, "CLASS must be between 0 and 32\n");
	ASSERT_ERRORS("AnonymizeIPAddr(PRESERVE_8 1 256)", 1, 1,
		"PRESERVE_8 expects integer between 0 and 255\n");
	ASSERT_ERRORS("AnonymizeIPAddr(SEED x)", 1, 1, "SEED: parse error\n");
}

UNIT_SUITE(anonymizeipaddr, UNIT_CASE(prefixes_are_kept), UNIT_CASE(parts_stay),
	UNIT_CASE(checksums_and_quotes), UNIT_CASE(swapped), UNIT_CASE(arguments))
