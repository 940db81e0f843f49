// SPDX-License-Identifier: BSD-3-Clause
// IPRateMonitor: measures the rates of IP addresses, and of networks where there is less traffic.

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "elements/analysis/ratetree.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strbuf.h"

enum { KB = 1024, KB_MIN = 100, KB_MAX = 1 << 21, KB_UNLIMITED = 64 * KB };
enum { RATIO_ONE = 1 << 28 };

struct ipratemonitor {
	struct element element;
	struct rate_tree tree;
	bool bytes; // counts these

	// Arguments.
	struct word type;
	struct probability ratio;
	uint32_t threshold, memory_kb;
	bool anno;
};

static uint32_t
n_tables(uint32_t memory_kb)
{
	uint64_t bytes = (uint64_t)(memory_kb > 0 ? memory_kb : KB_UNLIMITED) * KB;

	return (uint32_t)(bytes / sizeof(struct rate_table));
}

static int64_t
now_ms(void)
{
	return clock_steady() / CLOCK_MS;
}

// ---- data path

// Packets that come in by port 0 are counted for their source, others for their destination.
static void
count_packet(struct ipratemonitor *e, unsigned port, struct packet **pp, int64_t ms)
{
	int32_t network = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = NULL;
	const struct rate_counter *c;
	uint32_t addr;

	if (network != PACKET_NO_HEADER)
		ip = (const void *)packet_peek(pp, network, sizeof(*ip));
	if (ip == NULL || ip->version_ihl >> 4 != 4)
		return;
	addr = rte_be_to_cpu_32(port == 0 ? ip->src_addr : ip->dst_addr);
	c = rate_tree_update(
		&e->tree, addr, port, e->bytes ? packet_length_from(*pp, network) : 1, ms);
	if (!e->anno)
		return;
	packet_set_anno_u32(*pp, ANNO_FWD_RATE, rate_counter_read(c, 0, ms));
	packet_set_anno_u32(*pp, ANNO_REV_RATE, rate_counter_read(c, 1, ms));
}

static void
count_batch(struct ipratemonitor *e, unsigned port, struct batch *b)
{
	int64_t ms = now_ms();

	for (unsigned i = 0; i < b->n; i++)
		count_packet(e, port, &b->pkt[i], ms);
}

static void
ipratemonitor_push(struct element *base, unsigned port, struct batch *b)
{
	count_batch((struct ipratemonitor *)base, port, b);
	element_push(base, port, b);
}

static void
ipratemonitor_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	element_pull(base, port, b, max);
	count_batch((struct ipratemonitor *)base, port, b);
}

// ---- configuration

static int
check_memory(uint32_t memory_kb, struct errh *errh)
{
	if (memory_kb == 0 || (memory_kb >= KB_MIN && memory_kb <= KB_MAX))
		return 0;
	return errh_error(errh, "MEMORY: out of range, bound %d",
		memory_kb < KB_MIN ? (int)KB_MIN : (int)KB_MAX);
}

static int
ipratemonitor_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipratemonitor *e = (struct ipratemonitor *)base;
	int err = 0;

	(void)args;
	e->bytes = strcmp(e->type.text, "BYTES") == 0;
	if (!e->bytes && strcmp(e->type.text, "PACKETS") != 0)
		err = errh_error(errh, "monitor type should be \"PACKETS\" or \"BYTES\"");
	if (e->ratio.fixed28 > RATIO_ONE)
		err = errh_error(errh, "ratio must be between 0 and 1");
	err |= check_memory(e->memory_kb, errh);
	if (base->n_inputs != base->n_outputs)
		err = errh_error(errh, "needs as many outputs as inputs");
	return err == 0 ? 0 : -EINVAL;
}

static int
ipratemonitor_initialize(struct element *base, struct errh *errh)
{
	struct ipratemonitor *e = (struct ipratemonitor *)base;
	uint64_t split_at = (uint64_t)e->threshold * e->ratio.fixed28 / RATIO_ONE;

	(void)errh;
	rate_tree_init(&e->tree, RTE_MAX(split_at, UINT64_C(1)), n_tables(e->memory_kb), now_ms());
	return 0;
}

static void
ipratemonitor_cleanup(struct element *base)
{
	rate_tree_fini(&((struct ipratemonitor *)base)->tree);
}

static int
ipratemonitor_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct ipratemonitor *e = (struct ipratemonitor *)base;
	struct ipratemonitor *old = (struct ipratemonitor *)old_base;
	struct rate_tree fresh = e->tree;

	(void)errh;
	if (e->bytes != old->bytes || !rate_tree_resize(&old->tree, fresh.n_tables))
		return 0;
	e->tree = old->tree;
	e->tree.split_at = fresh.split_at;
	old->tree = fresh;
	return 0;
}

// ---- handlers

enum { THRESH, MEM, MEMMAX, LOOK };

static int
read_value(const struct handler_read *call)
{
	const struct ipratemonitor *e = (struct ipratemonitor *)call->element;
	int64_t ms = now_ms();

	switch (call->row->number) {
	case THRESH:
		strbuf_addf(call->out, "%u", e->threshold);
		break;
	case MEM:
		strbuf_addf(call->out, "%zu", e->tree.n_used * sizeof(struct rate_table));
		break;
	case MEMMAX:
		strbuf_addf(call->out, "%u", e->memory_kb);
		break;
	case LOOK:
		strbuf_addf(call->out, "%" PRId64 "\n", ms - e->tree.reset_ms);
		rate_tree_text(&e->tree, ms, call->out);
		break;
	}
	return 0;
}

static int
write_memmax(const struct handler_write *call)
{
	struct ipratemonitor *e = (struct ipratemonitor *)call->element;
	uint32_t memory_kb;
	int err = handler_parse(call, &arg_uint32, &memory_kb);

	if (err == 0)
		err = check_memory(memory_kb, call->errh);
	if (err != 0)
		return err;
	if (!rate_tree_resize(&e->tree, n_tables(memory_kb)))
		return errh_error(call->errh, "more memory is in use");
	e->memory_kb = memory_kb;
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	rate_tree_reset(&((struct ipratemonitor *)call->element)->tree, now_ms());
	return 0;
}

static int
write_anno_level(const struct handler_write *call)
{
	struct ipratemonitor *e = (struct ipratemonitor *)call->element;
	struct strvec args = {0};
	struct ip_addr addr;
	uint64_t level = 0, seconds = 0;
	int64_t ms = now_ms();
	int err = 0;

	confstr_split_args(call->text, &args);
	if (args.n != 3)
		err = errh_error(call->errh, "expected 'ADDR, LEVEL, SECONDS'");
	else if (text_read_ip(args.v[0], &addr) != 0)
		err = errh_error(call->errh, "expected IP address, not '%s'", args.v[0]);
	else if (text_read_uint64(args.v[1], &level) != 0 || level >= RATE_TREE_LEVELS)
		err = errh_error(call->errh, "level must be between 0 and 3");
	else if (text_read_uint64(args.v[2], &seconds) != 0 || seconds == 0 || seconds > INT32_MAX)
		err = errh_error(call->errh, "expected a number of seconds above 0");
	else if (!rate_tree_pin(&e->tree, rte_be_to_cpu_32(addr.be), (unsigned)level, ms,
			 ms + (int64_t)seconds * 1000))
		err = errh_error(call->errh, "too many addresses");
	strvec_fini(&args);
	return err;
}

static const struct arg ipratemonitor_args[] = {
	ARG(ipratemonitor, type, "TYPE", ARG_MANDATORY, .help = "PACKETS or BYTES"),
	ARG(ipratemonitor, ratio, "RATIO", ARG_MANDATORY,
		.help = "part of THRESH at which a closer look is taken, 0 to 1"),
	ARG(ipratemonitor, threshold, "THRESH", ARG_MANDATORY, .help = "rate per second"),
	ARG(ipratemonitor, memory_kb, "MEMORY", ARG_OPTIONAL, .def = "0",
		.help = "kilobytes for counters, at least 100; 0: 64 MB"),
	ARG(ipratemonitor, anno, "ANNO", ARG_OPTIONAL, .def = "true",
		.help = "whether packets get the rates as annotations"),
	ARGS_END,
};

static const struct handler ipratemonitor_handlers[] = {
	{.name = "thresh", .read = read_value, .number = THRESH, .help = "see THRESH"},
	{.name = "mem", .read = read_value, .number = MEM, .help = "bytes of counters in use"},
	{.name = "look",
		.read = read_value,
		.flags = HANDLER_EXPENSIVE,
		.number = LOOK,
		.help = "milliseconds since the reset, and a line for each counter"},
	{.name = "memmax",
		.read = read_value,
		.write = write_memmax,
		.number = MEMMAX,
		.help = "kilobytes for counters; 0: 64 MB"},
	{.name = "anno_level",
		.write = write_anno_level,
		.help = "ADDR, LEVEL, SECONDS: no closer look than LEVEL (0 to 3) for so long"},
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "sets all rates to 0"},
	HANDLERS_END,
};

static const struct element_class ipratemonitor_class = {
	.name = "IPRateMonitor",
	.ports = "1-2/1-2",
	.processing = "a/a",
	.flow = "#/#",
	.lcores = LCORES_ONE,
	.size = sizeof(struct ipratemonitor),
	.push = ipratemonitor_push,
	.pull = ipratemonitor_pull,
	.configure = ipratemonitor_configure,
	.initialize = ipratemonitor_initialize,
	.cleanup = ipratemonitor_cleanup,
	.take_state = ipratemonitor_take_state,
	.args = ipratemonitor_args,
	.handlers = ipratemonitor_handlers,
	.writes = "FWD_RATE REV_RATE",
	.group = "analysis",
	.brief = "measures the rates of IP addresses and networks",
	.manual =
		"Packets that come in by input 0 count for their source address, in the forward\n"
		"direction; those of input 1 for their destination address, in the reverse one. Each\n"
		"leaves by the output of the same number; packets without an IPv4 header are not\n"
		"counted.\n"
		"\n"
		"At first there is a rate for each first byte of an address. When it reaches RATIO of\n"
		"THRESH, the next byte is looked at as well, and so on; about once a second what has\n"
		"become quiet is put together again. The handler `look` shows the rates per second\n"
		"(averages over some 16 ms): lines of bytes of the address, forward and reverse rate.",
	.example = "Idle -> [0]m :: IPRateMonitor(PACKETS, 0.5, 256, 600)[0] -> Discard;"
		   "Idle -> [1]m[1] -> Discard;",
};
ELEMENT_CLASS(ipratemonitor_class)
