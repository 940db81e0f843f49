// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/tcpdeltas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "elements/ip/checksum.h"
#include "test/unit/unit.h"

static void
one_change(void)
{
	struct tcp_deltas *d = NULL;

	CU_ASSERT_EQUAL(tcp_deltas_newest(NULL, 0), 0);
	CU_ASSERT_EQUAL(tcp_deltas_change(&d, 0, 30, -12), 0);
	CU_ASSERT_EQUAL(tcp_deltas_newest(d, 0), -12);
	CU_ASSERT_EQUAL(tcp_deltas_newest(d, 1), 0);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 30), 18);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 29), 29);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 1, 30), 30);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 18), 30);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 17), 17);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 1), 1);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 0, 18), 18);
	// The same again, and another time with another length.
	CU_ASSERT_EQUAL(tcp_deltas_change(&d, 0, 30, -12), 0);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 30), 18);
	CU_ASSERT_EQUAL(tcp_deltas_change(&d, 0, 30, 5), 0);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 30), 35);
	CU_ASSERT_EQUAL(d->n, 1);
	CU_ASSERT_EQUAL(tcp_deltas_change(&d, 0, 29, 5), -EINVAL);
	free(d);
}

static void
changes_add_up(void)
{
	struct tcp_deltas *d = NULL;

	tcp_deltas_change(&d, 0, 100, 10);
	tcp_deltas_change(&d, 1, 0xfffffff0, -3);
	tcp_deltas_change(&d, 0, 200, 5);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 99), 99);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 100), 110);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 199), 209);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 200), 215);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 209), 199);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 215), 200);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 1, 0xffffffef), 0xffffffef);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 1, 1), 0xfffffffe);
	CU_ASSERT_EQUAL(tcp_deltas_newest(d, 0), 15);
	CU_ASSERT_EQUAL(tcp_deltas_newest(d, 1), -3);
	// Far behind the triggers they are forgotten.
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 200 + (1u << 30)), 215 + (1u << 30));
	CU_ASSERT_EQUAL(d->n, 3);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 1, 1u << 30), (1u << 30) - 3);
	CU_ASSERT_EQUAL(d->n, 1);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 5), 20);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 0, 5), 8);
	free(d);
}

// A packet that is sent again changes nothing more, whatever the other direction did meanwhile.
static void
again_behind_the_other_direction(void)
{
	struct tcp_deltas *d = NULL;

	tcp_deltas_change(&d, 0, 100, 10);
	tcp_deltas_change(&d, 1, 500, -3);
	tcp_deltas_change(&d, 0, 100, 10);
	CU_ASSERT_EQUAL(tcp_deltas_newest(d, 0), 10);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 100), 110);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 1, 500), 497);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 110), 100);
	// And with another length.
	tcp_deltas_change(&d, 0, 100, 4);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 100), 104);
	CU_ASSERT_EQUAL(tcp_deltas_ack(d, 1, 104), 100);
	free(d);
}

static void
many_changes(void)
{
	struct tcp_deltas *d = NULL;

	for (uint32_t i = 1; i <= 1000; i++)
		CU_ASSERT_EQUAL(tcp_deltas_change(&d, 0, i * 10, 1), 0);
	CU_ASSERT_EQUAL(d->n, TCP_DELTAS_MAX);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 10000), 11000);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 9999), 9999 + 999);
	CU_ASSERT_EQUAL(tcp_deltas_seq(d, 0, 10), 10);
	free(d);
}

// A header with options, its checksum that of the header alone.
static size_t
make_header(uint8_t *bytes, const uint8_t *options, size_t n)
{
	struct rte_tcp_hdr *tcp = (void *)bytes;

	memset(bytes, 0, 60);
	tcp->sent_seq = RTE_BE32(30);
	tcp->recv_ack = RTE_BE32(500);
	memcpy(bytes + sizeof(*tcp), options, n);
	tcp->cksum = checksum_finish(checksum_add(0, bytes, sizeof(*tcp) + n));
	return sizeof(*tcp) + n;
}

static uint32_t
word_at(const uint8_t *bytes, size_t at)
{
	return rte_be_to_cpu_32(checksum_word(bytes + at));
}

static void
headers(void)
{
	static const uint8_t sack[] = {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 18};
	static const uint8_t odd[] = {1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 18, 0};
	static const uint8_t stamp[] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 18};
	static const uint8_t cut[] = {5, 18, 0, 0, 0, 1, 0, 0};
	static const uint8_t bad[] = {9, 0, 5, 10, 0, 0, 0, 18};
	struct tcp_deltas *d = NULL;
	uint8_t bytes[60];
	size_t n;

	tcp_deltas_change(&d, 0, 30, -12);
	n = make_header(bytes, sack, sizeof(sack));
	tcp_deltas_rewrite(d, 1, bytes, (unsigned)n);
	CU_ASSERT_EQUAL(word_at(bytes, 4), 30);
	CU_ASSERT_EQUAL(word_at(bytes, 8), 512);
	CU_ASSERT_EQUAL(word_at(bytes, 24), 1);
	CU_ASSERT_EQUAL(word_at(bytes, 28), 30);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes, n)), 0xffff);
	n = make_header(bytes, odd, sizeof(odd));
	tcp_deltas_rewrite(d, 1, bytes, (unsigned)n);
	CU_ASSERT_EQUAL(word_at(bytes, 23), 1);
	CU_ASSERT_EQUAL(word_at(bytes, 27), 30);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes, n)), 0xffff);
	n = make_header(bytes, stamp, sizeof(stamp));
	tcp_deltas_rewrite(d, 1, bytes, (unsigned)n);
	CU_ASSERT_EQUAL(word_at(bytes, 28), 18);
	n = make_header(bytes, cut, sizeof(cut));
	tcp_deltas_rewrite(d, 1, bytes, (unsigned)n);
	n = make_header(bytes, bad, sizeof(bad));
	tcp_deltas_rewrite(d, 0, bytes, (unsigned)n);
	CU_ASSERT_EQUAL(word_at(bytes, 4), 18);
	CU_ASSERT_EQUAL(word_at(bytes, 8), 500);
	CU_ASSERT_EQUAL(word_at(bytes, 24), 18);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes, n)), 0xffff);
	free(d);
}

UNIT_SUITE(tcpdeltas, UNIT_CASE(one_change), UNIT_CASE(changes_add_up),
	UNIT_CASE(again_behind_the_other_direction), UNIT_CASE(many_changes), UNIT_CASE(headers))
