// SPDX-License-Identifier: BSD-3-Clause
#include "src/router.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/timer.h"
#include "test/unit/lcores_rig.h"

// ---- an element that tells what is done to it, and fails where it is told to

struct routerstep {
	struct element element;
	char *fail; // step that fails
	bool silent; // without a word
};

static struct strbuf steps;

static int
step(struct element *base, const char *name, struct errh *errh)
{
	struct routerstep *e = (struct routerstep *)base;

	strbuf_addf(&steps, "%s.%s ", element_name(base), name);
	if (e->fail == NULL || strcmp(e->fail, name) != 0)
		return 0;
	if (e->silent)
		return -EIO;
	return errh_error(errh, "%s fails", name);
}

static int
routerstep_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return step(e, "configure", errh);
}

static int
routerstep_attach(struct element *e, struct errh *errh)
{
	return step(e, "attach", errh);
}

static int
routerstep_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)plan;
	return step(e, "reserve", errh);
}

static int
routerstep_initialize(struct element *e, struct errh *errh)
{
	struct routerstep *s = (struct routerstep *)e;

	if (s->fail != NULL && strcmp(s->fail, "memory") == 0)
		return -ENOMEM;
	return step(e, "initialize", errh);
}

static void
routerstep_cleanup(struct element *e)
{
	strbuf_addf(&steps, "%s.cleanup ", element_name(e));
}

static const struct arg routerstep_args[] = {
	ARG(routerstep, fail, "FAIL", ARG_OPTIONAL, .help = "the step that fails"),
	ARG(routerstep, silent, "SILENT", ARG_KEYWORD, .def = "false", .help = "says nothing"),
	ARGS_END};

#define STEP_CLASS(symbol, class_name, class_phase)                     \
	static const struct element_class symbol = {.name = class_name, \
		.ports = "0-1/0",                                       \
		.processing = "a/a",                                    \
		.phase = class_phase,                                   \
		.lcores = LCORES_ANY,                                   \
		.size = sizeof(struct routerstep),                      \
		.configure = routerstep_configure,                      \
		.attach = routerstep_attach,                            \
		.reserve = routerstep_reserve,                          \
		.initialize = routerstep_initialize,                    \
		.cleanup = routerstep_cleanup,                          \
		.args = routerstep_args,                                \
		.group = "test",                                        \
		.brief = "tells the steps of a router",                 \
		.example = class_name ";"};                             \
	ELEMENT_CLASS(symbol)

STEP_CLASS(routerstep_class, "RouterStep", PHASE_DEFAULT)
STEP_CLASS(routerstepfirst_class, "RouterStepFirst", PHASE_FIRST)
STEP_CLASS(routerstepbehind_class, "RouterStepBehind", PHASE_DEFAULT + 1)
STEP_CLASS(routersteplast_class, "RouterStepLast", PHASE_LAST)

static void
assert_steps(const char *file, int line, const char *want)
{
	unit_assert_text(file, line, strbuf_text(&steps), want);
	strbuf_fini(&steps);
}

#define ASSERT_STEPS(want) assert_steps(__FILE__, __LINE__, want)

// ---- steps

static void
phases_between_the_named(void)
{
	struct router *r = lcores_rig("l :: RouterStepLast; b :: RouterStepBehind; a :: RouterStep;"
				      "c :: RouterStepBehind",
		0);

	lcores_rig_free(r);
	ASSERT_STEPS("a.configure b.configure c.configure l.configure "
		     "a.attach b.attach c.attach l.attach "
		     "a.reserve b.reserve c.reserve l.reserve "
		     "a.initialize b.initialize c.initialize l.initialize "
		     "l.cleanup c.cleanup b.cleanup a.cleanup ");
}

static void
steps_in_order(void)
{
	struct router *r = lcores_rig("l :: RouterStepLast; a :: RouterStep; f :: RouterStepFirst;"
				      "b :: RouterStep",
		0);

	CU_ASSERT_EQUAL(r->state, ROUTER_RUNNING);
	CU_ASSERT_TRUE(router_find(r, "a")->info->initialized);
	ASSERT_STEPS("f.configure a.configure b.configure l.configure "
		     "f.attach a.attach b.attach l.attach "
		     "f.reserve a.reserve b.reserve l.reserve "
		     "f.initialize a.initialize b.initialize l.initialize ");
	router_destroy(r);
	ASSERT_STEPS("l.cleanup b.cleanup a.cleanup f.cleanup ");
	lcores_rig_free(NULL);
}

// All elements are asked before the router gives up, but for initialize, which takes memory.
static void
all_errors_of_a_step(void)
{
	ASSERT_LCORES_ERRORS("a :: RouterStep(configure);\nb :: RouterStep;\n"
			     "c :: RouterStep(configure, 1)",
		0,
		"config:1: While configuring 'a :: RouterStep':\n"
		"  configure fails\n"
		"config:3: While configuring 'c :: RouterStep':\n"
		"  too many arguments\n");
	ASSERT_STEPS("a.configure b.configure b.cleanup a.cleanup "); // c had nothing to end
	ASSERT_LCORES_ERRORS("a :: RouterStep(attach); b :: RouterStep(attach);", 0,
		"config:1: While initializing 'a :: RouterStep':\n"
		"  attach fails\n"
		"config:1: While initializing 'b :: RouterStep':\n"
		"  attach fails\n");
	ASSERT_STEPS("a.configure b.configure a.attach b.attach b.cleanup a.cleanup ");
	ASSERT_LCORES_ERRORS("a :: RouterStep(reserve); b :: RouterStep(reserve);", 0,
		"config:1: While initializing 'a :: RouterStep':\n"
		"  reserve fails\n"
		"config:1: While initializing 'b :: RouterStep':\n"
		"  reserve fails\n");
	ASSERT_STEPS("a.configure b.configure a.attach b.attach a.reserve b.reserve "
		     "b.cleanup a.cleanup ");
	ASSERT_LCORES_ERRORS("a :: RouterStep(initialize); b :: RouterStep(initialize);", 0,
		"config:1: While initializing 'a :: RouterStep':\n"
		"  initialize fails\n");
	ASSERT_STEPS("a.configure b.configure a.attach b.attach a.reserve b.reserve a.initialize "
		     "b.cleanup a.cleanup ");
}

// Who fails without a word gets one.
static void
silent_failures(void)
{
	ASSERT_LCORES_ERRORS("a :: RouterStep(configure, SILENT true)", 0,
		"config:1: While configuring 'a :: RouterStep':\n  unspecified error\n");
	ASSERT_LCORES_ERRORS("a :: RouterStep(attach, SILENT true)", 0,
		"config:1: While initializing 'a :: RouterStep':\n  unspecified error\n");
	ASSERT_LCORES_ERRORS("a :: RouterStep(reserve, SILENT true)", 0,
		"config:1: While initializing 'a :: RouterStep':\n  unspecified error\n");
	ASSERT_LCORES_ERRORS("a :: RouterStep(memory)", 0,
		"config:1: While initializing 'a :: RouterStep':\n  out of memory\n");
	strbuf_fini(&steps);
}

// ---- creation

static bool
any_class(const char *name)
{
	return element_class_find(name) != NULL || name[0] == 'X' || strcmp(name, "Discrad") == 0;
}

static void
unknown_classes(void)
{
	static const char text[] = "a :: Discrad;\nb :: Idle;\nc :: Xyzzyplugh";
	struct config_env env = {.is_class = any_class};
	struct strbuf errors = STRBUF_INIT;
	struct config config;
	struct errh errh;

	lcores_init(0, NULL, false);
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL_FATAL(config_parse(&config, text, "file", &env, &errh), 0);
	CU_ASSERT_PTR_NULL(router_create(&config, &errh));
	ASSERT_TEXT(strbuf_text(&errors), "file:1: unknown element class 'Discrad'\n"
					  "file:3: unknown element class 'Xyzzyplugh'\n");
	// The router took it over.
	CU_ASSERT_EQUAL(config.n_elements, 0);
	CU_ASSERT_PTR_NULL(config.text);
	strbuf_fini(&errors);
	lcores_fini();
}

static void
destroys_nothing(void)
{
	router_destroy(NULL);
}

static struct router *
parse(const char *text)
{
	struct config_env env = {.is_class = any_class};
	struct config config;
	struct router *r;
	struct errh errh;

	errh_init_stderr(&errh);
	CU_ASSERT_EQUAL_FATAL(config_parse(&config, text, "file", &env, &errh), 0);
	r = router_create(&config, &errh);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

// Two routers in one process know nothing of each other; none needs more than it was asked for.
static void
two_at_once(void)
{
	struct router *a, *b;
	struct errh errh;

	lcores_init(0, NULL, false);
	errh_init_stderr(&errh);
	a = parse("x :: Idle -> y :: Counter -> Discard");
	b = parse("x :: RouterStep; z :: Idle");
	CU_ASSERT_EQUAL(a->state, ROUTER_NEW);
	CU_ASSERT_EQUAL(router_configure(a, &errh), 0);
	CU_ASSERT_EQUAL(a->state, ROUTER_CONFIGURED);
	CU_ASSERT_EQUAL(b->state, ROUTER_NEW);
	CU_ASSERT_PTR_NOT_EQUAL(router_find(a, "x"), router_find(b, "x"));
	CU_ASSERT_PTR_NULL(router_find(a, "z"));
	CU_ASSERT_PTR_NULL(router_find(b, "y"));
	router_adjust_run_count(a, -1);
	CU_ASSERT_EQUAL(atomic_load(&b->run_count), 1);
	router_destroy(a);
	// Never configured, so never cleaned up.
	router_destroy(b);
	ASSERT_STEPS("");
	lcores_fini();
}

// ---- questions

static void
questions(void)
{
	struct router *r;

	lcores_init(0, NULL, false);
	r = parse("a :: Idle; c :: { input -> b :: Null -> output }; a -> c -> d :: Discard");
	CU_ASSERT_EQUAL(r->n_elements, 3);
	for (size_t i = 0; i < 3; i++)
		CU_ASSERT_PTR_NOT_NULL(router_element(r, i));
	CU_ASSERT_PTR_NULL(router_element(r, 3));
	CU_ASSERT_PTR_NULL(router_element(r, SIZE_MAX));
	CU_ASSERT_PTR_NOT_NULL(router_find(r, "c/b"));
	CU_ASSERT_PTR_NULL(router_find(r, "c"));
	CU_ASSERT_PTR_NULL(router_find(r, "c/"));
	CU_ASSERT_PTR_NULL(router_find(r, ""));
	CU_ASSERT_TRUE(router_has_prefix(r, "c/"));
	CU_ASSERT_TRUE(router_has_prefix(r, "a"));
	CU_ASSERT_FALSE(router_has_prefix(r, "a/"));
	CU_ASSERT_FALSE(router_has_devices(r));
	router_destroy(r);
	r = parse("Idle -> ToDPDK(net_null0)");
	CU_ASSERT_TRUE(router_has_devices(r));
	router_destroy(r);
	r = parse("FromDevice(lo) -> Discard");
	CU_ASSERT_TRUE(router_has_devices(r));
	router_destroy(r);
	lcores_fini();
}

static void
run_count(void)
{
	struct router *r;

	lcores_init(0, NULL, false);
	r = parse("Idle -> Discard");
	CU_ASSERT_EQUAL(atomic_load(&r->run_count), 1);
	router_adjust_run_count(r, 4);
	CU_ASSERT_EQUAL(atomic_load(&r->run_count), 5);
	router_adjust_run_count(r, -7);
	CU_ASSERT_EQUAL(atomic_load(&r->run_count), -2);
	router_adjust_run_count(r, INT32_MIN);
	router_adjust_run_count(r, INT32_MIN);
	CU_ASSERT_EQUAL(atomic_load(&r->run_count), INT32_MIN);
	atomic_store(&r->run_count, 5);
	router_adjust_run_count(r, INT32_MAX);
	CU_ASSERT_EQUAL(atomic_load(&r->run_count), INT32_MAX);
	// The driver looks at it soon.
	lcores_control()->stay_awake = false;
	router_adjust_run_count(r, 1);
	CU_ASSERT_TRUE(lcores_control()->stay_awake);
	router_destroy(r);
	lcores_fini();
}

static void
ports(void)
{
	struct rig *r = rig_config("a :: RigIn(0) -> t :: Tee; b :: RigIn(1) -> t;"
				   "t [0] -> q :: Queue -> n :: Null -> RigOut;"
				   "t [1] -> q; q [1] -> Discard; x :: Idle");

	ASSERT_READ(r, "t.ports",
		"1 input\npush\t-\ta [0], b [0]\n2 outputs\npush\t-\t[0] q\npush\t-\t[0] q\n");
	ASSERT_READ(r, "q.ports",
		"1 input\npush\t-\tt [0], t [1]\n2 outputs\npull\t-\t[0] n\npush\t-\t[0] "
		"Discard@7\n");
	ASSERT_READ(r, "n.ports", "1 input\npull~\t-\tq [0]\n1 output\npull~\t-\t[0] RigOut@6\n");
	ASSERT_READ(r, "x.ports", "0 inputs\n0 outputs\n");
	rig_free(r);
}

// ---- the balance

static void
balance(void)
{
	struct router *r = lcores_rig("InfiniteSource(LIMIT 10) -> q :: Queue(4) -> Idle;"
				      "d :: Discard; InfiniteSource(LIMIT 5) -> d",
		2);
	struct router_balance b;

	lcores_rig_run(0, 20);
	router_balance(r, &b);
	CU_ASSERT_EQUAL(b.generated, 9);
	CU_ASSERT_EQUAL(b.dropped, 5);
	CU_ASSERT_EQUAL(b.held, 4);
	CU_ASSERT_EQUAL(b.received, 0);
	CU_ASSERT_EQUAL(b.sent, 0);
	// All lcores together, and what other routers dropped before.
	lcores_at(0)->n_received += 3;
	lcores_at(1)->n_received += 4;
	lcores_at(1)->n_sent += 1;
	lcores_add_past_drops(6);
	router_balance(r, &b);
	CU_ASSERT_EQUAL(b.received, 7);
	CU_ASSERT_EQUAL(b.sent, 1);
	CU_ASSERT_EQUAL(b.dropped, 11);
	router_destroy(r);
	// Queue and Discard are gone, what they dropped is not.
	CU_ASSERT_EQUAL(lcores_past_drops(), 6 + 5 + 4);
	lcores_rig_free(NULL);
}

// ---- tasks move

static void
a_moved_task_takes_all_along(void)
{
	struct router *r = lcores_rig(
		"StaticThreadSched(s 0, t 0, u 1); s :: InfiniteSource(LIMIT 100, BURST 1) -> q :: Queue;"
		"t :: RatedSource(RATE 10, LIMIT 20) -> c :: Counter -> q;"
		"q -> u :: Unqueue(BURST 1) -> d :: Discard",
		3);
	struct element *q = router_find(r, "q");

	CU_ASSERT_EQUAL(q->info->push_lcores, 1);
	lcores_rig_run(0, 3);
	ASSERT_TEXT(lcores_rig_write(r, "t.home_thread", "2"), "");
	ASSERT_LCORES_READ(r, "t.home_thread", "2");
	CU_ASSERT_EQUAL(q->info->push_lcores, 5);
	CU_ASSERT_EQUAL(router_find(r, "c")->info->push_lcores, 4);
	for (unsigned i = 0; i < 40; i++) {
		for (unsigned lcore = 0; lcore < 3; lcore++)
			lcores_rig_run(lcore, 2);
		clock_jump(clock_steady() + CLOCK_S / 20);
	}
	CU_ASSERT_PTR_EQUAL(router_find(r, "t")->info->timers->home, lcores_at(2));
	ASSERT_LCORES_READ(r, "c.count", "20");
	// Nowhere: it does not run, and nobody reaches what was only its.
	ASSERT_TEXT(lcores_rig_write(r, "u.home_thread", "-1"), "");
	ASSERT_LCORES_READ(r, "u.home_thread", "-1");
	CU_ASSERT_EQUAL(router_find(r, "d")->info->push_lcores, 0);
	ASSERT_TEXT(lcores_rig_write(r, "u.home_thread", "3"), "bad thread\n");
	ASSERT_TEXT(lcores_rig_write(r, "u.home_thread", "1"), "");
	lcores_rig_run(1, 300);
	lcores_rig_free(r);
}

// What is an lcore's own stays with it.
static void
fixed_timers_stay(void)
{
	struct router *r = lcores_rig("s :: RatedSource(RATE 10) -> Discard", 2);
	struct timer *t = router_find(r, "s")->info->timers;

	t->fixed = true;
	ASSERT_TEXT(lcores_rig_write(r, "s.home_thread", "1"), "");
	CU_ASSERT_PTR_EQUAL(t->home, lcores_at(0));
	t->fixed = false;
	ASSERT_TEXT(lcores_rig_write(r, "s.home_thread", "0"), "");
	ASSERT_TEXT(lcores_rig_write(r, "s.home_thread", "1"), "");
	CU_ASSERT_PTR_EQUAL(t->home, lcores_at(1));
	lcores_rig_free(r);
}

static void
unsafe_moves_are_refused(void)
{
	struct router *r =
		lcores_rig("StaticThreadSched(s 0, t 0);"
			   "s :: InfiniteSource(LIMIT 10) -> e :: IPReassembler -> Discard;"
			   "t :: InfiniteSource(LIMIT 10) -> e",
			2);

	ASSERT_TEXT(lcores_rig_write(r, "t.home_thread", "1"),
		"config:1: 'e :: IPReassembler' cannot be run by several lcores (0, 1), which come "
		"from 's', 't'\n"
		"config:1: put a Queue and an Unqueue in front of it, or place its sources on one "
		"thread with StaticThreadSched\n");
	ASSERT_LCORES_READ(r, "t.home_thread", "0");
	CU_ASSERT_EQUAL(router_find(r, "e")->info->push_lcores, 1);
	lcores_rig_run(0, 30);
	lcores_rig_free(r);
}

UNIT_SUITE(router, UNIT_CASE(phases_between_the_named), UNIT_CASE(steps_in_order),
	UNIT_CASE(all_errors_of_a_step), UNIT_CASE(silent_failures), UNIT_CASE(unknown_classes),
	UNIT_CASE(destroys_nothing), UNIT_CASE(two_at_once), UNIT_CASE(questions),
	UNIT_CASE(run_count), UNIT_CASE(ports), UNIT_CASE(balance),
	UNIT_CASE(a_moved_task_takes_all_along), UNIT_CASE(fixed_timers_stay),
	UNIT_CASE(unsafe_moves_are_refused))
