// SPDX-License-Identifier: BSD-3-Clause
#include "bench/neighbor.h"

#include <string.h>

#include <rte_arp.h>
#include <rte_ether.h>

struct arp_frame {
	struct rte_ether_hdr eth;
	struct rte_arp_hdr arp;
};

static_assert(sizeof(struct arp_frame) == 42, "as it is on the wire");

void
neighbor_write_announcement(const uint8_t mac[6], uint32_t ip, uint8_t bytes[NEIGHBOR_LEN])
{
	struct arp_frame f = {
		.eth.ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP),
		.arp = {.arp_hardware = rte_cpu_to_be_16(RTE_ARP_HRD_ETHER),
			.arp_protocol = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4),
			.arp_hlen = RTE_ETHER_ADDR_LEN,
			.arp_plen = sizeof(ip),
			.arp_opcode = rte_cpu_to_be_16(RTE_ARP_OP_REQUEST)},
	};

	memset(&f.eth.dst_addr, 0xff, RTE_ETHER_ADDR_LEN);
	memcpy(&f.eth.src_addr, mac, RTE_ETHER_ADDR_LEN);
	memcpy(&f.arp.arp_data.arp_sha, mac, RTE_ETHER_ADDR_LEN);
	f.arp.arp_data.arp_sip = f.arp.arp_data.arp_tip = rte_cpu_to_be_32(ip);
	memset(bytes, 0, NEIGHBOR_LEN);
	memcpy(bytes, &f, sizeof(f));
}

bool
neighbor_answer(const uint8_t mac[6], uint8_t *bytes, unsigned len)
{
	struct rte_arp_ipv4 asked;
	struct arp_frame f;

	if (len < sizeof(f))
		return false;
	memcpy(&f, bytes, sizeof(f));
	asked = f.arp.arp_data;
	// An announcement asks for its sender, and nobody is to answer.
	if (f.eth.ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_ARP) ||
		f.arp.arp_opcode != rte_cpu_to_be_16(RTE_ARP_OP_REQUEST) ||
		f.arp.arp_hlen != RTE_ETHER_ADDR_LEN || f.arp.arp_plen != sizeof(asked.arp_tip) ||
		asked.arp_sip == asked.arp_tip)
		return false;
	f.eth.dst_addr = asked.arp_sha;
	memcpy(&f.eth.src_addr, mac, RTE_ETHER_ADDR_LEN);
	f.arp.arp_opcode = rte_cpu_to_be_16(RTE_ARP_OP_REPLY);
	f.arp.arp_data.arp_tha = asked.arp_sha;
	f.arp.arp_data.arp_tip = asked.arp_sip;
	memcpy(&f.arp.arp_data.arp_sha, mac, RTE_ETHER_ADDR_LEN);
	f.arp.arp_data.arp_sip = asked.arp_tip;
	memcpy(bytes, &f, sizeof(f));
	return true;
}
