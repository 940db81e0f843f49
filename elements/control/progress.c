// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/progress.h"

#include <math.h>
#include <string.h>

#include <rte_common.h>

#include "src/clock.h"
#include "src/strbuf.h"

#define STALL_NS (5 * CLOCK_S)

enum { BAR_MAX = 240, BEHIND_BAR = 25, RUNNER = 3 }; // columns

void
progress_start(struct progress *p, double position, double size, int64_t now_ns)
{
	*p = (struct progress){
		.position = position,
		.size = size,
		.first_position = position,
		.start_ns = now_ns,
		.now_ns = now_ns,
		.moved_ns = now_ns,
	};
}

void
progress_move(struct progress *p, double position, int64_t now_ns)
{
	if (p->position < 0 && position >= 0)
		p->first_position = position;
	if (position != p->position) {
		if (now_ns - p->moved_ns >= STALL_NS)
			p->stalled_ns += now_ns - p->moved_ns;
		p->moved_ns = now_ns;
	}
	p->position = position;
	p->now_ns = now_ns;
}

// 0 to 1; negative: not known.
static double
fraction(const struct progress *p)
{
	if (p->position < 0 || !(p->size > 0))
		return -1;
	return p->position < p->size ? p->position / p->size : 1;
}

static void
add_bar(const struct progress *p, unsigned len, struct strbuf *out)
{
	double part = fraction(p);
	// From where to where there are stars.
	unsigned from = 0, to = (unsigned)(RTE_MAX(part, 0) * len);

	if (part < 0 && p->position >= 0) {
		from = len > RUNNER ? p->n_shown % (len - RUNNER + 1) : 0;
		to = from + RUNNER;
	}
	strbuf_addc(out, '|');
	for (unsigned i = 0; i < len; i++)
		strbuf_addc(out, p->position < 0 ? '-' : i >= from && i < to ? '*' : ' ');
	strbuf_addc(out, '|');
}

static void
add_position(const struct progress *p, struct strbuf *out)
{
	static const char units[] = " KMGTPE";
	double position = p->position;
	unsigned unit = 0;

	while (position >= 100000 && unit < sizeof(units) - 2) {
		position /= 1024;
		unit++;
	}
	// A position up to 1 is a fraction, which the bar shows.
	if (p->position >= 0 && p->size != 1)
		strbuf_addf(out, " %5lu%c%c ", (unsigned long)RTE_MIN(position, 1e15), units[unit],
			unit == 0 ? ' ' : 'B');
}

static void
add_clock(double seconds, const char *end, struct strbuf *out)
{
	unsigned long s = (unsigned long)RTE_MIN(seconds, 1e9);

	if (s >= 3600)
		strbuf_addf(out, "%2lu:", s / 3600);
	else
		strbuf_adds(out, "   ");
	strbuf_addf(out, "%02lu:%02lu%s", s / 60 % 60, s % 60, end);
}

static void
add_time(const struct progress *p, bool done, struct strbuf *out)
{
	double elapsed = (double)(p->now_ns - p->start_ns) / CLOCK_S;
	double rate =
		(p->position - p->first_position) / (elapsed - (double)p->stalled_ns / CLOCK_S);

	if (done)
		add_clock(elapsed, "    ", out);
	else if (p->now_ns - p->moved_ns >= STALL_NS)
		strbuf_adds(out, " - stalled -");
	else if (fraction(p) < 0 || !(rate > 0) || !isfinite(rate))
		strbuf_adds(out, "   --:-- ETA");
	else
		add_clock(RTE_MAX(p->size - p->position, 0) / rate, " ETA", out);
}

void
progress_text(struct progress *p, const char *banner, unsigned width, bool done, struct strbuf *out)
{
	size_t begin = out->len, used;

	if (banner != NULL && *banner != '\0')
		strbuf_addf(out, "%s ", banner);
	if (fraction(p) >= 0)
		strbuf_addf(out, "%3d%% ", (int)(fraction(p) * 100));
	else if (p->position < 0)
		strbuf_adds(out, "  -% ");
	used = out->len - begin + BEHIND_BAR;
	if (width > used)
		add_bar(p, (unsigned)RTE_MIN(width - used, (size_t)BAR_MAX), out);
	add_position(p, out);
	add_time(p, done, out);
	p->n_shown++;
}
