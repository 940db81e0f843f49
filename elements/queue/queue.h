// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What all queues share: a lock-free ring between those who push and those who pull. Its mode
// (one or many producers, one or many consumers) follows from the lcores that reach each side.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/element.h"
#include "src/notifier.h"
#include "src/storage.h"

struct rte_ring;

enum queue_drop { QUEUE_OVERFLOW, QUEUE_SHRUNK, QUEUE_RESET, QUEUE_END };

struct queue_lcore {
	uint64_t n_overflows; // packets that found no room, wherever they went
	uint64_t highwater; // most packets held after a push
};

struct queue {
	struct element element;
	uint32_t capacity; // packets
	struct rte_ring *ring; // owned; from initialize on. NULL while capacity is 0
	uint32_t ring_capacity; // capacity that the ring was made for
	bool has_empty, has_full; // which notifiers the class offers
	bool crosses; // more than one lcore comes here
	// Failed pulls in a row before the empty notifier sleeps; 0: as soon as it is empty.
	uint8_t sleepiness;
	bool drops_front; // a full queue makes room for new packets: pushers take packets too
	struct notifier empty, full;
	_Atomic uint32_t n_failed_pulls; // since the last packet
	_Atomic bool overflow_told;
	uint64_t n_overflows_forgotten; // by reset_counts
};

static inline uint32_t
queue_length(const struct queue *q)
{
	return q->element.class->storage->length(&q->element);
}

// For the classes' tables and functions.
extern const struct arg queue_args[];
extern const struct handler queue_handlers[];
extern const char *const queue_drops[];

void queue_push(struct element *e, unsigned port, struct batch *b);
void queue_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
int queue_reserve(struct element *e, struct plan *plan, struct errh *errh);
int queue_initialize(struct element *e, struct errh *errh);
void queue_lcores_changed(struct element *e);
void queue_cleanup(struct element *e);
int queue_take_state(struct element *e, struct element *old, struct errh *errh);
struct notifier *queue_notifier(struct element *e, bool empty, unsigned port);
uint32_t queue_held(struct element *e);
extern const struct storage queue_storage;
// Called by a class's configure: which notifiers it has; after how many failed pulls it sleeps.
int queue_configure(
	struct queue *q, bool has_empty, bool has_full, uint8_t sleepiness, struct errh *errh);

// n packets (at most BATCH_MAX) that do not fit: counted, told once, to output 1 or dropped.
void queue_overflow(struct queue *q, struct packet **pkts, unsigned n);
// For classes with a store of their own, after they took packets and have `length` now, and after
// they gave n (none: a pull that failed) and have `length` left.
void queue_count_push(struct queue *q, uint32_t length);
void queue_count_pull(struct queue *q, unsigned n, uint32_t length);

#define QUEUE_CLASS(id, class_name, text) QUEUE_CLASS_PUSH(id, class_name, queue_push, text)
#define QUEUE_CLASS_PUSH(id, class_name, push_function, text)               \
	static const struct element_class id##_class = {.name = class_name, \
		.ports = "1/1-2",                                           \
		.processing = "h/lh",                                       \
		.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,             \
		.lcores = LCORES_CROSSING,                                  \
		.size = sizeof(struct queue),                               \
		.lcore_size = sizeof(struct queue_lcore),                   \
		.push = push_function,                                      \
		.pull = queue_pull,                                         \
		.configure = id##_configure,                                \
		.reserve = queue_reserve,                                   \
		.initialize = queue_initialize,                             \
		.lcores_changed = queue_lcores_changed,                     \
		.cleanup = queue_cleanup,                                   \
		.take_state = queue_take_state,                             \
		.notifier = queue_notifier,                                 \
		.held = queue_held,                                         \
		.storage = &queue_storage,                                  \
		.args = queue_args,                                         \
		.handlers = queue_handlers,                                 \
		.drops = queue_drops,                                       \
		.group = "queue",                                           \
		.brief = text
