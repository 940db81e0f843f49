// SPDX-License-Identifier: BSD-3-Clause
// HashSwitch: chooses an output by some of a packet's bytes.

#include "src/element.h"

struct hashswitch {
	struct element element;
	uint32_t offset, length; // of the bytes
};

static uint32_t
sum_bytes(const struct packet *p, uint32_t off, uint32_t n)
{
	uint32_t sum = 0, len;
	uint8_t bytes[64];

	for (; n > 0; n -= len, off += len) {
		len = RTE_MIN(n, (uint32_t)sizeof(bytes));
		packet_read(p, off, bytes, len);
		for (uint32_t i = 0; i < len; i++)
			sum += bytes[i];
	}
	return sum;
}

static void
hashswitch_push(struct element *base, unsigned port, struct batch *b)
{
	const struct hashswitch *e = (struct hashswitch *)base;
	uint32_t n = base->n_outputs, offset = e->offset, length = e->length;
	bool fold = n == 2 || n == 4 || n == 8;
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		uint32_t size = packet_length(b->pkt[i]), sum;

		decision[i] = 0;
		if (offset > size || length > size - offset)
			continue;
		sum = sum_bytes(b->pkt[i], offset, length);
		decision[i] = (int16_t)(fold ? (sum ^ sum >> 4) & (n - 1) : sum % n);
	}
	element_split(base, b, decision);
}

static int
hashswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	if (((struct hashswitch *)base)->length == 0)
		return errh_error(errh, "length must be > 0");
	return 0;
}

static const struct arg hashswitch_args[] = {
	ARG(hashswitch, offset, "OFFSET", ARG_MANDATORY,
		.help = "first byte to look at, from the start of the packet"),
	ARG(hashswitch, length, "LENGTH", ARG_MANDATORY, .help = "bytes to look at"),
	ARGS_END,
};

static const struct element_class hashswitch_class = {
	.name = "HashSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct hashswitch),
	.push = hashswitch_push,
	.configure = hashswitch_configure,
	.args = hashswitch_args,
	.group = "standard",
	.brief = "chooses an output by some of a packet's bytes",
	.manual =
		"Packets with equal bytes at OFFSET leave by the same output, so that flows stay\n"
		"together. Packets that are too short leave by output 0.",
	.example = "Idle -> hs :: HashSwitch(12, 8); hs [0] -> Discard; hs [1] -> Discard;",
};
ELEMENT_CLASS(hashswitch_class)
