// SPDX-License-Identifier: BSD-3-Clause
// IP6Print: prints the IPv6 header of each packet.

#include <inttypes.h>

#include "elements/ip6/address.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct ip6print {
	struct element element;
	char *label; // owned; NULL: none
	bool contents;
	uint32_t n_bytes;
};

enum { PER_WORD = 4, PER_LINE = 24 };

static void
contents_text(struct packet **pp, uint32_t n, struct strbuf *out)
{
	const uint8_t *bytes = packet_peek(pp, 0, n);

	strbuf_adds(out, "  ");
	for (uint32_t i = 0; bytes != NULL && i < n; i++) {
		strbuf_addf(out, "%02x", bytes[i]);
		if (i % PER_LINE == PER_LINE - 1)
			strbuf_adds(out, "\n  ");
		else if (i % PER_WORD == PER_WORD - 1)
			strbuf_addc(out, ' ');
	}
}

static void
header_text(const struct rte_ipv6_hdr *ip, struct strbuf *out)
{
	struct ip6_addr src = ip6_from(ip->src_addr), dst = ip6_from(ip->dst_addr);

	text_ip6(out, &src);
	strbuf_adds(out, " -> ");
	text_ip6(out, &dst);
	strbuf_addf(out, " plen %u, next %u, hlim %u\n", rte_be_to_cpu_16(ip->payload_len),
		ip->proto, ip->hop_limits);
}

static inline int
print_packet(const struct ip6print *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv6_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	struct strbuf sb = STRBUF_INIT;

	if (ip == NULL)
		return 0;
	if (e->label != NULL && e->label[0] != '\0')
		strbuf_addf(&sb, "%s: ", e->label);
	header_text(ip, &sb);
	if (e->contents)
		contents_text(pp, RTE_MIN(packet_length(*pp), e->n_bytes), &sb);
	chatter("%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return 0;
}

ELEMENT_DECIDE(ip6print, ip6print, print_packet)

static const struct arg ip6print_args[] = {
	ARG(ip6print, label, "LABEL", ARG_OPTIONAL, .help = "text in front of each line"),
	ARG(ip6print, contents, "CONTENTS", ARG_KEYWORD, .def = "false",
		.help = "true: prints the packet's bytes as well"),
	ARG(ip6print, n_bytes, "NBYTES", ARG_KEYWORD, .def = "1500",
		.help = "bytes that CONTENTS prints, at most"),
	ARGS_END,
};

static const struct element_class ip6print_class = {
	.name = "IP6Print",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip6print),
	.push = ip6print_push,
	.pull = ip6print_pull,
	.decide = ip6print_decide,
	.args = ip6print_args,
	.group = "ip6",
	.brief = "prints the IPv6 header of each packet",
	.manual =
		"Addresses, payload length, next header and hop limit; with CONTENTS the packet's bytes\n"
		"in hexadecimal below. As in Click an empty line, or with CONTENTS none, follows.\n"
		"Packets without an IPv6 header place pass without a word.",
	.example = "Idle -> CheckIP6Header -> IP6Print(in, CONTENTS true, NBYTES 64) -> Discard;",
};
ELEMENT_CLASS(ip6print_class)
