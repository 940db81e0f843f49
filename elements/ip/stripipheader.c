// SPDX-License-Identifier: BSD-3-Clause
// StripIPHeader, UnstripIPHeader: removes the IP header and brings it back.

#include "src/element.h"

struct stripipheader {
	struct element element;
};

enum { NO_MEMORY };

// ---- StripIPHeader

static inline void
strip_packet(const struct stripipheader *e, struct packet *p)
{
	int32_t off = packet_transport_offset(p);

	(void)e;
	if (likely(off > 0) && unlikely(!packet_pull(p, (uint32_t)off)))
		packet_pull(p, packet_length(p));
}

ELEMENT_CHANGE(strip, stripipheader, strip_packet)

static const struct element_class stripipheader_class = {
	.name = "StripIPHeader",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct stripipheader),
	.push = strip_push,
	.pull = strip_pull,
	.decide = strip_decide,
	.group = "ip",
	.brief = "removes the IP header",
	.manual =
		"Removes everything in front of the transport header, as its place says. The header\n"
		"places stay, so that UnstripIPHeader can bring the header back.",
	.example = "Idle -> CheckIPHeader(14) -> StripIPHeader -> Discard;",
};
ELEMENT_CLASS(stripipheader_class)

// ---- UnstripIPHeader

static inline int
unstrip_packet(const struct stripipheader *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);

	(void)e;
	if (unlikely(off >= 0 || off == PACKET_NO_HEADER))
		return 0;
	return likely(packet_push(pp, (uint32_t)-off)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(unstrip, stripipheader, unstrip_packet)

static const char *const unstripipheader_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class unstripipheader_class = {
	.name = "UnstripIPHeader",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct stripipheader),
	.push = unstrip_push,
	.pull = unstrip_pull,
	.decide = unstrip_decide,
	.drops = unstripipheader_drops,
	.group = "ip",
	.brief = "brings back an IP header that was removed",
	.manual =
		"Makes the packet begin with its IP header again after StripIPHeader. A packet whose\n"
		"header was not removed, or that has none, passes unchanged.",
	.example = "Idle -> CheckIPHeader -> StripIPHeader -> UnstripIPHeader -> Discard;",
};
ELEMENT_CLASS(unstripipheader_class)
