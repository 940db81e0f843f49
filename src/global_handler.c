// SPDX-License-Identifier: BSD-3-Clause
#include "src/global_handler.h"

#include <inttypes.h>
#include <string.h>

#include <rte_cycles.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/config.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/profile.h"
#include "src/router.h"
#include "src/strbuf.h"

static int
read_version(const struct handler_read *call)
{
	strbuf_adds(call->out, CLICKD_VERSION);
	return 0;
}

static int
read_driver(const struct handler_read *call)
{
	strbuf_adds(call->out, "userlevel");
	return 0;
}

static int
read_config(const struct handler_read *call)
{
	if (call->router->config.compact)
		router_unparse(call->router, call->out);
	else
		strbuf_adds(call->out, call->router->config.text);
	return 0;
}

static int
read_flatconfig(const struct handler_read *call)
{
	router_unparse(call->router, call->out);
	return 0;
}

static int
read_requirements(const struct handler_read *call)
{
	const struct strvec *v = &call->router->config.requirements;

	for (size_t i = 0; i < v->n; i++)
		strbuf_addf(call->out, "%s\n", v->v[i]);
	return 0;
}

static int
read_list(const struct handler_read *call)
{
	struct element *e;

	strbuf_addf(call->out, "%zu\n", call->router->n_elements);
	for (size_t i = 0; (e = router_element(call->router, i)) != NULL; i++)
		strbuf_addf(call->out, "%s\n", element_name(e));
	return 0;
}

static int
read_classes(const struct handler_read *call)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++)
		strbuf_addf(call->out, "%s\n", class->name);
	return 0;
}

static int
write_hotconfig(const struct handler_write *call)
{
	// Its own lcore cannot be halted for the swap.
	if (lcore_self != lcores_control())
		return errh_error(call->errh, "not out of the packet path");
	return call->router->hotconfig(call->router, call->text, call->errh);
}

static size_t n_common(void); // those that every router may have

static bool
has(const struct router *r, size_t i)
{
	if (global_handler_at(i)->write == write_hotconfig)
		return r->hotconfig != NULL;
	return r->profiled || i < n_common();
}

static int
read_handlers(const struct handler_read *call)
{
	const struct handler *h;

	for (size_t i = 0; (h = global_handler_at(i)) != NULL; i++) {
		if (!has(call->router, i) || (h->flags & (HANDLER_HIDDEN | HANDLER_PRIVATE)))
			continue;
		strbuf_addf(call->out, "%s\t", h->name);
		handler_flags_text(h, call->out);
		strbuf_addc(call->out, '\n');
	}
	return 0;
}

static int
write_stop(const struct handler_write *call)
{
	int64_t n = 1;

	if (*call->text != '\0' && text_read_int64(call->text, &n) != 0)
		return errh_error(call->errh, "expected integer");
	n = n > INT32_MAX ? INT32_MAX : n < -INT32_MAX ? -INT32_MAX : n;
	router_adjust_run_count(call->router, (int32_t)-n);
	return 0;
}

static int
read_timewarp(const struct handler_read *call)
{
	if (clock_is_simulated())
		strbuf_adds(call->out, "simulation");
	else if (clock_warp_factor() == 0)
		strbuf_adds(call->out, "nowait");
	else
		strbuf_addf(call->out, "%.12g", clock_warp_factor());
	return 0;
}

static int
write_timewarp(const struct handler_write *call)
{
	double factor;

	if (clock_is_simulated())
		return errh_error(call->errh, "time is simulated");
	if (strcmp(call->text, "nowait") == 0) {
		clock_warp_nowait();
		return 0;
	}
	if (text_read_double(call->text, &factor) != 0)
		return errh_error(call->errh, "expected double");
	if (factor <= 0)
		return errh_error(call->errh, "timefactor must be > 0");
	if (!(factor <= CLOCK_WARP_MAX && factor >= 1 / CLOCK_WARP_MAX))
		return errh_error(call->errh, "timefactor must be between %g and %g",
			1 / CLOCK_WARP_MAX, CLOCK_WARP_MAX);
	clock_warp(factor);
	return 0;
}

// None can be loaded, so none is.
static int
read_packages(const struct handler_read *call)
{
	(void)call;
	return 0;
}

static int
read_generation(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64 "\t%" PRId64 " us held for the swap",
		call->router->generation, call->router->swap_ns / CLOCK_US);
	return 0;
}

static int
read_balance(const struct handler_read *call)
{
	struct router_balance b;

	router_balance(call->router, &b);
	strbuf_addf(call->out,
		"received\t%" PRIu64 "\ngenerated\t%" PRIu64 "\nsent\t%" PRIu64
		"\ndropped\t%" PRIu64 "\nheld\t%" PRIu64 "\n",
		b.received, b.generated, b.sent, b.dropped, b.held);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	struct element *e;

	for (size_t i = 0; (e = router_element(call->router, i)) != NULL; i++) {
		for (unsigned d = 0; d < element_n_drop_reasons(e->class); d++) {
			uint64_t n = element_drops(e, d);

			if (n > 0)
				strbuf_addf(call->out, "%" PRIu64 "\t%s\t%s\n", n, element_name(e),
					e->class->drops[d]);
		}
	}
	return 0;
}

// Of each lcore that works: how often it stood still, how long in all and at most, in microseconds.
static int
read_stalls(const struct handler_read *call)
{
	double us = 1e6 / (double)rte_get_tsc_hz();

	for (unsigned i = 0; i < lcores_n_threads(); i++) {
		const struct gaps *g = &lcores_thread(i)->stalls;

		strbuf_addf(call->out, "%u\t%" PRIu64 "\t%.0f\t%.0f\n", i, counter_read(&g->n),
			(double)counter_read(&g->total) * us,
			(double)counter_read(&g->longest) * us);
	}
	return 0;
}

static int
read_pools(const struct handler_read *call)
{
	struct packet_pool_info info;
	struct router_balance b;

	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (packet_pool_info(node, &info))
			strbuf_addf(call->out,
				"node %u: %u packets, %u free, %u free at the lowest\n", node,
				info.n_packets, info.n_free, info.n_low);
	}
	router_balance(call->router, &b);
	strbuf_addf(
		call->out, "%" PRIu64 " packets not made, since the pool was empty\n", b.failed);
	return 0;
}

static const struct handler handlers[] = {
	{.name = "version", .read = read_version, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "driver", .read = read_driver, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "config", .read = read_config, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "flatconfig", .read = read_flatconfig, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "requirements", .read = read_requirements, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "handlers", .read = read_handlers, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "list", .read = read_list, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "classes", .read = read_classes, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "packages", .read = read_packages, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "stop", .write = write_stop, .flags = HANDLER_BUTTON | HANDLER_LIVE},
	{.name = "timewarp", .read = read_timewarp, .write = write_timewarp},
	{.name = "hotconfig", .write = write_hotconfig, .flags = HANDLER_LIVE},
	{.name = "generation", .read = read_generation, .flags = HANDLER_HIDDEN | HANDLER_LIVE},
	{.name = "balance", .read = read_balance, .flags = HANDLER_HIDDEN},
	{.name = "drops", .read = read_drops, .flags = HANDLER_HIDDEN | HANDLER_LIVE},
	{.name = "pools", .read = read_pools, .flags = HANDLER_HIDDEN},
	{.name = "stalls", .read = read_stalls, .flags = HANDLER_HIDDEN | HANDLER_LIVE},
};

static size_t
n_common(void)
{
	return RTE_DIM(handlers);
}

// Those of profiled routers come last.
const struct handler *
global_handler_at(size_t i)
{
	return i < RTE_DIM(handlers) ? &handlers[i]
				     : profile_global_handler_at(i - RTE_DIM(handlers));
}

const struct handler *
global_handler_find(const struct router *r, const char *name)
{
	const struct handler *h;

	for (size_t i = 0; (h = global_handler_at(i)) != NULL; i++) {
		if (strcmp(h->name, name) == 0)
			return has(r, i) ? h : NULL;
	}
	return NULL;
}
