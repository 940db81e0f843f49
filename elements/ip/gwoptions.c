// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/gwoptions.h"

#include <string.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "elements/ip/option.h"
#include "mbuf-bridge/packet.h"
#include "src/clock.h"

enum { HEADER_MAX = 60, DAY_MS = 24 * 3600 * 1000 };

// ---- options. Each handler is given an option, its length and returns the place in it that is
// wrong, 0 if none is.

static unsigned
record_route(const struct gwoptions *g, uint8_t *o, unsigned len)
{
	unsigned p = o[2] - 1u; // a pointer of 0 gives a p past everything

	if (len >= 3 && p == len)
		return 0;
	if (len < 7 || p < 3 || p > len - 4)
		return 2;
	memcpy(o + p, &g->my_addr.be, 4);
	o[2] = (uint8_t)(o[2] + 4);
	return 0;
}

static bool
is_mine(const struct gwoptions *g, const uint8_t *addr)
{
	uint32_t addr_be = checksum_word(addr);

	if (addr_be == g->my_addr.be)
		return true;
	for (size_t i = 0; g->other_addrs != NULL && i < g->other_addrs->n; i++) {
		if (addr_be == g->other_addrs->v[i].be)
			return true;
	}
	return false;
}

static void
store_ms(uint8_t *to)
{
	uint32_t ms = rte_cpu_to_be_32((uint32_t)(clock_now() / CLOCK_MS % DAY_MS));

	memcpy(to, &ms, sizeof(ms));
}

// No room: the overflow count goes up.
static unsigned
timestamp_overflow(uint8_t *o)
{
	if (o[3] >> 4 == 15)
		return 3;
	o[3] = (uint8_t)(o[3] + 0x10);
	return 0;
}

static unsigned
timestamp(const struct gwoptions *g, uint8_t *o, unsigned len)
{
	unsigned p = o[2] - 1u, size;

	if (len < 4 || p < 4 || p > UINT8_MAX)
		return 2;
	size = (o[3] & 15) == 0 ? 4 : 8;
	switch (o[3] & 15) {
	case 0:
	case 1:
		if (p + size > len)
			return timestamp_overflow(o);
		if (size == 8)
			memcpy(o + p, &g->my_addr.be, 4);
		break;
	case 3:
		if (p + size > len)
			return 3;
		if (!is_mine(g, o + p))
			return 0;
		break;
	default:
		return 3;
	}
	store_ms(o + p + size - 4);
	o[2] = (uint8_t)(o[2] + size);
	return 0;
}

// Walks the options of a header. Returns the place in the header that is wrong, 0 if none is.
static unsigned
handle_options(const struct gwoptions *g, uint8_t *header, unsigned header_len, bool *changed)
{
	unsigned wrong = 0;
	int len;

	for (unsigned at = sizeof(struct rte_ipv4_hdr);; at += (unsigned)len) {
		len = ip_option_len(header, at, header_len);
		if (len < 0)
			return at + 1;
		if (len == 0)
			return 0;
		if (header[at] == IP_OPTION_RR)
			wrong = record_route(g, header + at, (unsigned)len);
		else if (header[at] == IP_OPTION_TS)
			wrong = timestamp(g, header + at, (unsigned)len);
		else
			continue;
		if (wrong != 0)
			return at + wrong;
		*changed = true;
	}
}

// Works on a copy, so that a packet with a problem can be quoted as it came.
enum gwoptions_result
gwoptions_packet(const struct gwoptions *g, struct packet **pp, int32_t off, unsigned header_len,
	unsigned *problem)
{
	uint8_t header[HEADER_MAX + 4]; // a malformed option's bytes are looked at, never used
	const uint8_t *bytes = packet_peek(pp, off, header_len);
	bool changed = false;
	uint8_t *to;

	if (bytes == NULL)
		return GWOPTIONS_NO_HEADER;
	memcpy(header, bytes, header_len);
	memset(header + header_len, 0, sizeof(header) - header_len);
	*problem = handle_options(g, header, header_len, &changed);
	if (*problem != 0)
		return GWOPTIONS_PROBLEM;
	if (!changed)
		return GWOPTIONS_DONE;
	to = packet_edit(pp, off, header_len);
	if (to == NULL)
		return GWOPTIONS_NO_MEMORY;
	memcpy(to, header, header_len);
	checksum_set_ip((void *)to, header_len);
	return GWOPTIONS_DONE;
}
