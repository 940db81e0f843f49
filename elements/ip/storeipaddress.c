// SPDX-License-Identifier: BSD-3-Clause
// StoreIPAddress: writes an address into packets.

#include <strings.h>

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/checksum.h"
#include "src/element.h"

struct storeipaddress {
	struct element element;
	uint32_t offset; // of the data; of the IP header if in_header
	bool in_header;
	bool fixed; // else the address is that of the destination annotation
	struct ip_addr addr;
	struct any first, second; // as configured
	bool has_first, has_second;
};

enum { NO_PLACE, NO_MEMORY };

// The place of the transport checksum that covers the address, in the IP packet; 0: there is none
// (a later fragment, another protocol, a short packet).
static inline uint32_t
checksum_place(const struct rte_ipv4_hdr *ip, uint32_t len)
{
	uint32_t header_len = rte_ipv4_hdr_len(ip), have;

	if ((ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)) != 0 ||
		header_len < sizeof(*ip) || len < header_len)
		return 0;
	have = len - header_len;
	if (ip->next_proto_id == IPPROTO_TCP && have >= sizeof(struct rte_tcp_hdr))
		return header_len + (uint32_t)offsetof(struct rte_tcp_hdr, cksum);
	if (ip->next_proto_id == IPPROTO_UDP && have >= sizeof(struct rte_udp_hdr))
		return header_len + (uint32_t)offsetof(struct rte_udp_hdr, dgram_cksum);
	return 0;
}

static inline int
store_in_header(const struct storeipaddress *e, struct packet **pp, uint32_t addr_be)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *seen = (const void *)packet_peek(pp, off, sizeof(*seen));
	struct rte_ipv4_hdr *ip;
	uint32_t place, old;
	uint16_t sum;

	if (unlikely(seen == NULL))
		return element_output_or_drop(&e->element, 1, NO_PLACE);
	place = checksum_place(seen, packet_length_from(*pp, off));
	ip = (void *)packet_edit(pp, off, place > 0 ? place + sizeof(sum) : sizeof(*ip));
	if (unlikely(ip == NULL))
		return DROP(NO_MEMORY);
	old = checksum_word((uint8_t *)ip + e->offset);
	memcpy((uint8_t *)ip + e->offset, &addr_be, sizeof(addr_be));
	ip->hdr_checksum = checksum_update32(ip->hdr_checksum, old, addr_be);
	if (place > 0) {
		memcpy(&sum, (uint8_t *)ip + place, sizeof(sum));
		// A UDP sender that computed none says so with a zero.
		if (sum != 0 || ip->next_proto_id == IPPROTO_TCP)
			sum = checksum_update32(sum, old, addr_be);
		memcpy((uint8_t *)ip + place, &sum, sizeof(sum));
	}
	return 0;
}

static inline int
store_packet(const struct storeipaddress *e, struct packet **pp)
{
	uint32_t addr_be = e->fixed ? e->addr.be : packet_anno_u32(*pp, ANNO_DST_IP);

	if (!e->fixed && addr_be == 0)
		return 0;
	if (e->in_header)
		return store_in_header(e, pp, addr_be);
	if (unlikely(packet_length(*pp) < sizeof(addr_be) ||
		     e->offset > packet_length(*pp) - sizeof(addr_be)))
		return element_output_or_drop(&e->element, 1, NO_PLACE);
	return likely(packet_write(pp, e->offset, &addr_be, sizeof(addr_be))) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(storeipaddress, storeipaddress, store_packet)

// ---- configuration

static int
read_offset(struct storeipaddress *e, const char *text, struct errh *errh)
{
	int64_t offset;

	e->in_header = strcasecmp(text, "src") == 0 || strcasecmp(text, "dst") == 0;
	if (e->in_header) {
		e->offset = strcasecmp(text, "src") == 0 ? offsetof(struct rte_ipv4_hdr, src_addr)
							 : offsetof(struct rte_ipv4_hdr, dst_addr);
		return 0;
	}
	if (text_read_int64(text, &offset) != 0 || offset < 0 || offset > INT32_MAX)
		return errh_error(errh, "type mismatch: OFFSET requires integer");
	e->offset = (uint32_t)offset;
	return 0;
}

static int
storeipaddress_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct storeipaddress *e = (struct storeipaddress *)base;
	int err = 0;

	(void)args;
	if (e->has_first && !e->has_second)
		return read_offset(e, e->first.text, errh);
	e->fixed = e->has_first;
	if (e->fixed)
		err = args_parse_value(&arg_ip_addr, e->first.text, &e->addr, "ADDR", base, errh);
	if (!e->has_second)
		return errh_error(errh, "OFFSET: required argument missing");
	return err != 0 ? err : read_offset(e, e->second.text, errh);
}

static const struct arg storeipaddress_args[] = {
	ARG(storeipaddress, first, "ADDR", ARG_OPTIONAL,
		.given = ARG_GIVEN(storeipaddress, has_first),
		.help = "the address; if only one argument is given, that is OFFSET, and the address "
			"is the packet's destination annotation"),
	ARG(storeipaddress, second, "OFFSET", ARG_OPTIONAL,
		.given = ARG_GIVEN(storeipaddress, has_second),
		.help = "place in the packet's data; `src` or `dst`: that address of the IP header"),
	ARGS_END,
};

static const char *const storeipaddress_drops[] = {
	[NO_PLACE] = "no such place in the packet", [NO_MEMORY] = "no memory", NULL};

static const struct element_class storeipaddress_class = {
	.name = "StoreIPAddress",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct storeipaddress),
	.push = storeipaddress_push,
	.pull = storeipaddress_pull,
	.decide = storeipaddress_decide,
	.configure = storeipaddress_configure,
	.args = storeipaddress_args,
	.drops = storeipaddress_drops,
	.group = "ip",
	.brief = "writes an address into packets",
	.manual =
		"StoreIPAddress(OFFSET) writes the destination annotation, unless it is zero: then the\n"
		"packet passes as it is. StoreIPAddress(ADDR, OFFSET) writes ADDR. With `src` and `dst`\n"
		"the checksums of IP, TCP and UDP are updated; at a number of bytes into the data only\n"
		"the four bytes are written. A packet that does not have the place leaves by output 1,\n"
		"or is dropped if that is not there; Click writes elsewhere then.",
	.example = "Idle -> CheckIPHeader -> StoreIPAddress(10.0.0.1, src) -> Discard;",
};
ELEMENT_CLASS(storeipaddress_class)
