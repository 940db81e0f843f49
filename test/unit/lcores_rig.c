// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/lcores_rig.h"

#include <stdlib.h>

#include "io/io.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"

static struct strbuf text;

static void
start_machine(unsigned n_workers)
{
	static const unsigned cpus[LCORES_MAX];

	// EAL and the pool are every rig's.
	rig_free(rig_new("Null", 1, 1));
	clock_simulate(1000000000 * CLOCK_S);
	lcores_init(n_workers, cpus, false);
	packet_thread.n_generated = packet_thread.n_replaced = 0;
}

static void
stop_machine(void)
{
	struct packet_pool_info info;

	io_close_all();
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_free, info.n_packets);
	lcores_fini();
	clock_real();
	strbuf_fini(&text);
}

static bool
is_class(const char *name)
{
	return element_class_find(name) != NULL;
}

static struct router *
make_router(const char *config_text, bool initialize, struct strbuf *lines, struct errh *errh)
{
	struct config_env env = {.is_class = is_class};
	struct plan plan = {.cache = 64};
	struct config config;
	struct router *r;
	int err;

	if (config_parse(&config, config_text, "config", &env, errh) != 0) {
		config_fini(&config);
		return NULL;
	}
	r = router_create(&config, errh);
	if (r == NULL)
		return NULL;
	err = router_configure(r, errh);
	if (err == 0)
		err = router_prepare(r, &plan, errh);
	if (err == 0 && initialize)
		err = router_initialize(r, errh);
	if (err == 0 && initialize)
		err = io_start_all(errh);
	if (lines != NULL)
		plan_items_text(&plan, lines);
	plan_fini(&plan);
	if (err != 0) {
		router_destroy(r);
		return NULL;
	}
	if (initialize)
		router_start(r);
	return r;
}

static struct router *
make(const char *config, unsigned n_workers, bool initialize, struct strbuf *lines)
{
	struct strbuf errors = STRBUF_INIT;
	struct router *r;
	struct errh errh;

	start_machine(n_workers);
	errh_init_strbuf(&errh, &errors);
	r = make_router(config, initialize, lines, &errh);
	ASSERT_TEXT(strbuf_text(&errors), "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	strbuf_fini(&errors);
	return r;
}

struct router *
lcores_rig(const char *config, unsigned n_workers)
{
	return make(config, n_workers, true, NULL);
}

struct router *
lcores_rig_prepared(const char *config, unsigned n_workers, struct strbuf *lines)
{
	return make(config, n_workers, false, lines);
}

void
lcores_rig_free(struct router *r)
{
	struct router_balance b;

	lcores_rig_become(lcores_control()->index);
	if (r != NULL) {
		router_balance(r, &b);
		CU_ASSERT_EQUAL(b.received + b.generated, b.sent + b.dropped + b.held);
	}
	router_destroy(r);
	stop_machine();
}

char *
lcores_rig_errors(const char *config, unsigned n_workers)
{
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	start_machine(n_workers);
	errh_init_strbuf(&errh, &errors);
	router_destroy(make_router(config, true, NULL, &errh));
	stop_machine();
	return strbuf_steal(&errors);
}

void
lcores_rig_become(unsigned lcore)
{
	lcore_self = lcores_at(lcore);
	lcore_index = lcore;
}

static bool
count_round(void *arg)
{
	unsigned *left = arg;

	lcore_wake(lcore_self); // no sleep behind this round
	return (*left)-- > 0;
}

void
lcores_rig_run(unsigned lcore, unsigned rounds)
{
	lcores_rig_become(lcore);
	lcore_run(lcore_self, count_round, &rounds);
	lcores_rig_become(lcores_control()->index);
}

const char *
lcores_rig_read(struct router *r, const char *handler, const char *param)
{
	struct handler_target target;
	struct errh errh;

	strbuf_clear(&text);
	errh_init_strbuf(&errh, &text);
	if (handler_find(r, NULL, handler, HANDLER_READABLE, &target, &errh) == 0)
		handler_call_read(r, &target, param, &text, &errh);
	return strbuf_text(&text);
}

const char *
lcores_rig_write(struct router *r, const char *handler, const char *value)
{
	struct handler_target target;
	struct errh errh;

	strbuf_clear(&text);
	errh_init_strbuf(&errh, &text);
	if (handler_find(r, NULL, handler, HANDLER_WRITABLE, &target, &errh) == 0)
		handler_call_write(r, &target, value, &errh);
	return strbuf_text(&text);
}
