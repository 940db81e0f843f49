// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/ipcheck.h"

#include <stdlib.h>

#include "src/mem.h"

const char *const ipcheck_reasons[] = {
	[IPCHECK_TINY_PACKET] = "tiny packet",
	[IPCHECK_BAD_VERSION] = "bad IP version",
	[IPCHECK_BAD_HEADER_LENGTH] = "bad IP header length",
	[IPCHECK_BAD_LENGTH] = "bad IP length",
	[IPCHECK_BAD_CHECKSUM] = "bad IP checksum",
	[IPCHECK_BAD_SOURCE] = "bad source address",
	NULL,
};

// ---- data path

static int
address_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool
addresses_have(const struct ipcheck_addresses *a, uint32_t addr_be)
{
	return a->n > 0 && bsearch(&addr_be, a->v, a->n, sizeof(*a->v), address_compare) != NULL;
}

bool
ipcheck_source_is_bad(const struct ipcheck *c, const struct rte_ipv4_hdr *ip)
{
	return addresses_have(&c->bad_sources, ip->src_addr) &&
	       !addresses_have(&c->good_destinations, ip->dst_addr);
}

int
ipcheck_long_header(const struct ipcheck *c, struct packet **pp, const struct rte_ipv4_hdr *ip,
	uint32_t offset, bool checksum)
{
	uint32_t header_len = rte_ipv4_hdr_len(ip), len = rte_be_to_cpu_16(ip->total_length);
	uint32_t room = packet_length(*pp) - offset;
	const void *header;

	if (ip->version_ihl >> 4 != IPVERSION)
		return IPCHECK_BAD_VERSION;
	if (header_len < sizeof(*ip))
		return IPCHECK_BAD_HEADER_LENGTH;
	if (len > room || len < header_len)
		return IPCHECK_BAD_LENGTH;
	header = packet_peek(pp, (int32_t)offset, header_len);
	if (header == NULL)
		return IPCHECK_TINY_PACKET;
	ip = header;
	if (checksum && checksum_fold(checksum_add(0, ip, header_len)) != 0xffff)
		return IPCHECK_BAD_CHECKSUM;
	if ((c->bad_hint & ipcheck_source_bit(ip->src_addr)) && ipcheck_source_is_bad(c, ip))
		return IPCHECK_BAD_SOURCE;
	return ipcheck_pass(*pp, ip, header_len, room - len);
}

// ---- configuration

static void
sort(struct ipcheck_addresses *a)
{
	qsort(a->v, a->n, sizeof(*a->v), address_compare);
}

static void
add_list(struct ipcheck_addresses *a, const struct ip_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		a->v[a->n++] = list->v[i].be;
}

void
ipcheck_build(struct ipcheck *c, const struct ip_list *old_bad)
{
	static const struct ip_list none;
	struct ipcheck_addresses *bad = &c->bad_sources, *good = &c->good_destinations;
	const struct ip_list *more = old_bad != NULL ? old_bad : &none;

	bad->v = mem_zalloc((c->bad_src.n + more->n + c->interfaces.n + 2) * sizeof(*bad->v));
	good->v = mem_zalloc((c->good_dst.n + c->interfaces.n) * sizeof(*good->v));
	add_list(bad, &c->bad_src);
	add_list(bad, more);
	add_list(good, &c->good_dst);
	for (size_t i = 0; i < c->interfaces.n; i++) {
		const struct ip_prefix *p = &c->interfaces.v[i];

		bad->v[bad->n++] = p->addr.be | ~p->mask.be;
		good->v[good->n++] = p->addr.be;
	}
	if (c->interfaces.n > 0 || old_bad != NULL) {
		bad->v[bad->n++] = 0;
		bad->v[bad->n++] = UINT32_MAX;
	}
	sort(bad);
	sort(good);
	for (size_t i = 0; i < bad->n; i++)
		c->bad_hint |= ipcheck_source_bit(bad->v[i]);
}

void
ipcheck_fini(struct ipcheck *c)
{
	free(c->bad_sources.v);
	free(c->good_destinations.v);
}
