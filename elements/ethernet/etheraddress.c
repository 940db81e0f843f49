// SPDX-License-Identifier: BSD-3-Clause
// GetEtherAddress, StoreEtherAddress, SetEtherAddress: Ethernet addresses in packets and
// annotations.

#include <string.h>

#include <rte_ether.h>

#include "src/element.h"
#include "src/strbuf.h"

struct ether_place { // an argument: a number of bytes, `src` or `dst`
	uint32_t offset;
};

struct etheraddress {
	struct element element;
	struct ether_place place;
	struct anno6 anno;
	bool has_anno, has_addr;
	struct mac_addr addr;
};

enum { TOO_SHORT, NO_MEMORY };

static inline bool
has_place(const struct etheraddress *e, const struct packet *p)
{
	uint32_t len = packet_length(p);

	return len >= RTE_ETHER_ADDR_LEN && e->place.offset <= len - RTE_ETHER_ADDR_LEN;
}

// ---- GetEtherAddress

static inline int
get_packet(const struct etheraddress *e, struct packet **pp)
{
	uint8_t addr[RTE_ETHER_ADDR_LEN];

	if (unlikely(!packet_read(*pp, e->place.offset, addr, sizeof(addr))))
		return element_output_or_drop(&e->element, 1, TOO_SHORT);
	memcpy(packet_meta(*pp)->anno + e->anno.offset, addr, sizeof(addr));
	return 0;
}

ELEMENT_DECIDE(getetheraddress, etheraddress, get_packet)

// ---- StoreEtherAddress

static inline int
store_packet(const struct etheraddress *e, struct packet **pp)
{
	uint8_t addr[RTE_ETHER_ADDR_LEN];

	if (unlikely(!has_place(e, *pp)))
		return element_output_or_drop(&e->element, 1, TOO_SHORT);
	if (e->has_anno)
		memcpy(addr, packet_meta(*pp)->anno + e->anno.offset, sizeof(addr));
	else
		memcpy(addr, e->addr.bytes, sizeof(addr));
	return likely(packet_write(pp, e->place.offset, addr, sizeof(addr))) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(storeetheraddress, etheraddress, store_packet)

static int
storeetheraddress_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct etheraddress *e = (struct etheraddress *)base;

	(void)args;
	if (e->has_addr == e->has_anno)
		return errh_error(errh, "must specify exactly one of ADDR/ANNO");
	return 0;
}

// ---- SetEtherAddress

static inline void
set_packet(const struct etheraddress *e, struct packet *p)
{
	memcpy(packet_meta(p)->anno + e->anno.offset, e->addr.bytes, sizeof(e->addr.bytes));
}

ELEMENT_CHANGE(setetheraddress, etheraddress, set_packet)

// ---- arguments

static int
ether_place_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct ether_place *place = field;
	int64_t offset;

	if (strcmp(text, "src") == 0)
		offset = offsetof(struct rte_ether_hdr, src_addr);
	else if (strcmp(text, "dst") == 0)
		offset = offsetof(struct rte_ether_hdr, dst_addr);
	else if (text_read_int64(text, &offset) != 0 || offset < 0 || offset > INT32_MAX)
		return errh_error(p->errh, "type mismatch: bad OFFSET");
	place->offset = (uint32_t)offset;
	return 0;
}

static void
ether_place_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct ether_place *)field)->offset);
}

static const struct arg_type arg_ether_place = {
	.name = "offset, src or dst",
	.expected = "offset, 'src' or 'dst'",
	.size = sizeof(struct ether_place),
	.parse = ether_place_parse,
	.print = ether_place_print,
};

static const struct arg getetheraddress_args[] = {
	ARG(etheraddress, anno, "ANNO", ARG_MANDATORY, .help = "annotation of 6 bytes to write"),
	ARG_AS(etheraddress, place, arg_ether_place, "OFFSET", ARG_MANDATORY,
		.help = "place in the data; `src` (6) or `dst` (0)"),
	ARGS_END,
};

static const struct arg storeetheraddress_args[] = {
	ARG(etheraddress, addr, "ADDR", ARG_OPTIONAL, .given = ARG_GIVEN(etheraddress, has_addr),
		.help = "the address"),
	ARG_AS(etheraddress, place, arg_ether_place, "OFFSET", ARG_MANDATORY,
		.help = "place in the data; `src` (6) or `dst` (0)"),
	ARG(etheraddress, anno, "ANNO", ARG_KEYWORD, .given = ARG_GIVEN(etheraddress, has_anno),
		.help = "annotation of 6 bytes that holds the address, in place of ADDR"),
	ARGS_END,
};

static const struct arg setetheraddress_args[] = {
	ARG(etheraddress, addr, "ADDR", ARG_MANDATORY, .help = "the address"),
	ARG(etheraddress, anno, "ANNO", ARG_MANDATORY, .help = "annotation of 6 bytes to write"),
	ARGS_END,
};

static const struct handler etheraddress_handlers[] = {
	HANDLER_FIELD_RW("addr", etheraddress, addr, 0, .help = "the address"),
	HANDLERS_END,
};

static const char *const etheraddress_drops[] = {
	[TOO_SHORT] = "no such place in the packet", [NO_MEMORY] = "no memory", NULL};

static const struct element_class getetheraddress_class = {
	.name = "GetEtherAddress",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct etheraddress),
	.push = getetheraddress_push,
	.pull = getetheraddress_pull,
	.decide = getetheraddress_decide,
	.args = getetheraddress_args,
	.drops = etheraddress_drops,
	.group = "ethernet",
	.brief = "copies an Ethernet address out of the packet into an annotation",
	.manual =
		"Packets that do not have the 6 bytes leave by output 1, or are dropped if it is not\n"
		"there.",
	.example = "Idle -> GetEtherAddress(40, src) -> StoreEtherAddress(OFFSET dst, ANNO 40)\n"
		   "-> Discard;",
};
ELEMENT_CLASS(getetheraddress_class)

static const struct element_class storeetheraddress_class = {
	.name = "StoreEtherAddress",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct etheraddress),
	.push = storeetheraddress_push,
	.pull = storeetheraddress_pull,
	.decide = storeetheraddress_decide,
	.configure = storeetheraddress_configure,
	.args = storeetheraddress_args,
	.handlers = etheraddress_handlers,
	.drops = etheraddress_drops,
	.group = "ethernet",
	.brief = "writes an Ethernet address into packets",
	.manual =
		"Writes ADDR, or the address in an annotation, at OFFSET of the packet's data. Packets\n"
		"that do not have the 6 bytes leave by output 1, or are dropped if it is not there.",
	.example = "Idle -> StoreEtherAddress(2:0:0:0:0:1, src) -> Discard;",
};
ELEMENT_CLASS(storeetheraddress_class)

static const struct element_class setetheraddress_class = {
	.name = "SetEtherAddress",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct etheraddress),
	.push = setetheraddress_push,
	.pull = setetheraddress_pull,
	.decide = setetheraddress_decide,
	.args = setetheraddress_args,
	.handlers = etheraddress_handlers,
	.group = "ethernet",
	.brief = "sets an annotation to an Ethernet address",
	.manual = "StoreEtherAddress can write the address into the packet later.",
	.example = "Idle -> SetEtherAddress(2:0:0:0:0:1, 40) -> Discard;",
};
ELEMENT_CLASS(setetheraddress_class)
