// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/flowpacket.h"

#include <string.h>

#include <rte_byteorder.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"
#include "test/unit/unit.h"

static void
put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void
put32(uint8_t *at, uint32_t v)
{
	put16(at, v >> 16);
	put16(at + 2, v & 0xffff);
}

static uint32_t
get16(const uint8_t *at)
{
	return (uint32_t)(at[0] << 8 | at[1]);
}

static uint32_t
get32(const uint8_t *at)
{
	return get16(at) << 16 | get16(at + 2);
}

struct packet *
flowpacket_make(const struct flowpacket *f)
{
	uint32_t header = f->flags != 0 ? 20 : 8, n_data = f->data ? (uint32_t)strlen(f->data) : 0;
	uint32_t len = header + n_data, sum_at = f->flags != 0 ? 36 : 26;
	uint8_t bytes[2048] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, f->flags != 0 ? 6 : 17};
	struct packet *p;

	put16(bytes + 2, 20 + len);
	put32(bytes + 12, f->src != 0 ? f->src : 0x01000001);
	put32(bytes + 16, f->dst != 0 ? f->dst : 0x02000002);
	put16(bytes + 20, f->sport);
	put16(bytes + 22, f->dport);
	if (f->flags != 0) {
		put32(bytes + 24, f->seq);
		bytes[32] = 0x50;
		bytes[33] = f->flags;
	} else {
		put16(bytes + 24, len);
	}
	if (n_data > 0)
		memcpy(bytes + 20 + header, f->data, n_data);
	p = packet_make(64, bytes, 20 + len);
	put16(packet_data_rw(p) + 10, ~ippacket_sum(p, 0, 20, 0));
	put16(packet_data_rw(p) + sum_at,
		~ippacket_sum(p, 20, len, ippacket_sum(p, 12, 8, len + bytes[9])));
	ippacket_mark(p);
	return p;
}

void
flowpacket_truncations(const char *config, unsigned n_inputs)
{
	static const char hex[] =
		"4600002c 00000000 40060000 01000001 01000009 00000000 0001 0035 00000000 00000000"
		"50020000 00000000";
	struct rig *r = rig_config(config);

	for (unsigned n = 0; n <= 44; n++) {
		for (unsigned i = 0; i < 2 * n_inputs; i++) {
			struct packet *p = i < n_inputs ? rig_hex(hex) : rig_segments(hex, 1);

			ippacket_mark(p);
			packet_take(p, packet_length(p) - n);
			rig_push(r, i % n_inputs, p);
		}
	}
	rig_free(r);
}

struct flowpacket
flowpacket_read(const struct packet *p)
{
	struct flowpacket f = {0};
	const uint8_t *d = packet_data(p);

	CU_ASSERT_FATAL(packet_data_len(p) >= 28);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, packet_length(p) - 20));
	f.src = get32(d + 12);
	f.dst = get32(d + 16);
	f.sport = (uint16_t)get16(d + 20);
	f.dport = (uint16_t)get16(d + 22);
	if (d[9] == 6) {
		f.seq = get32(d + 24);
		f.flags = d[33];
	}
	return f;
}
