// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ethernet/arppacket.h"

#include <rte_byteorder.h>

bool
arp_frame_read(const struct packet *p, uint16_t opcode, struct arp_frame *frame)
{
	return packet_read(p, 0, frame, sizeof(*frame)) &&
	       frame->eth.ether_type == RTE_BE16(RTE_ETHER_TYPE_ARP) &&
	       frame->arp.arp_hardware == RTE_BE16(RTE_ARP_HRD_ETHER) &&
	       frame->arp.arp_protocol == RTE_BE16(RTE_ETHER_TYPE_IPV4) &&
	       frame->arp.arp_opcode == rte_cpu_to_be_16(opcode);
}

struct packet *
arp_packet_make(struct arp_frame *frame, uint16_t opcode, uint16_t vlan_tci)
{
	struct packet *p;

	frame->eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_ARP);
	frame->arp.arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	frame->arp.arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	frame->arp.arp_hlen = RTE_ETHER_ADDR_LEN;
	frame->arp.arp_plen = sizeof(frame->arp.arp_data.arp_sip);
	frame->arp.arp_opcode = rte_cpu_to_be_16(opcode);
	p = packet_make(PACKET_CLICK_HEADROOM, frame, sizeof(*frame));
	if (p == NULL)
		return NULL;
	packet_set_mac(p, 0);
	packet_set_anno_u16(p, ANNO_VLAN_TCI, vlan_tci);
	return p;
}
