// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "elements/analysis/aggregateipflows.h"
#include "elements/icmp/icmp_name.h"

enum { ICMP_HEADER = 8, PORTS = 4, TCP_FLAGS = 13 };

// A header of IPv4 at off. NULL: there is none.
static const struct rte_ipv4_hdr *
peek_ip(struct packet **pp, int32_t off, int32_t *transport)
{
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));

	if (ip == NULL || ip->version_ihl >> 4 != 4 || (ip->version_ihl & 0xf) < 5)
		return NULL;
	*transport = off + (ip->version_ihl & 0xf) * 4;
	return ip;
}

static bool
is_first(const struct rte_ipv4_hdr *ip)
{
	return (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) == 0;
}

// The header that an ICMP error quotes; *transport moves behind it.
static const struct rte_ipv4_hdr *
peek_quoted(struct packet **pp, const struct rte_ipv4_hdr *ip, int32_t *transport)
{
	const uint8_t *icmp;

	if (!is_first(ip))
		return NULL;
	icmp = packet_peek(pp, *transport, ICMP_HEADER);
	if (icmp == NULL || !icmp_is_error(icmp[0]))
		return NULL;
	return peek_ip(pp, *transport + ICMP_HEADER, transport);
}

static void
read_transport(struct flow_packet *f, struct packet **pp, int32_t transport, bool *good)
{
	const uint8_t *bytes = packet_peek(pp, transport, PORTS);

	*good = bytes != NULL;
	if (bytes == NULL)
		return;
	memcpy(&f->key.a_port, bytes, 2);
	memcpy(&f->key.b_port, bytes + 2, 2);
	if (f->key.proto != IPPROTO_TCP || f->icmp_error)
		return;
	bytes = packet_peek(pp, transport, TCP_FLAGS + 1);
	f->tcp_flags = bytes != NULL ? bytes[TCP_FLAGS] : 0;
}

static void
sort_key(struct flow_packet *f)
{
	struct flow_key *k = &f->key, turned = *k;

	turned.a = k->b;
	turned.b = k->a;
	turned.a_port = k->b_port;
	turned.b_port = k->a_port;
	f->reverse = rte_be_to_cpu_32(k->a) > rte_be_to_cpu_32(k->b) ||
		     (k->a == k->b && rte_be_to_cpu_16(k->a_port) > rte_be_to_cpu_16(k->b_port));
	if (f->reverse)
		*k = turned;
}

bool
flow_packet_read(struct flow_packet *f, struct packet **pp, bool icmp)
{
	int32_t network = packet_network_offset(*pp), transport;
	const struct rte_ipv4_hdr *ip;
	bool good = true;

	*f = (struct flow_packet){0};
	ip = network != PACKET_NO_HEADER ? peek_ip(pp, network, &transport) : NULL;
	if (ip != NULL && ip->next_proto_id == IPPROTO_ICMP && icmp) {
		f->icmp_error = true;
		ip = peek_quoted(pp, ip, &transport);
	}
	if (ip == NULL || (ip->next_proto_id != IPPROTO_TCP && ip->next_proto_id != IPPROTO_UDP) ||
		(ip->src_addr == 0 && ip->dst_addr == 0))
		return false;
	f->key.a = ip->src_addr;
	f->key.b = ip->dst_addr;
	f->key.proto = ip->next_proto_id;
	f->id = ip->packet_id;
	f->first = is_first(ip);
	f->fragment = !f->icmp_error &&
		      (!f->first || (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_MF_FLAG)) != 0);
	if (f->first)
		read_transport(f, pp, transport, &good);
	sort_key(f);
	return good && (f->first || !f->icmp_error);
}
