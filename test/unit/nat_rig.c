// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/nat_rig.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/checksum.h"
#include "src/strbuf.h"

struct ends {
	struct in_addr src, dst;
	unsigned sport, dport;
};

static struct ends
read_ends(const char *text)
{
	char src[32] = "", dst[32] = "";
	struct ends e = {0};

	if (sscanf(text, "%31[0-9.]:%u > %31[0-9.]:%u", src, &e.sport, dst, &e.dport) != 4)
		CU_ASSERT_EQUAL_FATAL(sscanf(text, "%31[0-9.] > %31[0-9.]", src, dst), 2);
	inet_aton(src, &e.src);
	inet_aton(dst, &e.dst);
	return e;
}

void
nat_read_addrs(const char *text, uint32_t *src, uint32_t *dst)
{
	struct ends e = read_ends(text);

	*src = e.src.s_addr;
	*dst = e.dst.s_addr;
}

static size_t
read_hex(const char *hex, uint8_t *bytes)
{
	size_t n = 0;
	unsigned v;

	for (; *hex != '\0'; hex += 2) {
		while (*hex == ' ')
			hex++;
		if (sscanf(hex, "%2x", &v) != 1)
			break;
		bytes[n++] = (uint8_t)v;
	}
	return n;
}

static struct packet *
make(uint8_t protocol, const struct ends *e, const uint8_t *transport, size_t n)
{
	uint8_t bytes[4096];
	struct rte_ipv4_hdr *ip = (void *)bytes;
	struct packet *p;

	*ip = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + n)),
		.packet_id = RTE_BE16(7),
		.time_to_live = 64,
		.next_proto_id = protocol,
		.src_addr = e->src.s_addr,
		.dst_addr = e->dst.s_addr};
	checksum_set_ip(ip, sizeof(*ip));
	memcpy(bytes + sizeof(*ip), transport, n);
	p = packet_make(PACKET_HEADROOM, bytes, (uint32_t)(sizeof(*ip) + n));
	packet_set_network(p, 0, sizeof(*ip));
	return p;
}

static uint16_t
transport_sum(uint8_t protocol, const struct ends *e, const void *bytes, size_t n)
{
	struct rte_ipv4_hdr ip = {
		.src_addr = e->src.s_addr, .dst_addr = e->dst.s_addr, .next_proto_id = protocol};
	uint64_t sum = checksum_add_pseudo(&ip, sizeof(ip), rte_cpu_to_be_16((uint16_t)n));

	return checksum_finish(checksum_add(sum, bytes, n));
}

struct packet *
nat_udp(const char *text)
{
	struct ends e = read_ends(text);
	uint8_t bytes[sizeof(struct rte_udp_hdr) + 4] = {0};
	struct rte_udp_hdr *udp = (void *)bytes;

	memcpy(udp + 1, "abcd", 4);
	udp->src_port = rte_cpu_to_be_16((uint16_t)e.sport);
	udp->dst_port = rte_cpu_to_be_16((uint16_t)e.dport);
	udp->dgram_len = RTE_BE16(sizeof(bytes));
	udp->dgram_cksum = transport_sum(IPPROTO_UDP, &e, bytes, sizeof(bytes));
	return make(IPPROTO_UDP, &e, bytes, sizeof(bytes));
}

struct packet *
nat_tcp(struct nat_tcp t)
{
	struct ends e = read_ends(t.ends);
	uint8_t bytes[2048] = {0};
	struct rte_tcp_hdr *tcp = (void *)bytes;
	size_t n = sizeof(*tcp);

	if (t.options != NULL)
		n += read_hex(t.options, bytes + n);
	tcp->src_port = rte_cpu_to_be_16((uint16_t)e.sport);
	tcp->dst_port = rte_cpu_to_be_16((uint16_t)e.dport);
	tcp->sent_seq = rte_cpu_to_be_32(t.seq);
	tcp->recv_ack = rte_cpu_to_be_32(t.ack);
	tcp->data_off = (uint8_t)(n / 4 << 4);
	tcp->tcp_flags = t.flags;
	if (t.data != NULL) {
		memcpy(bytes + n, t.data, strlen(t.data));
		n += strlen(t.data);
	}
	tcp->cksum = transport_sum(IPPROTO_TCP, &e, bytes, n);
	return make(IPPROTO_TCP, &e, bytes, n);
}

struct packet *
nat_syn(const char *ends)
{
	return nat_tcp((struct nat_tcp){.ends = ends, .flags = RTE_TCP_SYN_FLAG});
}

struct packet *
nat_ip(uint8_t protocol, const char *text, const char *hex)
{
	struct ends e = read_ends(text);
	uint8_t bytes[2048];
	size_t n = read_hex(hex, bytes);

	return make(protocol, &e, bytes, n);
}

struct packet *
nat_icmp(const char *text, const char *hex)
{
	struct ends e = read_ends(text);
	uint8_t bytes[2048];
	size_t n = read_hex(hex, bytes);

	if (n >= 4) {
		uint16_t sum = checksum_finish(checksum_add(0, bytes, n));

		memcpy(bytes + 2, &sum, sizeof(sum));
	}
	return make(IPPROTO_ICMP, &e, bytes, n);
}

// ---- pushing

void
nat_push(struct rig *r, unsigned input, struct packet *p)
{
	rig_clear(r);
	rig_push(r, input, p);
}

void
nat_push_udp(struct rig *r, unsigned input, const char *ends)
{
	nat_push(r, input, nat_udp(ends));
}

void
nat_push_syn(struct rig *r, unsigned input, const char *ends)
{
	nat_push(r, input, nat_syn(ends));
}

// ---- looking at what came

static bool
has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_TCP;
}

static bool
sums_are_right(const uint8_t *bytes, const struct rte_ipv4_hdr *ip, size_t n)
{
	const struct rte_udp_hdr *udp = (const void *)bytes;
	struct ends e = {.src.s_addr = ip->src_addr, .dst.s_addr = ip->dst_addr};

	if (checksum_finish(checksum_add_header(ip)) != 0)
		return false;
	if (ip->next_proto_id == IPPROTO_ICMP)
		return checksum_finish(checksum_add(0, bytes, n)) == 0;
	if (!has_ports(ip->next_proto_id) ||
		(ip->next_proto_id == IPPROTO_UDP && udp->dgram_cksum == 0))
		return true;
	return transport_sum(ip->next_proto_id, &e, bytes, n) == 0;
}

const char *
nat_ends_of(const uint8_t *packet, size_t n)
{
	static char text[128];
	const struct rte_ipv4_hdr *ip = (const void *)packet;
	const uint8_t *bytes = packet + sizeof(*ip);
	char src[INET_ADDRSTRLEN], dst[INET_ADDRSTRLEN];
	uint16_t ports[2];
	int len;

	if (n < sizeof(*ip))
		return "none";
	inet_ntop(AF_INET, &ip->src_addr, src, sizeof(src));
	inet_ntop(AF_INET, &ip->dst_addr, dst, sizeof(dst));
	if (has_ports(ip->next_proto_id) && n >= sizeof(*ip) + sizeof(ports)) {
		memcpy(ports, bytes, sizeof(ports));
		len = snprintf(text, sizeof(text), "%s:%u > %s:%u", src, rte_be_to_cpu_16(ports[0]),
			dst, rte_be_to_cpu_16(ports[1]));
	} else {
		len = snprintf(text, sizeof(text), "%s > %s", src, dst);
	}
	if (!sums_are_right(bytes, ip, n - sizeof(*ip)))
		snprintf(text + len, sizeof(text) - (size_t)len, " (bad sum)");
	return text;
}

const char *
nat_ends(const struct packet *p)
{
	uint8_t bytes[2048] = {0};
	uint32_t n = p == NULL ? 0 : RTE_MIN(packet_length(p), (uint32_t)sizeof(bytes));

	if (n > 0)
		packet_read(p, 0, bytes, n);
	return nat_ends_of(bytes, n);
}

const char *
nat_hex(struct packet *p)
{
	static struct strbuf hex;
	uint8_t bytes[2048];

	packet_read(p, 0, bytes, packet_length(p));
	strbuf_clear(&hex);
	strbuf_addhex(&hex, bytes, packet_length(p));
	packet_free(p);
	return strbuf_text(&hex);
}

const char *
nat_out(struct rig *r)
{
	static char text[160];
	char *order = rig_order(r);

	if (strlen(order) != 1)
		snprintf(text, sizeof(text), "outputs '%s'", order);
	else
		snprintf(text, sizeof(text), "%s %s", order,
			nat_ends(rig_packet(r, (unsigned)atoi(order), 0)));
	free(order);
	return text;
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

const char *
nat_sorted(struct rig *r, const char *handler)
{
	static struct strbuf out;
	char *text = strdup(rig_read(r, handler)), *lines[4096], *save;
	size_t n = 0;

	strbuf_clear(&out);
	for (char *line = strtok_r(text, "\n", &save); line != NULL && n < RTE_DIM(lines);
		line = strtok_r(NULL, "\n", &save))
		lines[n++] = line;
	qsort(lines, n, sizeof(lines[0]), compare_lines);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&out, "%s\n", lines[i]);
	free(text);
	return strbuf_text(&out);
}
