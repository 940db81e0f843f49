// SPDX-License-Identifier: BSD-3-Clause
// Search: removes what stands in front of a pattern of bytes.

#include <string.h>

#include "src/element.h"

enum { PATTERN_MAX = 1024, CHUNK = 2 * PATTERN_MAX };

struct search {
	struct element element;
	struct data pattern;
	bool strip_after, set_anno;
	struct anno2 anno;
};

enum { ABSENT, TOO_FAR };

// In a packet of several segments: pieces that overlap by nearly a pattern.
static __attribute__((noinline)) int64_t
find_in_segments(const struct packet *p, const struct data *pattern)
{
	uint32_t len = packet_length(p), step = CHUNK - (uint32_t)pattern->len + 1;
	uint8_t chunk[CHUNK];

	for (uint32_t at = 0; at < len && len - at >= pattern->len; at += step) {
		uint32_t n = RTE_MIN(len - at, (uint32_t)CHUNK);
		const uint8_t *found;

		packet_read(p, at, chunk, n);
		found = memmem(chunk, n, pattern->bytes, pattern->len);
		if (found != NULL)
			return at + (found - chunk);
	}
	return -1;
}

// Where the pattern begins; negative: nowhere.
static inline int64_t
find(const struct packet *p, const struct data *pattern)
{
	const uint8_t *found;

	if (unlikely(!packet_is_linear(p)))
		return find_in_segments(p, pattern);
	found = memmem(packet_data(p), packet_data_len(p), pattern->bytes, pattern->len);
	return found != NULL ? found - packet_data(p) : -1;
}

static inline int
search_packet(const struct search *e, struct packet **pp)
{
	int64_t at = find(*pp, &e->pattern);
	uint32_t n;

	if (at < 0)
		return element_output_or_drop(&e->element, 1, ABSENT);
	n = (uint32_t)at + (e->strip_after ? (uint32_t)e->pattern.len : 0);
	if (unlikely(n > UINT16_MAX))
		return DROP(TOO_FAR);
	packet_pull(*pp, n);
	if (e->set_anno)
		packet_set_anno_u16(*pp, e->anno.offset, (uint16_t)n);
	return 0;
}

ELEMENT_DECIDE(search, search, search_packet)

static int
search_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct search *e = (struct search *)base;

	(void)args;
	if (e->pattern.len == 0)
		return errh_error(errh, "Cannot search for an empty string!");
	if (e->pattern.len > PATTERN_MAX)
		return errh_error(errh, "PATTERN longer than %d bytes", PATTERN_MAX);
	return 0;
}

static const struct arg search_args[] = {
	ARG(search, pattern, "PATTERN", ARG_MANDATORY, .help = "bytes to look for"),
	ARG(search, strip_after, "STRIP_AFTER", ARG_OPTIONAL, .def = "true",
		.help = "false: the packet begins with the pattern, not behind it"),
	ARG(search, anno, "ANNO", ARG_KEYWORD, .def = "20",
		.help = "two-byte annotation for the number of bytes removed"),
	ARG(search, set_anno, "SET_ANNO", ARG_KEYWORD, .def = "true",
		.help = "false: the annotation is left alone"),
	ARGS_END,
};

static const char *const search_drops[] = {
	[ABSENT] = "pattern not found", [TOO_FAR] = "more than 65535 bytes in front", NULL};

static const struct element_class search_class = {
	.name = "Search",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct search),
	.push = search_push,
	.pull = search_pull,
	.decide = search_decide,
	.configure = search_configure,
	.args = search_args,
	.drops = search_drops,
	.writes = "ANNO",
	.group = "standard",
	.brief = "removes what stands in front of a pattern",
	.manual =
		"Looks for the first PATTERN in each packet and removes everything up to its end. The\n"
		"number of bytes goes to an annotation, by which UnstripAnno brings them back. Packets\n"
		"without the pattern leave by output 1 if it is connected.",
	.example = "Idle -> Search(\"\\<0d0a0d0a>\") -> UnstripAnno -> Discard;",
};
ELEMENT_CLASS(search_class)
