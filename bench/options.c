// SPDX-License-Identifier: BSD-3-Clause
#include "bench/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "src/errh.h"
#include "src/strbuf.h"
#include "src/text.h"

enum { MAC_SIZE = 6, DEFAULT_FLOWS = 1000, DEFAULT_DESC = 1024, RATE_MAX = 1000000000 };

static const struct option long_options[] = {
	{"port", required_argument, NULL, 'p'},
	{"size", required_argument, NULL, 's'},
	{"rate", required_argument, NULL, 'r'},
	{"seconds", required_argument, NULL, 't'},
	{"flows", required_argument, NULL, 'f'},
	{"frames", required_argument, NULL, 'F'},
	{"burst", required_argument, NULL, 'b'},
	{"both-ways", no_argument, NULL, '2'},
	{"step-rate", required_argument, NULL, 'R'},
	{"step-seconds", required_argument, NULL, 'T'},
	{"learn", required_argument, NULL, 'L'},
	{"latency", no_argument, NULL, 'l'},
	{"buckets", no_argument, NULL, 'B'},
	{"drain", required_argument, NULL, 'd'},
	{"silence", required_argument, NULL, 'q'},
	{"src-mac", required_argument, NULL, 'M'},
	{"dst-mac", required_argument, NULL, 'N'},
	{"peer-mac", required_argument, NULL, 'O'},
	{"peer-dst-mac", required_argument, NULL, 'P'},
	{"src-ip", required_argument, NULL, 'I'},
	{"dst-ip", required_argument, NULL, 'J'},
	{"cpu", required_argument, NULL, 'c'},
	{"desc", required_argument, NULL, 'n'},
	{"no-huge", no_argument, NULL, 'H'},
	{"stdin", no_argument, NULL, 'i'},
	{"loop", no_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

void
tester_options_usage(const char *program, struct strbuf *out)
{
	strbuf_addf(out, "Usage: %s --port DEVICE [--port DEVICE] [OPTION]...\n", program);
	strbuf_adds(out,
		"Sends numbered UDP frames through a DPDK port and counts what comes back: through the same\n"
		"port with one --port, through the second one with two. Prints a line of JSON.\n"
		"\n"
		"  --port DEVICE      device arguments, such as net_memif0,role=client,socket=/run/m.sock\n"
		"  --size N           frame size with the 4 bytes of FCS, 64 to 1518, or imix (64)\n"
		"  --rate N           frames per second, with k, M or G; 0 or 'max': as fast as the link\n"
		"                     takes them (max)\n"
		"  --seconds T        how long to send (1)\n"
		"  --frames N         send no more than this; 0: no limit (0)\n"
		"  --step-rate N      then go on at this rate ...\n"
		"  --step-seconds T   ... for this time, and tell when the last frame was lost (0)\n"
		"  --both-ways        send from both ports at once, at that rate from each\n"
		"  --flows N          UDP flows (1000)\n"
		"  --burst N          most frames sent at once, 1 to 64 (32)\n"
		"  --latency          report percentiles of the time from sending to receiving\n"
		"  --buckets          and the histogram that they are from\n"
		"  --learn MS         before a trial announce both sides' addresses by ARP, and wait (0)\n"
		"  --drain MS         longest wait for stragglers (2000)\n"
		"  --silence MS       wait no longer if none came for this time (100)\n"
		"  --src-mac, --dst-mac, --src-ip, --dst-ip ADDR\n"
		"  --peer-mac ADDR    of the host that is played behind the second port (--dst-mac)\n"
		"  --peer-dst-mac ADDR  whom it sends to (--src-mac)\n"
		"  --cpu N            CPU of the lcore that sends and receives (the first one allowed)\n"
		"  --desc N           descriptors of the queues (1024)\n"
		"  --no-huge          ordinary memory instead of hugepages\n"
		"  --stdin            runs a trial for each line of standard input, such as\n"
		"                     'size=64 rate=1M seconds=0.5 latency=1'; ends with the input\n"
		"  --loop             stand in for a device under test that only joins its ports, until\n"
		"                     standard input ends\n"
		"  --dpdk ARGS --     arguments for DPDK's EAL\n");
}

// ---- values

static int
read_number(const char *name, const char *text, unsigned min, unsigned max, unsigned *n,
	struct errh *errh)
{
	uint64_t v;

	if (text_read_uint64(text, &v) != 0 || v < min || v > max)
		return errh_error(
			errh, "%s takes a number from %u to %u, not '%s'", name, min, max, text);
	*n = (unsigned)v;
	return 0;
}

static int
read_real(const char *name, const char *text, double min, double max, double *v, struct errh *errh)
{
	if (text_read_double(text, v) != 0 || !isfinite(*v) || *v < min || *v > max)
		return errh_error(
			errh, "%s takes a number from %g to %g, not '%s'", name, min, max, text);
	return 0;
}

static int
read_rate(const char *name, const char *text, double *rate, struct errh *errh)
{
	size_t len = strlen(text);
	double unit = 1;
	char number[40];

	*rate = 0;
	if (strcmp(text, "max") == 0)
		return 0;
	if (len > 0 && len < sizeof(number)) {
		memcpy(number, text, len + 1);
		unit = number[len - 1] == 'k'   ? 1e3
		       : number[len - 1] == 'M' ? 1e6
		       : number[len - 1] == 'G' ? 1e9
						: 1;
		if (unit > 1)
			number[len - 1] = '\0';
		if (text_read_double(number, rate) == 0 && isfinite(*rate)) {
			*rate *= unit;
			if (*rate == 0 || (*rate >= 1 && *rate <= RATE_MAX))
				return 0;
		}
	}
	return errh_error(
		errh, "%s takes frames per second from 1 to 1G, or max, not '%s'", name, text);
}

static int
read_size(const char *text, unsigned *size, struct errh *errh)
{
	if (strcmp(text, "imix") == 0) {
		*size = FRAME_SIZE_IMIX;
		return 0;
	}
	return read_number("size", text, FRAME_SIZE_MIN, FRAME_SIZE_MAX, size, errh);
}

static bool
read_switch(const char *text)
{
	return text == NULL || strcmp(text, "0") != 0;
}

static int
read_mac(const char *name, const char *text, uint8_t *mac, struct errh *errh)
{
	return text_read_mac(text, mac) == 0
		       ? 0
		       : errh_error(errh, "%s takes a MAC address, not '%s'", name, text);
}

static int
read_ip(const char *name, const char *text, uint32_t *ip, struct errh *errh)
{
	struct ip_addr a;

	if (text_read_ip(text, &a) != 0)
		return errh_error(errh, "%s takes an IP address, not '%s'", name, text);
	*ip = __builtin_bswap32(a.be);
	return 0;
}

// ---- what a trial is made of: options and words of --stdin alike

static int
parse_trial_value(struct trial *t, int option, const char *text, struct errh *errh)
{
	switch (option) {
	case 's':
		return read_size(text, &t->frame.size, errh);
	case 'r':
		return read_rate("rate", text, &t->rate, errh);
	case 'R':
		return read_rate("step-rate", text, &t->step_rate, errh);
	case 'T':
		return read_real("step-seconds", text, 0, 86400, &t->step_seconds, errh);
	case 'F':
		return read_number("frames", text, 0, TRIAL_FRAMES_MAX, &t->n_frames, errh);
	case 't':
		return read_real("seconds", text, 0.001, 86400, &t->seconds, errh);
	case 'f':
		return read_number("flows", text, 1, FRAME_FLOWS_MAX, &t->frame.n_flows, errh);
	case 'b':
		return read_number("burst", text, 1, WAY_BURST_MAX, &t->burst, errh);
	case 'l':
		t->latency = read_switch(text);
		return 0;
	case 'B':
		t->buckets = read_switch(text);
		return 0;
	case '2':
		t->both_ways = read_switch(text);
		return 0;
	case 'L':
		return read_number("learn", text, 0, 60000, &t->learn_ms, errh);
	case 'd':
		return read_number("drain", text, 0, 60000, &t->drain_ms, errh);
	case 'q':
		return read_number("silence", text, 1, 60000, &t->silence_ms, errh);
	case 'M':
		return read_mac("src-mac", text, t->frame.src_mac, errh);
	case 'N':
		return read_mac("dst-mac", text, t->frame.dst_mac, errh);
	case 'O':
		t->peer_given = true;
		return read_mac("peer-mac", text, t->peer_mac, errh);
	case 'P':
		t->peer_dst_given = true;
		return read_mac("peer-dst-mac", text, t->peer_dst_mac, errh);
	case 'I':
		return read_ip("src-ip", text, &t->frame.src_ip, errh);
	case 'J':
		return read_ip("dst-ip", text, &t->frame.dst_ip, errh);
	}
	return -ENOENT;
}

static int
trial_option(const char *word, size_t len)
{
	static const char trial_values[] = "srtfFbB2RTLldqMNOPIJ";

	for (const struct option *o = long_options; o->name != NULL; o++) {
		if (strlen(o->name) == len && strncmp(o->name, word, len) == 0 &&
			strchr(trial_values, o->val) != NULL)
			return o->val;
	}
	return 0;
}

int
tester_options_parse_trial(struct trial *t, char *line, struct errh *errh)
{
	char *save = NULL;
	int option;

	for (char *word = strtok_r(line, " \t\r\n", &save); word != NULL;
		word = strtok_r(NULL, " \t\r\n", &save)) {
		char *equals = strchr(word, '=');

		option = equals != NULL ? trial_option(word, (size_t)(equals - word)) : 0;
		if (option == 0)
			return errh_error(errh, "unknown word '%s'", word);
		if (parse_trial_value(t, option, equals + 1, errh) != 0)
			return -EINVAL;
	}
	return 0;
}

// ---- the command line

static void
set_defaults(struct tester_options *o)
{
	cpu_set_t cpus;

	*o = (struct tester_options){.n_desc = DEFAULT_DESC};
	o->trial = (struct trial){
		.frame = {.size = FRAME_SIZE_MIN,
			.n_flows = DEFAULT_FLOWS,
			.src_mac = {2, 0, 0, 0, 0, 1},
			.dst_mac = {2, 0, 0, 0, 0, 2},
			.src_ip = 0x0a000001, // 10.0.0.1
			.dst_ip = 0x0a010001}, // 10.1.0.1
		.seconds = 1,
		.burst = 32,
		.silence_ms = 100,
		.drain_ms = 2000,
	};
	CPU_ZERO(&cpus);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	while (o->cpu < CPU_SETSIZE - 1 && !CPU_ISSET(o->cpu, &cpus))
		o->cpu++;
}

static int
parse_one(struct tester_options *o, int option, const char *arg, struct errh *errh)
{
	switch (option) {
	case 'p':
		if (o->n_ports == PORTS_MAX)
			return errh_error(errh, "--port can be given %u times", PORTS_MAX);
		o->ports[o->n_ports++] = arg;
		return 0;
	case 'c':
		return read_number("--cpu", arg, 0, CPU_SETSIZE - 1, &o->cpu, errh);
	case 'n':
		return read_number("--desc", arg, 1, 32768, &o->n_desc, errh);
	case 'H':
		o->no_huge = true;
		return 0;
	case 'i':
		o->from_stdin = true;
		return 0;
	case 'o':
		o->loop = true;
		return 0;
	case 'h':
		o->show_help = true;
		return 0;
	}
	return parse_trial_value(&o->trial, option, arg, errh);
}

// Cuts `--dpdk ARGS --` out of argv.
static int
take_dpdk(struct tester_options *o, int argc, char **argv)
{
	bool inside = false;
	int n = 0;

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
	return n;
}

int
tester_options_parse(struct tester_options *o, int argc, char **argv, struct errh *errh)
{
	int option, err = 0;

	set_defaults(o);
	argc = take_dpdk(o, argc, argv);
	opterr = 0;
	while (err == 0 && (option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == '?')
			err = errh_error(errh, "bad option '%s'", argv[optind - 1]);
		else
			err = parse_one(o, option, optarg, errh);
	}
	if (err == 0 && optind < argc)
		err = errh_error(errh, "unexpected word '%s'", argv[optind]);
	if (err == 0 && o->n_ports == 0 && !o->show_help)
		err = errh_error(
			errh, "no --port given\nTry '%s --help' for more information.", argv[0]);
	return err;
}

void
tester_options_fini(struct tester_options *o)
{
	strvec_fini(&o->dpdk);
}
