// SPDX-License-Identifier: BSD-3-Clause
// SetRandIPAddress: sets the destination annotation to a random address.

#include <stdlib.h>

#include <rte_random.h>

#include "src/element.h"
#include "src/mem.h"

struct setrandipaddress {
	struct element element;
	uint32_t net_be, host_be; // the prefix, and the bits that are drawn
	uint32_t *drawn; // owned; network order. NULL: each packet draws its own
	uint32_t n_drawn;
	struct ip_prefix prefix;
	int32_t limit;
};

enum { LIMIT_MAX = 1 << 24 };

static inline uint32_t
draw(const struct setrandipaddress *e)
{
	return e->net_be | ((uint32_t)rte_rand() & e->host_be);
}

static inline void
set_packet(const struct setrandipaddress *e, struct packet *p)
{
	uint32_t addr_be;

	// The upper half of a product is a fair enough number below n_drawn, without a division.
	if (e->drawn != NULL)
		addr_be = e->drawn[(uint64_t)(uint32_t)rte_rand() * e->n_drawn >> 32];
	else
		addr_be = draw(e);
	packet_set_anno_u32(p, ANNO_DST_IP, addr_be);
}

ELEMENT_CHANGE(setrandipaddress, setrandipaddress, set_packet)

static int
setrandipaddress_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct setrandipaddress *e = (struct setrandipaddress *)base;

	(void)args;
	(void)errh;
	e->net_be = e->prefix.addr.be & e->prefix.mask.be;
	e->host_be = ~e->prefix.mask.be;
	if (e->limit <= 0)
		return 0;
	e->n_drawn = (uint32_t)e->limit;
	e->drawn = mem_zalloc(e->n_drawn * sizeof(*e->drawn));
	for (uint32_t i = 0; i < e->n_drawn; i++)
		e->drawn[i] = draw(e);
	return 0;
}

static void
setrandipaddress_cleanup(struct element *base)
{
	free(((struct setrandipaddress *)base)->drawn);
}

static const struct arg setrandipaddress_args[] = {
	ARG_AS(setrandipaddress, prefix, arg_ip_prefix_or_addr, "PREFIX", ARG_MANDATORY,
		.help = "where addresses are drawn from"),
	ARG(setrandipaddress, limit, "LIMIT", ARG_OPTIONAL, .def = "-1", .min = INT32_MIN,
		.max = LIMIT_MAX,
		.help = "draws so many addresses at the start and uses no others; 0 or negative: no "
			"limit"),
	ARGS_END,
};

static const struct element_class setrandipaddress_class = {
	.name = "SetRandIPAddress",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setrandipaddress),
	.push = setrandipaddress_push,
	.pull = setrandipaddress_pull,
	.decide = setrandipaddress_decide,
	.configure = setrandipaddress_configure,
	.cleanup = setrandipaddress_cleanup,
	.args = setrandipaddress_args,
	.writes = "DST_IP",
	.group = "ip",
	.brief = "sets the destination annotation to a random address",
	.manual =
		"Each packet's destination annotation becomes a random address of PREFIX, all of them\n"
		"equally likely: traffic to try route tables with.",
	.example = "Idle -> SetRandIPAddress(10.0.0.0/8, 1000) -> Discard;",
};
ELEMENT_CLASS(setrandipaddress_class)
