// SPDX-License-Identifier: BSD-3-Clause
// EtherMirror: swaps source and destination of Ethernet headers.

#include <rte_ether.h>

#include "src/element.h"

struct ethermirror {
	struct element element;
};

enum { NO_MEMORY };

static inline int
ethermirror_packet(const struct ethermirror *e, struct packet **pp)
{
	uint8_t *bytes = packet_edit(pp, 0, 2 * RTE_ETHER_ADDR_LEN), dst[RTE_ETHER_ADDR_LEN];

	(void)e;
	if (unlikely(bytes == NULL))
		return packet_length(*pp) < 2 * RTE_ETHER_ADDR_LEN ? 0 : DROP(NO_MEMORY);
	memcpy(dst, bytes, sizeof(dst));
	memcpy(bytes, bytes + sizeof(dst), sizeof(dst));
	memcpy(bytes + sizeof(dst), dst, sizeof(dst));
	return 0;
}

ELEMENT_DECIDE(ethermirror, ethermirror, ethermirror_packet)

static const char *const ethermirror_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class ethermirror_class = {
	.name = "EtherMirror",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ethermirror),
	.push = ethermirror_push,
	.pull = ethermirror_pull,
	.decide = ethermirror_decide,
	.drops = ethermirror_drops,
	.group = "ethernet",
	.brief = "swaps source and destination of Ethernet headers",
	.manual =
		"Expects Ethernet frames and exchanges the two addresses at their start, so that\n"
		"frames go back where they came from. A packet too short to have both passes as it\n"
		"is.",
	.example = "Idle -> EtherMirror -> Discard;",
};
ELEMENT_CLASS(ethermirror_class)
