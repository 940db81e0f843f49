// SPDX-License-Identifier: BSD-3-Clause
#include "src/startup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/eal.h"
#include "io/io.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/check.h"
#include "src/clock.h"
#include "src/compile.h"
#include "src/config.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/options.h"
#include "src/profile.h"
#include "src/report.h"
#include "src/router.h"
#include "src/source.h"

enum { CACHE_PACKETS = 256 }; // that each lcore keeps from a pool

static bool
is_class(const char *name)
{
	return element_class_find(name) != NULL;
}

static struct config_env
parse_env(const struct options *o)
{
	return (struct config_env){.is_class = is_class,
		.suggest_class = element_class_suggest,
		.params = &o->params,
		.clickpath = o->clickpath != NULL ? o->clickpath : getenv("CLICKPATH")};
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

int
startup_read(const struct options *o, struct config *config, struct errh *errh)
{
	struct config_env env = parse_env(o);
	int err = o->expression != NULL
			  ? config_parse(config, o->expression, "config", &env, errh)
			  : config_parse_file(config, o->file ? o->file : "-", &env, errh);

	if (err != 0)
		return err;
	add_sockets(o, config);
	return 0;
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

static int
initialize(const struct startup *s, struct router *r, struct errh *errh)
{
	int err;

	// Nothing is to run with -q, but the code may be wanted.
	if (s->options->compile && (!s->options->quit || s->options->compile_dir != NULL))
		compile_router(r, s->options->compile_dir, errh);
	err = router_initialize(r, errh);
	if (err == 0) {
		compile_connect(r, errh);
		err = io_start_all(errh);
	}
	return err;
}

// Without devices nothing has to be asked before the memory is known, so EAL starts with just what
// is needed; with devices it must run before they can be opened.
static int
bring_up(struct startup *s, struct router *r, struct needs needs, struct errh *errh)
{
	int err = 0;

	if (needs.dpdk)
		err = start_eal(s->options, needs, &s->plan, errh);
	if (err == 0)
		err = router_prepare(r, &s->plan, errh);
	if (err == 0 && !needs.dpdk)
		err = start_eal(s->options, needs, &s->plan, errh);
	if (err == 0)
		err = create_pools(s->options, &s->plan, errh);
	if (err == 0)
		err = initialize(s, r, errh);
	return err;
}

void
startup_init(struct startup *s, const struct options *o, const struct config *config)
{
	struct needs needs = find_needs(o, config);

	*s = (struct startup){.options = o, .devices = needs.devices};
	s->plan = (struct plan){.n_wanted = o->n_mbufs, .cache = CACHE_PACKETS};
	lcores_init(n_workers(o, needs.devices), o->cpus, o->idle);
	if (o->profile)
		profile_enable();
	io_setup(o->io, o->ringed);
	if (o->check)
		io_setup_dry();
	if (o->simtime)
		clock_simulate(o->simtime_ns);
}

// What bring_up() does, as far as it goes without devices and memory.
static int
plan_only(struct startup *s, struct router *r, struct errh *errh)
{
	int err = router_prepare(r, &s->plan, errh);

	check_router(r, errh);
	warn_small_pools(&s->plan, errh);
	return err;
}

static int
configure_and_bring_up(struct startup *s, struct router *r, struct needs needs, struct errh *errh)
{
	int err = router_configure(r, errh);

	if (err != 0)
		return err;
	return s->options->check ? plan_only(s, r, errh) : bring_up(s, r, needs, errh);
}

struct router *
startup_router(struct startup *s, struct config *config, struct errh *errh)
{
	struct needs needs = find_needs(s->options, config);
	struct router *r = router_create(config, errh);

	if (r != NULL && configure_and_bring_up(s, r, needs, errh) != 0) {
		router_destroy(r);
		r = NULL;
	}
	if (r == NULL) {
		errh_error(errh, "Router could not be initialized!");
		return NULL;
	}
	if (s->options->allow_hotconfig) {
		r->hotconfig = startup_hotconfig;
		r->hotconfig_arg = s;
	}
	return r;
}

void
startup_undo(struct startup *s, struct errh *errh)
{
	io_close_all();
	if (!io_keeps_packets())
		report_leaks(errh);
	packet_pool_destroy_all();
	eal_stop();
	lcores_fini();
	plan_fini(&s->plan);
}

// ---- beside a running router

// What was decided at the start holds for all routers: lcores, EAL, pools.
static int
check_against_start(
	const struct startup *s, struct needs needs, const struct plan *plan, struct errh *errh)
{
	if (needs.devices && !s->devices)
		return errh_error(errh,
			"the router was started without devices, so that it has no worker lcores "
			"for them: start clickd anew");
	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		struct packet_pool_info info = {0};

		packet_pool_info(node, &info);
		if (plan->packets[node] > info.n_packets && s->plan.n_wanted == 0)
			errh_warning(errh,
				"devices and elements may now hold %llu packets at once, and the "
				"pool has %u: what comes while none is left is lost (start with "
				"--mbufs %llu)",
				(unsigned long long)plan->packets[node], info.n_packets,
				(unsigned long long)plan->packets[node]);
	}
	return 0;
}

static int
prepare_beside(struct startup *s, struct router *r, struct needs needs, struct errh *errh)
{
	struct plan plan = {.n_wanted = s->plan.n_wanted, .cache = CACHE_PACKETS};
	int err = router_configure(r, errh);

	if (err == 0)
		err = check_against_start(s, needs, &plan, errh);
	if (err == 0)
		err = router_prepare(r, &plan, errh);
	if (err == 0)
		err = check_against_start(s, needs, &plan, errh);
	if (err == 0)
		err = initialize(s, r, errh);
	plan_fini(&plan);
	return err;
}

int
startup_hotconfig(struct router *running, const char *text, struct errh *errh)
{
	struct startup *s = running->hotconfig_arg;
	struct config_env env = parse_env(s->options);
	struct router *r = NULL;
	struct config config;
	struct needs needs;

	// One that waits for its turn is superseded.
	router_destroy(running->successor);
	running->successor = NULL;
	if (config_parse(&config, text, "config", &env, errh) == 0) {
		if (config.n_elements == 0) {
			config_fini(&config);
			source_close_all();
			return errh_error(errh,
				"configuration has no elements: the value is its text, not a "
				"file's name");
		}
		add_sockets(s->options, &config);
		needs = find_needs(s->options, &config);
		r = router_create_beside(running, &config, errh);
		if (r != NULL && prepare_beside(s, r, needs, errh) != 0) {
			router_destroy(r);
			r = NULL;
		}
	}
	config_fini(&config);
	source_close_all();
	if (r == NULL)
		return errh_error(errh, "Router could not be initialized!");
	running->successor = r;
	return 0;
}
