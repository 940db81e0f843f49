// SPDX-License-Identifier: BSD-3-Clause
#include "src/notifier.h"

#include <stdlib.h>

#include "src/element.h"
#include "src/lcore.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "test/unit/rig.h"

// ---- an element of two pull inputs with a notifier of its own, as schedulers have

struct notifygate {
	struct element element;
	uint32_t op;
	struct notifier empty;
};

static void
notifygate_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	if (b->n == 0)
		element_pull(e, 1, b, max);
}

static int
notifygate_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct notifygate *e = (struct notifygate *)base;

	(void)args;
	(void)errh;
	notifier_init(&e->empty, (enum notifier_op)e->op, false);
	return 0;
}

static void
notifygate_cleanup(struct element *base)
{
	notifier_fini(&((struct notifygate *)base)->empty);
}

static struct notifier *
notifygate_notifier(struct element *base, bool empty, unsigned port)
{
	return empty && port == 0 ? &((struct notifygate *)base)->empty : NULL;
}

static const struct arg notifygate_args[] = {
	ARG(notifygate, op, "OP", ARG_MANDATORY, .help = "an enum notifier_op"), ARGS_END};

static const struct element_class notifygate_class = {.name = "NotifyGate",
	.ports = "2/1",
	.processing = "l/l",
	.lcores = LCORES_ONE,
	.size = sizeof(struct notifygate),
	.pull = notifygate_pull,
	.configure = notifygate_configure,
	.cleanup = notifygate_cleanup,
	.notifier = notifygate_notifier,
	.args = notifygate_args,
	.group = "test",
	.brief = "a notifier in front of others",
	.example = "g :: NotifyGate(0) -> Discard; Idle -> g; Idle -> [1] g;"};
ELEMENT_CLASS(notifygate_class)

// ---- what a task sees

static void
assert_signal(
	const char *file, int line, const struct signal *signal, const char *kind, const char *want)
{
	struct strbuf sb = STRBUF_INIT;

	signal_text(signal, kind, &sb);
	unit_assert_text(file, line, strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

#define ASSERT_SIGNAL(signal, kind, want) assert_signal(__FILE__, __LINE__, signal, kind, want)

// The signal that an element's input 0 (empty) or output 0 (full) finds.
static void
assert_found(const char *file, int line, const char *config, const char *element, bool empty,
	const char *want)
{
	struct rig *r = rig_config(config);
	struct signal signal;

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	if (empty)
		signal_upstream_empty(&signal, rig_find(r, element), 0, NULL);
	else
		signal_downstream_full(&signal, rig_find(r, element), 0, NULL);
	assert_signal(file, line, &signal, empty ? "empty" : "full", want);
	signal_fini(&signal);
	rig_free(r);
}

#define ASSERT_EMPTY(config, element, want) \
	assert_found(__FILE__, __LINE__, config, element, true, want)
#define ASSERT_FULL(config, element, want) \
	assert_found(__FILE__, __LINE__, config, element, false, want)

static bool
nothing(struct task *task)
{
	(void)task;
	return false;
}

static void
wakes_its_listeners_once(void)
{
	struct rig *r = rig_config("g :: NotifyGate(0) -> u :: Unqueue -> Discard; Idle -> g;"
				   "Idle -> [1] g");
	struct notifier *n = &((struct notifygate *)rig_find(r, "g"))->empty;
	struct signal signal;
	struct task task;

	task_init(&task, NULL, nothing, lcores_control(), TASK_TICKETS);
	signal_upstream_empty(&signal, rig_find(r, "u"), 0, &task);
	rig_run(r, 2);
	CU_ASSERT_FALSE(notifier_is_active(n));
	CU_ASSERT_FALSE(signal_is_active(&signal));
	CU_ASSERT_FALSE(task_is_scheduled(&task));
	ASSERT_READ(r, "u.scheduled", "false");
	notifier_wake(n);
	CU_ASSERT_TRUE(signal_is_active(&signal));
	CU_ASSERT_TRUE(task_is_scheduled(&task));
	ASSERT_READ(r, "u.scheduled", "true");
	// Awake: nobody is woken again.
	task_unschedule(&task);
	notifier_wake(n);
	CU_ASSERT_FALSE(task_is_scheduled(&task));
	notifier_sleep(n);
	CU_ASSERT_FALSE(signal_is_active(&signal));
	notifier_wake(n);
	CU_ASSERT_TRUE(task_is_scheduled(&task));
	task_fini(&task);
	signal_fini(&signal);
	// The notifier still knows the task: none may be woken behind this.
	notifier_fini(n);
	CU_ASSERT_EQUAL(n->n_listeners, 0);
	rig_free(r);
}

// A task that finds a notifier on two ways is woken by it once.
static void
listens_once(void)
{
	struct rig *r = rig_config("q :: Queue; RigIn -> q; g :: NotifyGate(1) -> u :: Unqueue ->"
				   "Discard; q -> g; q -> [1] g");
	struct notifier *n = &((struct notifygate *)rig_find(r, "g"))->empty;
	struct element *q = rig_find(r, "q");
	struct notifier *empty = q->class->notifier(q, true, 0);

	CU_ASSERT_EQUAL(n->n_listeners, 1);
	CU_ASSERT_EQUAL(empty->n_listeners, 1);
	CU_ASSERT_PTR_EQUAL(empty->listeners[0], n->listeners[0]);
	rig_free(r);
}

static void
pullers_sleep_and_wake(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> Null -> u :: Unqueue -> RigOut");
	struct element *q = rig_find(r, "q");
	struct notifier *empty = q->class->notifier(q, true, 0);

	rig_run(r, 100);
	CU_ASSERT_FALSE(notifier_is_active(empty));
	ASSERT_READ(r, "u.scheduled", "false");
	for (unsigned i = 1; i <= 3; i++) {
		rig_push_hex(r, 0, "01");
		CU_ASSERT_TRUE(notifier_is_active(empty));
		ASSERT_READ(r, "u.scheduled", "true");
		rig_run(r, 100);
		CU_ASSERT_EQUAL(rig_count(r, 0), i);
		CU_ASSERT_FALSE(notifier_is_active(empty));
		ASSERT_READ(r, "u.scheduled", "false");
	}
	rig_free(r);
}

static void
sources_sleep_and_wake(void)
{
	struct rig *r = rig_config("s :: InfiniteSource(LIMIT 7, BURST 2) -> Null -> q :: Queue(4)"
				   "-> RigOut");
	struct element *q = rig_find(r, "q");
	struct notifier *full = q->class->notifier(q, false, 0);

	rig_run(r, 100);
	ASSERT_READ(r, "q.length", "4");
	ASSERT_READ(r, "q.drops", "0");
	ASSERT_READ(r, "s.count", "4");
	ASSERT_READ(r, "s.scheduled", "false");
	CU_ASSERT_FALSE(notifier_is_active(full));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_TRUE(notifier_is_active(full));
	ASSERT_READ(r, "s.scheduled", "true");
	rig_run(r, 100);
	ASSERT_READ(r, "s.count", "6");
	ASSERT_READ(r, "q.length", "4");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 4);
	rig_run(r, 100);
	ASSERT_READ(r, "s.count", "7");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	rig_free(r);
}

static void
finds_what_is_upstream(void)
{
	ASSERT_EMPTY("RigIn -> Queue -> Null -> u :: Unqueue -> RigOut", "u", "empty*");
	// Several pullers of one queue, several queues of one puller.
	ASSERT_EMPTY("RigIn -> q :: Queue -> u :: Unqueue -> RigOut; q -> Unqueue -> Discard", "u",
		"empty*");
	// Without a notifier nobody can tell: always look.
	ASSERT_EMPTY("RigIn -> SimpleQueue -> u :: Unqueue -> RigOut", "u", "busy*");
	ASSERT_EMPTY("RigIn -> u :: Unqueue -> RigOut", "u", "busy*");
	// Nothing will ever come.
	ASSERT_EMPTY("Idle -> u :: Unqueue -> RigOut", "u", "empty");
}

// One search ends at a notifier, another goes on, a third only lets what lies behind wake.
static void
notifiers_in_a_row(void)
{
#define GATE(op)                                              \
	"g :: NotifyGate(" op ") -> u :: Unqueue -> Discard;" \
	"RigIn -> q :: Queue -> g; RigIn(1) -> p :: Queue -> [1] g"
	static const struct {
		const char *config, *signal;
		unsigned listeners;
	} cases[] = {
		{GATE("0"), "empty", 0}, // STOP
		{GATE("1"), "empty+empty*+empty*", 1}, // CONTINUE
		{GATE("2"), "empty", 1}, // CONTINUE_WAKE
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig *r = rig_config(cases[i].config);
		struct element *q = rig_find(r, "q"), *p = rig_find(r, "p");
		struct signal signal;

		signal_upstream_empty(&signal, rig_find(r, "u"), 0, NULL);
		ASSERT_SIGNAL(&signal, "empty", cases[i].signal);
		CU_ASSERT_EQUAL(q->class->notifier(q, true, 0)->n_listeners, cases[i].listeners);
		CU_ASSERT_EQUAL(p->class->notifier(p, true, 0)->n_listeners, cases[i].listeners);
		CU_ASSERT_EQUAL(((struct notifygate *)rig_find(r, "g"))->empty.n_listeners, 1);
		signal_fini(&signal);
		rig_free(r);
	}
#undef GATE
}

static void
finds_what_is_downstream(void)
{
	ASSERT_FULL("i :: RigIn -> Null -> Queue -> Discard", "i", "full*");
	ASSERT_FULL("i :: RigIn -> t :: Tee; t [0] -> Queue -> Discard; t [1] -> Queue -> Discard",
		"i", "full*+full*");
	ASSERT_FULL("i :: RigIn -> Discard", "i", "busy*");
	// One way without a Queue is enough.
	ASSERT_FULL("i :: RigIn -> t :: Tee; t [0] -> Queue -> Discard; t [1] -> Discard", "i",
		"busy*");
	// A Queue that does not know whether it is full.
	ASSERT_FULL("i :: RigIn -> SimpleQueue -> Discard", "i", "busy*");
}

// A signal that is always active wakes nobody, so nobody is asked to.
static void
busy_signals_register_nothing(void)
{
	struct rig *r = rig_config("g :: NotifyGate(1) -> u :: Unqueue -> Discard;"
				   "RigIn -> q :: Queue -> g; RigIn(1) -> [1] g");
	struct element *q = rig_find(r, "q");

	CU_ASSERT_EQUAL(q->class->notifier(q, true, 0)->n_listeners, 0);
	CU_ASSERT_EQUAL(((struct notifygate *)rig_find(r, "g"))->empty.n_listeners, 0);
	rig_run(r, 3);
	ASSERT_READ(r, "u.scheduled", "true");
	rig_free(r);
}

static void
texts(void)
{
	struct notifier a, b;
	struct signal signal = {0};
	const struct notifier *v[2] = {&a, &b};

	notifier_init(&a, NOTIFIER_STOP, true);
	notifier_init(&b, NOTIFIER_STOP, false);
	ASSERT_SIGNAL(&signal, "empty", "idle");
	CU_ASSERT_FALSE(signal_is_active(&signal));
	signal.v = v;
	signal.n = 1;
	ASSERT_SIGNAL(&signal, "empty", "empty*");
	signal.n = 2;
	ASSERT_SIGNAL(&signal, "full", "full*+full");
	CU_ASSERT_TRUE(signal_is_active(&signal));
	notifier_sleep(&a);
	ASSERT_SIGNAL(&signal, "full", "full+full");
	CU_ASSERT_FALSE(signal_is_active(&signal));
	signal.busy = true;
	ASSERT_SIGNAL(&signal, "full", "busy*");
	CU_ASSERT_TRUE(signal_is_active(&signal));
	notifier_fini(&a);
	notifier_fini(&b);
}

// A notifier that derives from those upstream wakes with them, and so do its own listeners.
static void
followers_wake(void)
{
	struct rig *r =
		rig_config("g :: NotifyGate(0) -> u :: Unqueue -> Discard;"
			   "RigIn -> q :: Queue -> Null -> g; RigIn(1) -> p :: Queue -> [1] g");
	struct notifier *own = &((struct notifygate *)rig_find(r, "g"))->empty;
	struct element *q = rig_find(r, "q");
	struct notifier *empty = q->class->notifier(q, true, 0);
	struct signal signal, again;

	signal_upstream_empty_follow(&signal, rig_find(r, "g"), 0, own);
	signal_upstream_empty_follow(&again, rig_find(r, "g"), 0, own);
	ASSERT_SIGNAL(&signal, "empty", "empty*");
	CU_ASSERT_EQUAL(empty->n_followers, 1);
	notifier_sleep(empty);
	rig_run(r, 3);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_push_hex(r, 1, "01"); // that one it does not follow
	CU_ASSERT_FALSE(notifier_is_active(own));
	rig_push_hex(r, 0, "01");
	CU_ASSERT_TRUE(notifier_is_active(own));
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 3);
	signal_fini(&signal);
	signal_fini(&again);
	rig_free(r);
}

// Even in a ring.
static void
followers_of_each_other(void)
{
	struct notifier a, b, *to_b[] = {&b}, *to_a[] = {&a};

	notifier_init(&a, NOTIFIER_STOP, false);
	notifier_init(&b, NOTIFIER_STOP, false);
	a.followers = to_b;
	b.followers = to_a;
	a.n_followers = b.n_followers = 1;
	notifier_wake(&a);
	CU_ASSERT_TRUE(notifier_is_active(&a));
	CU_ASSERT_TRUE(notifier_is_active(&b));
}

UNIT_SUITE(notifier, UNIT_CASE(followers_wake), UNIT_CASE(followers_of_each_other),
	UNIT_CASE(wakes_its_listeners_once), UNIT_CASE(listens_once),
	UNIT_CASE(pullers_sleep_and_wake), UNIT_CASE(sources_sleep_and_wake),
	UNIT_CASE(finds_what_is_upstream), UNIT_CASE(notifiers_in_a_row),
	UNIT_CASE(finds_what_is_downstream), UNIT_CASE(busy_signals_register_nothing),
	UNIT_CASE(texts))
