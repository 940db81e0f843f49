// SPDX-License-Identifier: BSD-3-Clause
// ComparePackets: compares the packets of two paths with each other.

#include <inttypes.h>
#include <string.h>

#include "src/element.h"
#include "src/plan.h"
#include "src/strbuf.h"

enum difference {
	LENGTH,
	DATA,
	TIMESTAMP,
	NETWORK_OFFSET,
	NETWORK_LENGTH,
	NETWORK_PRESENCE,
	MORE_IN_0,
	MORE_IN_1,
	N_DIFFERENCES
};

static const char *const difference_names[] = {
	[LENGTH] = "different length",
	[DATA] = "different data",
	[TIMESTAMP] = "different timestamp",
	[NETWORK_OFFSET] = "different network header offset",
	[NETWORK_LENGTH] = "different network header length",
	[NETWORK_PRESENCE] = "different network header presence",
	[MORE_IN_0] = "more packets in [0]",
	[MORE_IN_1] = "more packets in [1]",
};

enum { WAITING_MAX = 1024 };

struct comparepackets {
	struct element element;
	// Clones of packets of the path that is ahead, in a ring; at most one of the two has some.
	struct packet *waiting[2][WAITING_MAX]; // owned
	uint32_t head[2], n_waiting[2];
	uint64_t n[N_DIFFERENCES];
	uint64_t n_pairs; // that differ
	bool timestamp;
};

enum { COMPARED, HELD_AT_END };

// ---- comparing

static bool
same_data(const struct packet *a, const struct packet *b, uint32_t n)
{
	uint8_t x[256], y[256];

	for (uint32_t at = 0; at < n; at += sizeof(x)) {
		uint32_t len = RTE_MIN(n - at, (uint32_t)sizeof(x));

		if (!packet_read(a, at, x, len) || !packet_read(b, at, y, len) ||
			memcmp(x, y, len) != 0)
			return false;
	}
	return true;
}

static bool
compare_network(struct comparepackets *e, const struct packet *a, const struct packet *b)
{
	bool offset, length;

	if (packet_has_network(a) != packet_has_network(b)) {
		e->n[NETWORK_PRESENCE]++;
		return true;
	}
	if (!packet_has_network(a))
		return false;
	offset = packet_network_offset(a) != packet_network_offset(b);
	length = packet_transport_offset(a) - packet_network_offset(a) !=
		 packet_transport_offset(b) - packet_network_offset(b);
	e->n[NETWORK_OFFSET] += offset;
	e->n[NETWORK_LENGTH] += length;
	return offset || length;
}

static void
compare(struct comparepackets *e, const struct packet *a, const struct packet *b)
{
	uint32_t n = RTE_MIN(packet_length(a), packet_length(b));
	bool length = packet_length(a) != packet_length(b), data = !same_data(a, b, n);
	bool timestamp = e->timestamp && packet_timestamp(a) != packet_timestamp(b);
	bool network = compare_network(e, a, b);

	e->n[LENGTH] += length;
	e->n[DATA] += data;
	e->n[TIMESTAMP] += timestamp;
	e->n_pairs += length || data || timestamp || network;
}

// ---- data path

static struct packet *
take_waiting(struct comparepackets *e, unsigned port)
{
	struct packet *p = e->waiting[port][e->head[port]];

	e->head[port] = (e->head[port] + 1) % WAITING_MAX;
	e->n_waiting[port]--;
	return p;
}

static void
wait_for_other(struct comparepackets *e, unsigned port, struct packet *p)
{
	struct packet *clone = packet_clone(p);

	// The oldest has waited in vain.
	if (clone == NULL || e->n_waiting[port] == WAITING_MAX) {
		e->n[MORE_IN_0 + port]++;
		e->n_pairs++;
	}
	if (clone == NULL)
		return;
	if (e->n_waiting[port] == WAITING_MAX)
		element_drop(&e->element, COMPARED, take_waiting(e, port));
	e->waiting[port][(e->head[port] + e->n_waiting[port]++) % WAITING_MAX] = clone;
}

static void
comparepackets_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct comparepackets *e = (struct comparepackets *)base;
	unsigned other = 1 - port;

	element_pull(base, port, b, max);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p;

		if (e->n_waiting[other] == 0) {
			wait_for_other(e, port, b->pkt[i]);
			continue;
		}
		p = take_waiting(e, other);
		compare(e, port == 0 ? b->pkt[i] : p, port == 0 ? p : b->pkt[i]);
		element_drop(base, COMPARED, p);
	}
}

// ---- life

static void
comparepackets_cleanup(struct element *base)
{
	struct comparepackets *e = (struct comparepackets *)base;

	for (unsigned port = 0; port < 2; port++) {
		while (e->n_waiting[port] > 0)
			element_drop(base, HELD_AT_END, take_waiting(e, port));
	}
}

static uint32_t
comparepackets_held(struct element *base)
{
	const struct comparepackets *e = (struct comparepackets *)base;

	return e->n_waiting[0] + e->n_waiting[1];
}

static int
comparepackets_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(
		plan, 0, 2 * WAITING_MAX, "%s holds %d", element_name(e), (int)(2 * WAITING_MAX));
	return 0;
}

static int
comparepackets_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct comparepackets *e = (struct comparepackets *)base;
	struct comparepackets *old = (struct comparepackets *)old_base;

	(void)errh;
	memcpy(e->waiting, old->waiting, sizeof(e->waiting));
	memcpy(e->head, old->head, sizeof(e->head));
	memcpy(e->n_waiting, old->n_waiting, sizeof(e->n_waiting));
	memset(old->n_waiting, 0, sizeof(old->n_waiting));
	memcpy(e->n, old->n, sizeof(e->n));
	e->n_pairs = old->n_pairs;
	return 0;
}

// ---- handlers

enum { DIFFS, ALL_SAME, DIFF_DETAILS };

static int
read_value(const struct handler_read *call)
{
	const struct comparepackets *e = (struct comparepackets *)call->element;
	uint64_t n = e->n_pairs + e->n_waiting[0] + e->n_waiting[1];

	switch (call->row->number) {
	case DIFFS:
		strbuf_addf(call->out, "%" PRIu64, n);
		break;
	case ALL_SAME:
		strbuf_adds(call->out, n == 0 ? "true" : "false");
		break;
	case DIFF_DETAILS:
		for (unsigned i = 0; i < N_DIFFERENCES; i++)
			strbuf_addf(call->out, "%" PRIu64 "\t%s\n",
				e->n[i] + (i >= MORE_IN_0 ? e->n_waiting[i - MORE_IN_0] : 0),
				difference_names[i]);
		break;
	}
	return 0;
}

static const struct arg comparepackets_args[] = {
	ARG(comparepackets, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "true",
		.help = "whether timestamps must be the same"),
	ARGS_END,
};

static const struct handler comparepackets_handlers[] = {
	{.name = "diffs",
		.read = read_value,
		.number = DIFFS,
		.help = "pairs that differ, and packets that the other path does not have"},
	{.name = "diff_details",
		.read = read_value,
		.number = DIFF_DETAILS,
		.help = "how often they differ in what, a line each"},
	{.name = "all_same",
		.read = read_value,
		.number = ALL_SAME,
		.help = "true: nothing differs"},
	HANDLERS_END,
};

static const char *const comparepackets_drops[] = {
	[COMPARED] = "compared", [HELD_AT_END] = "waiting for the other path at the end", NULL};

static const struct element_class comparepackets_class = {
	.name = "ComparePackets",
	.ports = "2/2",
	.processing = "l/l",
	.flow = "#/#",
	.lcores = LCORES_ONE,
	.size = sizeof(struct comparepackets),
	.pull = comparepackets_pull,
	.reserve = comparepackets_reserve,
	.cleanup = comparepackets_cleanup,
	.take_state = comparepackets_take_state,
	.held = comparepackets_held,
	.args = comparepackets_args,
	.handlers = comparepackets_handlers,
	.drops = comparepackets_drops,
	.group = "standard",
	.brief = "compares the packets of two paths with each other",
	.manual =
		"What is pulled from an output comes from the input of the same number. The first\n"
		"packets of both are compared, then the second ones, and so on: length, data,\n"
		"timestamp, and network header. A path may be 1024 packets ahead of the other; those\n"
		"in front of these count as missing there.",
	.example = "Idle -> t :: Tee -> Queue -> [0]c :: ComparePackets -> Discard;"
		   "t[1] -> Queue -> [1]c[1] -> Discard;",
};
ELEMENT_CLASS(comparepackets_class)
