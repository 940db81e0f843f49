// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// VLAN tags (IEEE 802.1Q): 12 bits of VLAN id, a bit that is not used here, 3 bits of priority.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_ether.h>

#include "mbuf-bridge/packet.h"
#include "src/args.h"
#include "src/handler.h"

struct strbuf;

enum {
	VLAN_ID_MAX = 0xfff,
	VLAN_PCP_MAX = 7,
	VLAN_PCP_SHIFT = 13,
	VLAN_ADDRESSES_SIZE = 2 * RTE_ETHER_ADDR_LEN, // what stands in front of the tag
	VLAN_TAG_SIZE = 4,
	VLAN_HEADER_SIZE = RTE_ETHER_HDR_LEN + VLAN_TAG_SIZE,
	VLAN_NO_NATIVE = -1,
};

struct vlan_tci { // an argument: a number, or the word ANNO
	uint16_t tci;
	bool from_anno; // the packet's VLAN_TCI annotation
};

extern const struct arg_type arg_vlan_tci; // with ARG_AS

struct vlan_tag {
	uint16_t tci; // in use, host order; 0 with from_anno
	bool from_anno;
	int32_t native; // frames of this VLAN id have no tag; negative: all have one
	// As configured.
	struct vlan_tci tci_arg;
	bool tci_given;
	uint16_t id;
	uint8_t pcp;
};

static inline bool
vlan_is_native(const struct vlan_tag *tag, uint16_t tci)
{
	return (tci & VLAN_ID_MAX) == tag->native;
}

// From the arguments.
void vlan_tag_build(struct vlan_tag *tag);
// "VLAN_ID 1, VLAN_PCP 0, NATIVE_VLAN 2", "ANNO": arguments that give this tag.
void vlan_tag_text(const struct vlan_tag *tag, struct strbuf *out);

// Handlers of a row whose offset is that of a struct vlan_tag, and whose number says which.
enum vlan_handler { VLAN_TCI, VLAN_ID, VLAN_PCP, VLAN_NATIVE };
int vlan_tag_read(const struct handler_read *call);
int vlan_tag_write(const struct handler_write *call);

// Rows of the argument tables of a class whose struct has a field `tag`.
#define VLAN_TCI_ARG(struct_name)                                                       \
	ARG_AS(struct_name, tag.tci_arg, arg_vlan_tci, "VLAN_TCI", ARG_OPTIONAL,        \
		.given = ARG_GIVEN(struct_name, tag.tci_given),                         \
		.help = "the tag's 16 bits, in place of VLAN_ID; `ANNO`: the packet's " \
			"VLAN_TCI annotation")
#define VLAN_PCP_ARG(struct_name)                                                 \
	ARG(struct_name, tag.pcp, "VLAN_PCP", ARG_OPTIONAL, .def = "0", .min = 0, \
		.max = VLAN_PCP_MAX, .help = "priority, 0 to 7")
#define VLAN_ID_ARG(struct_name)                                                                   \
	ARG(struct_name, tag.id, "VLAN_ID", ARG_KEYWORD, .def = "0", .min = 0, .max = VLAN_ID_MAX, \
		.help = "VLAN, 0 to 4095")
#define VLAN_NATIVE_ARG(struct_name)                                         \
	ARG(struct_name, tag.native, "NATIVE_VLAN", ARG_KEYWORD, .def = "0", \
		.min = VLAN_NO_NATIVE, .max = VLAN_ID_MAX,                   \
		.help = "VLAN whose frames have no tag; -1: all have one")

#define VLAN_HANDLER(handler_name, struct_name, which, text)                               \
	{                                                                                  \
		.name = handler_name, .read = vlan_tag_read, .write = vlan_tag_write,      \
		.offset = offsetof(struct struct_name, tag), .number = which, .help = text \
	}
#define VLAN_TAG_HANDLERS(struct_name)                                                   \
	VLAN_HANDLER("vlan_tci", struct_name, VLAN_TCI, "the tag's 16 bits, or `ANNO`"), \
		VLAN_HANDLER("vlan_id", struct_name, VLAN_ID, "VLAN"),                   \
		VLAN_HANDLER("vlan_pcp", struct_name, VLAN_PCP, "priority")
#define VLAN_NATIVE_HANDLER(struct_name) \
	VLAN_HANDLER("native_vlan", struct_name, VLAN_NATIVE, "VLAN whose frames have no tag")

// Puts a tag, as it is to stand there, behind the addresses of a frame. false: the frame has no
// Ethernet header, or no memory.
static inline bool
vlan_insert(struct packet **pp, uint32_t tag_be)
{
	const uint8_t *from = packet_peek(pp, 0, RTE_ETHER_HDR_LEN);
	uint64_t head; // of the addresses, which fit into two registers
	uint32_t tail;
	uint8_t *to;

	if (unlikely(from == NULL))
		return false;
	memcpy(&head, from, sizeof(head));
	memcpy(&tail, from + sizeof(head), sizeof(tail));
	if (unlikely(!packet_push(pp, VLAN_TAG_SIZE)))
		return false;
	// Its bytes are its own now, but the new ones may be a segment by themselves.
	if (likely(packet_data_len(*pp) >= VLAN_ADDRESSES_SIZE + VLAN_TAG_SIZE))
		to = packet_data_rw(*pp);
	else
		to = packet_edit(pp, 0, VLAN_ADDRESSES_SIZE + VLAN_TAG_SIZE);
	if (unlikely(to == NULL))
		return false;
	memcpy(to, &head, sizeof(head));
	memcpy(to + sizeof(head), &tail, sizeof(tail));
	memcpy(to + VLAN_ADDRESSES_SIZE, &tag_be, sizeof(tag_be));
	return true;
}

static inline uint32_t
vlan_tag_word(rte_be16_t ethertype_be, uint16_t tci)
{
	uint16_t halves[2] = {ethertype_be, rte_cpu_to_be_16(tci)};
	uint32_t word;

	memcpy(&word, halves, sizeof(word));
	return word;
}
