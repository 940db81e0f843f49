// SPDX-License-Identifier: BSD-3-Clause
// AggregateFilter: sends packets by their aggregate annotation.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strvec.h"

struct range {
	uint32_t first, last;
	int16_t output;
};

struct aggregatefilter {
	struct element element;
	struct range *ranges; // owned; sorted, without overlaps
	size_t n, cap;
	struct strvec patterns;
};

enum { NOT_ALLOWED, DROPPED = DROP(NOT_ALLOWED) };

// ---- data path

// The first range that does not lie in front of the aggregate.
static size_t
find_range(const struct aggregatefilter *e, uint32_t aggregate)
{
	size_t low = 0, high = e->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (e->ranges[middle].last < aggregate)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
aggregatefilter_push(struct element *base, unsigned port, struct batch *b)
{
	struct aggregatefilter *e = (struct aggregatefilter *)base;
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		uint32_t aggregate = packet_anno_u32(b->pkt[i], ANNO_AGGREGATE);
		size_t at = find_range(e, aggregate);

		decision[i] = at < e->n && e->ranges[at].first <= aggregate ? e->ranges[at].output
									    : DROPPED;
	}
	element_split(base, b, decision);
}

// ---- configuration

static void
insert_range(struct aggregatefilter *e, size_t at, struct range r)
{
	e->ranges = mem_grow(e->ranges, e->n, &e->cap, sizeof(*e->ranges));
	memmove(e->ranges + at + 1, e->ranges + at, (e->n - at) * sizeof(*e->ranges));
	e->ranges[at] = r;
	e->n++;
}

// Fills the gaps between what is there, which wins. false: there were none.
static bool
add_range(struct aggregatefilter *e, uint32_t first, uint32_t last, int16_t output)
{
	size_t at = find_range(e, first);
	uint64_t next = first;
	bool added = false;

	for (; next <= last; at++) {
		bool behind = at == e->n || e->ranges[at].first > last;
		uint64_t end = behind ? (uint64_t)last + 1 : e->ranges[at].first;

		if (next < end) {
			insert_range(
				e, at, (struct range){(uint32_t)next, (uint32_t)(end - 1), output});
			added = true;
		}
		if (next < end)
			next = end;
		else
			next = (uint64_t)e->ranges[at].last + 1;
	}
	return added;
}

// A, A-B, - or all.
static bool
read_range(const char *word, uint32_t *first, uint32_t *last)
{
	char *text = mem_strdup(word), *second = strchr(text, '-');
	uint64_t a, b;
	bool good;

	if (strcmp(text, "-") == 0 || strcmp(text, "all") == 0) {
		a = 0;
		b = UINT32_MAX;
		good = true;
	} else {
		if (second != NULL)
			*second++ = '\0';
		good = text_read_uint64(text, &a) == 0 &&
		       text_read_uint64(second != NULL ? second : text, &b) == 0 && a <= b &&
		       b <= UINT32_MAX;
	}
	free(text);
	if (good) {
		*first = (uint32_t)a;
		*last = (uint32_t)b;
	}
	return good;
}

static bool
read_action(const struct aggregatefilter *e, const char *word, int16_t *output)
{
	uint64_t port = 0;

	if (strcmp(word, "drop") == 0 || strcmp(word, "deny") == 0) {
		*output = DROPPED;
		return true;
	}
	if (strcmp(word, "allow") != 0 &&
		(text_read_uint64(word, &port) != 0 || port >= e->element.n_outputs))
		return false;
	*output = (int16_t)port;
	return true;
}

static int
add_pattern(struct aggregatefilter *e, size_t n, const struct strvec *words, struct errh *errh)
{
	uint32_t first, last;
	bool any = false, bad = false;
	int16_t output;

	if (words->n == 0)
		return errh_error(errh, "empty pattern %zu", n);
	if (!read_action(e, words->v[0], &output))
		return errh_error(errh, "pattern %zu: expected a port number", n);
	if (words->n == 1)
		return errh_error(errh, "pattern %zu has no aggregates", n);
	for (size_t i = 1; i < words->n; i++) {
		if (!read_range(words->v[i], &first, &last)) {
			errh_error(errh, "pattern %zu: bad aggregate number '%s'", n, words->v[i]);
			bad = true;
		} else if (add_range(e, first, last, output)) {
			any = true;
		} else if (first == last) {
			errh_warning(errh,
				"pattern %zu: aggregate %u already filtered to output %d", n, first,
				e->ranges[find_range(e, first)].output);
		}
	}
	if (!any && !bad)
		errh_warning(errh, "pattern %zu matches no packets", n);
	return bad ? -EINVAL : 0;
}

static int
aggregatefilter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct aggregatefilter *e = (struct aggregatefilter *)base;
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->patterns.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->patterns.v[i], &words);
		if (add_pattern(e, i, &words, errh) != 0)
			err = -EINVAL;
		strvec_fini(&words);
	}
	return err;
}

static void
aggregatefilter_cleanup(struct element *base)
{
	free(((struct aggregatefilter *)base)->ranges);
}

static const struct arg aggregatefilter_args[] = {
	ARG(aggregatefilter, patterns, "PATTERN", ARG_REST,
		.help = "ACTION AGGREGATE...: allow (output 0), drop, deny or the number of an\n"
			"output, and numbers, FIRST-LAST, or all"),
	ARGS_END,
};

static const char *const aggregatefilter_drops[] = {[NOT_ALLOWED] = "not allowed", NULL};

static const struct element_class aggregatefilter_class = {
	.name = "AggregateFilter",
	.ports = "1/1-254",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct aggregatefilter),
	.push = aggregatefilter_push,
	.configure = aggregatefilter_configure,
	.cleanup = aggregatefilter_cleanup,
	.args = aggregatefilter_args,
	.drops = aggregatefilter_drops,
	.reads = "AGGREGATE",
	.group = "analysis",
	.brief = "sends packets by their aggregate annotation",
	.manual =
		"The first pattern that has the packet's aggregate decides. Packets of no pattern\n"
		"are dropped.",
	.example = "Idle -> f :: AggregateFilter(drop 5, 1 1-100, allow all) -> Discard;\n"
		   "f [1] -> Discard;",
};
ELEMENT_CLASS(aggregatefilter_class)
