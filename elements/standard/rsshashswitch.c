// SPDX-License-Identifier: BSD-3-Clause
// RSSHashSwitch: chooses an output by the hash that devices spread flows over queues with.

#include <string.h>

#include "elements/tcpudp/segment.h"
#include "src/element.h"

enum { TUPLE = 12 }; // bytes: addresses and ports

struct rsshashswitch {
	struct element element;
	uint32_t max; // outputs to use; 0: all
	uint32_t n;
	uint32_t table[TUPLE][256]; // what each value of each byte adds to the hash
};

// The key of the specification ("Verifying the RSS hash calculation"), as most drivers use it.
static const uint8_t key[] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25,
	0x3d, 0x43, 0xa3, 0x8f, 0xb0};

static_assert(sizeof(key) >= TUPLE + sizeof(uint32_t), "a window of the key for each bit");

static inline uint32_t
toeplitz(const struct rsshashswitch *e, const uint8_t *bytes, unsigned n)
{
	uint32_t hash = 0;

	for (unsigned i = 0; i < n; i++)
		hash ^= e->table[i][bytes[i]];
	return hash;
}

static inline int16_t
choose(const struct rsshashswitch *e, struct packet **pp)
{
	uint8_t tuple[TUPLE];
	struct segment s;
	bool ports;

	if (unlikely(packet_network_offset(*pp) == PACKET_NO_HEADER || !segment_read(&s, pp, 0)))
		return 0;
	ports = (s.ip->next_proto_id == IPPROTO_TCP || s.ip->next_proto_id == IPPROTO_UDP) &&
		!segment_is_fragment(&s) && s.have >= 4;
	if (unlikely(ports && !segment_read(&s, pp, 4)))
		return 0;
	memcpy(tuple, &s.ip->src_addr, 8);
	if (ports)
		memcpy(tuple + 8, segment_header(&s), 4);
	return (int16_t)(toeplitz(e, tuple, ports ? TUPLE : 8) % e->n);
}

static void
rsshashswitch_push(struct element *base, unsigned port, struct batch *b)
{
	const struct rsshashswitch *e = (struct rsshashswitch *)base;
	int16_t decision[BATCH_MAX];

	(void)port;
	batch_prefetch_data(b);
	for (unsigned i = 0; i < b->n; i++)
		decision[i] = choose(e, &b->pkt[i]);
	element_split(base, b, decision);
}

// The 32 bits of the key from a bit on.
static uint32_t
key_window(unsigned bit)
{
	uint64_t window = 0;

	for (unsigned i = 0; i < 5; i++)
		window = window << 8 | (bit / 8 + i < sizeof(key) ? key[bit / 8 + i] : 0);
	return (uint32_t)(window >> (8 - bit % 8));
}

static int
rsshashswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct rsshashswitch *e = (struct rsshashswitch *)base;

	(void)args;
	if (e->max > base->n_outputs)
		return errh_error(errh, "MAX: there are only %u outputs", base->n_outputs);
	e->n = e->max > 0 ? e->max : base->n_outputs;
	for (unsigned i = 0; i < TUPLE; i++) {
		for (unsigned v = 0; v < 256; v++) {
			e->table[i][v] = 0;
			for (unsigned bit = 0; bit < 8; bit++) {
				if (v & 0x80u >> bit)
					e->table[i][v] ^= key_window(i * 8 + bit);
			}
		}
	}
	return 0;
}

static const struct arg rsshashswitch_args[] = {
	ARG(rsshashswitch, max, "MAX", ARG_KEYWORD, .def = "0", .help = "outputs to use; 0: all"),
	ARGS_END,
};

static const struct element_class rsshashswitch_class = {
	.name = "RSSHashSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct rsshashswitch),
	.push = rsshashswitch_push,
	.configure = rsshashswitch_configure,
	.args = rsshashswitch_args,
	.group = "standard",
	.brief = "chooses an output by the hash of receive-side scaling",
	.manual =
		"Computes the Toeplitz hash of IPv4 addresses, and of the ports of TCP and UDP, with the\n"
		"key that the specification of receive-side scaling gives; the output is the hash\n"
		"modulo the number of outputs. Fragments go by their addresses; packets without an IP\n"
		"header leave by output 0. Needs header places: put a CheckIPHeader in front.",
	.example =
		"Idle -> CheckIPHeader -> s :: RSSHashSwitch; s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(rsshashswitch_class)
