// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/driver.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"
#include "test/unit/script_rig.h"

// ---- variables and text

static void
counts_down(void)
{
	ASSERT_PRINTS(
		"Script(set x 3, label l, print $x, set x $(sub $x 1), goto l $(gt $x 0), stop)",
		"3\n2\n1\n");
}

static void
set_keeps_quotes_and_setq_does_not(void)
{
	ASSERT_PRINTS("Script(set a \"p q\", print $a, setq b \"p q\", print $b, print \"$b\")",
		"\"p q\"\np q\np q\n");
	ASSERT_PRINTS("Script(set a 'x y'\"z\", setq b $a, print $b)", "x yz\n");
}

static void
text_is_expanded(void)
{
	ASSERT_PRINTS("Script(set x 5, print \"<$x ${x}y $xy>\")", "<5 5y $xy>\n");
	ASSERT_PRINTS("Script(set x 5, print '$x', print \"\\$x\")", "$x\n$x\n");
	ASSERT_PRINTS("Script(set x 5, set y $(add $x $(mul 2 $x)), print $y)", "15\n");
	ASSERT_PRINTS("Script(print $, print \"a$ b\", print ${x, print \"$(add 1\")",
		"$\na$ b\n${x\n$(add 1\n");
	ASSERT_PRINTS("Script(set n 'a\"b', print \"-$n-\", set m \"<$n>\", print $m)",
		"-'a\"b'-\n\"<'a\\\"b'>\"\n");
	ASSERT_PRINTS("Script(set p \"(\", print $(length $(get p))b, print $(length \")\")c)",
		"3b\n3c\n");
	// What a value brings in is not expanded again.
	ASSERT_PRINTS("Script(set x 1, set y '$x', setq z $y, print $z)", "$x\n");
}

static void
special_variables(void)
{
	char *want = mem_printf("0 %d false\n", (int)getpid());

	ASSERT_PRINTS("Script(print \"$? $$ $write\")", want);
	ASSERT_PRINTS("s :: Script(TYPE PASSIVE, print \"$0|$args|$#|$1|$2|$9|$write|\");"
		      "Script(read s.run a \"b c\" d, write s.run, print $?)",
		"run|a \"b c\" d|3|a|\"b c\"||false|\nrun||0||||true|\n0\ns.run:\n\n");
	// A variable of that name comes first.
	ASSERT_PRINTS("Script(set args 1, set 1 one, print \"$args $1\")", "1 one\n");
	free(want);
}

static void
variables_have_handlers(void)
{
	struct rig *r = rig_config("e :: Script(init a 1, export b $(add $a 1), exportq c \"x y\", "
				   "set d 5, init d 6, init empty, export empty2)");

	ASSERT_READ(r, "b", "2");
	ASSERT_READ(r, "c", "x y");
	ASSERT_READ(r, "empty2", "");
	ASSERT_TEXT(rig_read_param(r, "get", "a"), "1");
	ASSERT_TEXT(rig_read_param(r, "get", "d"), "6");
	rig_run_for(r, CLOCK_S);
	ASSERT_TEXT(rig_read_param(r, "get", "d"), "5");
	ASSERT_TEXT(rig_write(r, "set", "b 9 \"x\""), "");
	ASSERT_READ(r, "b", "9 \"x\"");
	ASSERT_TEXT(rig_write(r, "set", "new"), "");
	ASSERT_TEXT(rig_read_param(r, "get", "new"), "");
	ASSERT_TEXT(rig_write(r, "set", ""), "no variable\n");
	ASSERT_TEXT(rig_write(r, "set", "a-b c"), "bad variable 'a-b'\n");
	ASSERT_TEXT(rig_read_error(r, "get", ""), "no variable\n");
	ASSERT_TEXT(rig_read_error(r, "get", "a b"), "too many arguments\n");
	ASSERT_TEXT(rig_read_error(r, "get", "nope"), "undefined variable 'nope'\n");
	ASSERT_TEXT(rig_write(r, "set", "l \"p q\" r  s"), "");
	ASSERT_TEXT(rig_read_param(r, "shift", "l"), "\"p q\"");
	ASSERT_TEXT(rig_read_param(r, "get", "l"), "r  s");
	ASSERT_TEXT(rig_read_error(r, "shift", "nope"), "undefined variable 'nope'\n");
	ASSERT_TEXT(rig_read_error(r, "shift", "a b"), "too many arguments\n");
	rig_free(r);
}

static void
text_has_an_end(void)
{
	// It doubles 30 times; once it is too long nothing is left of it.
	ASSERT_PRINTS("e :: Script(set n 0, set x 12345678, label l, setq x \"$x$x\", "
		      "set n $(add $n 1), goto l $(lt $n 30), print \"$n $x\")",
		"30 \n"
		"While executing 'e :: Script':\n"
		"  text is too long with its variables\n");
}

// ---- printing

static void
prints(void)
{
	ASSERT_PRINTS("Script(print \"a\", printn \"b\", print \"c\\n\", print, print \"\")",
		"a\nbc\n\n\n");
	ASSERT_PRINTS("c :: Counter; Idle -> c -> Discard; Script(print c.count, printn c.count, "
		      "print \"\", set h c.name, print $(c.name), print @x.y, print _)",
		"0\n0\nc\n"
		"While executing 'Script@4 :: Script':\n"
		"  no element named '@x'\n"
		"  no '_' read handler\n");
	ASSERT_PRINTS("s :: Script(TYPE PASSIVE, return $args); "
		      "Script(print s.run \"a b\", printq s.run \"a b\", printnq s.run \"c d\")",
		"\"a b\"\na b\nc d");
	// No line end behind an error; the reference stays.
	ASSERT_PRINTS("Script(print \"a $(nope 1) b\")",
		"a $(nope 1) bWhile executing 'Script@1 :: Script':\n"
		"  no 'nope' read handler\n");
}

static char *
temp_name(void)
{
	char *name = mem_strdup("/tmp/clickd-test-XXXXXX");
	int fd = mkstemp(name);

	CU_ASSERT(fd >= 0);
	close(fd);
	return name;
}

static void
prints_to_files(void)
{
	char *file = temp_name();
	char *config = mem_printf(
		"c :: Counter; Idle -> c -> Discard; Script(set f %s, print >$f \"one\", "
		"print >> %s \"two\", save c.name %s, printn $(cat %s), "
		"set i 0, label l, append c.name $f, set i $(add $i 1), goto l $(lt $i 3), "
		"print >- \"-\", printn $(cat \"$f\"), save c.class, save c.count -, "
		"print >/nonexistent/x \"y\", save nope.x)",
		file, file, file, file);

	ASSERT_PRINTS(config, "c\n-\nc\nc\nc\nc\nCounter\n0\n"
			      "While executing 'Script@4 :: Script':\n"
			      "  /nonexistent/x: No such file or directory\n"
			      "  no element named 'nope'\n");
	unlink(file);
	free(config);
	free(file);
}

static void
reads_to_stderr(void)
{
	ASSERT_PRINTS("c :: Counter; Idle -> c -> Discard; Script(read c.count, read version x, "
		      "read .driver, set l $(c.handlers), read list)",
		"c.count:\n0\n"
		"While executing 'Script@4 :: Script':\n"
		"  While calling 'version x':\n"
		"    read handler 'version' does not take parameters\n"
		"driver:\nuserlevel\n"
		"list:\n4\nc\nIdle@2\nDiscard@3\nScript@4\n\n");
}

static void
writes(void)
{
	ASSERT_PRINTS("q :: Queue(5); Idle -> q -> Idle; e :: Script(write q.capacity 7, print $?, "
		      "print q.capacity, write q.capacity x, print $?, print q.capacity, "
		      "write q.length 1, write nope.x, print $?, writeq q.capacity \"9\", "
		      "print q.capacity, print $?)",
		"0\n7\n-22\n7\n-22\n9\n0\n"
		"While executing 'e :: Script':\n"
		"  While calling 'q.capacity x':\n"
		"    CAPACITY: invalid number\n"
		"  no 'q.length' write handler\n"
		"  no element named 'nope'\n");
	// Errors of a script that a handler runs go to the handler's caller.
	ASSERT_PRINTS("s :: Script(TYPE PASSIVE, error \"bad\"); t :: Script(TYPE PASSIVE, errorq "
		      "\"bad\"); e :: Script(write s.run x, print $?, write t.run, print $?)",
		"-22\n-22\n"
		"While executing 'e :: Script':\n"
		"  While calling 's.run x':\n"
		"    \"bad\"\n"
		"  While calling 't.run':\n"
		"    bad\n");
}

// ---- time and steps

static void
waits(void)
{
	char *out = script_output("Script(set a $(now), wait 1.5s, set b $(now), "
				  "print $(idiv $(sub $b $a) 0.1), wait_for 250ms, wait_time 1, "
				  "print $(idiv $(sub $(now) $b) 0.01))",
		10 * CLOCK_S);

	ASSERT_TEXT(out, "15\n125\n");
	free(out);
	ASSERT_PRINTS("e :: Script(wait nonsense, print \"never\")", "");
	char *errors = rig_config_errors("e :: Script(wait nonsense, print \"never\")");

	ASSERT_TEXT(errors, "config:1: While initializing 'e :: Script':\n"
			    "  While executing 'e :: Script':\n"
			    "    syntax error at 'wait'\n");
	free(errors);
}

static void
steps_end_a_wait(void)
{
	struct rig *r = rig_config("e :: Script(export s 0, wait 5s, set s 1, wait 5s, set s 2, "
				   "wait bad, set s 3, wait 5s, set s 4)");

	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "s", "0");
	ASSERT_TEXT(rig_write(r, "step", ""), "");
	ASSERT_READ(r, "s", "1");
	// The first wait's timer is off: the second one's counts.
	rig_run_for(r, 9 * CLOCK_S / 2);
	ASSERT_READ(r, "s", "1");
	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "s", "2");
	rig_run_for(r, 100 * CLOCK_S);
	ASSERT_READ(r, "s", "2");
	ASSERT_TEXT(rig_write(r, "step", "2"), "");
	ASSERT_READ(r, "s", "4");
	rig_free(r);
}

static void
pauses(void)
{
	struct rig *r =
		rig_config("e :: Script(export s 0, label top, pause, set s 1, pause 3, "
			   "set s 2, wait, set s 3, wait_step 2, set s 4, wait_stop, set s 5, "
			   "pause 0, goto top)");

	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "s", "0");
	rig_write(r, "step", "");
	ASSERT_READ(r, "s", "1");
	rig_write(r, "step", "2");
	ASSERT_READ(r, "s", "1");
	rig_write(r, "step", "0");
	ASSERT_READ(r, "s", "1");
	rig_write(r, "step", "1");
	ASSERT_READ(r, "s", "2");
	rig_write(r, "step", "3");
	ASSERT_READ(r, "s", "4");
	rig_write(r, "step", "");
	ASSERT_READ(r, "s", "5");
	// The pauses that were jumped over count from 0 again.
	rig_write(r, "step", "4");
	ASSERT_READ(r, "s", "2");
	ASSERT_TEXT(rig_write(r, "step", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "step", "-1"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "step", "99999999999"), "syntax error\n");
	rig_free(r);
}

// ---- jumps

static void
jumps(void)
{
	ASSERT_PRINTS("Script(goto b, print \"no\", label b, goto c false, print \"yes\", label c)",
		"yes\n");
	ASSERT_PRINTS("Script(goto end, print \"no\")", "");
	ASSERT_PRINTS("e :: Script(set x 0, label l, goto l maybe$x, print \"on\")",
		"on\nWhile executing 'e :: Script':\n  bad condition 'maybe0'\n");
	ASSERT_PRINTS(
		"Script(print \"a\", set i $(add 1 $(if $(in x $x) 0 0)), goto exit $(eq $y 1), "
		"set y 1, loop)",
		"a\na\n");
	// Without a label it is the first instruction.
	ASSERT_PRINTS("Script(printn \"x\", goto exit $(eq $y 1), set y 1, goto)", "xx");
	// A label of the script hides the pseudo-label.
	ASSERT_PRINTS("Script(goto end, print \"no\", label end, print \"yes\")", "yes\n");
}

static void
too_many_jumps(void)
{
	struct rig *r = rig_config("e :: Script(export n 0, label l, set n $(add $n 1), goto l)");

	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "n", "1000");
	ASSERT_TEXT(rig_chatter(r), "e :: Script: too many jumps, giving up\n");
	rig_write(r, "step", "");
	ASSERT_READ(r, "n", "1000");
	rig_free(r);
	// Steps are no way around it.
	r = rig_config("e :: Script(export n 0, pause, set n $(add $n 1), loop)");
	rig_write(r, "step", "1000000");
	ASSERT_READ(r, "n", "1000");
	rig_free(r);
}

static void
goes_where_a_handler_says(void)
{
	struct rig *r = rig_config("e :: Script(export s 0, pause, set s 1, wait 1s, set s 2, end, "
				   "label x, set s 3, wait 1s, set s 4)");

	ASSERT_TEXT(rig_write(r, "goto", "nope"), "jump to nonexistent label\n");
	ASSERT_TEXT(rig_write(r, "goto", "x"), "");
	ASSERT_READ(r, "s", "3");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "s", "4");
	ASSERT_TEXT(rig_write(r, "goto", "begin"), "");
	ASSERT_READ(r, "s", "4");
	rig_write(r, "step", "");
	ASSERT_READ(r, "s", "1");
	ASSERT_TEXT(rig_write(r, "goto", "end"), "");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "s", "1");
	rig_free(r);
}

static void
calls_itself(void)
{
	// goto, run and step out of its own instructions do not nest.
	ASSERT_PRINTS(
		"e :: Script(print \"a\", write goto x, print \"no\", label x, print \"b\", "
		"write step 1, wait 100000s, print \"c\", set y $(get n), goto exit $(eq $n 1), "
		"set n 1, write run, print \"no\")",
		"a\nb\nc\na\nb\nc\nWhile executing 'e :: Script':\n"
		"  While calling 'e.get n':\n"
		"    undefined variable 'n'\n");
	ASSERT_PRINTS("Script(TYPE ACTIVE, wait $(step 1), print \"x\")", "");
}

static void
scripts_that_call_each_other(void)
{
	// Through 40 scripts: refused at a depth, not at the end of the stack.
	struct rig *r;
	struct strbuf sb = STRBUF_INIT;

	for (unsigned i = 0; i < 40; i++)
		strbuf_addf(&sb, "s%u :: Script(TYPE PASSIVE, return $(add 1 $(s%u.run)));\n", i,
			i + 1);
	strbuf_addf(&sb, "s40 :: Script(TYPE PASSIVE, return 0); e :: Script(TYPE PASSIVE, "
			 "return $(s20.run))");
	r = rig_config(strbuf_text(&sb));
	ASSERT_READ(r, "run", "20");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rig_read_error(r, "s0.run", ""), "more than 32 scripts call each other\n"));
	rig_free(r);
	strbuf_fini(&sb);
	// Two scripts that call each other 1000 times each.
	r = rig_config("a :: Script(TYPE PASSIVE, label l, write b.run, goto l);"
		       "b :: Script(TYPE PASSIVE, label l, write c.run, goto l);"
		       "c :: Script(TYPE PASSIVE, label l, goto l)");
	rig_write(r, "a.run", "");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "a :: Script: too many jumps, giving up\n"));
	rig_free(r);
}

// ---- ends

static void
stops_the_driver(void)
{
	struct rig *r = rig_config("e :: Script(wait 1s, stop, print \"no\")");

	rig_run_for(r, CLOCK_S / 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = rig_config("e :: Script(TYPE PASSIVE, goto stop)");
	ASSERT_READ(r, "run", "");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
passive_scripts_are_functions(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE, return $(add $1 $2));"
				   "q :: Script(TYPE PASSIVE, returnq \"$args\");"
				   "w :: Script(TYPE PASSIVE, set x 1, pause, return 2);"
				   "n :: Script(TYPE PASSIVE, set x 1);"
				   "f :: Script(TYPE PASSIVE, goto error)");

	ASSERT_TEXT(rig_read_param(r, "run", "2 3"), "5");
	ASSERT_READ(r, "run", "0");
	ASSERT_TEXT(rig_read_param(r, "get", "_"), "0");
	ASSERT_TEXT(rig_read_param(r, "q.run", "a b"), "a b");
	ASSERT_READ(r, "w.run", "");
	ASSERT_TEXT(rig_write(r, "w.step", ""), "");
	ASSERT_TEXT(rig_read_param(r, "w.get", "_"), "2");
	ASSERT_READ(r, "n.run", "");
	CU_ASSERT_PTR_NULL(rig_read(r, "f.run"));
	// One that never ran does nothing when stepped.
	rig_write(r, "n.step", "");
	rig_free(r);
}

static void
proxies(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PROXY, goto w $write, return \"r:$0:$args\", "
				   "label w, set last $0, returnq \"w\")");
	struct strbuf sb = STRBUF_INIT;
	unsigned n_good = 0;

	ASSERT_READ(r, "abc", "\"r:abc:\"");
	ASSERT_TEXT(rig_read_param(r, "abc", "1 2"), "\"r:abc:1 2\"");
	ASSERT_READ(r, "e.a.b", "\"r:a.b:\"");
	ASSERT_TEXT(rig_write(r, "zz", "5"), "");
	ASSERT_TEXT(rig_read_param(r, "get", "last"), "zz");
	ASSERT_READ(r, "class", "Script");
	CU_ASSERT_PTR_NULL(strstr(rig_read(r, "handlers"), "abc"));
	// Names that nobody meant must not take all memory.
	for (unsigned i = 0; i < 5000; i++) {
		strbuf_clear(&sb);
		strbuf_addf(&sb, "name%u", i);
		n_good += strcmp(rig_read_error(r, strbuf_text(&sb), ""), "") == 0;
	}
	CU_ASSERT(n_good > 4000 && n_good < 4200);
	strbuf_fini(&sb);
	rig_free(r);
}

// ---- packets

static void
sorts_packets(void)
{
	struct rig *r =
		rig_new("Script(set n $(add $n 1), goto exit $(eq $n 2), return $(add $input "
			"$(if $(eq $n 3) 1 0)))",
			2, 2);
	char *order;

	rig_write(r, "set", "n 0");
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "00");
	rig_push_hex(r, 1, "01");
	rig_push_hex(r, 1, "01");
	order = rig_order(r);
	ASSERT_TEXT(order, "0 1 1 1");
	free(order);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new(
		"Script(TYPE PACKET, goto x $(eq $i 1), set i 1, end, label x, return $(get o))", 1,
		1);
	rig_push_hex(r, 0, "00"); // end: output 0
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_write(r, "set", "o 1");
	rig_push_hex(r, 0, "00");
	rig_write(r, "set", "o x");
	rig_push_hex(r, 0, "00");
	rig_write(r, "set", "o -1");
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 3);
	rig_free(r);
	r = rig_new("Script(TYPE PUSH, export n 0, set n $(add $n 1), goto p $(eq $n 2), wait 1s, "
		    "set n 100, label p, pause, set n 200)",
		1, 1);
	rig_push_hex(r, 0, "00");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "n", "1");
	rig_push_hex(r, 0, "00");
	rig_write(r, "step", "");
	ASSERT_READ(r, "n", "2");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
pulls_packets(void)
{
	struct rig *r = rig_new_pull("Script(set n $(add $n 1), return $(mod $n 2))", 1, 2);

	rig_write(r, "set", "n 1");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	ASSERT_TEXT(rig_read_param(r, "get", "n"), "1");
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	rig_free(r);
}

static void
packets_that_come_back(void)
{
	// The script's handler call makes a packet that arrives at the script.
	struct rig *r = rig_config("RigIn(0) -> e :: Script(TYPE PACKET, write c.count_call 1 "
				   "s.active true, write s.active true, end) -> RigOut(0);"
				   "RigIn(1) -> c :: Counter(COUNT_CALL 1 e.step) -> e;"
				   "s :: InfiniteSource(ACTIVE false) -> Discard");

	rig_push_hex(r, 1, "00");
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

// ---- signals

static void
catches_signals(void)
{
	struct rig *r =
		rig_config("e :: Script(TYPE SIGNAL USR1 12, export n 0, set n $(add $n 1), "
			   "goto exit $(eq $n 3), pause, end);"
			   "f :: Script(TYPE SIGNAL USR1, export n 0, set n $(add $n 1))");
	struct sigaction action;

	raise(SIGUSR1);
	ASSERT_READ(r, "n", "0");
	driver_signals_run();
	ASSERT_READ(r, "n", "1");
	ASSERT_READ(r, "f.n", "1");
	// While e is blocked, f alone has it.
	raise(SIGUSR1);
	driver_signals_run();
	ASSERT_READ(r, "n", "1");
	ASSERT_READ(r, "f.n", "2");
	rig_write(r, "step", "");
	raise(SIGUSR1);
	driver_signals_run();
	ASSERT_READ(r, "n", "2");
	rig_write(r, "step", "");
	raise(SIGUSR2);
	driver_signals_run();
	ASSERT_READ(r, "n", "3");
	// It ended with exit: SIGUSR2 is back at its default.
	sigaction(SIGUSR2, NULL, &action);
	CU_ASSERT(action.sa_handler == SIG_DFL);
	sigaction(SIGUSR1, NULL, &action);
	CU_ASSERT(action.sa_handler != SIG_DFL);
	rig_free(r);
	sigaction(SIGUSR1, NULL, &action);
	CU_ASSERT(action.sa_handler == SIG_DFL);
	ASSERT_ERRORS("Script(TYPE SIGNAL KILL)", 0, 0, "bad signal number\n");
	ASSERT_ERRORS("Script(TYPE SIGNAL 32)", 0, 0, "bad signal number\n");
	ASSERT_ERRORS("Script(TYPE SIGNAL 9)", 0, 0, "cannot catch signal 9: Invalid argument\n");
	ASSERT_ERRORS("Script(TYPE SIGNAL 11)", 0, 0, "cannot catch signal 11: Invalid argument\n");
	ASSERT_ERRORS("Script(TYPE SIGNAL)", 0, 0, "bad TYPE\n");
}

// ---- other threads

static void
workers_post(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE, export n 0, set n $(add $n 1 $1), "
				   "wait 1s, set n done); a :: Script(export s 0, pause, set s 1)");
	struct lcore *self = lcore_self;

	// As a call out of a worker's packet path looks to the script.
	lcore_self = NULL;
	ASSERT_TEXT(rig_write(r, "run", "5"), "");
	ASSERT_TEXT(rig_write(r, "a.step", ""), "");
	ASSERT_READ(r, "n", "0");
	lcore_self = self;
	rig_run(r, 2);
	ASSERT_READ(r, "n", "6");
	ASSERT_READ(r, "a.s", "1");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "n", "done");
	// A read is answered at once; the wait is control's business.
	rig_write(r, "set", "n 0");
	lcore_self = NULL;
	ASSERT_TEXT(rig_read_param(r, "run", "7"), "");
	lcore_self = self;
	ASSERT_READ(r, "n", "8");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "n", "done");
	lcore_self = NULL;
	rig_write(r, "a.goto", "begin");
	// There is an end to what waits.
	for (unsigned i = 1; i < 10000; i++)
		rig_write(r, "a.step", "");
	ASSERT_TEXT(rig_write(r, "a.step", ""), "script is busy on another lcore\n");
	lcore_self = self;
	rig_free(r); // what was posted is given up
}

// ---- configuration

static void
errors(void)
{
	ASSERT_ERRORS("Script(foo)", 0, 0, "syntax error at 'foo'\n");
	ASSERT_ERRORS("Script(foo bar, set, set x, set a-b c, init, export)", 0, 0,
		"syntax error at 'foo'\nsyntax error at 'set'\nsyntax error at 'set'\n"
		"syntax error at 'set'\nsyntax error at 'init'\nsyntax error at 'export'\n");
	ASSERT_ERRORS(
		"Script(label, label a b, pause x, wait_step 1 2, read, write, save, end now)", 0,
		0,
		"syntax error at 'label'\nsyntax error at 'label'\nsyntax error at 'pause'\n"
		"syntax error at 'wait_step'\nsyntax error at 'read'\nsyntax error at 'write'\n"
		"syntax error at 'save'\nsyntax error at 'end'\n");
	ASSERT_ERRORS("Script(goto nowhere, goto n2 true)", 0, 0,
		"no such label 'nowhere'\nno such label 'n2'\n");
	ASSERT_ERRORS("Script(TYPE FOO)", 0, 0, "bad TYPE\n");
	ASSERT_ERRORS("Script(TYPE PASSIVE x)", 0, 0, "bad TYPE\n");
	ASSERT_ERRORS("Script(TYPE PACKET)", 0, 0, "PACKET script must have inputs\n");
	ASSERT_ERRORS("Script", 0, 1, "PACKET script must have inputs\n");
	ASSERT_ERRORS("Script(TYPE PASSIVE)", 1, 1, "ports allowed only on PACKET scripts\n");
	// The last TYPE counts, wherever it stands; empty arguments are nothing.
	ASSERT_ERRORS("Script(TYPE FOO, , set x 1, TYPE PASSIVE,)", 0, 0, "");
	ASSERT_ERRORS("Script()", 0, 0, "");
}

// A hot swap starts the program again; what it knew stays.
static void
swapped(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE, init a 1, init b 2, export n 5,"
				   "set a $(add $a 10), set c new)");
	char *errors;

	ASSERT_TEXT(rig_write(r, "run", ""), "");
	errors = rig_swap(r, "e :: Script(TYPE PASSIVE, init a 7, export n 6, init d 8,"
			     "return $a/$b/$c/$d)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "run", "11/2/new/8");
	ASSERT_READ(r, "n", "5");
	rig_free(r);
}

UNIT_SUITE(script, UNIT_CASE(counts_down), UNIT_CASE(set_keeps_quotes_and_setq_does_not),
	UNIT_CASE(text_is_expanded), UNIT_CASE(special_variables),
	UNIT_CASE(variables_have_handlers), UNIT_CASE(text_has_an_end), UNIT_CASE(prints),
	UNIT_CASE(prints_to_files), UNIT_CASE(reads_to_stderr), UNIT_CASE(writes), UNIT_CASE(waits),
	UNIT_CASE(steps_end_a_wait), UNIT_CASE(pauses), UNIT_CASE(jumps), UNIT_CASE(too_many_jumps),
	UNIT_CASE(goes_where_a_handler_says), UNIT_CASE(calls_itself),
	UNIT_CASE(scripts_that_call_each_other), UNIT_CASE(stops_the_driver),
	UNIT_CASE(passive_scripts_are_functions), UNIT_CASE(proxies), UNIT_CASE(sorts_packets),
	UNIT_CASE(pulls_packets), UNIT_CASE(packets_that_come_back), UNIT_CASE(catches_signals),
	UNIT_CASE(workers_post), UNIT_CASE(swapped), UNIT_CASE(errors))
