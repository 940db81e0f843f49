// SPDX-License-Identifier: BSD-3-Clause
// SpinlockInfo: defines locks.

#include "elements/control/spinlock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"

// Releases the lock at the end of an lcore's run.
struct spinlock_end {
	struct lcore_flush flush; // that lcore only
	struct spinlock *lock; // borrowed
};

struct spinlock {
	_Atomic unsigned owner; // lcore index plus one; 0: free
	uint32_t depth; // owner only
	struct spinlock_end *ends; // owned; by lcore
};

struct spinlockinfo {
	struct element element;
	struct strvec args; // as configured
	struct strvec names;
	struct spinlock *locks; // owned; by name
	char *scope; // owned; "a/b/"
};

static const struct element_class spinlockinfo_class;

enum { PATIENCE_PER_S = 10, SPINS = 64 };

// ---- locks

static bool
is_mine(const struct spinlock *lock)
{
	return atomic_load_explicit(&lock->owner, memory_order_relaxed) == lcore_index + 1;
}

static void
let_go(struct spinlock *lock)
{
	lock->depth = 0;
	atomic_store_explicit(&lock->owner, 0, memory_order_release);
}

static void
end_of_run(struct lcore_flush *flush)
{
	struct spinlock *lock = ((struct spinlock_end *)flush)->lock;

	if (is_mine(lock))
		let_go(lock);
}

static bool
try_to_take(struct spinlock *lock)
{
	unsigned nobody = 0;

	return atomic_load_explicit(&lock->owner, memory_order_relaxed) == 0 &&
	       atomic_compare_exchange_strong_explicit(&lock->owner, &nobody, lcore_index + 1,
		       memory_order_acquire, memory_order_relaxed);
}

// In real time, also where the clock is simulated: the owner is another thread.
static bool
wait_for(struct spinlock *lock)
{
	uint64_t begin = rte_rdtsc(), patience = rte_get_tsc_hz() / PATIENCE_PER_S;

	do {
		for (unsigned i = 0; i < SPINS; i++) {
			if (try_to_take(lock))
				return true;
			rte_pause();
		}
	} while (rte_rdtsc() - begin < patience);
	return false;
}

bool
spinlock_acquire(struct spinlock *lock, uint32_t n)
{
	if (!is_mine(lock) && !try_to_take(lock) && !wait_for(lock))
		return false;
	lock->depth += n;
	lcore_flush_later(lcore_self, &lock->ends[lcore_index].flush);
	return true;
}

bool
spinlock_release(struct spinlock *lock, uint32_t n)
{
	if (!is_mine(lock))
		return false;
	if (n >= lock->depth)
		let_go(lock);
	else
		lock->depth -= n;
	return true;
}

// ---- names

static struct spinlock *
lock_of(const struct spinlockinfo *e, const char *name)
{
	for (size_t i = 0; i < e->names.n; i++) {
		if (strcmp(e->names.v[i], name) == 0)
			return &e->locks[i];
	}
	return NULL;
}

struct spinlock *
spinlock_find(const struct element *from, const char *name)
{
	struct spinlock *found = NULL, *lock;
	const struct element *e;
	size_t longest = 0;

	for (size_t i = 0; (e = router_element(from->router, i)) != NULL; i++) {
		const struct spinlockinfo *info = (const struct spinlockinfo *)e;
		size_t len;

		if (e->class != &spinlockinfo_class || info->scope == NULL)
			continue;
		len = strlen(info->scope);
		if (strncmp(element_name(from), info->scope, len) != 0 ||
			(found != NULL && len <= longest))
			continue;
		lock = lock_of(info, name);
		if (lock == NULL)
			continue;
		found = lock;
		longest = len;
	}
	return found;
}

// ---- configuration

static void
create_locks(struct spinlockinfo *e)
{
	e->locks = mem_zalloc(e->names.n * sizeof(*e->locks));
	for (size_t i = 0; i < e->names.n; i++) {
		struct spinlock *lock = &e->locks[i];

		lock->ends = mem_zalloc(lcores_n() * sizeof(*lock->ends));
		for (unsigned k = 0; k < lcores_n(); k++)
			lock->ends[k] =
				(struct spinlock_end){.flush = {.flush = end_of_run}, .lock = lock};
	}
}

static int
spinlockinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct spinlockinfo *e = (struct spinlockinfo *)base;
	struct errh silent;
	int err = 0;

	(void)args;
	errh_init_silent(&silent);
	for (size_t i = 0; i < e->args.n; i++) {
		char *name = NULL;

		if (args_parse_value(&arg_string, e->args.v[i], &name, NULL, base, &silent) == 0)
			strvec_take(&e->names, name);
		else
			err = errh_error(errh, "bad NAME");
	}
	create_locks(e);
	e->scope = element_scope(base);
	return err;
}

static void
spinlockinfo_cleanup(struct element *base)
{
	struct spinlockinfo *e = (struct spinlockinfo *)base;

	// Control may have taken one in a handler, outside any run.
	if (lcore_self != NULL)
		lcore_flush_all(lcore_self);
	for (size_t i = 0; e->locks != NULL && i < e->names.n; i++)
		free(e->locks[i].ends);
	free(e->locks);
	free(e->scope);
	e->locks = NULL;
	e->scope = NULL;
	strvec_fini(&e->names);
}

static const struct arg spinlockinfo_args[] = {
	ARG(spinlockinfo, args, "NAME", ARG_REST, .help = "names of the locks"),
	ARGS_END,
};

static const struct element_class spinlockinfo_class = {
	.name = "SpinlockInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct spinlockinfo),
	.configure = spinlockinfo_configure,
	.cleanup = spinlockinfo_cleanup,
	.args = spinlockinfo_args,
	.group = "control",
	.brief = "defines locks",
	.manual =
		"The names can be used by SpinlockAcquire, SpinlockRelease and SpinlockPush in the\n"
		"same compound element and below; inner definitions win.",
	.example = "SpinlockInfo(l); Idle -> SpinlockPush(l) -> Discard;",
};
ELEMENT_CLASS(spinlockinfo_class)
