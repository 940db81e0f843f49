// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/ip/checksum.h"
#include "elements/ip/payload.h"
#include "test/unit/rig.h"

// The definition, byte by byte; the value as it lies in a packet.
static uint16_t
reference(const uint8_t *bytes, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return rte_cpu_to_be_16((uint16_t)~sum);
}

static void
fill(uint8_t *bytes, size_t n, unsigned seed)
{
	srand(seed);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(seed % 3 == 0 ? 0xff : rand());
}

static void
sums(void)
{
	uint8_t bytes[200];

	for (unsigned n = 0; n <= sizeof(bytes); n++) {
		fill(bytes, sizeof(bytes), n);
		CU_ASSERT_EQUAL(checksum_finish(checksum_add(0, bytes, n)), reference(bytes, n));
		// At any alignment.
		if (n > 0)
			CU_ASSERT_EQUAL(checksum_finish(checksum_add(0, bytes + 1, n - 1)),
				reference(bytes + 1, n - 1));
	}
	for (unsigned seed = 0; seed < 100; seed++) {
		fill(bytes, 20, seed);
		CU_ASSERT_EQUAL(checksum_finish(checksum_add_header(bytes)), reference(bytes, 20));
	}
	memset(bytes, 0, sizeof(bytes));
	CU_ASSERT_EQUAL(checksum_fold(checksum_add_header(bytes)), 0);
	CU_ASSERT_EQUAL(checksum_fold(0xffff), 0xffff);
	CU_ASSERT_EQUAL(checksum_fold(0x1fffe), 0xffff);
	CU_ASSERT_EQUAL(checksum_fold(UINT64_MAX), 0xffff);
	CU_ASSERT_EQUAL(checksum_fold(UINT64_C(0x100000000)), 1);
}

static void
headers(void)
{
	uint8_t h[60] = {0x46, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0xab, 0xcd, 10, 0, 0, 1, 10, 0, 0, 2,
		1, 1, 1, 0};
	static const uint8_t long_sum[] = {0x63, 0xcd}, short_sum[] = {0x66, 0xce};

	checksum_set_ip((void *)h, 24);
	CU_ASSERT_EQUAL(memcmp(h + 10, long_sum, 2), 0);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, h, 24)), 0xffff);
	h[0] = 0x45;
	checksum_set_ip((void *)h, 20);
	CU_ASSERT_EQUAL(memcmp(h + 10, short_sum, 2), 0);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add_header(h)), 0xffff);
}

// All old and new values of the update, against a full sum.
static void
updates(void)
{
	uint8_t bytes[8] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0, 0};
	uint16_t old, sum, full;
	uint32_t old32, new32;

	for (uint32_t new = 0; new <= 0xffff; new += 7) {
		fill(bytes, sizeof(bytes), new);
		sum = reference(bytes, sizeof(bytes));
		memcpy(&old, bytes + 2, 2);
		bytes[2] = (uint8_t) new;
		bytes[3] = (uint8_t)(new >> 8);
		full = reference(bytes, sizeof(bytes));
		if (full != checksum_update(sum, old, (uint16_t) new))
			CU_FAIL("checksum_update differs from a full sum");
		sum = full;
		old32 = checksum_word(bytes + 4);
		fill(bytes + 4, 4, new + 1);
		new32 = checksum_word(bytes + 4);
		if (reference(bytes, sizeof(bytes)) != checksum_update32(sum, old32, new32))
			CU_FAIL("checksum_update32 differs from a full sum");
	}
	// The TTL: every checksum that a header can have.
	for (uint32_t c = 0; c < 0xffff; c++) {
		uint16_t be = rte_cpu_to_be_16((uint16_t)c);

		if (checksum_update_ttl(be) !=
			checksum_update(be, rte_cpu_to_be_16(0x4011), rte_cpu_to_be_16(0x3f11)))
			CU_FAIL("checksum_update_ttl");
	}
	CU_ASSERT_EQUAL(checksum_update_ttl(rte_cpu_to_be_16(0x66ce)), rte_cpu_to_be_16(0x67ce));
	CU_ASSERT_EQUAL(checksum_update_ttl(rte_cpu_to_be_16(0xfeff)), 0);
}

static void
pseudo_header(void)
{
	// UDPIPEncap's packet: a right segment and its pseudo header sum to 0xffff.
	uint8_t u[] = {0x45, 0, 0, 0x20, 0, 0, 0, 0, 0xfa, 0x11, 0xbd, 0xca, 1, 0, 0, 1, 2, 0, 0, 2,
		0x03, 0xe8, 0x07, 0xd0, 0, 0x0c, 0x2c, 0x55, 0x61, 0x62, 0x63, 0x64};
	uint8_t h[60] = {0x48, 0, 0, 0x20, 0, 0, 0, 0, 0xfa, 0x11, 0, 0, 1, 0, 0, 1, 9, 9, 9, 9, 1,
		131, 7, 4, 2, 0, 0, 2, 0, 0, 0, 0};
	uint64_t sum = checksum_add_pseudo((void *)u, 20, rte_cpu_to_be_16(12));

	CU_ASSERT_EQUAL(checksum_fold(checksum_add(sum, u + 20, 12)), 0xffff);
	// With a source route the packet's real destination counts.
	sum = checksum_add_pseudo((void *)h, 32, rte_cpu_to_be_16(12));
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(sum, u + 20, 12)), 0xffff);
	h[22] = 6; // too short for an address
	CU_ASSERT_EQUAL(checksum_last_hop((void *)h, 32), rte_cpu_to_be_32(0x09090909));
	h[22] = 13; // leaves the header
	CU_ASSERT_EQUAL(checksum_last_hop((void *)h, 32), rte_cpu_to_be_32(0x09090909));
	h[21] = 137;
	h[22] = 11;
	CU_ASSERT_EQUAL(checksum_last_hop((void *)h, 32), 0);
}

static void
packets(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	uint8_t bytes[1200], read[1200];
	char hex[2401];
	struct packet *p, *q;
	uint64_t sum;

	fill(bytes, sizeof(bytes), 1);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	for (unsigned size = 1; size <= 1201; size += 75) {
		p = rig_segments(hex, size);
		for (int32_t off = 0; off <= 1200; off += 37) {
			uint32_t n = (uint32_t)(1200 - off);

			sum = 0;
			CU_ASSERT_TRUE(checksum_add_packet(&sum, p, off, n));
			CU_ASSERT_EQUAL(checksum_finish(sum), reference(bytes + off, n));
			CU_ASSERT_FALSE(checksum_add_packet(&sum, p, off, n + 1));
			CU_ASSERT_TRUE(payload_read(p, off, read, n));
			CU_ASSERT_EQUAL(memcmp(read, bytes + off, n), 0);
		}
		// In front of the data.
		CU_ASSERT_TRUE(packet_pull(p, 5));
		sum = 0;
		if (size > 5) {
			CU_ASSERT_TRUE(checksum_add_packet(&sum, p, -5, 1200));
			CU_ASSERT_EQUAL(checksum_finish(sum), reference(bytes, 1200));
			CU_ASSERT_TRUE(payload_read(p, -4, read, 3));
			CU_ASSERT_EQUAL(memcmp(read, bytes + 1, 3), 0);
			q = packet_alloc(0, 4000);
			CU_ASSERT_TRUE(payload_copy(q, 2500, p, -5, 1200));
			CU_ASSERT_TRUE(packet_read(q, 2500, read, 1200));
			CU_ASSERT_EQUAL(memcmp(read, bytes, 1200), 0);
			CU_ASSERT_TRUE(payload_copy(q, 1, p, -5, 1200));
			CU_ASSERT_TRUE(packet_read(q, 1, read, 1200));
			CU_ASSERT_EQUAL(memcmp(read, bytes, 1200), 0);
			CU_ASSERT_FALSE(payload_copy(q, 0, p, -5, 1201));
			rig_push(r, 0, q);
		}
		CU_ASSERT_FALSE(payload_has(p, -5000, 1));
		CU_ASSERT_FALSE(payload_has(p, PACKET_NO_HEADER, 1));
		CU_ASSERT_FALSE(payload_read(p, 1195, read, 1));
		CU_ASSERT_TRUE(payload_read(p, 1195, read, 0));
		rig_push(r, 0, p);
	}
	rig_free(r);
}

static void
zero_fix(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct packet *p = rig_segments("0000000000", 2);

	CU_ASSERT_EQUAL(checksum_fix_zero(0, p, 0, 5), 0xffff);
	CU_ASSERT_EQUAL(checksum_fix_zero(1, p, 0, 5), 1);
	CU_ASSERT_EQUAL(checksum_fix_zero(0, p, 0, 6), 0);
	CU_ASSERT_TRUE(packet_write(&p, 4, "\xff", 1));
	CU_ASSERT_EQUAL(checksum_fix_zero(0, p, 0, 5), 0);
	CU_ASSERT_EQUAL(checksum_fix_zero(0, p, 0, 4), 0xffff);
	rig_push(r, 0, p);
	rig_free(r);
}

UNIT_SUITE(checksum, UNIT_CASE(sums), UNIT_CASE(headers), UNIT_CASE(updates),
	UNIT_CASE(pseudo_header), UNIT_CASE(packets), UNIT_CASE(zero_fix))
