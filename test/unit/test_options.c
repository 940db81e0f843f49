// SPDX-License-Identifier: BSD-3-Clause
#include "src/options.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static struct strbuf errors;

// Parses `clickd` and the words, separated by '|'. Returns what options_parse() does.
static int
parse(struct options *o, const char *words)
{
	char *argv[64] = {mem_strdup("clickd")}, *copy = mem_strdup(words), *rest = copy, *word;
	struct errh errh;
	int argc = 1, ret;

	// A long-lived o must not keep anything of what it was.
	memset(o, 0xa5, sizeof(*o));
	while (*words != '\0' && (word = strsep(&rest, "|")) != NULL)
		argv[argc++] = word;
	strbuf_clear(&errors);
	errh_init_strbuf(&errh, &errors);
	word = argv[0];
	ret = options_parse(o, argc, argv, &errh);
	CU_ASSERT_EQUAL(ret, errh.n_errors > 0 ? -EINVAL : 0);
	free(word);
	free(copy);
	return ret;
}

static void
parse_good(struct options *o, const char *words, int line)
{
	parse(o, words);
	unit_assert_text(__FILE__, line, strbuf_text(&errors), "");
}

#define PARSE(o, words) parse_good(o, words, __LINE__)

static void
assert_errors(const char *words, const char *want, int line)
{
	struct options o;

	parse(&o, words);
	unit_assert_text(__FILE__, line, strbuf_text(&errors), want);
	options_fini(&o);
	strbuf_fini(&errors);
}

#define ASSERT_OPTION_ERRORS(words, want) assert_errors(words, want, __LINE__)

static void
assert_list(const struct strvec *v, const char *want, int line)
{
	struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < v->n; i++)
		strbuf_addf(&sb, "<%s>", v->v[i]);
	unit_assert_text(__FILE__, line, strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

#define ASSERT_LIST(v, want) assert_list(v, want, __LINE__)

static void
finish(struct options *o)
{
	static const struct options nothing;

	options_fini(o);
	CU_ASSERT_EQUAL(memcmp(o, &nothing, sizeof(nothing)), 0);
	options_fini(o);
	strbuf_fini(&errors);
}

static void
nothing_given(void)
{
	struct options o;

	PARSE(&o, "");
	CU_ASSERT(o.file == NULL && o.expression == NULL && o.exit_handler == NULL);
	CU_ASSERT(o.output == NULL && o.clickpath == NULL && o.help_element == NULL);
	CU_ASSERT(!o.quit && !o.time && !o.allow_hotconfig && !o.no_warnings && !o.check);
	CU_ASSERT(!o.no_huge && !o.idle && !o.ringed && !o.simtime);
	CU_ASSERT(!o.show_version && !o.show_help && !o.list_elements);
	CU_ASSERT_EQUAL(o.n_threads, 0);
	CU_ASSERT_EQUAL(o.n_mbufs, 0);
	CU_ASSERT_EQUAL(o.io, 0);
	CU_ASSERT_EQUAL(o.params.n + o.handlers.n + o.sockets.n + o.dpdk.n, 0);
	finish(&o);
}

static void
short_options(void)
{
	struct options o;

	PARSE(&o, "-f|a.click|-h|x.count|-h|y.*|-x|x.ok|-o|-|-qtRw|-p|80|-u|/tmp/s|-j|3|-C|/a:/b");
	ASSERT_TEXT(o.file, "a.click");
	ASSERT_LIST(&o.handlers, "<x.count><y.*>");
	ASSERT_TEXT(o.exit_handler, "x.ok");
	ASSERT_TEXT(o.output, "-");
	CU_ASSERT(o.quit && o.time && o.allow_hotconfig && o.no_warnings);
	ASSERT_LIST(&o.sockets, "<TCP, 80><UNIX, /tmp/s>");
	CU_ASSERT_EQUAL(o.n_threads, 3);
	ASSERT_TEXT(o.clickpath, "/a:/b");
	CU_ASSERT_FALSE(o.show_version);
	finish(&o);
	PARSE(&o, "-qeIdle -> Discard|-v");
	ASSERT_TEXT(o.expression, "Idle -> Discard");
	CU_ASSERT(o.quit && o.show_version);
	finish(&o);
}

static void
long_options(void)
{
	struct options o;

	PARSE(&o, "--expression=Idle|--handler|h|--exit-handler=e|--output=o|--quit|--time|"
		  "--allow-reconfigure|--port=1+|--unix-socket=u|--socket=7|--threads=64|"
		  "--no-affinity|--clickpath=c|--no-warnings|--version|--help|--io=poll|--no-huge|"
		  "--idle|--ringed|--mbufs=67108864|--check|--list-elements");
	ASSERT_TEXT(o.expression, "Idle");
	ASSERT_LIST(&o.handlers, "<h>");
	ASSERT_TEXT(o.exit_handler, "e");
	ASSERT_TEXT(o.output, "o");
	CU_ASSERT(o.quit && o.time && o.allow_hotconfig && o.no_warnings && o.show_version);
	CU_ASSERT(o.show_help && o.no_huge && o.idle && o.ringed && o.check);
	CU_ASSERT(o.list_elements);
	ASSERT_LIST(&o.sockets, "<TCP, 1+><UNIX, u><SOCKET, 7>");
	CU_ASSERT_EQUAL(o.n_threads, 64);
	ASSERT_TEXT(o.clickpath, "c");
	CU_ASSERT_EQUAL(o.io, 2);
	CU_ASSERT_EQUAL(o.n_mbufs, 67108864);
	finish(&o);
	PARSE(&o, "--file|x");
	ASSERT_TEXT(o.file, "x");
	finish(&o);
}

// Of what can be said once, the last one counts.
static void
repeated_options(void)
{
	struct options o;

	PARSE(&o, "-x|a|-x|b|-o|c|-o|d|-C|e|-C|f|-j|1|-j|2|--io|pcap|--io|zerocopy|--mbufs|9|"
		  "--mbufs|0|--help=A|--help=B");
	ASSERT_TEXT(o.exit_handler, "b");
	ASSERT_TEXT(o.output, "d");
	ASSERT_TEXT(o.clickpath, "f");
	CU_ASSERT_EQUAL(o.n_threads, 2);
	CU_ASSERT_EQUAL(o.io, 1);
	CU_ASSERT_EQUAL(o.n_mbufs, 0);
	ASSERT_TEXT(o.help_element, "B");
	finish(&o);
}

static void
words(void)
{
	struct options o;

	PARSE(&o, "a.click|A=1|B=|_x=a=b|IN=/tmp/x");
	ASSERT_TEXT(o.file, "a.click");
	ASSERT_LIST(&o.params, "<A=1><B=><_x=a=b><IN=/tmp/x>");
	finish(&o);
	// A parameter comes before or behind, options anywhere.
	PARSE(&o, "A=1|-q|dir=x/a.click|B=2|-w");
	CU_ASSERT_PTR_NULL(o.file);
	CU_ASSERT(o.quit && o.no_warnings);
	ASSERT_LIST(&o.params, "<A=1><dir=x/a.click><B=2>");
	finish(&o);
	// Behind a '/' a '=' belongs to a file's name, and so it does at the front.
	PARSE(&o, "./a=b.click");
	ASSERT_TEXT(o.file, "./a=b.click");
	ASSERT_LIST(&o.params, "");
	finish(&o);
	PARSE(&o, "=x");
	ASSERT_TEXT(o.file, "=x");
	finish(&o);
	PARSE(&o, "-e|Idle|X=5");
	ASSERT_TEXT(o.expression, "Idle");
	ASSERT_LIST(&o.params, "<X=5>");
	finish(&o);
	PARSE(&o, "-");
	ASSERT_TEXT(o.file, "-");
	finish(&o);
	// Behind "--" there are no options.
	PARSE(&o, "-q|--|-w");
	ASSERT_TEXT(o.file, "-w");
	CU_ASSERT_FALSE(o.no_warnings);
	finish(&o);
}

static void
configuration_twice(void)
{
	static const char error[] = "router configuration specified twice\n";
	struct options o;

	ASSERT_OPTION_ERRORS("-f|a|-f|b", error);
	ASSERT_OPTION_ERRORS("-e|a|-f|b", error);
	ASSERT_OPTION_ERRORS("-e|a|-e|b", error);
	ASSERT_OPTION_ERRORS("-e|a|b", error);
	ASSERT_OPTION_ERRORS("a|b|c", "router configuration specified twice\n"
				      "router configuration specified twice\n");
	CU_ASSERT_EQUAL(parse(&o, "first|second"), -EINVAL);
	ASSERT_TEXT(o.file, "first");
	finish(&o);
}

static void
ringed_pcap(void)
{
	static const char error[] = "--ringed is a form of polling, and --io pcap does not poll\n"
				    "use one of them\n";

	ASSERT_OPTION_ERRORS("--ringed|--io|pcap", error);
	ASSERT_OPTION_ERRORS("--io|pcap|--ringed", error);
	ASSERT_OPTION_ERRORS("--json", "--json goes with --check\n");
}

static void
numbers(void)
{
	struct options o;

	ASSERT_OPTION_ERRORS("-j|65", "option '--threads' takes a number from 0 to 64, not '65'\n");
	ASSERT_OPTION_ERRORS("-jx", "option '--threads' takes a number from 0 to 64, not 'x'\n");
	ASSERT_OPTION_ERRORS(
		"--threads=", "option '--threads' takes a number from 0 to 64, not ''\n");
	ASSERT_OPTION_ERRORS(
		"--threads=-1", "option '--threads' takes a number from 0 to 64, not '-1'\n");
	ASSERT_OPTION_ERRORS("-j|99999999999999999999",
		"option '--threads' takes a number from 0 to 64, not '99999999999999999999'\n");
	ASSERT_OPTION_ERRORS("-j|4294967297",
		"option '--threads' takes a number from 0 to 64, not '4294967297'\n");
	ASSERT_OPTION_ERRORS("--mbufs=67108865",
		"option '--mbufs' takes a number from 0 to 67108864, not '67108865'\n");
	ASSERT_OPTION_ERRORS(
		"--mbufs|1k", "option '--mbufs' takes a number from 0 to 67108864, not '1k'\n");
	PARSE(&o, "-j0|--mbufs=0x10");
	CU_ASSERT_EQUAL(o.n_threads, 0);
	CU_ASSERT_EQUAL(o.n_mbufs, 16);
	finish(&o);
}

static void
io_modes(void)
{
	static const char *const names[] = {"full", "zerocopy", "poll", "pcap"};
	static const enum io_mode modes[] = {IO_FULL, IO_ZEROCOPY, IO_POLL, IO_PCAP};

	for (int i = 0; i < 4; i++) {
		char *text = mem_printf("--io=%s", names[i]);
		struct options o;

		PARSE(&o, text);
		CU_ASSERT_EQUAL(o.io, modes[i]);
		finish(&o);
		free(text);
	}
	ASSERT_OPTION_ERRORS("--io|xdp", "--io takes full, zerocopy, poll or pcap, not 'xdp'\n");
	ASSERT_OPTION_ERRORS("--io=", "--io takes full, zerocopy, poll or pcap, not ''\n");
	ASSERT_OPTION_ERRORS("--io=Poll", "--io takes full, zerocopy, poll or pcap, not 'Poll'\n");
	ASSERT_OPTION_ERRORS("--io=pol", "--io takes full, zerocopy, poll or pcap, not 'pol'\n");
}

static void
simulated_time(void)
{
	struct options o;

	PARSE(&o, "--simtime");
	CU_ASSERT_TRUE(o.simtime);
	CU_ASSERT_EQUAL(o.simtime_ns, 1000000000 * CLOCK_S);
	finish(&o);
	PARSE(&o, "--simtime=1234567890.123456789");
	CU_ASSERT_TRUE(o.simtime);
	CU_ASSERT_EQUAL(o.simtime_ns, INT64_C(1234567890123456789));
	finish(&o);
	PARSE(&o, "--simtime=0");
	CU_ASSERT_TRUE(o.simtime);
	CU_ASSERT_EQUAL(o.simtime_ns, 0);
	finish(&o);
	PARSE(&o, "--simtime=5ms");
	CU_ASSERT_EQUAL(o.simtime_ns, 5 * CLOCK_MS);
	finish(&o);
	// The value stands behind a '=': this is the default time, and a file.
	PARSE(&o, "--simtime|7");
	CU_ASSERT_EQUAL(o.simtime_ns, 1000000000 * CLOCK_S);
	ASSERT_TEXT(o.file, "7");
	finish(&o);
	ASSERT_OPTION_ERRORS("--simtime=x", "--simtime takes a time, not 'x'\n");
	ASSERT_OPTION_ERRORS("--simtime=", "--simtime takes a time, not ''\n");
	ASSERT_OPTION_ERRORS("--simtime=1e30", "--simtime takes a time, not '1e30'\n");
}

static void
affinity(void)
{
	unsigned last = 0, n_allowed = 0;
	struct options o;
	cpu_set_t set;

	CU_ASSERT_EQUAL_FATAL(sched_getaffinity(0, sizeof(set), &set), 0);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set)) {
			last = cpu;
			n_allowed++;
		}
	// From the last allowed CPU downwards, and round again.
	PARSE(&o, "");
	CU_ASSERT_EQUAL(o.cpus[0], last);
	for (unsigned i = 0; i < LCORES_MAX; i++) {
		CU_ASSERT(CPU_ISSET(o.cpus[i], &set));
		if (i + n_allowed < LCORES_MAX)
			CU_ASSERT_EQUAL(o.cpus[i + n_allowed], o.cpus[i]);
	}
	finish(&o);
	PARSE(&o, "-a");
	CU_ASSERT(o.cpus[0] == 0 && o.cpus[1] == 1 && o.cpus[LCORES_MAX - 1] == LCORES_MAX - 1);
	finish(&o);
	PARSE(&o, "-a4");
	CU_ASSERT(o.cpus[0] == 4 && o.cpus[1] == 5);
	finish(&o);
	PARSE(&o, "--affinity=2|--no-affinity");
	CU_ASSERT(o.cpus[0] == 2 && o.cpus[1] == 3);
	finish(&o);
	PARSE(&o, "--cpu|3");
	CU_ASSERT(o.cpus[0] == 3 && o.cpus[1] == 4);
	finish(&o);
	ASSERT_OPTION_ERRORS("--affinity=1024",
		"option '--affinity' takes a number from 0 to 1023, not '1024'\n");
	ASSERT_OPTION_ERRORS("-ax", "option '--affinity' takes a number from 0 to 1023, not 'x'\n");
}

static void
help(void)
{
	struct options o;

	PARSE(&o, "--help");
	CU_ASSERT_TRUE(o.show_help);
	CU_ASSERT_PTR_NULL(o.help_element);
	finish(&o);
	PARSE(&o, "--help=Queue");
	CU_ASSERT_FALSE(o.show_help);
	ASSERT_TEXT(o.help_element, "Queue");
	finish(&o);
	PARSE(&o, "--help|Queue");
	ASSERT_TEXT(o.help_element, "Queue");
	CU_ASSERT_PTR_NULL(o.file);
	finish(&o);
	PARSE(&o, "--help|Queue|x.click");
	ASSERT_TEXT(o.help_element, "Queue");
	ASSERT_TEXT(o.file, "x.click");
	finish(&o);
}

// EAL's arguments look like options and words, and are neither.
static void
dpdk(void)
{
	struct options o;

	PARSE(&o, "-q|--dpdk|--vdev=net_tap0|-l|0-3|--help|X=1|--|a.click");
	ASSERT_LIST(&o.dpdk, "<--vdev=net_tap0><-l><0-3><--help><X=1>");
	ASSERT_TEXT(o.file, "a.click");
	CU_ASSERT_TRUE(o.quit);
	CU_ASSERT_FALSE(o.show_help);
	CU_ASSERT_EQUAL(o.params.n, 0);
	finish(&o);
	PARSE(&o, "--dpdk|a|--|--dpdk|--|-q|--dpdk|b|-w|--");
	ASSERT_LIST(&o.dpdk, "<a><b><-w>");
	CU_ASSERT_TRUE(o.quit);
	CU_ASSERT_FALSE(o.no_warnings);
	finish(&o);
	// An open one would swallow the configuration.
	ASSERT_OPTION_ERRORS(
		"--dpdk|-l|0|-e|Idle", "the arguments of option '--dpdk' end with '--'\n");
}

static void
bad_options(void)
{
	ASSERT_OPTION_ERRORS("--nope", "bad option '--nope'\n"
				       "Try 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS("--quit=1", "bad option '--quit=1'\n"
					 "Try 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS("-q|-f", "option '-f' needs an argument\n"
				      "Try 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS("-qf", "option '-f' needs an argument\n"
				    "Try 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS("--file", "option '--file' needs an argument\n"
				       "Try 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS("--socket", "option '--socket' needs an argument\n"
					 "Try 'clickd --help' for more information.\n");
	// It might be --no-huge, too.
	ASSERT_OPTION_ERRORS("--no", "bad option '--no'\n"
				     "Try 'clickd --help' for more information.\n");
	// All are reported.
	ASSERT_OPTION_ERRORS("--nope|-j|x|--io=y|a|b",
		"bad option '--nope'\nTry 'clickd --help' for more information.\n"
		"option '--threads' takes a number from 0 to 64, not 'x'\n"
		"--io takes full, zerocopy, poll or pcap, not 'y'\n"
		"router configuration specified twice\n");
}

// A letter is named itself, wherever it stands.
static void
bad_letters(void)
{
	ASSERT_OPTION_ERRORS("-Z", "bad option '-Z'\nTry 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS(
		"-t|-Zq", "bad option '-Z'\nTry 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS("-qZY|-X", "bad option '-Z'\n"
					"Try 'clickd --help' for more information.\n"
					"bad option '-Y'\n"
					"Try 'clickd --help' for more information.\n"
					"bad option '-X'\n"
					"Try 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS(
		"--quit|-Zq", "bad option '-Z'\nTry 'clickd --help' for more information.\n");
	ASSERT_OPTION_ERRORS(
		"file|-Zq", "bad option '-Z'\nTry 'clickd --help' for more information.\n");
}

// Values may be long, and anything.
static void
long_values(void)
{
	struct strbuf text = STRBUF_INIT, words_text = STRBUF_INIT;
	struct options o;

	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "%05d", i);
	strbuf_addf(&words_text, "-e|%s|-x|\xff%%s|P=%s", strbuf_text(&text), strbuf_text(&text));
	PARSE(&o, strbuf_text(&words_text));
	ASSERT_TEXT(o.expression, strbuf_text(&text));
	ASSERT_TEXT(o.exit_handler, "\xff%s");
	CU_ASSERT_EQUAL(strlen(o.params.v[0]), text.len + 2);
	finish(&o);
	strbuf_fini(&text);
	strbuf_fini(&words_text);
}

static void
accepts(const char *option, size_t len, bool has_value)
{
	char *word = mem_printf("%.*s", (int)len, option), *line;
	struct options o;

	line = mem_printf("%s%s", word, has_value ? "|1" : "");
	parse(&o, line);
	CU_ASSERT_PTR_NULL(strstr(strbuf_text(&errors), "bad option"));
	finish(&o);
	free(line);
	free(word);
}

// The usage is about options that there are, with a value where it says so.
static void
usage(void)
{
	struct strbuf out = STRBUF_INIT;
	const char *line, *option;
	unsigned n = 0;

	options_usage("./clickd", &out);
	CU_ASSERT_EQUAL(
		strncmp(strbuf_text(&out),
			"Usage: ./clickd [OPTION]... [FILE] [NAME=VALUE]...\n"
			"Runs a Click router configuration from FILE (standard input without "
			"one).\n\n",
			125),
		0);
	for (line = strbuf_text(&out); line != NULL; line = strchr(line, '\n')) {
		size_t len;

		line += *line == '\n';
		if (strncmp(line, "  -", 3) != 0 && strncmp(line, "      --", 8) != 0)
			continue;
		option = strstr(line, "--");
		len = strspn(option, "-abcdefghijklmnopqrstuvwxyz");
		accepts(option, len,
			option[len] == ' ' && option[len + 1] >= 'A' && option[len + 1] <= 'Z' &&
				option[len + 2] >= 'A');
		if (line[2] == '-')
			accepts(line + 2, 2, option[len] == ' ' && option[len + 1] != ' ');
		n++;
	}
	CU_ASSERT_EQUAL(n, 32);
	strbuf_fini(&out);
}

UNIT_SUITE(options, UNIT_CASE(nothing_given), UNIT_CASE(short_options), UNIT_CASE(long_options),
	UNIT_CASE(repeated_options), UNIT_CASE(words), UNIT_CASE(configuration_twice),
	UNIT_CASE(ringed_pcap), UNIT_CASE(numbers), UNIT_CASE(io_modes), UNIT_CASE(simulated_time),
	UNIT_CASE(affinity), UNIT_CASE(help), UNIT_CASE(dpdk), UNIT_CASE(bad_options),
	UNIT_CASE(bad_letters), UNIT_CASE(long_values), UNIT_CASE(usage))
