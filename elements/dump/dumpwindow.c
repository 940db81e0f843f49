// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpwindow.h"

enum { END_CALLS_MAX = 1000 };

static bool
has_any_end(const struct dump_window *w)
{
	return w->has_end || w->has_end_after || w->has_interval;
}

void
dump_window_end(struct dump_window *w, struct dump_source *s)
{
	if (w->end_call.name != NULL)
		handler_call_run(&w->end_call, &s->element);
	else if (s->stop)
		dump_source_end(s);
	else if (has_any_end(w))
		dump_source_set_active(s, false);
}

static int64_t
add_times(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

// The first packet fixes the relative times.
static void
fix_times(struct dump_window *w, int64_t first_ns)
{
	w->fixed = true;
	w->first_ns = first_ns;
	if (w->has_start_after)
		w->start_ns = add_times(w->start_ns, first_ns);
	if (w->has_end_after)
		w->end_ns = add_times(w->end_ns, first_ns);
	else if (w->has_interval)
		w->end_ns = add_times(
			w->end_ns, w->has_start || w->has_start_after ? w->start_ns : first_ns);
}

enum dump_reading
dump_window_check(struct dump_window *w, struct dump_source *s, int64_t ns)
{
	if (!w->fixed)
		fix_times(w, ns);
	if (w->check_start && ns < w->start_ns)
		return DUMP_READ_SKIPPED;
	w->check_start = false;
	for (unsigned n = 0; w->check_end && ns >= w->end_ns; n++) {
		w->check_end = false;
		dump_window_end(w, s);
		if (n == END_CALLS_MAX)
			dump_source_set_active(s, false);
		if (!s->active)
			return DUMP_READ_END;
	}
	return DUMP_READ_PACKET;
}

void
dump_window_extend(struct dump_window *w, struct dump_source *s, int64_t ns)
{
	w->end_ns = add_times(w->end_ns, ns);
	w->extended_ns = add_times(w->extended_ns, ns);
	w->check_end = has_any_end(w);
	dump_source_set_active(s, true);
}

static int
check_exclusive(const struct dump_window *w, const struct dump_source *s, struct errh *errh)
{
	int err = 0;

	if (w->has_start && w->has_start_after)
		err = errh_error(errh, "START and START_AFTER are mutually exclusive");
	if (w->has_end + w->has_end_after + w->has_interval > 1)
		err = errh_error(errh, "END, END_AFTER, and INTERVAL are mutually exclusive");
	if (s->stop && w->end_call.name != NULL)
		err = errh_error(errh, "END_CALL and STOP are mutually exclusive");
	return err;
}

int
dump_window_configure(struct dump_window *w, const struct dump_source *s, struct errh *errh)
{
	if (check_exclusive(w, s, errh) != 0)
		return -EINVAL;
	w->check_start = w->has_start || w->has_start_after;
	w->start_ns = w->has_start ? w->start.ns : w->start_after.ns;
	w->check_end = has_any_end(w);
	w->end_ns = w->has_end ? w->end.ns : w->has_end_after ? w->end_after.ns : w->interval.ns;
	return 0;
}

int
dump_window_initialize(struct dump_window *w, struct dump_source *s, struct errh *errh)
{
	if (w->end_call.name == NULL)
		return 0;
	return handler_call_resolve(&w->end_call, &s->element, HANDLER_WRITABLE, errh);
}

void
dump_window_take(struct dump_window *w, const struct dump_window *old)
{
	if (!old->fixed || w->fixed)
		return;
	fix_times(w, old->first_ns);
	w->end_ns = add_times(w->end_ns, old->extended_ns);
	w->extended_ns = old->extended_ns;
}
