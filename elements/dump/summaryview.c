// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summaryview.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/payload.h"
#include "mbuf-bridge/packet.h"

void
summary_view_fini(struct summary_view *v)
{
	strbuf_fini(&v->bad);
	strbuf_fini(&v->payload);
}

void
summary_view_bad(struct summary_view *v, const char *fmt, ...)
{
	va_list ap;

	if (v->bad.len > 0)
		return;
	strbuf_adds(&v->bad, "!bad ");
	va_start(ap, fmt);
	strbuf_vaddf(&v->bad, fmt, ap);
	va_end(ap);
	strbuf_addc(&v->bad, '\n');
}

// ---- looking

// have bytes of a header are there, and need are not: were they on the wire?
static void
note_truncated(struct summary_view *v, const char *name, uint32_t have, uint32_t need)
{
	bool captured = (uint64_t)have + v->extra >= need;

	summary_view_bad(v, "truncated %s header%s", name, captured ? " capture" : "");
}

// Whether what is there of the IP header makes sense.
static bool
check_ip(struct summary_view *v)
{
	unsigned version = v->n_ip > 0 ? v->ip[0] >> 4 : 4;

	if (version != 4) {
		summary_view_bad(v, "IP version %u", version);
		return false;
	}
	if (v->n_ip < 4) {
		note_truncated(v, "IP", v->network_len, sizeof(struct rte_ipv4_hdr));
		return false;
	}
	v->ip_header_len = (v->ip[0] & 0xfu) * 4;
	v->ip_len = summary_get16(v->ip + 2);
	if (v->ip_header_len < sizeof(struct rte_ipv4_hdr)) {
		summary_view_bad(v, "IP header length %u", v->ip_header_len / 4);
		return false;
	}
	if (v->ip_len < v->ip_header_len) {
		summary_view_bad(v, "IP length %u", v->ip_len);
		return false;
	}
	// What is there is good.
	if (v->n_ip < v->ip_header_len)
		note_truncated(v, "IP", v->network_len, v->ip_header_len);
	return true;
}

static void
check_length(struct summary_view *v)
{
	uint64_t have = (uint64_t)v->network_len + v->extra;

	if (v->network_len > v->ip_len)
		v->network_len = v->ip_len;
	else if (v->careful_truncation && have < v->ip_len)
		summary_view_bad(v, "truncated IP missing %u", v->ip_len - (uint32_t)have);
	v->n_ip = RTE_MIN(v->n_ip, v->network_len);
}

static void
check_tcp(struct summary_view *v)
{
	unsigned words = v->n_transport > 12 ? v->tcp[12] >> 4 : 5;

	if (v->proto != IPPROTO_TCP || words >= 5)
		return;
	summary_view_bad(v, "TCP header length %u", words);
	v->n_transport = 0;
}

// The transport header, if the IP header is whole.
static void
view_transport(struct summary_view *v)
{
	if (v->n_ip < v->ip_header_len)
		return;
	v->proto = v->ip[9];
	v->is_first = (summary_get16(v->ip + 6) & RTE_IPV4_HDR_OFFSET_MASK) == 0;
	v->transport = v->network + (int32_t)v->ip_header_len;
	v->transport_len = v->network_len - v->ip_header_len;
	if (!v->is_first)
		return;
	v->n_transport = RTE_MIN(v->transport_len, (uint32_t)SUMMARY_HEADER_MAX);
	payload_read(v->p, v->transport, v->tcp, v->n_transport);
	check_tcp(v);
}

void
summary_view_set(struct summary_view *v, const struct packet *p, bool needs_ip)
{
	strbuf_clear(&v->bad);
	v->p = p;
	v->extra = packet_anno_u32(p, ANNO_EXTRA_LENGTH);
	v->has_ip = v->is_first = false;
	v->network = packet_network_offset(p);
	v->network_len = v->transport_len = v->n_ip = v->n_transport = 0;
	v->ip_header_len = v->ip_len = 0;
	v->proto = 0;
	v->transport = 0;
	if (v->network == PACKET_NO_HEADER || !needs_ip)
		return;
	v->network_len = packet_length_from(p, v->network);
	v->n_ip = RTE_MIN(v->network_len, (uint32_t)SUMMARY_HEADER_MAX);
	if (!payload_read(p, v->network, v->ip, v->n_ip))
		v->n_ip = 0;
	v->has_ip = check_ip(v);
	if (!v->has_ip)
		return;
	check_length(v);
	view_transport(v);
}

// ---- fields

const uint8_t *
summary_view_ip(struct summary_view *v, uint32_t off, uint32_t n)
{
	if (!v->has_ip)
		summary_view_bad(v, "no IP header");
	else if (off + n > v->n_ip)
		note_truncated(v, "IP", v->network_len, off + n);
	else
		return v->ip + off;
	return NULL;
}

bool
summary_view_is(struct summary_view *v, uint8_t proto, const char *name)
{
	if (!v->has_ip) {
		summary_view_bad(v, "no IP header");
		return false;
	}
	if (v->proto != proto || v->n_ip < v->ip_header_len)
		return false;
	if (!v->is_first)
		summary_view_bad(v, "fragmented %s header", name);
	return v->is_first;
}

const uint8_t *
summary_view_transport(struct summary_view *v, const char *name, uint32_t off, uint32_t n)
{
	if (off + n <= v->n_transport)
		return v->tcp + off;
	note_truncated(v, name, v->transport_len, off + n);
	return NULL;
}

const uint8_t *
summary_view_tcp(struct summary_view *v, uint32_t *len)
{
	const uint8_t *off;

	if (!summary_view_is(v, IPPROTO_TCP, "TCP"))
		return NULL;
	off = summary_view_transport(v, "TCP", 12, 1);
	if (off == NULL)
		return NULL;
	*len = (*off >> 4) * 4u;
	return summary_view_transport(v, "TCP", 0, *len);
}

int32_t
summary_view_payload(struct summary_view *v)
{
	uint32_t off = 0;

	if (!v->has_ip || v->n_ip < v->ip_header_len)
		return v->has_ip ? (int32_t)packet_length(v->p) : 0;
	if (v->is_first && v->proto == IPPROTO_TCP)
		off = v->n_transport > 12 ? (v->tcp[12] >> 4) * 4u : v->transport_len;
	else if (v->is_first && v->proto == IPPROTO_UDP)
		off = sizeof(struct rte_udp_hdr);
	return v->transport + (int32_t)off;
}

uint32_t
summary_view_length(const struct summary_view *v)
{
	uint64_t total = packet_length(v->p), header;

	if (v->extra_length || v->split)
		total += v->extra;
	if (v->has_ip) {
		header = v->ip_len;
		total = v->network_len + (v->extra_length || v->split ? v->extra : 0);
		// Otherwise what a short capture lacks is in the header's length already.
		if (!v->split && packet_anno_u32(v->p, ANNO_EXTRA_PACKETS) == 0 &&
			header < UINT16_MAX)
			total = header;
		else if (!v->split)
			total = RTE_MAX(total, header);
	}
	return (uint32_t)RTE_MIN(total, (uint64_t)UINT32_MAX);
}
