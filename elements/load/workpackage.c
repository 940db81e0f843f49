// SPDX-License-Identifier: BSD-3-Clause
// WorkPackage: makes each packet cost computing time and memory accesses.

#include <stdlib.h>
#include <string.h>

#include "elements/load/draw.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"

struct workpackage_lcore {
	uint32_t state; // of the draws; also what the reads came to, so that none is left out
};

struct workpackage {
	struct element element;
	uint32_t size_mb; // of the array
	uint32_t n_reads, packet_percent, n_draws;
	bool payload;
	uint32_t *words; // owned; NULL: no array
	uint32_t n_words;
};

enum { SIZE_MAX_MB = 8192, WORK_MAX = 1000000, HEADERS = 54 }; // Ethernet, IPv4, TCP

// Four bytes of the packet; 0 if it has none.
static inline uint32_t
read_packet(const struct workpackage *e, const struct packet *p, uint32_t x)
{
	uint32_t len =
		e->payload ? packet_data_len(p) : RTE_MIN(packet_data_len(p), (uint32_t)HEADERS);
	uint32_t word;

	if (unlikely(len < sizeof(word)))
		return 0;
	memcpy(&word, packet_data(p) + draw_scale(x, len - (uint32_t)sizeof(word) + 1),
		sizeof(word));
	return word;
}

static inline uint32_t
work(const struct workpackage *e, const struct packet *p, uint32_t x)
{
	x = draw_many(x, e->n_draws);
	for (uint32_t i = 0; i < e->n_reads; i++) {
		uint32_t word = 0;

		if (draw_scale(draw_next(x), 100) < e->packet_percent)
			word = read_packet(e, p, x);
		else if (e->words != NULL)
			word = e->words[draw_scale(x, e->n_words)];
		// Where the next read is depends on what this one gave.
		x = draw_next(x ^ word) | 1;
	}
	return x;
}

static void
workpackage_push(struct element *base, unsigned port, struct batch *b)
{
	const struct workpackage *e = (struct workpackage *)base;
	struct workpackage_lcore *l = element_lcore(base);
	uint32_t x = l->state | 1;

	for (unsigned i = 0; i < b->n; i++)
		x = work(e, b->pkt[i], x);
	l->state = x;
	element_push(base, port, b);
}

static int
workpackage_initialize(struct element *base, struct errh *errh)
{
	struct workpackage *e = (struct workpackage *)base;
	uint32_t x = 1;

	(void)errh;
	for (unsigned i = 0; i < lcores_n(); i++)
		((struct workpackage_lcore *)(uintptr_t)element_lcore_at(base, i))->state = i + 1;
	if (e->size_mb == 0)
		return 0;
	e->n_words = e->size_mb * (uint32_t)((1 << 20) / sizeof(uint32_t));
	e->words = mem_zalloc(e->n_words * sizeof(*e->words));
	for (uint32_t i = 0; i < e->n_words; i++)
		e->words[i] = x = draw_next(x);
	return 0;
}

static void
workpackage_cleanup(struct element *base)
{
	free(((struct workpackage *)base)->words);
}

static const struct arg workpackage_args[] = {
	ARG(workpackage, size_mb, "S", ARG_KEYWORD, .def = "0", .min = 0, .max = SIZE_MAX_MB,
		.help = "megabytes of the array that is read"),
	ARG(workpackage, n_reads, "N", ARG_KEYWORD, .def = "0", .min = 0, .max = WORK_MAX,
		.help = "reads of 4 bytes for each packet, each depending on the one before"),
	ARG(workpackage, packet_percent, "R", ARG_KEYWORD, .def = "0", .min = 0, .max = 100,
		.help = "percent of the reads that look at the packet, not at the array"),
	ARG(workpackage, payload, "PAYLOAD", ARG_KEYWORD, .def = "false",
		.help = "true: they look at all of it, not only at its first 54 bytes"),
	ARG(workpackage, n_draws, "W", ARG_KEYWORD, .def = "0", .min = 0, .max = WORK_MAX,
		.help = "random numbers to compute for each packet"),
	ARGS_END,
};

static const struct element_class workpackage_class = {
	.name = "WorkPackage",
	.ports = "1-/=",
	.processing = "h/h",
	.flow = "#/#",
	.lcores = LCORES_ANY,
	.size = sizeof(struct workpackage),
	.lcore_size = sizeof(struct workpackage_lcore),
	.push = workpackage_push,
	.initialize = workpackage_initialize,
	.cleanup = workpackage_cleanup,
	.args = workpackage_args,
	.group = "load",
	.brief = "makes each packet cost computing time and memory accesses",
	.manual =
		"Stands for an application of known weight: W makes it costly in instructions, N in\n"
		"memory accesses, which miss the caches if S is large. Packets pass unchanged.",
	.example = "InfiniteSource(LIMIT 5) -> WorkPackage(S 4, N 10, R 20, W 100) -> Discard;",
};
ELEMENT_CLASS(workpackage_class)
