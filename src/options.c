// SPDX-License-Identifier: BSD-3-Clause
#include "src/options.h"

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "src/argtype.h"
#include "src/clock.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum {
	OPT_SOCKET = 256,
	OPT_NO_AFFINITY,
	OPT_CPU,
	OPT_SIMTIME,
	OPT_HELP,
	OPT_IO,
	OPT_NO_HUGE,
	OPT_IDLE,
	OPT_RINGED,
	OPT_PROFILE,
	OPT_COMPILE,
	OPT_COMPILE_INTO,
	OPT_MBUFS,
	OPT_CHECK,
	OPT_JSON,
	OPT_LIST_ELEMENTS,
	OPT_WRITE_MANUAL,
};

enum { DEFAULT_SIMTIME_S = 1000000000 };

static const char short_options[] = ":f:e:h:x:o:qtRp:u:j:a::C:wv";

static const struct option long_options[] = {
	{"file", required_argument, NULL, 'f'},
	{"expression", required_argument, NULL, 'e'},
	{"handler", required_argument, NULL, 'h'},
	{"exit-handler", required_argument, NULL, 'x'},
	{"output", required_argument, NULL, 'o'},
	{"quit", no_argument, NULL, 'q'},
	{"time", no_argument, NULL, 't'},
	{"allow-reconfigure", no_argument, NULL, 'R'},
	{"port", required_argument, NULL, 'p'},
	{"unix-socket", required_argument, NULL, 'u'},
	{"socket", required_argument, NULL, OPT_SOCKET},
	{"threads", required_argument, NULL, 'j'},
	{"affinity", optional_argument, NULL, 'a'},
	{"no-affinity", no_argument, NULL, OPT_NO_AFFINITY},
	{"cpu", required_argument, NULL, OPT_CPU},
	{"clickpath", required_argument, NULL, 'C'},
	{"no-warnings", no_argument, NULL, 'w'},
	{"simtime", optional_argument, NULL, OPT_SIMTIME},
	{"version", no_argument, NULL, 'v'},
	{"help", optional_argument, NULL, OPT_HELP},
	{"io", required_argument, NULL, OPT_IO},
	{"no-huge", no_argument, NULL, OPT_NO_HUGE},
	{"idle", no_argument, NULL, OPT_IDLE},
	{"ringed", no_argument, NULL, OPT_RINGED},
	{"profile", no_argument, NULL, OPT_PROFILE},
	{"compile", no_argument, NULL, OPT_COMPILE},
	{"compile-into", required_argument, NULL, OPT_COMPILE_INTO},
	{"mbufs", required_argument, NULL, OPT_MBUFS},
	{"check", no_argument, NULL, OPT_CHECK},
	{"json", no_argument, NULL, OPT_JSON},
	{"list-elements", no_argument, NULL, OPT_LIST_ELEMENTS},
	{"write-manual", required_argument, NULL, OPT_WRITE_MANUAL},
	{NULL, 0, NULL, 0},
};

void
options_usage(const char *program, struct strbuf *out)
{
	strbuf_addf(out, "Usage: %s [OPTION]... [FILE] [NAME=VALUE]...\n", program);
	strbuf_adds(out,
		"Runs a Click router configuration from FILE (standard input without one).\n"
		"\n"
		"  -f, --file FILE           read the configuration from FILE\n"
		"  -e, --expression TEXT     the configuration is TEXT\n"
		"  -h, --handler ELEM.H      print the value of a read handler after the run\n"
		"  -x, --exit-handler ELEM.H read a handler after the run; its value is the exit status\n"
		"  -o, --output FILE         write the flat configuration to FILE ('-': standard output)\n"
		"  -q, --quit                do not run the router\n"
		"  -t, --time                print how long the run took\n"
		"  -R, --allow-reconfigure   add a writable hotconfig handler\n"
		"  -p, --port PORT           listen for control connections on TCP port PORT (127.0.0.1)\n"
		"  -u, --unix-socket FILE    listen for control connections on a Unix socket\n"
		"      --socket FD           use descriptor FD for a control connection\n"
		"  -j, --threads N           number of worker lcores (1)\n"
		"  -a, --affinity[=N]        pin worker lcores to CPUs N, N+1, ...; also --cpu N\n"
		"      --no-affinity         pin them to the CPUs that are the default\n"
		"  -C, --clickpath PATH      directories of libraries\n"
		"  -w, --no-warnings         do not print warnings\n"
		"      --simtime[=T]         run in simulated time that starts at T seconds\n"
		"      --profile             count packets and cycles of each element; print them after\n"
		"                            the run\n"
		"      --compile             turn the graph into C, have it compiled by cc ($CC), and run that\n"
		"      --compile-into DIR    the same; the C files and the object stay in DIR\n"
		"      --check               report all errors and what is odd, and plan lcores, queues and\n"
		"                            memory, without touching a device\n"
		"      --json                with --check: all of it as JSON\n"
		"      --list-elements       print all element classes\n"
		"      --write-manual DIR    write the elements' manual pages (DIR/man7) and one\n"
		"                            page with all of them (DIR/elements.md)\n"
		"  -v, --version             print the version\n"
		"      --help[=ELEMENT]      print this, or the manual of an element class\n"
		"\n"
		"Devices:\n"
		"      --io MODE             how FromDPDK and ToDPDK work: full (default; polling, zero\n"
		"                            copy, prefetch), zerocopy (no prefetch), poll (copies\n"
		"                            packets out of and into mbufs), pcap (libpcap, blocking)\n"
		"      --ringed              an I/O lcore polls the devices into rings; element tasks on\n"
		"                            other lcores poll the rings (needs two worker lcores)\n"
		"      --no-huge             ordinary memory instead of hugepages\n"
		"      --idle                worker lcores sleep shortly while there is nothing to do\n"
		"      --mbufs N             packets in each NUMA node's pool (computed by default)\n"
		"      --dpdk ARGS --        arguments for DPDK's EAL\n");
}

static int
parse_unsigned(const char *option, const char *text, unsigned max, unsigned *n, struct errh *errh)
{
	uint64_t v;

	if (text_read_uint64(text, &v) != 0 || v > max)
		return errh_error(errh, "option '%s' takes a number from 0 to %u, not '%s'", option,
			max, text);
	*n = (unsigned)v;
	return 0;
}

static int
parse_io(struct options *o, const char *text, struct errh *errh)
{
	static const char *const names[] = {"full", "zerocopy", "poll", "pcap"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			o->io = (enum io_mode)i;
			return 0;
		}
	}
	return errh_error(errh, "--io takes full, zerocopy, poll or pcap, not '%s'", text);
}

static int
parse_simtime(struct options *o, const char *text, struct errh *errh)
{
	o->simtime = true;
	o->simtime_ns = DEFAULT_SIMTIME_S * CLOCK_S;
	if (text != NULL && text_read_timespan(text, &o->simtime_ns) != 0)
		return errh_error(errh, "--simtime takes a time, not '%s'", text);
	return 0;
}

static void
set_text(char **where, const char *text)
{
	free(*where);
	*where = mem_strdup(text);
}

static int
set_config(struct options *o, char **where, const char *text, struct errh *errh)
{
	if (o->file != NULL || o->expression != NULL)
		return errh_error(errh, "router configuration specified twice");
	set_text(where, text);
	return 0;
}

// Worker lcores go to the last CPUs that the process may use: the first ones have the kernel's and
// everybody else's work.
static void
default_cpus(struct options *o)
{
	unsigned allowed[CPU_SETSIZE], n = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set))
			allowed[n++] = cpu;
	}
	for (unsigned i = 0; i < LCORES_MAX && n > 0; i++)
		o->cpus[i] = allowed[n - 1 - i % n];
}

static int
parse_affinity(struct options *o, const char *text, struct errh *errh)
{
	unsigned first = 0;

	if (text != NULL && parse_unsigned("--affinity", text, CPU_SETSIZE - 1, &first, errh) != 0)
		return -EINVAL;
	for (unsigned i = 0; i < LCORES_MAX; i++)
		o->cpus[i] = first + i;
	return 0;
}

static int
parse_one(struct options *o, int option, const char *arg, struct errh *errh)
{
	switch (option) {
	case 'f':
		return set_config(o, &o->file, arg, errh);
	case 'e':
		return set_config(o, &o->expression, arg, errh);
	case 'h':
		strvec_add(&o->handlers, arg);
		return 0;
	case 'x':
		set_text(&o->exit_handler, arg);
		return 0;
	case 'o':
		set_text(&o->output, arg);
		return 0;
	case 'q':
		o->quit = true;
		return 0;
	case 't':
		o->time = true;
		return 0;
	case 'R':
		o->allow_hotconfig = true;
		return 0;
	case 'p':
		strvec_take(&o->sockets, mem_printf("TCP, %s", arg));
		return 0;
	case 'u':
		strvec_take(&o->sockets, mem_printf("UNIX, %s", arg));
		return 0;
	case OPT_SOCKET:
		strvec_take(&o->sockets, mem_printf("SOCKET, %s", arg));
		return 0;
	case 'j':
		return parse_unsigned("--threads", arg, LCORES_MAX, &o->n_threads, errh);
	case 'a':
		return parse_affinity(o, arg, errh);
	case OPT_CPU:
		return parse_affinity(o, arg, errh);
	case OPT_NO_AFFINITY:
		return 0; // EAL pins worker lcores in any case
	case 'C':
		set_text(&o->clickpath, arg);
		return 0;
	case 'w':
		o->no_warnings = true;
		return 0;
	case OPT_SIMTIME:
		return parse_simtime(o, arg, errh);
	case 'v':
		o->show_version = true;
		return 0;
	case OPT_HELP:
		o->show_help = arg == NULL;
		if (arg != NULL)
			set_text(&o->help_element, arg);
		return 0;
	case OPT_IO:
		return parse_io(o, arg, errh);
	case OPT_NO_HUGE:
		o->no_huge = true;
		return 0;
	case OPT_IDLE:
		o->idle = true;
		return 0;
	case OPT_PROFILE:
		o->profile = true;
		return 0;
	case OPT_COMPILE_INTO:
		set_text(&o->compile_dir, arg);
		o->compile = true;
		return 0;
	case OPT_COMPILE:
		o->compile = true;
		return 0;
	case OPT_RINGED:
		o->ringed = true;
		return 0;
	case OPT_MBUFS:
		return parse_unsigned("--mbufs", arg, 1 << 26, &o->n_mbufs, errh);
	case OPT_CHECK:
		o->check = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_LIST_ELEMENTS:
		o->list_elements = true;
		return 0;
	case OPT_WRITE_MANUAL:
		set_text(&o->manual_dir, arg);
		return 0;
	}
	return -EINVAL;
}

// Cuts `--dpdk ARGS --` out of argv, since its arguments look like options.
static int
take_dpdk(struct options *o, int argc, char **argv)
{
	int n = 0;
	bool inside = false;

	for (int i = 0; i < argc; i++) {
		if (inside && strcmp(argv[i], "--") == 0)
			inside = false;
		else if (inside)
			strvec_add(&o->dpdk, argv[i]);
		else if (strcmp(argv[i], "--dpdk") == 0)
			inside = true;
		else
			argv[n++] = argv[i];
	}
	argv[n] = NULL;
	return inside ? -1 : n;
}

// What is not an option: NAME=VALUE, or the file (or, for --help, the element class).
static int
take_word(struct options *o, const char *word, struct errh *errh)
{
	const char *equals = strchr(word, '=');

	if (o->show_help && o->help_element == NULL) {
		set_text(&o->help_element, word);
		return 0;
	}
	// A file's name may hold '=' too, behind a '/'.
	if (equals != NULL && equals != word &&
		memchr(word, '/', (size_t)(equals - word)) == NULL) {
		strvec_add(&o->params, word);
		return 0;
	}
	return set_config(o, &o->file, word, errh);
}

// Of several letters behind one '-', getopt_long() tells the bad one; it cannot tell a bad word,
// which is then all of the argument. A bad letter in front of others may follow a good word.
static int
bad_option(int reason, char **argv, struct errh *errh)
{
	char letter[] = {'-', (char)optopt, '\0'};
	const char *last = argv[optind - 1];
	bool is_word = strncmp(last, "--", 2) == 0 && strchr(short_options, optopt) != NULL;
	const char *name = !is_word && optopt > 0 && optopt < OPT_SOCKET ? letter : last;

	return errh_error(errh, "%s '%s'%s\nTry '%s --help' for more information.",
		reason == ':' ? "option" : "bad option", name,
		reason == ':' ? " needs an argument" : "", argv[0]);
}

static bool
is_click(const char *program)
{
	const char *slash = program != NULL ? strrchr(program, '/') : NULL;

	return program != NULL && strcmp(slash != NULL ? slash + 1 : program, "click") == 0;
}

int
options_parse(struct options *o, int argc, char **argv, struct errh *errh)
{
	int option, err = 0;

	*o = (struct options){.as_click = is_click(argv[0])};
	default_cpus(o);
	argc = take_dpdk(o, argc, argv);
	if (argc < 0)
		return errh_error(errh, "the arguments of option '--dpdk' end with '--'");
	opterr = 0;
	optind = 0; // from scratch, whoever parsed options before (EAL has its own way)
	while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		if (option == '?' || option == ':')
			err = bad_option(option, argv, errh);
		else if (parse_one(o, option, optarg, errh) != 0)
			err = -EINVAL;
	}
	for (int i = optind; i < argc; i++) {
		if (take_word(o, argv[i], errh) != 0)
			err = -EINVAL;
	}
	if (o->compile && o->profile)
		err = errh_error(errh,
			"--profile counts between elements, and --compile leaves nothing between "
			"them: give one of them");
	if (o->json && !o->check)
		err = errh_error(errh, "--json goes with --check");
	if (o->ringed && o->io == IO_PCAP)
		err = errh_error(errh,
			"--ringed is a form of polling, and --io pcap does not poll\n"
			"use one of them");
	return err;
}

void
options_fini(struct options *o)
{
	free(o->file);
	free(o->manual_dir);
	free(o->compile_dir);
	free(o->expression);
	strvec_fini(&o->params);
	strvec_fini(&o->handlers);
	strvec_fini(&o->sockets);
	strvec_fini(&o->dpdk);
	free(o->exit_handler);
	free(o->output);
	free(o->clickpath);
	free(o->help_element);
	*o = (struct options){0};
}
