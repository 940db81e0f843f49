// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Included in front of every file when the thread sanitizer is on (meson.build). DPDK's libraries
// are not compiled for it, so it does not see that a packet which one thread gives to a pool or a
// device is ready before another thread gets it there; here it is told.

#define RTE_USE_C11_MEM_MODEL 1 // rings with atomics, not with plain loads and fences

#include <rte_mempool.h>

void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
const char *__tsan_default_suppressions(void);
const char *__tsan_default_options(void);

// Enough history to name both sides of a race. Exit does not wait a second for races to come up.
__attribute__((weak)) const char *
__tsan_default_options(void)
{
	return "history_size=7:atexit_sleep_ms=10";
}

// The slots of rings: see tsan_enqueue().
__attribute__((weak)) const char *
__tsan_default_suppressions(void)
{
	return "race:packet_pool_sample\n"
	       "race:packet_pool_info\n"
	       "race:__rte_ring_enqueue_elems\n"
	       "race:__rte_ring_dequeue_elems\n"
	       "race:rte_pktmbuf_free\n" // who sees 1 in a shared count does not acquire
	       "race:__GI__IO_setb\n" // the file of EAL's telemetry thread
	       "race:librte_net_virtio.so\n" // closes what EAL's thread still waits for
	       "race:librte_net_memif.so\n"; // its thread for the socket
}

static inline int
tsan_mempool_get(struct rte_mempool *mp, void **object)
{
	int err = rte_mempool_get(mp, object);

	if (err == 0)
		__tsan_acquire(*object);
	return err;
}

static inline void
tsan_mempool_put(struct rte_mempool *mp, void *object)
{
	__tsan_release(object);
	rte_mempool_put(mp, object);
}

#define rte_mempool_get tsan_mempool_get
#define rte_mempool_put tsan_mempool_put

#include <rte_mbuf.h>

static inline void
tsan_release_packets(struct rte_mbuf **packets, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		for (struct rte_mbuf *m = packets[i]; m != NULL; m = m->next)
			__tsan_release(m);
	}
}

static inline void
tsan_free_bulk(struct rte_mbuf **packets, unsigned n)
{
	tsan_release_packets(packets, n);
	rte_pktmbuf_free_bulk(packets, n);
}

#define rte_pktmbuf_free_bulk tsan_free_bulk

#include <rte_malloc.h>

// DPDK's allocator clears what it gives and what it gets back; its lock is one of those that the
// sanitizer does not see.
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

static inline void *
tsan_zmalloc(const char *type, size_t size, unsigned align)
{
	void *p;

	AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	p = rte_zmalloc(type, size, align);
	AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
	return p;
}

static inline void
tsan_free(void *p)
{
	AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	rte_free(p);
	AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

#define rte_zmalloc tsan_zmalloc
#define rte_free tsan_free

#include <rte_ring.h>

// What several producers write is published by the tail that the last of them stores; the sanitizer
// follows only each one's own.
static inline unsigned
tsan_enqueue(struct rte_ring *r, void *const *objects, unsigned n, unsigned *n_free)
{
	for (unsigned i = 0; i < n; i++)
		__tsan_release(objects[i]);
	return rte_ring_enqueue_burst(r, objects, n, n_free);
}

static inline unsigned
tsan_dequeue(struct rte_ring *r, void **objects, unsigned n, unsigned *n_left)
{
	n = rte_ring_dequeue_burst(r, objects, n, n_left);
	for (unsigned i = 0; i < n; i++)
		__tsan_acquire(objects[i]);
	return n;
}

// Asked by others than the two ends as well.
static inline unsigned
tsan_count(const struct rte_ring *r)
{
	uint32_t producers = __atomic_load_n(&r->prod.tail, __ATOMIC_RELAXED);
	uint32_t n = (producers - __atomic_load_n(&r->cons.tail, __ATOMIC_RELAXED)) & r->mask;

	return n > r->capacity ? r->capacity : n;
}

#define rte_ring_count tsan_count
#define rte_ring_enqueue_burst tsan_enqueue
#define rte_ring_dequeue_burst tsan_dequeue

#include <rte_spinlock.h>

// Locks are machine code that the sanitizer does not look into.
static inline void
tsan_lock(rte_spinlock_t *lock)
{
	rte_spinlock_lock(lock);
	__tsan_acquire(lock);
}

static inline void
tsan_unlock(rte_spinlock_t *lock)
{
	__tsan_release(lock);
	rte_spinlock_unlock(lock);
}

#define rte_spinlock_lock tsan_lock
#define rte_spinlock_unlock tsan_unlock

#include <rte_ethdev.h>

static inline uint16_t
tsan_rx_burst(uint16_t port, uint16_t queue, struct rte_mbuf **packets, uint16_t n)
{
	n = rte_eth_rx_burst(port, queue, packets, n);
	for (unsigned i = 0; i < n; i++) {
		for (struct rte_mbuf *m = packets[i]; m != NULL; m = m->next)
			__tsan_acquire(m);
	}
	return n;
}

static inline uint16_t
tsan_tx_burst(uint16_t port, uint16_t queue, struct rte_mbuf **packets, uint16_t n)
{
	tsan_release_packets(packets, n);
	return rte_eth_tx_burst(port, queue, packets, n);
}

#define rte_eth_rx_burst tsan_rx_burst
#define rte_eth_tx_burst tsan_tx_burst
