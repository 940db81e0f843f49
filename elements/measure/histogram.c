// SPDX-License-Identifier: BSD-3-Clause
#include "elements/measure/histogram.h"

#include <inttypes.h>
#include <stdlib.h>

#include "src/counter.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"

void
histogram_sum(const struct element *e, struct histogram *sum)
{
	*sum = (struct histogram){0};
	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct histogram *h = element_lcore_at(e, i);

		for (unsigned k = 0; k <= HISTOGRAM_MAX; k++)
			sum->counts[k] += counter_read(&h->counts[k]);
	}
}

void
histogram_take(struct element *e, const struct element *old)
{
	struct histogram *mine = element_lcore(e);

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct histogram *h = element_lcore_at(old, i);

		for (unsigned k = 0; k <= HISTOGRAM_MAX; k++)
			mine->counts[k] += h->counts[k];
	}
}

enum { AVERAGE, MEDIAN, MOST_SEEN, MOST_SEEN_FREQ, MAX, COUNT, NVAL };

struct summary {
	uint64_t n, total; // observations, and their sizes together
	unsigned n_sizes, max, most_seen;
};

static void
summarize(const struct histogram *h, struct summary *s)
{
	*s = (struct summary){0};
	for (unsigned i = 0; i <= HISTOGRAM_MAX; i++) {
		if (h->counts[i] == 0)
			continue;
		s->n += h->counts[i];
		s->total += h->counts[i] * i;
		s->n_sizes++;
		s->max = i;
		if (h->counts[i] > h->counts[s->most_seen])
			s->most_seen = i;
	}
}

// Of an even number the upper one.
static unsigned
find_median(const struct histogram *h, uint64_t n)
{
	uint64_t before = 0;
	unsigned i = 0;

	while (i < HISTOGRAM_MAX && before + h->counts[i] <= n / 2)
		before += h->counts[i++];
	return n > 0 ? i : 0;
}

static int
read_value(const struct handler_read *call)
{
	struct histogram *h = mem_zalloc(sizeof(*h));
	struct summary s;

	histogram_sum(call->element, h);
	summarize(h, &s);
	if (call->row->number == AVERAGE) {
		text_double(call->out, s.n > 0 ? (double)s.total / (double)s.n : 0);
	} else {
		const uint64_t values[] = {
			[MEDIAN] = find_median(h, s.n),
			[MOST_SEEN] = s.most_seen,
			[MOST_SEEN_FREQ] = h->counts[s.most_seen],
			[MAX] = s.max,
			[COUNT] = s.n,
			[NVAL] = s.n_sizes,
		};

		strbuf_addf(call->out, "%" PRIu64, values[call->row->number]);
	}
	free(h);
	return 0;
}

static int
read_dump(const struct handler_read *call)
{
	struct histogram *h = mem_zalloc(sizeof(*h));

	histogram_sum(call->element, h);
	for (unsigned i = 0; i <= HISTOGRAM_MAX; i++) {
		if (h->counts[i] > 0)
			strbuf_addf(call->out, "%u: %" PRIu64 "\n", i, h->counts[i]);
	}
	free(h);
	return 0;
}

#define VALUE(handler_name, which, text)                                                          \
	{                                                                                         \
		.name = handler_name, .read = read_value, .flags = HANDLER_LIVE, .number = which, \
		.help = text                                                                      \
	}

const struct handler histogram_handlers[] = {
	VALUE("average", AVERAGE, "average size"),
	VALUE("avg", AVERAGE, "same as average"),
	VALUE("median", MEDIAN, "size that half of them are below"),
	VALUE("most_seen", MOST_SEEN, "size that came most often"),
	VALUE("most_seen_freq", MOST_SEEN_FREQ, "how often it came"),
	VALUE("max", MAX, "largest size; larger ones than 4096 count as that"),
	VALUE("count", COUNT, "how many there were"),
	VALUE("nval", NVAL, "how many different sizes there were"),
	{.name = "dump", .read = read_dump, .flags = HANDLER_LIVE, .help = "lines `SIZE: COUNT`"},
	HANDLERS_END,
};
