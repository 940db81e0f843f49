// SPDX-License-Identifier: BSD-3-Clause
// ARPPrint: writes a line about each ARP packet.

#include <rte_arp.h>
#include <rte_ether.h>

#include "elements/ip/printfile.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct arpprint {
	struct element element;
	char *label;
	bool timestamp, ether, active;
	struct filename outfile; // text NULL: chatter
	struct print_file file;
};

enum {
	ETHER_TYPE_TRAILER = 0x1000,
	FIXED_LEN = offsetof(struct rte_arp_hdr, arp_data),
};

// ---- text

// "SRC > DST: " of the frame that the packet came in.
static void
add_ether(struct packet **pp, struct strbuf *out)
{
	int32_t mac = packet_mac_offset(*pp);
	const uint8_t *bytes = NULL;

	if (mac != PACKET_NO_HEADER)
		bytes = packet_peek(pp, mac, 2 * RTE_ETHER_ADDR_LEN);
	if (bytes == NULL)
		return;
	text_mac(out, bytes + RTE_ETHER_ADDR_LEN);
	strbuf_adds(out, " > ");
	text_mac(out, bytes);
	strbuf_adds(out, ": ");
}

static void
add_ip(struct strbuf *out, const char *before, rte_be32_t ip)
{
	strbuf_adds(out, before);
	text_ip(out, (struct ip_addr){ip});
}

static void
add_mac(struct strbuf *out, const char *before, const struct rte_ether_addr *mac)
{
	strbuf_adds(out, before);
	text_mac(out, mac->addr_bytes);
}

static void
add_request(const struct rte_arp_ipv4 *data, struct strbuf *out)
{
	add_ip(out, "arp who-has ", data->arp_tip);
	if (!rte_is_zero_ether_addr(&data->arp_tha)) {
		add_mac(out, " (", &data->arp_tha);
		strbuf_addc(out, ')');
	}
	add_ip(out, " tell ", data->arp_sip);
}

static void
add_operation(const struct rte_arp_hdr *arp, struct strbuf *out)
{
	const struct rte_arp_ipv4 *data = &arp->arp_data;
	uint16_t op = rte_be_to_cpu_16(arp->arp_opcode);

	switch (op) {
	case RTE_ARP_OP_REQUEST:
		add_request(data, out);
		break;
	case RTE_ARP_OP_REPLY:
		add_ip(out, "arp reply ", data->arp_sip);
		add_mac(out, " is-at ", &data->arp_sha);
		break;
	case RTE_ARP_OP_REVREQUEST:
	case RTE_ARP_OP_INVREQUEST:
		add_mac(out, op == RTE_ARP_OP_REVREQUEST ? "rarp who-is " : "invarp who-is ",
			&data->arp_tha);
		add_mac(out, " tell ", &data->arp_sha);
		break;
	case RTE_ARP_OP_REVREPLY:
	case RTE_ARP_OP_INVREPLY:
		add_mac(out, op == RTE_ARP_OP_REVREPLY ? "rarp reply " : "invarp reply ",
			&data->arp_tha);
		add_ip(out, " at ", data->arp_tip);
		break;
	default:
		strbuf_addf(out, "arp-#%u", op);
		break;
	}
}

static bool
is_ip4(const struct rte_arp_hdr *arp)
{
	uint16_t protocol = rte_be_to_cpu_16(arp->arp_protocol);

	return (protocol == RTE_ETHER_TYPE_IPV4 || protocol == ETHER_TYPE_TRAILER) &&
	       arp->arp_plen == sizeof(arp->arp_data.arp_sip) && arp->arp_hlen != 0;
}

// off is the place of the network header.
static void
add_arp(struct packet **pp, int32_t off, struct strbuf *out)
{
	uint32_t len = packet_length_from(*pp, off);
	const uint8_t *bytes = packet_peek(pp, off, RTE_MIN(len, sizeof(struct rte_arp_hdr)));
	struct rte_arp_hdr arp = {0};

	if (bytes != NULL)
		memcpy(&arp, bytes, RTE_MIN(len, sizeof(arp)));
	if (bytes == NULL || len < FIXED_LEN || (is_ip4(&arp) && len < sizeof(arp))) {
		strbuf_addf(out, "truncated-arp (%u)", len);
		return;
	}
	if (!is_ip4(&arp)) {
		strbuf_addf(out, "arp-#%u for proto #%u (%u) hardware #%u (%u)",
			rte_be_to_cpu_16(arp.arp_opcode), rte_be_to_cpu_16(arp.arp_protocol),
			arp.arp_plen, rte_be_to_cpu_16(arp.arp_hardware), arp.arp_hlen);
		return;
	}
	if (arp.arp_protocol == RTE_BE16(ETHER_TYPE_TRAILER))
		strbuf_adds(out, "trailer-");
	add_operation(&arp, out);
	if (arp.arp_hardware != RTE_BE16(RTE_ARP_HRD_ETHER))
		strbuf_addf(out, "hardware #%u", rte_be_to_cpu_16(arp.arp_hardware));
}

// ---- data path

static inline int
arpprint_packet(const struct arpprint *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	struct strbuf line = STRBUF_INIT;

	if (!e->active || off == PACKET_NO_HEADER)
		return 0;
	if (e->label != NULL && *e->label != '\0')
		strbuf_addf(&line, "%s: ", e->label);
	if (e->timestamp) {
		text_timestamp(&line, packet_timestamp(*pp));
		strbuf_adds(&line, ": ");
	}
	if (e->ether)
		add_ether(pp, &line);
	add_arp(pp, off, &line);
	if (e->file.file != NULL)
		print_file_add(&e->file, &line);
	else
		chatter("%s", strbuf_text(&line));
	strbuf_fini(&line);
	return 0;
}

ELEMENT_DECIDE(arpprint, arpprint, arpprint_packet)

static int
arpprint_initialize(struct element *base, struct errh *errh)
{
	struct arpprint *e = (struct arpprint *)base;

	return print_file_open(&e->file, e->outfile.text, errh);
}

static void
arpprint_cleanup(struct element *base)
{
	print_file_close(&((struct arpprint *)base)->file);
}

static void
arpprint_start(struct element *base)
{
	print_file_start(&((struct arpprint *)base)->file);
}

static int
arpprint_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	print_file_take(&((struct arpprint *)base)->file, &((struct arpprint *)old)->file);
	return 0;
}

static const struct arg arpprint_args[] = {
	ARG(arpprint, label, "LABEL", ARG_OPTIONAL, .help = "text in front of each line"),
	ARG(arpprint, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "true",
		.help = "prints the packet's timestamp"),
	ARG(arpprint, ether, "ETHER", ARG_KEYWORD, .def = "false",
		.help = "prints the addresses of the Ethernet header, if its place is known"),
	ARG(arpprint, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: prints nothing until the handler `active` is set"),
	ARG(arpprint, outfile, "OUTFILE", ARG_KEYWORD,
		.help = "file to write to, emptied at start, not at a hot swap; standard error by "
			"default"),
	ARGS_END,
};

static const struct handler arpprint_handlers[] = {
	HANDLER_FIELD_RW("active", arpprint, active, HANDLER_CHECKBOX, .help = "whether it prints"),
	HANDLERS_END,
};

static const struct element_class arpprint_class = {
	.name = "ARPPrint",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct arpprint),
	.push = arpprint_push,
	.pull = arpprint_pull,
	.decide = arpprint_decide,
	.initialize = arpprint_initialize,
	.cleanup = arpprint_cleanup,
	.start = arpprint_start,
	.take_state = arpprint_take_state,
	.args = arpprint_args,
	.handlers = arpprint_handlers,
	.group = "ethernet",
	.brief = "writes a line about each ARP packet",
	.manual =
		"Expects the network header mark at the ARP header, as CheckARPHeader sets it; packets\n"
		"without the mark pass without a word. All packets pass unchanged.\n"
		"Lines look like `1000.000000: arp who-has 10.0.0.1 tell 10.0.0.2` and\n"
		"`1000.000001: arp reply 10.0.0.1 is-at 02-00-00-00-00-01`. ARP for other protocols\n"
		"than IPv4 is printed by its numbers, which Click forgets to do.",
	.example = "Idle -> MarkIPHeader(14) -> ARPPrint(in) -> Discard;",
};
ELEMENT_CLASS(arpprint_class)
