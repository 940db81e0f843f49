// SPDX-License-Identifier: BSD-3-Clause
// Script and DriverManager: run instructions: at the start, when a handler is called, for each
// packet, on signals, or when the driver is about to stop.

#include "elements/control/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/text.h"

enum { DROP_DECIDED, DROP_NO_OUTPUT, DROP_BUSY };

static const char *const script_drops[] = {
	"dropped by the script", "no such output", "script is busy", NULL};

// ---- data path

// The output for a packet, or DROP(reason).
static int
decide(struct script *s, unsigned input)
{
	enum script_result result;
	struct errh_context ctx;
	struct errh errh;
	int64_t output;

	// Busy also means that a handler, which the script calls, has sent us the packet.
	if (!script_enter(s))
		return DROP(DROP_BUSY);
	if (s->running) {
		script_leave(s);
		return DROP(DROP_BUSY);
	}
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
	s->input = input;
	result = script_call(s, "push", "", false, &errh);
	errh_pop(&errh);
	// Nothing goes on between packets.
	s->pos = SCRIPT_AT_END;
	output = -1;
	if (result == SCRIPT_ENDED)
		output = 0;
	else if (result == SCRIPT_RETURNED &&
		 text_read_int64(strbuf_text(script_variable(s, "_")), &output) != 0)
		output = -1;
	script_leave(s);
	if (result != SCRIPT_ENDED && result != SCRIPT_RETURNED)
		return DROP(DROP_DECIDED);
	return output >= 0 && output < s->element.n_outputs ? (int)output : DROP(DROP_NO_OUTPUT);
}

static void
emit(struct script *s, int decision, struct packet *p)
{
	if (decision >= 0)
		element_push_one(&s->element, (unsigned)decision, p);
	else
		element_drop(&s->element, (unsigned)(-1 - decision), p);
}

// One packet after the other is pushed on, since the script's next run may depend on it.
static void
script_push(struct element *base, unsigned port, struct batch *b)
{
	struct script *s = (struct script *)base;
	unsigned n = b->n;
	struct batch own;

	memcpy(own.pkt, b->pkt, n * sizeof(own.pkt[0]));
	for (unsigned i = 0; i < n; i++)
		emit(s, decide(s, port), own.pkt[i]);
}

static void
script_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct script *s = (struct script *)base;
	struct packet *p = max > 0 ? element_pull_one(base, 0) : NULL;
	int decision;

	(void)port;
	b->n = 0;
	if (p == NULL)
		return;
	decision = decide(s, 0);
	if (decision == 0)
		batch_one(b, p);
	else
		emit(s, decision, p);
}

// ---- configuration

static int
read_type(struct script *s, const char *text, struct errh *errh)
{
	static const struct {
		const char *name;
		enum script_type type;
	} types[] = {{"ACTIVE", SCRIPT_ACTIVE}, {"PASSIVE", SCRIPT_PASSIVE},
		{"PACKET", SCRIPT_PACKET}, {"PUSH", SCRIPT_PACKET}, {"PROXY", SCRIPT_PROXY},
		{"DRIVER", SCRIPT_DRIVER}, {"SIGNAL", SCRIPT_SIGNAL}};
	struct strvec words = {0};
	bool found = false;
	int err = 0;

	confstr_split_words(text, &words);
	for (size_t i = 0; i < RTE_DIM(types) && words.n > 0; i++) {
		if (strcmp(types[i].name, words.v[0]) != 0)
			continue;
		s->type = types[i].type;
		found = (s->type == SCRIPT_SIGNAL) == (words.n > 1);
	}
	if (!found)
		err = errh_error(errh, "bad TYPE");
	else if (s->type == SCRIPT_SIGNAL)
		err = script_signals_configure(s, &words, errh);
	strvec_fini(&words);
	return err;
}

static int
check_type(struct script *s, struct errh *errh)
{
	struct router *r = s->element.router;

	if (s->type == SCRIPT_PACKET && s->element.n_inputs == 0)
		return errh_error(errh, "PACKET script must have inputs");
	if (s->type != SCRIPT_PACKET && s->element.n_inputs + s->element.n_outputs > 0)
		return errh_error(errh, "ports allowed only on PACKET scripts");
	if (s->type != SCRIPT_DRIVER)
		return 0;
	if (r->driver_script != NULL)
		return errh_error(errh, "router has more than one driver script");
	r->driver_script = &s->element;
	r->driver_step = script_driver_step;
	return 0;
}

static int
configure(struct script *s, enum script_type type, struct errh *errh)
{
	bool has_ports = s->element.n_inputs + s->element.n_outputs > 0;
	int err = 0;

	s->type = type == SCRIPT_ACTIVE && has_ports ? SCRIPT_PACKET : type;
	if (s->type_text.text != NULL)
		err = read_type(s, s->type_text.text, errh);
	if (err == 0)
		err = check_type(s, errh);
	if (script_parse(s, errh) != 0)
		err = -EINVAL;
	s->pos = s->type == SCRIPT_ACTIVE || s->type == SCRIPT_DRIVER ? 0 : SCRIPT_AT_END;
	return err;
}

static int
script_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure((struct script *)base, SCRIPT_ACTIVE, errh);
}

static int
drivermanager_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure((struct script *)base, SCRIPT_DRIVER, errh);
}

// A script that begins with a wait or pause is there at once; another one starts when the router
// runs: by a timer, or by a stop event that we cause.
static void
start(struct script *s, struct errh *errh)
{
	enum script_op first = s->insns[0].op;
	struct errh_context ctx;

	if (first == SCRIPT_WAIT || first == SCRIPT_PAUSE) {
		errh_push(errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
		script_run_at(s, 0, errh);
		errh_pop(errh);
	} else if (s->type == SCRIPT_DRIVER) {
		router_adjust_run_count(s->element.router, -1);
	} else {
		timer_schedule_after(&s->timer, 0);
	}
}

static int
script_initialize(struct element *base, struct errh *errh)
{
	struct script *s = (struct script *)base;

	script_thread_init(s);
	script_enter(s);
	script_initialize_variables(s, errh);
	if (s->type == SCRIPT_ACTIVE || s->type == SCRIPT_DRIVER)
		start(s, errh);
	script_leave(s);
	return s->type == SCRIPT_SIGNAL ? script_signals_arm(s, errh) : 0;
}

// The program begins anew, with what its predecessor knew.
static int
script_take_state(struct element *base, struct element *old, struct errh *errh)
{
	script_variables_take((struct script *)base, (struct script *)old, errh);
	return 0;
}

static void
script_cleanup(struct element *base)
{
	struct script *s = (struct script *)base;

	script_signals_fini(s);
	script_thread_fini(s);
	if (base->router->driver_script == base) {
		base->router->driver_script = NULL;
		base->router->driver_step = NULL;
	}
	script_variables_fini(s);
	script_handlers_fini(s);
	script_parse_fini(s);
}

static const struct arg script_args[] = {
	ARG(script, type_text, "TYPE", ARG_KEYWORD,
		.help = "ACTIVE (runs at the start), PASSIVE (when its handler `run` is called), "
			"PACKET (for each packet), PROXY (for any handler), DRIVER (when the driver is "
			"about to stop) or `SIGNAL NAME...`"),
	ARG(script, lines, "INSTRUCTION", ARG_REST, .help = "what to do, one after the other"),
	ARGS_END,
};

static const struct element_class script_class = {
	.name = "Script",
	.ports = "-/-",
	.processing = "ah/ah",
	.phase = PHASE_LAST,
	.lcores = LCORES_ONE,
	.size = sizeof(struct script),
	.push = script_push,
	.pull = script_pull,
	.configure = script_configure,
	.initialize = script_initialize,
	.take_state = script_take_state,
	.cleanup = script_cleanup,
	.args = script_args,
	.handlers = script_handlers,
	.add_handlers = script_add_handlers,
	.find_handler = script_find_handler,
	.drops = script_drops,
	.group = "control",
	.brief = "runs instructions: variables, handlers, waiting, jumps",
	.manual =
		"Each argument is an instruction:\n"
		"\n"
		"  set V TEXT, init V [TEXT], export V [TEXT]   variables; init and export once, before\n"
		"      the start; export adds a read handler V\n"
		"  print [>F | >>F] [TEXT]    to stdout or a file: what a read handler gives if TEXT\n"
		"      begins with a letter, @ or _, else TEXT; printn adds no line end\n"
		"  save H [F], append H [F]   what read handler H gives, to a file\n"
		"  read H [ARGS]              the same to stderr, with its name\n"
		"  write H [VALUE]            calls a write handler; $? is what it returns\n"
		"  wait TIME, pause [N]       goes on after that time, or when stepped (N times)\n"
		"  label L, goto L [COND], loop\n"
		"  end, exit, stop            stop also stops the driver\n"
		"  return [V], error [MSG]\n"
		"\n"
		"A q behind set, init, export, return and error removes a level of quotes from the\n"
		"value, behind print, read and write from the handler's argument. In the texts $v and\n"
		"${v} stand for variables and $(H ARGS) for what a read handler gives; $? $args $1 $#\n"
		"$0 $write $input $$ for the last write's status, the arguments of `run`, the first of\n"
		"them, their number, the handler's name, whether it was written, the packet's input\n"
		"port, the process. Nothing is replaced in '...'.\n"
		"\n"
		"Arithmetic and other functions are read handlers of every Script: $(add 1 2).\n"
		"1000 jumps without a wait end a script. Scripts run on the control lcore, those of\n"
		"TYPE PACKET on the lcore whose packets they get; there return gives the output, end\n"
		"output 0, and all else drops the packet. `end` arms a signal again, `exit` does not.\n"
		"A hot swap starts the program anew; variables keep their values, whatever `init` says.\n"
		"A DRIVER script that has returned, or given up, lets nothing but a signal stop the\n"
		"router.\n"
		"\n"
		"Other than in Click, nand and `random N` do what their names say, division by zero is\n"
		"an error, and save and append keep their file in loops.",
	.example =
		"Script(set x 3, label l, print $x, set x $(sub $x 1), goto l $(gt $x 0), stop);",
};
ELEMENT_CLASS(script_class)

static const struct element_class drivermanager_class = {
	.name = "DriverManager",
	.ports = "-/-",
	.processing = "ah/ah",
	.phase = PHASE_LAST,
	.lcores = LCORES_ONE,
	.size = sizeof(struct script),
	.push = script_push,
	.pull = script_pull,
	.configure = drivermanager_configure,
	.initialize = script_initialize,
	.take_state = script_take_state,
	.cleanup = script_cleanup,
	.args = script_args,
	.handlers = script_handlers,
	.add_handlers = script_add_handlers,
	.find_handler = script_find_handler,
	.drops = script_drops,
	.group = "control",
	.brief = "a Script that decides what happens when the driver is about to stop",
	.manual =
		"A Script of TYPE DRIVER; see there for the instructions. Whenever the driver would\n"
		"stop, the script goes on past its pause or wait, and the driver runs until the script\n"
		"stops it. There can be one such script in a router.",
	.example = "InfiniteSource(LIMIT 5, STOP true) -> Discard; "
		   "DriverManager(pause, wait 0.1s, print \"done\", stop);",
};
ELEMENT_CLASS(drivermanager_class)
