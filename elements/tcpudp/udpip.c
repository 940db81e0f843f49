// SPDX-License-Identifier: BSD-3-Clause
#include "elements/tcpudp/udpip.h"

void
udpip_init(struct udpip *u, struct ip_addr src, uint16_t sport, uint16_t dport, uint8_t ttl,
	bool checksum)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.time_to_live = ttl,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = src.be,
	};

	encap_init(&u->encap, &ip);
	u->sport = rte_cpu_to_be_16(sport);
	u->dport = rte_cpu_to_be_16(dport);
	u->checksum = checksum;
	u->sum = (uint64_t)src.be + rte_cpu_to_be_16(IPPROTO_UDP) + u->sport + u->dport;
}
