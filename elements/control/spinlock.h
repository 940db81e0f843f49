// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Locks with names, that SpinlockInfo defines and SpinlockAcquire, SpinlockRelease and SpinlockPush
// use. An lcore that has one may take it again; it is free when it has been released as often.
//
// Packets may be dropped or stored between the element that takes a lock and the one that releases
// it. So that no lcore waits for good, a lock is free at the end of a task's run at the latest, and
// nobody waits for longer than a tenth of a second.

#include <stdbool.h>
#include <stdint.h>

struct element;
struct spinlock;

// The lock of that name as seen from an element, innermost scope first; NULL: there is none.
struct spinlock *spinlock_find(const struct element *from, const char *name);

// Takes it n times. false: another lcore has kept it.
bool spinlock_acquire(struct spinlock *lock, uint32_t n);
// Releases it n times, or as often as it was taken. false: this lcore does not have it.
bool spinlock_release(struct spinlock *lock, uint32_t n);
