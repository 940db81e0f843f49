// SPDX-License-Identifier: BSD-3-Clause
// EtherEncap: puts a fixed Ethernet header in front of packets.

#include <rte_ether.h>

#include "src/element.h"

struct etherencap {
	struct element element;
	// The 14 bytes as two words that overlap in two bytes.
	uint64_t head, tail;
	uint16_t ethertype;
	struct mac_addr src, dst;
};

enum { NO_MEMORY };
enum { TAIL_AT = RTE_ETHER_HDR_LEN - sizeof(uint64_t) };

static inline int
etherencap_packet(const struct etherencap *e, struct packet **pp)
{
	uint8_t *bytes;

	if (unlikely(!packet_push(pp, RTE_ETHER_HDR_LEN)))
		return DROP(NO_MEMORY);
	bytes = packet_data_rw(*pp);
	memcpy(bytes, &e->head, sizeof(e->head));
	memcpy(bytes + TAIL_AT, &e->tail, sizeof(e->tail));
	packet_set_mac(*pp, 0);
	return 0;
}

ELEMENT_DECIDE(etherencap, etherencap, etherencap_packet)

static void
build_header(struct etherencap *e)
{
	struct rte_ether_hdr h = {.ether_type = rte_cpu_to_be_16(e->ethertype)};

	memcpy(&h.dst_addr, e->dst.bytes, sizeof(h.dst_addr));
	memcpy(&h.src_addr, e->src.bytes, sizeof(h.src_addr));
	memcpy(&e->head, &h, sizeof(e->head));
	memcpy(&e->tail, (const uint8_t *)&h + TAIL_AT, sizeof(e->tail));
}

static int
etherencap_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	build_header((struct etherencap *)e);
	return 0;
}

static int
write_field(const struct handler_write *call)
{
	int err = handler_write_field(call);

	build_header((struct etherencap *)call->element);
	return err;
}

static const struct arg etherencap_args[] = {
	ARG(etherencap, ethertype, "ETHERTYPE", ARG_MANDATORY, .help = "protocol of the payload"),
	ARG(etherencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(etherencap, dst, "DST", ARG_MANDATORY, .help = "destination address"),
	ARGS_END,
};

static const struct handler etherencap_handlers[] = {
	HANDLER_FIELD_R("src", etherencap, src, 0, .write = write_field, .help = "source address"),
	HANDLER_FIELD_R(
		"dst", etherencap, dst, 0, .write = write_field, .help = "destination address"),
	HANDLER_FIELD_R("ethertype", etherencap, ethertype, 0, .write = write_field,
		.help = "protocol of the payload"),
	HANDLER_FIELD_R("etht", etherencap, ethertype, 0, .write = write_field,
		.help = "old name of ethertype"),
	HANDLERS_END,
};

static const char *const etherencap_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class etherencap_class = {
	.name = "EtherEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct etherencap),
	.push = etherencap_push,
	.pull = etherencap_pull,
	.decide = etherencap_decide,
	.configure = etherencap_configure,
	.args = etherencap_args,
	.handlers = etherencap_handlers,
	.drops = etherencap_drops,
	.group = "ethernet",
	.brief = "puts a fixed Ethernet header in front of packets",
	.manual =
		"Each packet gets a 14-byte Ethernet header with the addresses and the protocol that\n"
		"are configured. The MAC header is marked. Where the destination depends on the\n"
		"packet's next hop, use ARPQuerier.",
	.example = "Idle -> EtherEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2) -> Discard;",
};
ELEMENT_CLASS(etherencap_class)
