// SPDX-License-Identifier: BSD-3-Clause
#include "elements/icmp/ping.h"

#include <rte_icmp.h>
#include <rte_ip.h>

#include "elements/icmp/icmp_name.h"
#include "elements/ip/checksum.h"
#include "src/element.h"

void
ping_write(struct packet *p, const struct ping *ping)
{
	struct rte_ipv4_hdr *ip = (void *)packet_data_rw(p);
	struct rte_icmp_hdr *icmp = (void *)(ip + 1);
	uint32_t len = packet_length(p);
	uint64_t sum = 0;

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)len),
		.packet_id = rte_cpu_to_be_16(ping->id),
		.time_to_live = ping->ttl,
		.next_proto_id = IPPROTO_ICMP,
		.src_addr = ping->src.be,
		.dst_addr = ping->dst.be,
	};
	checksum_set_ip(ip, sizeof(*ip));
	*icmp = (struct rte_icmp_hdr){
		.icmp_type = ICMP_TYPE_ECHO,
		.icmp_ident = ping->identifier,
		.icmp_seq_nb = rte_cpu_to_be_16(ping->id),
	};
	checksum_add_packet(&sum, p, sizeof(*ip), len - (uint32_t)sizeof(*ip));
	icmp->icmp_cksum = checksum_finish(sum);
	packet_set_network(p, 0, sizeof(*ip));
	packet_set_anno_u32(p, ANNO_DST_IP, ping->dst.be);
}

int
ping_write_address(const struct handler_write *call)
{
	void *field = (char *)call->element + call->row->offset;
	struct errh silent;

	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_addr, call->text, field, NULL, call->element, &silent) != 0)
		return errh_error(call->errh, "syntax error");
	return 0;
}
