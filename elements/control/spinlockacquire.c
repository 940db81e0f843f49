// SPDX-License-Identifier: BSD-3-Clause
// SpinlockAcquire, SpinlockRelease, SpinlockPush, PathSpinlock: let one lcore at a time do what
// lies between.

#include <stdatomic.h>

#include "elements/control/spinlock.h"
#include "src/chatter.h"
#include "src/element.h"

struct spinlock_element {
	struct element element;
	char *name; // of the lock
	struct spinlock *lock; // borrowed
	_Atomic bool told; // that it was released by who does not have it
};

enum { NOT_FREE };

// ---- data path

// Takes the lock, or drops the packets.
static void
acquire(struct spinlock_element *e, struct batch *b)
{
	if (likely(b->n == 0 || spinlock_acquire(e->lock, b->n)))
		return;
	element_drop_batch(&e->element, NOT_FREE, b);
}

static void
release(struct spinlock_element *e, uint32_t n)
{
	if (n == 0 || likely(spinlock_release(e->lock, n)) || atomic_exchange(&e->told, true))
		return;
	chatter(ELEMENT_FMT ": released a lock that was not taken", ELEMENT_ARG(e));
}

static void
spinlockacquire_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	acquire((struct spinlock_element *)base, b);
	element_push(base, 0, b);
}

static void
spinlockacquire_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	acquire((struct spinlock_element *)base, b);
}

static void
spinlockrelease_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	release((struct spinlock_element *)base, b->n);
	element_push(base, 0, b);
}

static void
spinlockrelease_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	release((struct spinlock_element *)base, b->n);
}

static void
spinlockpush_push(struct element *base, unsigned port, struct batch *b)
{
	struct spinlock_element *e = (struct spinlock_element *)base;

	(void)port;
	if (unlikely(!spinlock_acquire(e->lock, 1))) {
		element_drop_batch(base, NOT_FREE, b);
		return;
	}
	element_push(base, 0, b);
	// What lies behind may have released it, however often.
	spinlock_release(e->lock, 1);
}

static void
pathspinlock_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct spinlock_element *e = (struct spinlock_element *)base;

	(void)port;
	b->n = 0;
	if (unlikely(!spinlock_acquire(e->lock, 1)))
		return;
	element_pull(base, 0, b, max);
	spinlock_release(e->lock, 1);
}

// ---- configuration

static int
spinlock_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct spinlock_element *e = (struct spinlock_element *)base;

	(void)args;
	e->lock = spinlock_find(base, e->name);
	return e->lock != NULL ? 0 : errh_error(errh, "cannot locate spinlock %s", e->name);
}

static const struct arg spinlock_args[] = {
	ARG(spinlock_element, name, "LOCK", ARG_MANDATORY,
		.help = "name of the lock, which a SpinlockInfo defines"),
	ARGS_END,
};

static const char *const spinlock_drops[] = {[NOT_FREE] = "lock kept by another lcore", NULL};

static const struct element_class spinlockacquire_class = {
	.name = "SpinlockAcquire",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct spinlock_element),
	.push = spinlockacquire_push,
	.pull = spinlockacquire_pull,
	.configure = spinlock_configure,
	.args = spinlock_args,
	.drops = spinlock_drops,
	.group = "control",
	.brief = "takes a lock for each packet",
	.manual =
		"The lock stays taken until SpinlockRelease has seen as many packets. Where packets\n"
		"are dropped, stored or copied in between it does not come out even, and is released\n"
		"at the end of the task's run, where Click's would stay locked; SpinlockPush does\n"
		"better. An lcore that does not get the lock within a tenth of a second drops its\n"
		"packets. In a pull path the elements upstream are not covered, since their packets\n"
		"are there already. Elements that only one lcore may use are refused for several all\n"
		"the same.",
	.example = "SpinlockInfo(l); Idle -> SpinlockAcquire(l) -> Paint(1) -> SpinlockRelease(l)"
		   " -> Discard;",
};
ELEMENT_CLASS(spinlockacquire_class)

static const struct element_class spinlockrelease_class = {
	.name = "SpinlockRelease",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct spinlock_element),
	.push = spinlockrelease_push,
	.pull = spinlockrelease_pull,
	.configure = spinlock_configure,
	.args = spinlock_args,
	.group = "control",
	.brief = "releases a lock for each packet",
	.manual = "See SpinlockAcquire. The first time that the lock was not taken it says so.",
	.example = "SpinlockInfo(l); Idle -> SpinlockAcquire(l) -> Paint(1) -> SpinlockRelease(l)"
		   " -> Discard;",
};
ELEMENT_CLASS(spinlockrelease_class)

static const struct element_class spinlockpush_class = {
	.name = "SpinlockPush",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct spinlock_element),
	.push = spinlockpush_push,
	.configure = spinlock_configure,
	.args = spinlock_args,
	.drops = spinlock_drops,
	.group = "control",
	.brief = "has a lock while it pushes packets",
	.manual =
		"One lcore at a time is in the elements behind it, as far as it pushes. It does not\n"
		"matter what becomes of the packets. An lcore that does not get the lock within a\n"
		"tenth of a second drops its packets. Elements that only one lcore may use are refused\n"
		"for several all the same.",
	.example = "SpinlockInfo(l); Idle -> SpinlockPush(l) -> Discard;",
};
ELEMENT_CLASS(spinlockpush_class)

static const struct element_class pathspinlock_class = {
	.name = "PathSpinlock",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct spinlock_element),
	.push = spinlockpush_push,
	.pull = pathspinlock_pull,
	.configure = spinlock_configure,
	.args = spinlock_args,
	.drops = spinlock_drops,
	.group = "control",
	.brief = "has a lock while it pushes or pulls packets",
	.manual =
		"As SpinlockPush, and in a pull path one lcore at a time is in the elements in front\n"
		"of it, as far as it pulls. An lcore that does not get the lock within a tenth of a\n"
		"second pulls nothing, and drops what it pushes.",
	.example = "SpinlockInfo(l); Idle -> PathSpinlock(l) -> Discard;",
};
ELEMENT_CLASS(pathspinlock_class)
