// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

struct sample {
	const char *handler, *param, *want; // want "!...": an error
};

static void
check(const struct sample *samples, size_t n)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE); c :: Counter; Idle -> c -> Discard");

	for (size_t i = 0; i < n; i++) {
		const struct sample *s = &samples[i];
		struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;

		strbuf_addf(&want, "%s(%s) %s", s->handler, s->param, s->want);
		strbuf_addf(&got, "%s(%s) ", s->handler, s->param);
		if (*s->want == '!') {
			strbuf_addc(&want, '\n');
			strbuf_addf(&got, "!%s", rig_read_error(r, s->handler, s->param));
		} else {
			strbuf_adds(&got, rig_read_param(r, s->handler, s->param));
		}
		ASSERT_TEXT(strbuf_text(&got), strbuf_text(&want));
		strbuf_fini(&got);
		strbuf_fini(&want);
	}
	rig_free(r);
}
#define CHECK(samples) check(samples, sizeof(samples) / sizeof(samples[0]))

static void
arithmetic(void)
{
	static const struct sample samples[] = {
		{"add", "", "0"},
		{"add", "1 2 3", "6"},
		{"add", "0x10 010", "24"},
		{"add", "08 1", "9"},
		{"add", "1 2.5 3", "6.5"},
		{"add", "9223372036854775807 1", "-9223372036854775808"},
		{"add", "1 x", "!expected list of numbers"},
		{"add", "1 \"2\"", "!expected list of numbers"},
		{"sub", "", "0"},
		{"sub", "5", "5"},
		{"sub", "5 1 1", "3"},
		{"min", "", "1"},
		{"min", "3 2.5 4", "2.5"},
		{"min", "3 -4", "-4"},
		{"max", "3 7 5", "7"},
		{"mul", "", "1"},
		{"mul", "3 4 -1", "-12"},
		{"mul", "3 0.5", "1.5"},
		{"div", "", "1"},
		{"div", "7 2", "3.5"},
		{"div", "8 2", "4"},
		{"div", "1 3", "0.333333333333"},
		{"div", "1 0", "inf"},
		{"idiv", "7 2", "3"},
		{"idiv", "-7 2", "-3"},
		{"idiv", "7 2 2", "1"},
		{"idiv", "1 0", "inf"},
		{"idiv", "1e30 1", "1e+30"},
		{"mod", "7 -2", "1"},
		{"mod", "-7 2", "-1"},
		{"mod", "7 0", "!division by zero"},
		{"mod", "-9223372036854775808 -1", "0"},
		{"mod", "7.5 2", "!expected two numbers"},
		{"mod", "7", "!expected two numbers"},
		{"rem", "7 2", "1"},
		{"rem", "7.5 2", "1.5"},
		{"rem", "7 0", "!division by zero"},
		{"rem", "7.5 0.0", "!division by zero"},
		{"rem", "-9223372036854775808 -1", "0"},
		{"neg", "5", "-5"},
		{"neg", "-2.5", "2.5"},
		{"neg", "-9223372036854775808", "-9223372036854775808"},
		{"abs", "-5", "5"},
		{"abs", "5.5", "5.5"},
		{"abs", "1 2", "!expected one number"},
		{"ceil", "1.2", "2"},
		{"ceil", "-1.2", "-1"},
		{"ceil", "7", "7"},
		{"floor", "1.8", "1"},
		{"floor", "-1.2", "-2"},
		{"floor", "1e30", "1e+30"},
		{"round", "2.5", "3"},
		{"round", "-2.4", "-2"},
		{"round", "x", "!expected one number"},
		{"popcount", "255", "8"},
		{"popcount", "-1", "64"},
		{"popcount", "1.5", "!expected one integer"},
		{"count", "a b  c", "3"},
		{"count", "", "0"},
		{"avg", "1 2 6", "3"},
		{"avg", "1 2", "1.5"},
		{"avg", "", "0"},
		{"avg", "1 a", "!expected list of numbers"},
		{"neg", "", "!expected one number"},
	};

	CHECK(samples);
}

static void
comparisons(void)
{
	static const struct sample samples[] = {
		{"eq", "10 0xA", "true"},
		{"eq", "1 1.0", "true"},
		{"eq", "a \"a\"", "true"},
		{"eq", "a b", "false"},
		{"eq", "1", "!expected two numbers"},
		{"eq", "1 2 3", "!expected two numbers"},
		{"eq", "nan nan", "false"},
		{"ne", "nan nan", "true"},
		{"ne", "1 2", "true"},
		{"gt", "10 9", "true"},
		{"gt", "b a", "true"},
		{"gt", "10x 9x", "false"},
		{"ge", "9 9", "true"},
		{"ge", "9 9.5", "false"},
		{"lt", "-1 0", "true"},
		{"lt", "ab abc", "true"},
		{"le", "1 1", "true"},
		{"le", "9223372036854775807 9223372036854775806", "false"},
	};

	CHECK(samples);
}

static void
truth(void)
{
	static const struct sample samples[] = {
		{"not", "true", "false"},
		{"not", " 0 ", "true"},
		{"not", "x", "!syntax error"},
		{"and", "", "true"},
		{"and", "true yes t 1", "true"},
		{"and", "true false x", "false"},
		{"and", "true x", "!syntax error"},
		{"or", "", "false"},
		{"or", "false true x", "true"},
		{"or", "no n", "false"},
		{"nand", "", "false"},
		{"nand", "true true", "false"},
		{"nand", "true false", "true"},
		{"nor", "", "true"},
		{"nor", "false false", "true"},
		{"nor", "false true", "false"},
		{"if", "true a \"b\"", "a"},
		{"if", "false a \"b\"", "\"b\""},
		{"if", "false a", ""},
		{"if", "x a b", "!syntax error"},
		{"if", "", "!syntax error"},
	};

	CHECK(samples);
}

static void
words(void)
{
	static const struct sample samples[] = {
		{"in", "a b a", "true"},
		{"in", "a b c", "false"},
		{"in", "\"a b\" x 'a b'", "true"},
		{"in", "\"\" \"\"", "false"},
		{"in", "", "false"},
		{"first", " a b", "a"},
		{"first", "\"a b\" c", "\"a b\""},
		{"first", "", ""},
		{"length", "abc", "3"},
		{"length", " \"a\" ", "5"},
		{"length", "", "0"},
		{"unquote", "\"a\\tb\"", "a\tb"},
		{"unquote", "a'b'", "ab"},
		{"htons", "1", "256"},
		{"ntohs", "0x1234", "13330"},
		{"htonl", "1", "16777216"},
		{"ntohl", "0xffffffff", "4294967295"},
		{"htons", "65536", "!syntax error"},
		{"htonl", "x", "!syntax error"},
		{"readable", "c.count e.add", "true"},
		{"readable", "c.count c.reset", "false"},
		{"readable", "nope.x", "false"},
		{"readable", "version add", "true"},
		{"writable", "c.reset", "true"},
		{"writable", "c.count", "false"},
	};

	CHECK(samples);
}

static void
formats(void)
{
	static const struct sample samples[] = {
		{"sprintf", "\"%05x\" 127", "0007f"},
		{"sprintf", "%d%%", "!syntax error"},
		{"sprintf", "%d%% 5", "5%"},
		{"sprintf", "\"[%-5d|%+d|% d|%#X]\" 1 2 3 255", "[1    |+2| 3|0XFF]"},
		{"sprintf", "\"%*d %.*d %-*d|\" 4 1 3 2 3 7", "   1 002 7  |"},
		{"sprintf", "\"%*d|\" -3 1", "1  |"},
		{"sprintf", "%hd 65537", "1"},
		{"sprintf", "%hu -1", "65535"},
		{"sprintf", "\"%ld %lld %qd %Lu\" 1 2 3 4", "1 2 3 4"},
		{"sprintf", "%x -1", "ffffffffffffffff"},
		{"sprintf", "%u 18446744073709551615", "18446744073709551615"},
		{"sprintf", "%d 18446744073709551615", "!syntax error"},
		{"sprintf", "%o 8", "10"},
		{"sprintf", "%i 0x10", "16"},
		{"sprintf", "\"<%s>\" \"a b\"", "<a b>"},
		{"sprintf", "\"<%5s|%-5s|%.2s>\" abc abc abc", "<  abc|abc  |ab>"},
		{"sprintf", "plain", "plain"},
		{"sprintf", "", "!syntax error"},
		{"sprintf", "%d", "!syntax error"},
		{"sprintf", "%d x", "!syntax error"},
		{"sprintf", "%d 1 2", "!syntax error"},
		{"sprintf", "%f 1", "!syntax error"},
		{"sprintf", "%n 1", "!syntax error"},
		{"sprintf", "%", "!syntax error"},
		{"sprintf", "%lll 1", "!syntax error"},
		{"sprintf", "%99999999999d 1", "!syntax error"},
		{"sprintf", "%.99999999999d 1", "!syntax error"},
		{"sprintf", "%*d 2147483647 1", "!syntax error"},
		{"sprintf", "%-+0#d 1", "+1"},
	};

	CHECK(samples);
}

static void
random_numbers(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE)");
	unsigned seen = 0;

	for (unsigned i = 0; i < 500; i++) {
		int n = atoi(rig_read_param(r, "random", "3"));

		CU_ASSERT(n >= 0 && n < 3);
		seen |= 1u << (n & 31);
		n = atoi(rig_read_param(r, "random", "-5 -4"));
		CU_ASSERT(n == -5 || n == -4);
		seen |= 8u << (n + 5);
		n = atoi(rig_read_param(r, "random", "10 12"));
		CU_ASSERT(n >= 10 && n <= 12);
		CU_ASSERT(atol(rig_read(r, "random")) >= 0);
		ASSERT_TEXT(rig_read_error(r, "random", "-9223372036854775808"), "bad N\n");
		CU_ASSERT(atol(rig_read_param(r, "random", "0 1000000000000")) >= 0);
	}
	CU_ASSERT_EQUAL(seen, 31);
	ASSERT_TEXT(rig_read_param(r, "random", "7 7"), "7");
	ASSERT_TEXT(rig_read_error(r, "random", "7 6"), "bad N\n");
	ASSERT_TEXT(rig_read_error(r, "random", "0"), "bad N\n");
	ASSERT_TEXT(rig_read_error(r, "random", "x"), "bad N\n");
	ASSERT_TEXT(rig_read_error(r, "random", "1 2 3"), "bad N\n");
	ASSERT_TEXT(
		rig_read_error(r, "random", "-9223372036854775808 9223372036854775807"), "bad N\n");
	rig_free(r);
}

static void
files(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE)");
	char name[] = "/tmp/clickd-test-XXXXXX";
	int fd = mkstemp(name);

	CU_ASSERT_EQUAL(write(fd, "a \"b\"\n", 6), 6);
	close(fd);
	ASSERT_TEXT(rig_read_param(r, "cat", name), "a \"b\"\n");
	ASSERT_TEXT(rig_read_param(r, "catq", name), "\"a \\\"b\\\"\\n\"");
	unlink(name);
	ASSERT_TEXT(rig_read_error(r, "cat", name), "bad FILE\n");
	ASSERT_TEXT(rig_read_error(r, "cat", ""), "bad FILE\n");
	ASSERT_TEXT(rig_read_error(r, "cat", "/tmp"), "bad FILE\n");
	ASSERT_TEXT(rig_read_error(r, "cat", "/dev/zero"), "bad FILE\n");
	ASSERT_TEXT(rig_read_error(r, "kill", ""), "bad SIGNO\n");
	ASSERT_TEXT(rig_read_error(r, "kill", "FOO 1"), "bad SIGNO\n");
	ASSERT_TEXT(rig_read_error(r, "kill", "0 x"), "bad PID\n");
	ASSERT_TEXT(rig_read_error(r, "kill", "0 -1"), "bad PID\n");
	ASSERT_TEXT(rig_read_error(r, "kill", "0 0"), "bad PID\n");
	ASSERT_TEXT(rig_read_error(r, "kill", "0 2147483647"), "2147483647: No such process\n");
	// Signal 0 only asks whether the process is there.
	rig_free(r);
}

static void
listing(void)
{
	struct rig *r = rig_config("e :: Script(TYPE PASSIVE, export v 1)");
	const char *text = rig_read(r, "handlers");

	CU_ASSERT_EQUAL(strncmp(text, "v\tr\nshift\tr+\nset\tw\nget\tr+\nnow\tr\n", 32), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "run\trw+\ngoto\tw\nstep\tw\nhandlers\tr.\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "cat"));
	CU_ASSERT_PTR_NULL(strstr(text, "kill"));
	CU_ASSERT_EQUAL(strncmp(rig_read(r, "now"), "100000000", 9), 0);
	rig_free(r);
}

UNIT_SUITE(script_handlers, UNIT_CASE(arithmetic), UNIT_CASE(comparisons), UNIT_CASE(truth),
	UNIT_CASE(words), UNIT_CASE(formats), UNIT_CASE(random_numbers), UNIT_CASE(files),
	UNIT_CASE(listing))
