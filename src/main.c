// SPDX-License-Identifier: BSD-3-Clause
// The daemon: options, configuration, EAL, pools, run, and everything undone in reverse order.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "io/eal.h"
#include "io/io.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/config.h"
#include "src/driver.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/handler.h"
#include "src/lcore.h"
#include "src/manual.h"
#include "src/mem.h"
#include "src/options.h"
#include "src/plan.h"
#include "src/report.h"
#include "src/router.h"
#include "src/strbuf.h"

enum { CACHE_PACKETS = 256 }; // that each lcore keeps from a pool

static bool
is_class(const char *name)
{
	return element_class_find(name) != NULL;
}

static int
read_config(const struct options *o, struct config *config, struct errh *errh)
{
	struct config_env env = {.is_class = is_class,
		.suggest_class = element_class_suggest,
		.params = &o->params,
		.clickpath = o->clickpath};

	if (env.clickpath == NULL)
		env.clickpath = getenv("CLICKPATH");
	if (o->expression != NULL)
		return config_parse(config, o->expression, "config", &env, errh);
	return config_parse_file(config, o->file ? o->file : "-", &env, errh);
}

// The ControlSockets that -p, -u and --socket ask for.
static void
add_sockets(const struct options *o, struct config *config)
{
	char *name;

	for (size_t i = 0; i < o->sockets.n; i++) {
		name = i == 0 ? mem_strdup("click_driver@@ControlSocket")
			      : mem_printf("click_driver@@ControlSocket@%zu", i);
		config_add_element(
			config, name, "ControlSocket", o->sockets.v[i], "<command line>");
		free(name);
	}
}

// What the elements stand for, told from the text, since the number of lcores must be known before
// the router is made.
struct needs {
	bool devices; // of any kind
	bool dpdk; // through DPDK, not the kernel
};

static struct needs
find_needs(const struct options *o, const struct config *config)
{
	const struct element_class *class;
	struct needs needs = {0};

	for (size_t i = 0; i < config->n_elements; i++) {
		class = element_class_find(config->elements[i].class_name);
		if (class == NULL || !(class->flags & ELEMENT_DEVICE))
			continue;
		needs.devices = true;
		needs.dpdk |= !(class->flags & ELEMENT_KERNEL_DEVICE) && o->io != IO_PCAP;
	}
	return needs;
}

static unsigned
n_workers(const struct options *o, bool devices)
{
	if (!devices)
		return o->n_threads > 1 ? o->n_threads : 0;
	return o->n_threads > 0 ? o->n_threads : o->ringed ? 2 : 1;
}

static int
start_eal(const struct options *o, struct needs needs, const struct plan *plan, struct errh *errh)
{
	struct eal_options eal = {
		.devices = needs.dpdk,
		.no_huge = o->no_huge || !needs.dpdk,
		.shared_memory = io_wants_shared_memory(),
		.n_workers = lcores_n_workers(),
		.cpus = o->cpus,
		.bytes = plan_bytes(plan),
		.extra = (const char *const *)o->dpdk.v,
		.n_extra = o->dpdk.n,
	};

	return eal_start(&eal, errh);
}

static void
warn_small_pools(const struct plan *plan, struct errh *errh)
{
	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (plan->n_wanted > 0 && plan->n_wanted < plan->packets[node])
			errh_warning(errh,
				"--mbufs %u: devices and elements may hold %llu packets at once, "
				"and what comes while none is left is lost",
				plan->n_wanted, (unsigned long long)plan->packets[node]);
	}
}

static int
create_pools(const struct options *o, const struct plan *plan, struct errh *errh)
{
	unsigned node = 0;
	// Looked at first, since EAL would take page after page until nobody has any left.
	int err = plan_bytes(plan) > eal_memory() ? -ENOMEM : plan_create_pools(plan, &node);

	warn_small_pools(plan, errh);
	if (err == 0) {
		packet_thread_attach(lcores_control()->node);
		return 0;
	}
	return errh_error(errh,
		"no memory for %u packets on node %u: %s\n"
		"%s, or ask for fewer packets: --mbufs N",
		plan_packets(plan, node), node, strerror(-err),
		o->no_huge ? "use hugepages"
			   : "reserve more hugepages (scripts/hugepages reserve 1G)");
}

// Without devices nothing has to be asked before the memory is known, so EAL starts with just what
// is needed; with devices it must run before they can be opened.
static int
bring_up(const struct options *o, struct router *r, struct needs needs, struct plan *plan,
	struct errh *errh)
{
	int err = 0;

	if (needs.dpdk)
		err = start_eal(o, needs, plan, errh);
	if (err == 0)
		err = router_prepare(r, plan, errh);
	if (err == 0 && !needs.dpdk)
		err = start_eal(o, needs, plan, errh);
	if (err == 0)
		err = create_pools(o, plan, errh);
	if (err == 0)
		err = router_initialize(r, errh);
	if (err == 0)
		err = io_start_all(errh);
	return err;
}

static void
print_text(const struct strbuf *sb, FILE *to)
{
	fwrite(strbuf_text(sb), 1, sb->len, to);
	fflush(to);
}

static int
write_flat(const struct options *o, const struct config *config, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	FILE *f = strcmp(o->output, "-") == 0 ? stdout : fopen(o->output, "we");

	if (f == NULL)
		return errh_error(errh, "%s: %s", o->output, strerror(errno));
	config_unparse(config, &sb);
	print_text(&sb, f);
	strbuf_fini(&sb);
	return f != stdout && fclose(f) != 0
		       ? errh_error(errh, "%s: %s", o->output, strerror(errno))
		       : 0;
}

// -h and -x, after the run. The status is what -x read, taken as a number or a bool.
static int
read_handlers(const struct options *o, struct router *r, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	int status = 0;

	if (report_handlers(r, &o->handlers, &sb, errh) != 0)
		status = 1;
	print_text(&sb, stdout);
	strbuf_fini(&sb);
	if (o->exit_handler != NULL)
		status = report_exit_status(r, o->exit_handler, errh);
	return status;
}

static void
print_plan(const struct plan *plan, const struct router *r)
{
	struct strbuf sb = STRBUF_INIT;

	report_plan(plan, r, eal_has_hugepages(), &sb);
	print_text(&sb, stderr);
	strbuf_fini(&sb);
}

static void
print_balance(const struct router *r)
{
	struct strbuf sb = STRBUF_INIT;

	report_balance(r, &sb);
	print_text(&sb, stderr);
	strbuf_fini(&sb);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
print_time(int64_t since_ns)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%.3fu %.3fs %.3f\n", seconds(usage.ru_utime), seconds(usage.ru_stime),
		(double)(clock_steady() - since_ns) / 1e9);
	fflush(stdout);
}

static int
run(const struct options *o, struct router *r, bool devices, struct errh *errh)
{
	int64_t start = clock_steady();
	int status = 0;

	driver_catch_signals();
	if (!o->quit)
		status = driver_run(r, errh) != 0;
	io_stop_all();
	if (o->time)
		print_time(start);
	if (devices)
		print_balance(r);
	if (read_handlers(o, r, errh) != 0)
		status = 1;
	return status;
}

// From a parsed configuration to the end of its run. Takes config over.
static int
daemon_main(const struct options *o, struct config *config, struct errh *errh)
{
	struct strbuf lines = STRBUF_INIT;
	struct needs needs = find_needs(o, config);
	struct plan plan = {.n_wanted = o->n_mbufs, .cache = CACHE_PACKETS, .lines = &lines};
	struct router *r;
	int status = 1;

	lcores_init(n_workers(o, needs.devices), o->cpus, o->idle);
	io_setup(o->io, o->ringed);
	if (o->simtime)
		clock_simulate(o->simtime_ns);
	r = router_create(config, errh);
	if (r != NULL) {
		r->allow_hotconfig = o->allow_hotconfig;
		if (router_configure(r, errh) != 0 ||
			(!o->check && bring_up(o, r, needs, &plan, errh) != 0)) {
			errh_error(errh, "Router could not be initialized!");
		} else if (!o->check) {
			if (needs.devices)
				print_plan(&plan, r);
			status = run(o, r, needs.devices, errh);
		} else {
			status = 0;
		}
	} else {
		errh_error(errh, "Router could not be initialized!");
	}
	router_destroy(r);
	io_close_all();
	if (!io_keeps_packets())
		report_leaks(errh);
	packet_pool_destroy_all();
	eal_stop();
	lcores_fini();
	strbuf_fini(&lines);
	return status;
}

static int
show(const struct options *o, const char *program)
{
	struct strbuf sb = STRBUF_INIT;
	int status = 0;

	if (o->show_version)
		strbuf_adds(&sb, "clickd " CLICKD_VERSION "\n");
	else if (o->help_element != NULL)
		status = manual_element(o->help_element, &sb) != 0;
	else if (o->list_elements)
		manual_list(&sb);
	else
		options_usage(program, &sb);
	print_text(&sb, status ? stderr : stdout);
	strbuf_fini(&sb);
	return status;
}

static int
main_with(const struct options *o, const char *program, struct errh *errh)
{
	struct config config;
	int status = 1;

	if (o->show_version || o->show_help || o->help_element != NULL || o->list_elements)
		return show(o, program);
	errh->no_warnings = o->no_warnings;
	if (read_config(o, &config, errh) == 0) {
		if (config.n_elements == 0)
			errh_warning_at(errh,
				o->file         ? o->file
				: o->expression ? "config"
						: "<stdin>",
				"configuration has no elements, exiting");
		add_sockets(o, &config);
		if (o->output == NULL || write_flat(o, &config, errh) == 0)
			status = config.n_elements == 0 ? 0 : daemon_main(o, &config, errh);
	}
	config_fini(&config);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options;
	struct errh errh;
	int status = 1;

	errh_init_stderr(&errh);
	if (options_parse(&options, argc, argv, &errh) == 0)
		status = main_with(&options, argv[0], &errh);
	options_fini(&options);
	return status;
}
