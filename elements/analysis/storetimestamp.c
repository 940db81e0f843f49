// SPDX-License-Identifier: BSD-3-Clause
// StoreTimestamp: writes packets' timestamps into their data.

#include <string.h>

#include "src/element.h"

struct storetimestamp {
	struct element element;
	uint32_t offset;
	bool tail, has_offset;
};

enum { TOO_LONG, TIMESTAMP_SIZE = sizeof(int64_t) };

// Makes the packet n bytes longer, with zeroes.
static bool
add_zeroes(struct packet **pp, uint32_t n)
{
	static const uint8_t zeroes[64];
	uint32_t len = packet_length(*pp), part;

	if (n > UINT16_MAX || len > UINT16_MAX - n || !packet_put(pp, n))
		return false;
	for (; n > 0; len += part, n -= part) {
		part = RTE_MIN(n, (uint32_t)sizeof(zeroes));
		if (!packet_write(pp, len, zeroes, part))
			return false;
	}
	return true;
}

static inline int
storetimestamp_packet(const struct storetimestamp *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp), off = e->tail ? len : e->offset;
	int64_t ns = packet_timestamp(*pp);

	if (unlikely(off > UINT16_MAX - TIMESTAMP_SIZE))
		return DROP(TOO_LONG);
	if (off + TIMESTAMP_SIZE > len && !add_zeroes(pp, off + TIMESTAMP_SIZE - len))
		return DROP(TOO_LONG);
	return packet_write(pp, off, &ns, sizeof(ns)) ? 0 : DROP(TOO_LONG);
}

ELEMENT_DECIDE(storetimestamp, storetimestamp, storetimestamp_packet)

static int
storetimestamp_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct storetimestamp *e = (struct storetimestamp *)base;

	(void)args;
	if (e->has_offset == e->tail)
		return errh_error(errh, "supply exactly one of 'OFFSET' and 'TAIL'");
	return 0;
}

static const struct arg storetimestamp_args[] = {
	ARG(storetimestamp, offset, "OFFSET", ARG_OPTIONAL,
		.given = ARG_GIVEN(storetimestamp, has_offset), .help = "where to write it, bytes"),
	ARG(storetimestamp, tail, "TAIL", ARG_KEYWORD, .def = "false",
		.help = "true: behind the packet's data"),
	ARGS_END,
};

static const char *const storetimestamp_drops[] = {[TOO_LONG] = "too long or no memory", NULL};

static const struct element_class storetimestamp_class = {
	.name = "StoreTimestamp",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct storetimestamp),
	.push = storetimestamp_push,
	.pull = storetimestamp_pull,
	.decide = storetimestamp_decide,
	.configure = storetimestamp_configure,
	.args = storetimestamp_args,
	.drops = storetimestamp_drops,
	.group = "analysis",
	.brief = "writes packets' timestamps into their data",
	.manual =
		"Writes the packet's timestamp as 8 bytes, nanoseconds since 1970 in the byte order of\n"
		"this machine. A packet that is too short is made longer with zeroes.",
	.example = "Idle -> StoreTimestamp(34) -> StoreTimestamp(TAIL true) -> Discard;",
};
ELEMENT_CLASS(storetimestamp_class)
