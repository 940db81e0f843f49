// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/iptext.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include <rte_icmp.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/icmp/icmp_name.h"
#include "elements/ip/payload.h"
#include "src/namedb.h"
#include "src/strbuf.h"
#include "src/text.h"

static uint16_t
get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t
get32(const uint8_t *bytes)
{
	return (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
}

static uint32_t
payload_len(const struct rte_ipv4_hdr *ip)
{
	uint32_t len = rte_be_to_cpu_16(ip->total_length), header_len = rte_ipv4_hdr_len(ip);

	return len > header_len ? len - header_len : 0;
}

bool
iptext_view(struct ip_view *v, const struct packet *p)
{
	int32_t off = packet_network_offset(p), transport = packet_transport_offset(p);

	v->p = p;
	if (!payload_read(p, off, &v->ip, sizeof(v->ip)))
		return false;
	v->transport = transport != PACKET_NO_HEADER ? transport : off + rte_ipv4_hdr_len(&v->ip);
	v->transport_len = RTE_MIN(packet_length_from(p, v->transport), payload_len(&v->ip));
	v->first_fragment = !(v->ip.fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK));
	return true;
}

// Reads as much of the transport header as is there; the rest is zero.
static void
read_transport(const struct ip_view *v, uint8_t *bytes, uint32_t n)
{
	uint32_t have = RTE_MIN(n, v->transport_len);

	memset(bytes, 0, n);
	payload_read(v->p, v->transport, bytes, have);
}

// ---- addresses

static void
add_addresses(const struct ip_view *v, struct strbuf *out)
{
	text_ip(out, (struct ip_addr){v->ip.src_addr});
	strbuf_adds(out, " > ");
	text_ip(out, (struct ip_addr){v->ip.dst_addr});
	strbuf_adds(out, ": ");
}

// With ports, if they are there; else false, and only what to say about that is left to do.
static bool
add_ports(const struct ip_view *v, const uint8_t *ports, const char *protocol, struct strbuf *out)
{
	if (v->transport_len < 4 || !v->first_fragment) {
		add_addresses(v, out);
		strbuf_addf(out, "%s%s", v->first_fragment ? "truncated-" : "", protocol);
		return false;
	}
	text_ip(out, (struct ip_addr){v->ip.src_addr});
	strbuf_addf(out, ".%u > ", get16(ports));
	text_ip(out, (struct ip_addr){v->ip.dst_addr});
	strbuf_addf(out, ".%u: ", get16(ports + 2));
	return true;
}

// ---- TCP and UDP

static int
add_flags(uint8_t flags, struct strbuf *out)
{
	static const struct {
		uint8_t flag;
		char letter;
	} letters[] = {{RTE_TCP_SYN_FLAG, 'S'}, {RTE_TCP_FIN_FLAG, 'F'}, {RTE_TCP_RST_FLAG, 'R'},
		{RTE_TCP_PSH_FLAG, 'P'}};
	size_t start = out->len;

	for (size_t i = 0; i < RTE_DIM(letters); i++) {
		if (flags & letters[i].flag)
			strbuf_addc(out, letters[i].letter);
	}
	if (out->len == start)
		strbuf_addc(out, '.');
	return !!(flags & RTE_TCP_SYN_FLAG) + !!(flags & RTE_TCP_FIN_FLAG);
}

static void
add_tcp(const struct ip_view *v, struct strbuf *out)
{
	uint8_t tcp[sizeof(struct rte_tcp_hdr)];
	uint16_t ip_len = rte_be_to_cpu_16(v->ip.total_length);
	uint32_t seq;
	int len;

	read_transport(v, tcp, sizeof(tcp));
	if (!add_ports(v, tcp, "tcp", out))
		return;
	if (v->transport_len < 14) {
		strbuf_adds(out, "truncated-tcp");
		return;
	}
	len = ip_len - rte_ipv4_hdr_len(&v->ip) - (tcp[12] >> 4) * 4 + add_flags(tcp[13], out);
	seq = get32(tcp + 4);
	strbuf_addf(out, " %" PRIu32 ":%" PRIu32 "(%d,%" PRIu32 ",%u)", seq, seq + (uint32_t)len,
		len, packet_length(v->p), ip_len);
	if (tcp[13] & RTE_TCP_ACK_FLAG)
		strbuf_addf(out, " ack %" PRIu32, get32(tcp + 8));
	if (v->transport_len < 16)
		strbuf_adds(out, "truncated-tcp");
	else
		strbuf_addf(out, " win %u", get16(tcp + 14));
}

static void
add_udp(const struct ip_view *v, struct strbuf *out)
{
	uint8_t udp[sizeof(struct rte_udp_hdr)];

	read_transport(v, udp, sizeof(udp));
	if (!add_ports(v, udp, "udp", out))
		return;
	if (v->transport_len < sizeof(udp))
		strbuf_adds(out, "truncated-udp");
	else
		strbuf_addf(out, "udp %u", get16(udp + 4));
}

// ---- ICMP

static void
add_code(uint8_t type, uint8_t code, struct strbuf *out)
{
	const char *name = icmp_code_name(type, code);

	if (name != NULL)
		strbuf_addf(out, " %s", name);
	else if (code != 0 || type == ICMP_TYPE_UNREACHABLE)
		strbuf_addf(out, " code %u", code);
}

static void
add_echo(const struct ip_view *v, const uint8_t *icmp, struct strbuf *out)
{
	uint16_t id, seq;

	strbuf_addf(out, "icmp %s ", icmp[0] == ICMP_TYPE_ECHO ? "echo" : "echo-reply");
	if (v->transport_len < sizeof(struct rte_icmp_hdr)) {
		strbuf_adds(out, "truncated-icmp");
		return;
	}
	memcpy(&id, icmp + 4, sizeof(id));
	memcpy(&seq, icmp + 6, sizeof(seq));
	if (v->swap) {
		id = rte_bswap16(id);
		seq = rte_bswap16(seq);
	}
	strbuf_addf(out, "(%u, %u)", id, seq);
}

static void
add_protocol(uint8_t protocol, struct strbuf *out)
{
	const char *name = namedb_name(NAME_IP_PROTO, protocol);

	if (name != NULL)
		strbuf_addf(out, " %s", name);
	else
		strbuf_addf(out, " protocol %u", protocol);
}

static void
add_unreachable_port(const struct ip_view *v, const struct rte_ipv4_hdr *inner, struct strbuf *out)
{
	uint32_t at = (uint32_t)sizeof(struct rte_icmp_hdr) + rte_ipv4_hdr_len(inner);
	uint8_t ports[4];

	add_protocol(inner->next_proto_id, out);
	strbuf_addc(out, '/');
	if (v->transport_len < at + sizeof(ports) ||
		!payload_read(v->p, v->transport + (int32_t)at, ports, sizeof(ports)))
		strbuf_adds(out, "truncated-icmp");
	else
		strbuf_addf(out, "%u", get16(ports + 2));
}

static void
add_unreachable(const struct ip_view *v, const uint8_t *icmp, struct strbuf *out)
{
	struct rte_ipv4_hdr inner;

	if (v->transport_len < sizeof(struct rte_icmp_hdr) + sizeof(inner)) {
		strbuf_adds(out, "icmp unreachable");
		add_code(icmp[0], icmp[1], out);
		strbuf_adds(out, " truncated-icmp");
		return;
	}
	payload_read(
		v->p, v->transport + (int32_t)sizeof(struct rte_icmp_hdr), &inner, sizeof(inner));
	strbuf_adds(out, "icmp ");
	text_ip(out, (struct ip_addr){inner.dst_addr});
	strbuf_adds(out, " unreachable");
	add_code(icmp[0], icmp[1], out);
	if (icmp[1] == ICMP_CODE_PROTOCOL)
		add_protocol(inner.next_proto_id, out);
	else if (icmp[1] == ICMP_CODE_PORT)
		add_unreachable_port(v, &inner, out);
	else if (icmp[1] == ICMP_CODE_NEEDFRAG && get16(icmp + 6) != 0)
		strbuf_addf(out, " (mtu %u)", get16(icmp + 6));
}

static void
add_icmp(const struct ip_view *v, struct strbuf *out)
{
	uint8_t icmp[sizeof(struct rte_icmp_hdr)];
	const char *name;

	read_transport(v, icmp, sizeof(icmp));
	add_addresses(v, out);
	if (!v->first_fragment) {
		strbuf_adds(out, "icmp");
	} else if (v->transport_len < 2) {
		strbuf_adds(out, "truncated-icmp");
	} else if (icmp[0] == ICMP_TYPE_ECHO || icmp[0] == ICMP_TYPE_ECHO_REPLY) {
		add_echo(v, icmp, out);
	} else if (icmp[0] == ICMP_TYPE_UNREACHABLE) {
		add_unreachable(v, icmp, out);
	} else {
		name = icmp_type_name(icmp[0]);
		if (name != NULL)
			strbuf_addf(out, "icmp %s", name);
		else
			strbuf_addf(out, "icmp type %u", icmp[0]);
		add_code(icmp[0], icmp[1], out);
	}
}

// ---- all

static void
add_fragment(const struct ip_view *v, struct strbuf *out)
{
	uint16_t word = rte_be_to_cpu_16(v->ip.fragment_offset);

	if (!(word & (RTE_IPV4_HDR_OFFSET_MASK | RTE_IPV4_HDR_MF_FLAG)))
		return;
	strbuf_addf(out, " (frag %u:%d@%u%s)", rte_be_to_cpu_16(v->ip.packet_id),
		rte_be_to_cpu_16(v->ip.total_length) - rte_ipv4_hdr_len(&v->ip),
		(word & RTE_IPV4_HDR_OFFSET_MASK) * 8u, word & RTE_IPV4_HDR_MF_FLAG ? "+" : "");
}

void
iptext_line(const struct ip_view *v, struct strbuf *out)
{
	switch (v->ip.next_proto_id) {
	case IPPROTO_TCP:
		add_tcp(v, out);
		break;
	case IPPROTO_UDP:
		add_udp(v, out);
		break;
	case IPPROTO_ICMP:
		add_icmp(v, out);
		break;
	default:
		add_addresses(v, out);
		strbuf_addf(out, "ip-proto-%u", v->ip.next_proto_id);
		break;
	}
	add_fragment(v, out);
}

int32_t
iptext_payload(const struct ip_view *v)
{
	uint8_t byte;

	if (!v->first_fragment)
		return v->transport;
	if (v->ip.next_proto_id == IPPROTO_UDP)
		return v->transport + (int32_t)sizeof(struct rte_udp_hdr);
	if (v->ip.next_proto_id == IPPROTO_TCP && payload_read(v->p, v->transport + 12, &byte, 1))
		return v->transport + (byte >> 4) * 4;
	return v->transport;
}
