// SPDX-License-Identifier: BSD-3-Clause
// ICMPIPEncap: makes packets the data of ICMP messages.

#include <stdatomic.h>
#include <stdlib.h>

#include <rte_icmp.h>

#include "elements/icmp/icmp_name.h"
#include "elements/icmp/ping.h"
#include "elements/ip/encap.h"
#include "src/element.h"

struct icmpipencap {
	struct element element;
	struct encap encap;
	struct ip_addr src, dst;
	struct icmp_type type;
	uint8_t code;
	bool numbered; // the type has identifier and sequence number
	uint16_t size; // of both headers
	uint16_t identifier;
	_Atomic uint16_t next_id;
	struct any type_text, code_text; // as configured
};

enum { NO_ROOM };

enum { MESSAGE_TTL = 255, TIMESTAMP_SIZE = 20 };

static uint16_t
take_id(struct icmpipencap *e)
{
	uint16_t id;

	do {
		id = atomic_fetch_add_explicit(&e->next_id, 1, memory_order_relaxed);
	} while (unlikely(id == 0));
	return id;
}

static inline int
encap_packet(struct icmpipencap *e, struct packet **pp)
{
	uint32_t size = e->size, icmp_at = sizeof(struct rte_ipv4_hdr), len;
	struct rte_icmp_hdr *icmp;
	uint64_t sum = 0;
	uint8_t *bytes;
	uint16_t id;

	if (unlikely(!encap_push(pp, size)))
		return DROP(NO_ROOM);
	id = take_id(e);
	len = packet_length(*pp);
	bytes = packet_data_rw(*pp);
	encap_write(&e->encap, bytes, len, id, encap_destination(*pp, e->dst.be, false));
	packet_set_network(*pp, 0, icmp_at);
	memset(bytes + icmp_at, 0, size - icmp_at);
	icmp = (void *)(bytes + icmp_at);
	icmp->icmp_type = e->type.number;
	icmp->icmp_code = e->code;
	if (e->numbered) {
		icmp->icmp_ident = rte_cpu_to_be_16(e->identifier);
		icmp->icmp_seq_nb = rte_cpu_to_be_16(id);
	}
	checksum_add_packet(&sum, *pp, (int32_t)icmp_at, len - icmp_at);
	icmp->icmp_cksum = checksum_finish(sum);
	return 0;
}

ELEMENT_DECIDE(icmpipencap, icmpipencap, encap_packet)

// ---- configuration

static bool
is_timestamp(uint8_t type)
{
	return type == ICMP_TYPE_TIMESTAMP || type == ICMP_TYPE_TIMESTAMP_REPLY;
}

static bool
is_numbered(uint8_t type)
{
	return type == ICMP_TYPE_ECHO || type == ICMP_TYPE_ECHO_REPLY || is_timestamp(type) ||
	       type == ICMP_TYPE_INFO_REQUEST || type == ICMP_TYPE_INFO_REPLY;
}

static void
build_header(struct icmpipencap *e)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.time_to_live = MESSAGE_TTL,
		.next_proto_id = IPPROTO_ICMP,
		.src_addr = e->src.be,
	};

	encap_init(&e->encap, &ip);
}

static int
icmpipencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct icmpipencap *e = (struct icmpipencap *)base;
	struct errh silent;

	(void)args;
	errh_init_silent(&silent);
	if (args_parse_value(&arg_icmp_type, e->type_text.text, &e->type, NULL, base, &silent) != 0)
		return errh_error(errh, "invalid TYPE");
	if (icmp_code_read(base, e->type.number, e->code_text.text, &e->code) != 0)
		return errh_error(errh, "invalid CODE");
	e->numbered = is_numbered(e->type.number);
	e->size = sizeof(struct rte_ipv4_hdr) +
		  (is_timestamp(e->type.number) ? TIMESTAMP_SIZE : sizeof(struct rte_icmp_hdr));
	atomic_store(&e->next_id, 1);
	build_header(e);
	return 0;
}

static int
icmpipencap_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(&((struct icmpipencap *)base)->next_id,
		atomic_load(&((struct icmpipencap *)old)->next_id));
	return 0;
}

static int
write_address(const struct handler_write *call)
{
	int err = ping_write_address(call);

	build_header((struct icmpipencap *)call->element);
	return err;
}

static const struct arg icmpipencap_args[] = {
	ARG(icmpipencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(icmpipencap, dst, "DST", ARG_MANDATORY, .help = "destination address"),
	ARG(icmpipencap, type_text, "TYPE", ARG_MANDATORY, .help = "ICMP type, name or number"),
	ARG(icmpipencap, code_text, "CODE", ARG_OPTIONAL, .def = "0",
		.help = "ICMP code, number or name of the type's"),
	ARG(icmpipencap, identifier, "IDENTIFIER", ARG_KEYWORD, .def = "0",
		.help = "ICMP identifier, for types that have one"),
	ARGS_END,
};

static const struct handler icmpipencap_handlers[] = {
	HANDLER_FIELD_R(
		"src", icmpipencap, src, 0, .write = write_address, .help = "source address"),
	HANDLER_FIELD_R(
		"dst", icmpipencap, dst, 0, .write = write_address, .help = "destination address"),
	HANDLERS_END,
};

static const char *const icmpipencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class icmpipencap_class = {
	.name = "ICMPIPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct icmpipencap),
	.push = icmpipencap_push,
	.pull = icmpipencap_pull,
	.decide = icmpipencap_decide,
	.configure = icmpipencap_configure,
	.take_state = icmpipencap_take_state,
	.args = icmpipencap_args,
	.handlers = icmpipencap_handlers,
	.drops = icmpipencap_drops,
	.group = "icmp",
	.brief = "makes packets the data of ICMP messages",
	.manual =
		"Puts an IP and an ICMP header of TYPE and CODE in front of each packet. The ICMP\n"
		"header has 8 bytes, 20 for timestamps; echo, timestamp and information messages get\n"
		"IDENTIFIER and a sequence number. IP id and sequence number count from 1 and leave\n"
		"out 0. The destination annotation is set.",
	.example = "Idle -> ICMPIPEncap(10.0.0.1, 10.0.0.2, unreachable, host) -> Discard;",
};
ELEMENT_CLASS(icmpipencap_class)
