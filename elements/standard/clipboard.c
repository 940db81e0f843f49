// SPDX-License-Identifier: BSD-3-Clause
// Clipboard: copies bytes out of one packet into others.

#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"

struct range {
	uint32_t offset, len;
};

struct clipboard {
	struct element element;
	struct strvec texts; // "OFFSET/LENGTH"
	struct range *ranges; // owned
	size_t n_ranges;
	uint8_t *bytes; // owned: of all ranges, one behind the other
	uint32_t n_bytes;
	uint32_t end; // packets need this length
};

enum { COPY, PASTE }; // ports

enum { NO_MEMORY };

// A packet that is shorter than the ranges leaves what was copied before.
static inline void
copy(struct clipboard *e, const struct packet *p)
{
	uint8_t *bytes = e->bytes;

	if (unlikely(packet_length(p) < e->end))
		return;
	for (size_t i = 0; i < e->n_ranges; bytes += e->ranges[i].len, i++)
		packet_read(p, e->ranges[i].offset, bytes, e->ranges[i].len);
}

static inline int
paste(struct clipboard *e, struct packet **pp)
{
	const uint8_t *bytes = e->bytes;

	if (unlikely(packet_length(*pp) < e->end))
		return PASTE;
	for (size_t i = 0; i < e->n_ranges; bytes += e->ranges[i].len, i++) {
		if (unlikely(!packet_write(pp, e->ranges[i].offset, bytes, e->ranges[i].len)))
			return DROP(NO_MEMORY);
	}
	return PASTE;
}

static void
work_on(struct clipboard *e, unsigned port, struct batch *b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		if (port == COPY)
			copy(e, b->pkt[i]);
		else if (unlikely(paste(e, &b->pkt[i]) != PASTE)) {
			element_drop(&e->element, NO_MEMORY, b->pkt[i]);
			continue;
		}
		b->pkt[n++] = b->pkt[i];
	}
	b->n = (uint16_t)n;
}

static void
clipboard_push(struct element *base, unsigned port, struct batch *b)
{
	work_on((struct clipboard *)base, port, b);
	element_push(base, port, b);
}

static void
clipboard_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	element_pull(base, port, b, max);
	work_on((struct clipboard *)base, port, b);
}

// ---- configuration

static int
read_range(const char *text, size_t i, struct range *range, struct errh *errh)
{
	const char *slash = strchr(text, '/');
	uint64_t offset, len;
	char *before;
	int err;

	if (slash == NULL)
		return errh_error(errh, "range %zu: expected '/' between offset and length", i);
	before = mem_strndup(text, (size_t)(slash - text));
	err = text_read_uint64(before, &offset);
	free(before);
	if (err != 0 || text_read_uint64(slash + 1, &len) != 0 || offset > UINT16_MAX ||
		len > UINT16_MAX || offset + len > UINT16_MAX)
		return errh_error(errh, "range %zu: invalid offset or length", i);
	*range = (struct range){(uint32_t)offset, (uint32_t)len};
	return 0;
}

static bool
same_ranges(const struct clipboard *e, const struct range *ranges, size_t n)
{
	return e->n_ranges == n && memcmp(e->ranges, ranges, n * sizeof(*ranges)) == 0;
}

static int
clipboard_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct clipboard *e = (struct clipboard *)base;
	struct range *ranges = mem_zalloc((e->texts.n + 1) * sizeof(*ranges));
	uint64_t n_bytes = 0;
	uint32_t end = 0;
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->texts.n; i++) {
		if (read_range(e->texts.v[i], i, &ranges[i], errh) != 0)
			err = -EINVAL;
		end = RTE_MAX(end, ranges[i].offset + ranges[i].len);
		n_bytes += ranges[i].len;
	}
	if (err == 0 && n_bytes > UINT32_MAX)
		err = errh_error(errh, "too many bytes");
	if (err != 0) {
		free(ranges);
		return err;
	}
	// What was copied stays, if nothing has changed.
	if (e->bytes == NULL || !same_ranges(e, ranges, e->texts.n)) {
		free(e->bytes);
		e->bytes = mem_zalloc(n_bytes + 1);
	}
	free(e->ranges);
	e->ranges = ranges;
	e->n_ranges = e->texts.n;
	e->n_bytes = (uint32_t)n_bytes;
	e->end = end;
	return 0;
}

static void
clipboard_cleanup(struct element *base)
{
	struct clipboard *e = (struct clipboard *)base;

	free(e->ranges);
	free(e->bytes);
}

static int
clipboard_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct clipboard *e = (struct clipboard *)base, *old = (struct clipboard *)old_base;

	(void)errh;
	if (same_ranges(old, e->ranges, e->n_ranges))
		memcpy(e->bytes, old->bytes, e->n_bytes);
	return 0;
}

static const struct arg clipboard_args[] = {
	ARG(clipboard, texts, "RANGE", ARG_REST,
		.help = "`OFFSET/LENGTH`: bytes that are copied, counted from the packet's begin"),
	ARGS_END,
};

static const char *const clipboard_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class clipboard_class = {
	.name = "Clipboard",
	.ports = "2/2",
	.processing = "a/a",
	.flow = "#/#",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_SOURCE,
	.lcores = LCORES_ONE,
	.size = sizeof(struct clipboard),
	.push = clipboard_push,
	.pull = clipboard_pull,
	.configure = clipboard_configure,
	.cleanup = clipboard_cleanup,
	.take_state = clipboard_take_state,
	.args = clipboard_args,
	.drops = clipboard_drops,
	.group = "standard",
	.brief = "copies bytes out of one packet into others",
	.manual =
		"The bytes in the ranges of each packet on input 0 are remembered; packets on input 1\n"
		"are overwritten there with those remembered last, zeroes before the first. Packets\n"
		"leave by the output of the same number. One that is too short for any of the ranges\n"
		"passes unchanged, and nothing is taken from it (Click reads behind its end).",
	.example = "c :: Clipboard(0/6, 12/2); Idle -> c -> Discard; Idle -> [1] c [1] -> Discard;",
};
ELEMENT_CLASS(clipboard_class)
