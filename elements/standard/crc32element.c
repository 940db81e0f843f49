// SPDX-License-Identifier: BSD-3-Clause
// SetCRC32, CheckCRC32: append a checksum to packets, and check and remove it.

#include <stdatomic.h>

#include "elements/standard/crc32.h"
#include "src/chatter.h"
#include "src/element.h"

enum { CRC_LEN = 4, BLOCK = 256 };

struct crc32element {
	struct element element;
	_Atomic bool told; // of a packet that failed
	struct crc32 table;
};

enum { NO_MEMORY, TOO_SHORT, WRONG };

// Of the packet's first n bytes, whatever its segments.
static uint32_t
packet_crc(const struct crc32element *e, const struct packet *p, uint32_t n)
{
	uint32_t crc = CRC32_START, len;
	uint8_t block[BLOCK];

	if (likely(n <= packet_data_len(p)))
		return crc32_add(&e->table, crc, packet_data(p), n);
	for (uint32_t off = 0; off < n; off += len) {
		len = RTE_MIN((uint32_t)BLOCK, n - off);
		packet_read(p, off, block, len);
		crc = crc32_add(&e->table, crc, block, len);
	}
	return crc;
}

static inline int
setcrc32_packet(const struct crc32element *e, struct packet **pp)
{
	uint32_t n = packet_length(*pp), crc = packet_crc(e, *pp, n);

	if (unlikely(!packet_put(pp, CRC_LEN) || !packet_write(pp, n, &crc, CRC_LEN)))
		return DROP(NO_MEMORY);
	return 0;
}

ELEMENT_DECIDE(setcrc32, crc32element, setcrc32_packet)

static void
tell_once(struct crc32element *e, const struct packet *p)
{
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter("CRC32 failed, len %u", packet_length(p));
}

static inline int
checkcrc32_packet(struct crc32element *e, struct packet **pp)
{
	uint32_t length = packet_length(*pp), crc;

	if (unlikely(length < CRC_LEN)) {
		tell_once(e, *pp);
		return DROP(TOO_SHORT);
	}
	packet_read(*pp, length - CRC_LEN, &crc, CRC_LEN);
	if (unlikely(crc != packet_crc(e, *pp, length - CRC_LEN))) {
		tell_once(e, *pp);
		return DROP(WRONG);
	}
	packet_take(*pp, CRC_LEN);
	return 0;
}

ELEMENT_DECIDE(checkcrc32, crc32element, checkcrc32_packet)

static int
crc32_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	crc32_init(&((struct crc32element *)base)->table);
	return 0;
}

static const char *const crc32_drops[] = {
	[NO_MEMORY] = "no memory or too long",
	[TOO_SHORT] = "too short for a checksum",
	[WRONG] = "wrong checksum",
	NULL,
};

static const struct element_class setcrc32_class = {
	.name = "SetCRC32",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct crc32element),
	.push = setcrc32_push,
	.pull = setcrc32_pull,
	.decide = setcrc32_decide,
	.configure = crc32_configure,
	.drops = crc32_drops,
	.group = "standard",
	.brief = "appends a checksum to packets",
	.manual =
		"Four bytes, in this machine's byte order: the CRC of the whole packet (polynomial\n"
		"0x04C11DB7, most significant bit first, starting with ones, not inverted).\n"
		"This is not the frame check sequence of Ethernet, which devices make themselves.",
	.example = "Idle -> SetCRC32 -> CheckCRC32 -> Discard;",
};
ELEMENT_CLASS(setcrc32_class)

static const struct element_class checkcrc32_class = {
	.name = "CheckCRC32",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct crc32element),
	.push = checkcrc32_push,
	.pull = checkcrc32_pull,
	.decide = checkcrc32_decide,
	.configure = crc32_configure,
	.drops = crc32_drops,
	.group = "standard",
	.brief = "checks and removes the checksum that SetCRC32 appended",
	.manual =
		"Packets whose last four bytes are not the checksum of the others are dropped. The\n"
		"first one is reported (Click reports each); the handler `drop_reasons` counts\n"
		"them.",
	.example = "Idle -> SetCRC32 -> CheckCRC32 -> Discard;",
};
ELEMENT_CLASS(checkcrc32_class)
