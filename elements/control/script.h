// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Script, in parts: script.c the element classes, script_parse.c the instructions' texts,
// script_run.c what they do, script_output.c those that call handlers and print, script_expand.c
// and script_variable.c $-references, script_handler.c, script_number.c, script_sprintf.c and
// script_text.c the handlers, script_thread.c who may run it, script_signal.c TYPE SIGNAL.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/driver.h"
#include "src/element.h"
#include "src/namemap.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "src/task.h"
#include "src/timer.h"

enum {
	SCRIPT_JUMPS_MAX = 1000, // of one run
	SCRIPT_JUMPS_NESTED_MAX = 100000, // of a run with all runs that its handlers start
	SCRIPT_NESTING_MAX = 32, // runs inside runs
	SCRIPT_TEXT_MAX = 4 << 20, // bytes of an expanded text, and of a variable
	SCRIPT_VARIABLES_MAX = 10000,
	SCRIPT_VARIABLES_BYTES_MAX = 64 << 20,
	SCRIPT_PROXY_NAMES_MAX = 4096,
	SCRIPT_POSTS_MAX = 10000, // that control has not got to yet
};

enum script_type {
	SCRIPT_ACTIVE,
	SCRIPT_PASSIVE,
	SCRIPT_PACKET,
	SCRIPT_PROXY,
	SCRIPT_DRIVER,
	SCRIPT_SIGNAL,
};

enum script_op {
	SCRIPT_SET,
	SCRIPT_INIT,
	SCRIPT_EXPORT,
	SCRIPT_PRINT,
	SCRIPT_SAVE,
	SCRIPT_READ,
	SCRIPT_WRITE,
	SCRIPT_WAIT,
	SCRIPT_PAUSE,
	SCRIPT_LABEL,
	SCRIPT_GOTO,
	SCRIPT_LOOP,
	SCRIPT_END,
	SCRIPT_EXIT,
	SCRIPT_STOP,
	SCRIPT_RETURN,
	SCRIPT_ERROR,
	SCRIPT_OPS,
};

// Places behind the last instruction, for jumps to pseudo-labels.
enum script_place {
	SCRIPT_AT_END = -1,
	SCRIPT_AT_EXIT = -2,
	SCRIPT_AT_STOP = -3,
	SCRIPT_AT_ERROR = -4,
	SCRIPT_DEAD = -5, // too many jumps
};

struct script_insn {
	enum script_op op;
	bool unquote; // the q form
	bool no_newline; // the n form
	bool append; // to a file
	char *name; // owned: variable, label, handler; NULL if the instruction has none
	char *text; // owned: the rest, unexpanded; never NULL
	int target; // of goto: instruction or enum script_place
	uint32_t n_wanted, n_steps; // pause: steps it waits for, steps that came
};

struct script_variable {
	char *name; // owned
	struct strbuf value;
};

enum script_result { // of a run
	SCRIPT_GOES_ON, // of an instruction only
	SCRIPT_BLOCKED,
	SCRIPT_ENDED,
	SCRIPT_EXITED,
	SCRIPT_STOPPED,
	SCRIPT_RETURNED,
	SCRIPT_FAILED,
	SCRIPT_GAVE_UP,
};

struct script_post; // script_thread.c

struct script_signal {
	struct driver_signal watch;
	struct script *script;
	int signo;
};

struct script {
	struct element element;
	// Arguments.
	struct any type_text;
	struct strvec lines;
	enum script_type type;
	struct script_insn *insns; // owned; the last one ends or stops
	size_t n_insns, insns_cap;
	struct script_signal *signals; // owned
	size_t n_signals;

	// State, under the lock of script_thread.c.
	int pos; // instruction or enum script_place
	bool started; // ACTIVE and DRIVER: past the beginning
	bool running;
	bool moved; // the instruction that runs has set pos
	bool waiting; // at a wait whose time has been read
	bool stepped_by_driver;
	int64_t budget; // steps that have come and are not used up
	unsigned n_jumps; // since it last blocked
	int write_status; // $?
	struct script_variable *variables; // owned
	size_t n_variables, variables_cap;
	size_t variables_bytes;
	struct namemap variable_numbers;
	// Of the latest call of `run`.
	char *run_name; // owned: $0
	struct strbuf args; // $args
	bool is_write; // $write
	unsigned input; // $input

	struct timer timer; // of wait, on the control lcore
	struct task task; // takes posts, on the control lcore
	int64_t wait_until_ns; // asked for by a worker; 0: nothing
	_Atomic(struct script_post *) posts;
	_Atomic unsigned n_posts;
	_Atomic(const void *) owner; // thread that has the lock
	unsigned n_entered; // by the owner
	struct handler **proxies; // owned, with their names: TYPE PROXY
	size_t n_proxies, proxies_cap;
	struct namemap proxy_numbers;
};

// ---- script_parse.c

// Reads e->lines into e->insns. Reports each bad one; 0 or -EINVAL.
int script_parse(struct script *s, struct errh *errh);
void script_parse_fini(struct script *s);
// Instruction or enum script_place; false if there is no such label.
bool script_find_label(const struct script *s, const char *label, int *place);

// ---- script_run.c

// Executes from s->pos on, with so many steps in hand, until it blocks or ends. From within the
// script's own handler calls it only adds to the steps.
enum script_result script_run(struct script *s, int64_t steps, struct errh *errh);
// What follows from a run's end: signals armed again.
void script_finish(struct script *s, enum script_result result);
// Moves to a place; clears the counts of pauses between it and here.
void script_jump(struct script *s, int place);
// Stops waiting, and begins at place with no step in hand.
enum script_result script_run_at(struct script *s, int place, struct errh *errh);
// Runs from the top as the handler `run` does: name is $0, args $args.
enum script_result
script_call(struct script *s, const char *name, const char *args, bool is_write, struct errh *errh);
// `init` and `export` instructions, in order.
void script_initialize_variables(struct script *s, struct errh *errh);
// One stop event for a DRIVER script; whether the router goes on.
bool script_driver_step(struct element *e);

// ---- script_output.c

// Each returns SCRIPT_GOES_ON.
enum script_result script_print(struct script *s, struct script_insn *insn, struct errh *errh);
enum script_result script_save(struct script *s, struct script_insn *insn, struct errh *errh);
enum script_result script_read(struct script *s, struct script_insn *insn, struct errh *errh);
enum script_result script_write(struct script *s, struct script_insn *insn, struct errh *errh);
// Reads "handler args" as seen from the script. 0 or negative, reported.
int script_call_read(
	struct script *s, const char *call, bool unquote, struct strbuf *out, struct errh *errh);

// ---- script_expand.c

enum script_insertion {
	SCRIPT_INSERT_PLAIN, // as it is; inside "..." escaped
	SCRIPT_INSERT_QUOTED, // outside of quotes in quotes of its own, to be unquoted later
};

// Appends text with its references replaced by what they stand for. What stands for nothing stays.
void script_expand(struct script *s, const char *text, enum script_insertion how,
	struct strbuf *out, struct errh *errh);
// The same, then unquoted if wanted.
void script_expand_value(
	struct script *s, const char *text, bool unquote, struct strbuf *out, struct errh *errh);

// ---- script_variable.c

bool script_is_variable_name(const char *name, size_t len);
// NULL: no such variable.
const struct strbuf *script_variable(const struct script *s, const char *name);
// 0, or -EINVAL if there are too many or they take too much room, reported.
int
script_set(struct script *s, const char *name, const char *bytes, size_t len, struct errh *errh);
// Appends what $name stands for: a variable or something special. False: nothing.
bool script_look_up(const struct script *s, const char *name, struct strbuf *out);
// Cuts the first word off a variable or `args` and appends it. False if there is no such variable.
bool script_shift(struct script *s, const char *name, struct strbuf *out, struct errh *errh);
// Hot swap: the values of all variables of the old script, over those of `init`.
void script_variables_take(struct script *s, const struct script *old, struct errh *errh);
void script_variables_fini(struct script *s);

// ---- script_handler.c

extern const struct handler script_handlers[];
void script_add_handlers(struct element *e);
const struct handler *script_find_handler(struct element *e, const char *name);
void script_handlers_fini(struct script *s);

// ---- script_number.c

struct script_number {
	bool is_int;
	int64_t i;
	double d; // the same value
};

enum script_arithmetic {
	SCRIPT_ADD,
	SCRIPT_SUB,
	SCRIPT_MIN,
	SCRIPT_MAX,
	SCRIPT_MUL,
	SCRIPT_DIV,
	SCRIPT_IDIV,
	SCRIPT_MOD,
	SCRIPT_REM,
	SCRIPT_NEG,
	SCRIPT_ABS,
	SCRIPT_EQ,
	SCRIPT_NE,
	SCRIPT_GT,
	SCRIPT_GE,
	SCRIPT_LT,
	SCRIPT_LE,
	SCRIPT_CEIL,
	SCRIPT_FLOOR,
	SCRIPT_ROUND,
};

bool script_read_number(const char *text, struct script_number *n);
void script_print_number(const struct script_number *n, struct strbuf *out);
// Handlers; row->number is an enum script_arithmetic.
int script_fold(const struct handler_read *call); // ADD ... IDIV
int script_two_numbers(const struct handler_read *call); // MOD, REM
int script_one_number(const struct handler_read *call); // NEG, ABS
int script_compare(const struct handler_read *call); // EQ ... LE
int script_round(const struct handler_read *call); // CEIL ... ROUND
// These need no number.
int script_average(const struct handler_read *call);
int script_count(const struct handler_read *call);
int script_popcount(const struct handler_read *call);

// ---- script_text.c and script_sprintf.c

enum script_logic { SCRIPT_AND, SCRIPT_OR, SCRIPT_NAND, SCRIPT_NOR };
enum script_byte_order { SCRIPT_HTONS, SCRIPT_HTONL, SCRIPT_NTOHS, SCRIPT_NTOHL };

// Handlers without state.
int script_not(const struct handler_read *call);
int script_logic(const struct handler_read *call); // row->number: enum script_logic
int script_if(const struct handler_read *call);
int script_in(const struct handler_read *call);
int script_first(const struct handler_read *call);
int script_random(const struct handler_read *call);
int script_now(const struct handler_read *call);
int script_length(const struct handler_read *call);
int script_unquote(const struct handler_read *call);
int script_byte_order(const struct handler_read *call); // row->number: enum script_byte_order
int script_callable(const struct handler_read *call); // row->number: enum handler_need
int script_cat(const struct handler_read *call); // row->number: whether the result is quoted
int script_kill(const struct handler_read *call);
int script_sprintf(const struct handler_read *call);

// ---- script_signal.c

// A number of 0 to 31 or a name; -1 if it is neither.
int script_signal_number(const char *text);
// Reads the words behind `SIGNAL`. 0 or -EINVAL, reported.
int script_signals_configure(struct script *s, const struct strvec *words, struct errh *errh);
int script_signals_arm(struct script *s, struct errh *errh);
void script_signals_fini(struct script *s);

// ---- script_thread.c
//
// Scripts run on the control lcore; PACKET scripts on the lcore whose packets they get. A call from
// elsewhere waits (control) or is refused (workers, which must not wait for each other); writes
// that make another script go on are posted to the control lcore.

// False: another lcore runs it. Calls nest.
bool script_enter(struct script *s);
void script_leave(struct script *s);

enum script_post_kind { SCRIPT_POST_STEP, SCRIPT_POST_GOTO, SCRIPT_POST_RUN };
// Whether the caller must post instead of running the script itself.
bool script_must_post(const struct script *s);
// False: too many are waiting.
bool script_post(struct script *s, enum script_post_kind kind, const char *name, const char *text);
void script_thread_init(struct script *s);
void script_thread_fini(struct script *s);
// The time of a wait has come.
void script_timer_fired(struct timer *timer);
void script_wait_until(struct script *s, int64_t steady_ns);

// For posts: what the handlers do. 0, positive, or negative with the error reported.
int script_do_step(struct script *s, const char *text, struct errh *errh);
int script_do_goto(struct script *s, const char *text, struct errh *errh);
