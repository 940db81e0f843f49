// SPDX-License-Identifier: BSD-3-Clause
// IPFieldInfo: the names of header fields.

#include "src/element.h"

struct ipfieldinfo {
	struct element element;
};

static const struct element_class ipfieldinfo_class = {
	.name = "IPFieldInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipfieldinfo),
	.group = "ip",
	.brief = "the names of header fields",
	.manual =
		"Does nothing; there is no need to declare one. Names of fields, for elements such as\n"
		"AggregateIP, with the bit where they begin and their number of bits:\n"
		"\n"
		"ip: vers 0:4, hl 4:4, tos 8:8, dscp 8:6, ecn 14:2, len 16:16, id 32:16, off 48:16,\n"
		"rf 48:1, df 49:1, mf 50:1, fragoff 51:13, ttl 64:8, proto 72:8, sum 80:16, src 96:32,\n"
		"dst 128:32.\n"
		"\n"
		"udp: sport 0:16, dport 16:16, len 32:16, sum 48:16.\n"
		"\n"
		"tcp: sport 0:16, dport 16:16, seq 32:32, ackno 64:32, hl 96:4, flags 104:8, urg 106:1,\n"
		"ack 107:1, psh 108:1, rst 109:1, syn 110:1, fin 111:1, win 112:16, sum 128:16,\n"
		"urp 144:16.\n"
		"\n"
		"icmp: type 0:8, code 8:8, sum 16:16.\n"
		"\n"
		"A field is written `HEADER NAME`, `HEADER[P:L]` in bytes or `HEADER{b:n}` in bits,\n"
		"with `/PREFIX` or `& MASK` behind it for a part of its value.",
	.example = "IPFieldInfo; Idle -> Discard;",
};
ELEMENT_CLASS(ipfieldinfo_class)
