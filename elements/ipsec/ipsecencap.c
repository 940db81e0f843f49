// SPDX-License-Identifier: BSD-3-Clause
// IPsecEncap: puts an IP header without source address in front of packets.

#include <stdatomic.h>

#include "elements/ip/encap.h"
#include "src/element.h"

struct ipsecencap {
	struct element element;
	struct encap encap;
	_Atomic uint16_t next_id;
	struct ip_proto proto;
};

enum { NO_ROOM, TTL = 250 };

static inline int
ipsecencap_packet(struct ipsecencap *e, struct packet **pp)
{
	uint16_t id = atomic_fetch_add_explicit(&e->next_id, 1, memory_order_relaxed);

	if (unlikely(!encap_push(pp, sizeof(e->encap.ip))))
		return DROP(NO_ROOM);
	encap_write(&e->encap, packet_data_rw(*pp), packet_length(*pp), id,
		packet_anno_u32(*pp, ANNO_DST_IP));
	packet_set_network(*pp, 0, sizeof(e->encap.ip));
	packet_set_anno_u8(*pp, ANNO_FIX_IP_SRC, 1);
	return 0;
}

ELEMENT_DECIDE(ipsecencap, ipsecencap, ipsecencap_packet)

static int
ipsecencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipsecencap *e = (struct ipsecencap *)base;
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.time_to_live = TTL,
		.next_proto_id = e->proto.number,
	};

	(void)args;
	(void)errh;
	encap_init(&e->encap, &ip);
	return 0;
}

static int
ipsecencap_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(&((struct ipsecencap *)base)->next_id,
		atomic_load(&((struct ipsecencap *)old)->next_id));
	return 0;
}

static const struct arg ipsecencap_args[] = {
	ARG_AS(ipsecencap, proto, arg_encap_proto, "PROTO", ARG_MANDATORY,
		.help = "protocol of the data, name or number; 50 is ESP"),
	ARGS_END,
};

static const char *const ipsecencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class ipsecencap_class = {
	.name = "IPsecEncap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipsecencap),
	.push = ipsecencap_push,
	.pull = ipsecencap_pull,
	.decide = ipsecencap_decide,
	.configure = ipsecencap_configure,
	.take_state = ipsecencap_take_state,
	.args = ipsecencap_args,
	.drops = ipsecencap_drops,
	.reads = "DST_IP",
	.writes = "FIX_IP_SRC",
	.group = "ipsec",
	.brief = "puts an IP header in front of packets that leave by a tunnel",
	.manual =
		"A 20-byte IP header with a TTL of 250, the destination from the annotation of that\n"
		"name (the tunnel's other end, as RadixIPsecLookup chose it), and no source address:\n"
		"the annotation FIX_IP_SRC tells a FixIPSrc behind it to fill that in.",
	.example = "Idle -> IPsecEncap(50) -> FixIPSrc(10.0.0.1) -> Discard;",
};
ELEMENT_CLASS(ipsecencap_class)
