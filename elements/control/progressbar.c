// SPDX-License-Identifier: BSD-3-Clause
// ProgressBar: shows on the terminal how far a handler's value has come.

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "elements/control/progress.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/timer.h"

enum { WIDTH_DEFAULT = 80 };

// Control lcore only.
struct progressbar {
	struct element element;
	struct timer timer;
	struct progress progress;
	bool begun; // progress is valid
	bool ended; // nothing more is shown until reset

	// Arguments.
	struct any position_names, size_names;
	struct timespan update, delay;
	char *banner;
	bool active, check_stdout, has_fixed_size;
	double fixed_size;
};

// ---- values

// The sum of the values of handlers, whose names are separated by blanks. false: one of them has
// none now.
static bool
read_sum(struct progressbar *e, const char *names, double *sum)
{
	struct strvec words = {0};
	bool good;

	*sum = 0;
	confstr_split_words(names != NULL ? names : "", &words);
	good = words.n > 0;
	for (size_t i = 0; i < words.n && good; i++) {
		struct strbuf text = STRBUF_INIT;
		struct handler_target target;
		struct errh silent;
		char *trimmed = NULL;
		double value;

		errh_init_silent(&silent);
		good = handler_find(e->element.router, &e->element, words.v[i], HANDLER_READABLE,
			       &target, &silent) == 0 &&
		       handler_call_read(e->element.router, &target, NULL, &text, &silent) == 0;
		if (good)
			trimmed = confstr_uncomment(strbuf_text(&text));
		good = good && text_read_double(trimmed, &value) == 0;
		*sum += good ? value : 0;
		free(trimmed);
		strbuf_fini(&text);
	}
	strvec_fini(&words);
	return good;
}

static double
read_position(struct progressbar *e)
{
	double position;

	return read_sum(e, e->position_names.text, &position) ? position : -1;
}

static double
read_size(struct progressbar *e)
{
	double size;

	if (e->has_fixed_size)
		return e->fixed_size;
	return read_sum(e, e->size_names.text, &size) ? size : 0;
}

// ---- showing

// Whether somebody looks: a terminal that is ours.
static bool
is_watched(const struct progressbar *e)
{
	if (!isatty(STDERR_FILENO) || tcgetpgrp(STDERR_FILENO) != getpgrp())
		return false;
	return !e->check_stdout || !isatty(STDOUT_FILENO);
}

static void
show(struct progressbar *e, bool done)
{
	struct strbuf line = STRBUF_INIT;
	struct winsize size;
	unsigned width = WIDTH_DEFAULT;
	ssize_t n;

	if (!is_watched(e))
		return;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	strbuf_addc(&line, '\r');
	progress_text(&e->progress, e->banner, width, done, &line);
	if (done)
		strbuf_addc(&line, '\n');
	n = write(STDERR_FILENO, line.data, line.len);
	(void)n; // a bar that cannot be seen is no harm
	strbuf_fini(&line);
}

static void
look(struct progressbar *e)
{
	int64_t now = clock_steady();
	double position = read_position(e);

	if (!e->begun)
		progress_start(&e->progress, position, read_size(e), now);
	else
		progress_move(&e->progress, position, now);
	e->begun = true;
}

static void
progressbar_update(struct timer *timer)
{
	struct progressbar *e = (struct progressbar *)timer->element;

	if (!e->active || e->ended)
		return;
	look(e);
	show(e, false);
	timer_reschedule_after(timer, e->update.ns);
}

static void
end(struct progressbar *e)
{
	if (e->begun && !e->ended)
		show(e, true);
	e->ended = true;
	timer_unschedule(&e->timer);
}

// ---- life

static int
progressbar_initialize(struct element *base, struct errh *errh)
{
	struct progressbar *e = (struct progressbar *)base;

	(void)errh;
	timer_init(&e->timer, base, progressbar_update, lcores_control());
	if (e->active)
		timer_schedule_after(&e->timer, e->delay.ns);
	return 0;
}

static void
progressbar_cleanup(struct element *base)
{
	struct progressbar *e = (struct progressbar *)base;

	if (base->info->initialized)
		end(e);
}

// Not shown a second time: the old one has a successor.
static int
progressbar_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct progressbar *e = (struct progressbar *)base, *old = (struct progressbar *)old_base;

	(void)errh;
	e->progress = old->progress;
	e->begun = old->begun;
	e->ended = old->ended;
	old->ended = true;
	return 0;
}

// ---- handlers

enum { STOPPED, DONE, RESET };

static int
write_mark(const struct handler_write *call)
{
	struct progressbar *e = (struct progressbar *)call->element;

	if (call->row->number == RESET) {
		e->begun = e->ended = false;
		if (e->active)
			timer_schedule_after(&e->timer, e->delay.ns);
		return 0;
	}
	if (e->ended)
		return 0;
	look(e);
	if (call->row->number == DONE && e->progress.position >= 0)
		e->progress.size = e->progress.position;
	end(e);
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	struct progressbar *e = (struct progressbar *)call->element;
	int err = handler_parse(call, &arg_bool, &e->active);

	if (err != 0)
		return err;
	if (!e->active)
		timer_unschedule(&e->timer);
	else if (!timer_is_scheduled(&e->timer) && !e->ended)
		timer_schedule_after(&e->timer, 0);
	return 0;
}

static int
read_pos(const struct handler_read *call)
{
	double position = read_position((struct progressbar *)call->element);

	text_double(call->out, position);
	return 0;
}

static int
read_size_handler(const struct handler_read *call)
{
	struct progressbar *e = (struct progressbar *)call->element;

	text_double(call->out, e->begun ? e->progress.size : read_size(e));
	return 0;
}

static int
write_size(const struct handler_write *call)
{
	struct progressbar *e = (struct progressbar *)call->element;
	int err = handler_parse(call, &arg_double, &e->fixed_size);

	if (err != 0)
		return err;
	e->has_fixed_size = true;
	e->progress.size = e->fixed_size;
	return 0;
}

static const struct arg progressbar_args[] = {
	ARG(progressbar, position_names, "POSHANDLER", ARG_MANDATORY,
		.help = "read handlers, separated by blanks, whose sum is the position"),
	ARG(progressbar, size_names, "SIZEHANDLER", ARG_OPTIONAL,
		.help = "read handlers whose sum is the position at the end; read once"),
	ARG(progressbar, update, "UPDATE", ARG_KEYWORD, .def = "0.25", .min = CLOCK_MS,
		.max = INT64_MAX, .help = "time between two updates"),
	ARG(progressbar, banner, "BANNER", ARG_KEYWORD, .help = "text in front of the bar"),
	ARG(progressbar, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: nothing is shown"),
	ARG(progressbar, delay, "DELAY", ARG_KEYWORD, .def = "0", .min = 0, .max = INT64_MAX,
		.help = "time until it is shown first"),
	ARG(progressbar, check_stdout, "CHECK_STDOUT", ARG_KEYWORD, .def = "false",
		.help = "true: not shown if standard output is a terminal, either"),
	ARG(progressbar, fixed_size, "FIXED_SIZE", ARG_KEYWORD,
		.given = ARG_GIVEN(progressbar, has_fixed_size),
		.help = "the position at the end, instead of SIZEHANDLER"),
	ARGS_END,
};

static const struct handler progressbar_handlers[] = {
	{.name = "mark_stopped",
		.write = write_mark,
		.flags = HANDLER_BUTTON,
		.number = STOPPED,
		.help = "it has ended early: shows the last line"},
	{.name = "mark_done",
		.write = write_mark,
		.flags = HANDLER_BUTTON,
		.number = DONE,
		.help = "it is done: shows the last line with a full bar"},
	HANDLER_FIELD_R("active", progressbar, active, HANDLER_CHECKBOX, .write = write_active,
		.help = "whether it is shown"),
	HANDLER_FIELD_RW(
		"poshandler", progressbar, position_names, 0, .help = "handlers of the position"),
	HANDLER_FIELD_RW("sizehandler", progressbar, size_names, 0, .help = "handlers of the size"),
	HANDLER_FIELD_RW("banner", progressbar, banner, 0, .help = "text in front of the bar"),
	{.name = "reset",
		.write = write_mark,
		.flags = HANDLER_BUTTON,
		.number = RESET,
		.help = "begins anew"},
	{.name = "pos", .read = read_pos, .help = "the position now; -1 if not known"},
	{.name = "size",
		.read = read_size_handler,
		.write = write_size,
		.help = "the position at the end; 0 if not known"},
	HANDLERS_END,
};

static const struct element_class progressbar_class = {
	.name = "ProgressBar",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct progressbar),
	.initialize = progressbar_initialize,
	.cleanup = progressbar_cleanup,
	.take_state = progressbar_take_state,
	.args = progressbar_args,
	.handlers = progressbar_handlers,
	.group = "control",
	.brief = "shows on the terminal how far something has come",
	.manual =
		"Writes a bar, the position and the time that is left to standard error, over and over,\n"
		"if that is a terminal and the program is in its foreground. The position is the sum of\n"
		"read handlers, such as `filepos` of FromDump; the position at the end comes from\n"
		"SIZEHANDLER (`filesize`) or FIXED_SIZE. Without one the bar shows only that something\n"
		"moves; with one of 1 the position is a fraction. After 5 s without progress it says\n"
		"so. At the end, or when `mark_done` or `mark_stopped` is written, the last line\n"
		"tells the time that it took.",
	.example = "d :: FromDump(trace.pcap) -> Discard; ProgressBar(d.filepos, d.filesize);",
};
ELEMENT_CLASS(progressbar_class)
