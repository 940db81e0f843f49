// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/extension.h"

#include <netinet/in.h>

#include <rte_ip.h>

#include "elements/ip/payload.h"

static bool
is_extension(uint8_t proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_AH || proto == IPPROTO_FRAGMENT;
}

static void
note_fragment(struct ip6_upper *upper, const uint8_t header[4])
{
	uint16_t word = (uint16_t)(header[2] << 8 | header[3]);

	upper->is_fragment = (word & (RTE_IPV6_EHDR_FO_MASK | RTE_IPV6_EHDR_MF_MASK)) != 0;
	upper->is_later = (word & RTE_IPV6_EHDR_FO_MASK) != 0;
}

bool
ip6_find_upper(const struct packet *p, int32_t off, struct ip6_upper *upper)
{
	uint8_t header[4];
	size_t len = 0;

	*upper = (struct ip6_upper){.off = off + (int32_t)sizeof(struct rte_ipv6_hdr)};
	if (!payload_read(p, off + (int32_t)offsetof(struct rte_ipv6_hdr, proto), &upper->proto, 1))
		return false;
	for (unsigned n = 0; is_extension(upper->proto) && !upper->is_later; n++) {
		if (n == EXTENSIONS_MAX || !payload_read(p, upper->off, header, sizeof(header)))
			return false;
		upper->has_extensions = true;
		if (upper->proto == IPPROTO_FRAGMENT)
			note_fragment(upper, header);
		upper->proto = (uint8_t)rte_ipv6_get_next_ext(header, upper->proto, &len);
		if (!payload_has(p, upper->off, (uint32_t)len))
			return false;
		upper->off += (int32_t)len;
	}
	return true;
}
