// SPDX-License-Identifier: BSD-3-Clause
#include "io/pcap_reader.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_common.h>

#include "io/pcap.h"
#include "mbuf-bridge/packet.h"
#include "mbuf-bridge/packet_pool.h"
#include "mbuf-bridge/packet_ring.h"
#include "src/mem.h"

enum {
	RETRY_MS = 100, // after a read that failed
	ANNOUNCE_MS = 1, // between two attempts to announce packets
};

struct pcap_reader {
	struct pcap_device *device; // borrowed
	struct rte_ring *ring; // owned; reader to taker
	int wake_fd; // owned; eventfd: there is room again, or stop
	bool (*ready)(void *arg);
	void *arg;
	pthread_t thread;
	bool runs;
	_Atomic bool stop;
	_Atomic bool waits_for_room;
	_Atomic uint64_t n_errors;
};

// ---- the thread

// Until somebody wakes us, for ever if ms is -1.
static void
wait_for_wake(struct pcap_reader *r, int ms)
{
	struct pollfd wait = {.fd = r->wake_fd, .events = POLLIN};
	uint64_t count;

	if (poll(&wait, 1, ms) > 0 && read(r->wake_fd, &count, sizeof(count)) < 0)
		return; // somebody else was faster
}

static void
wait_for_packets(struct pcap_reader *r)
{
	struct pollfd wait[2] = {{.fd = pcap_device_fd(r->device), .events = POLLIN},
		{.fd = r->wake_fd, .events = POLLIN}};

	if (poll(wait, 2, -1) <= 0)
		return;
	// Trouble that the last read did not tell of: nothing to hurry for.
	if (wait[1].revents != 0 || (wait[0].revents & POLLIN) == 0)
		wait_for_wake(r, wait[1].revents != 0 ? 0 : RETRY_MS);
}

// Room for as many packets as one read may bring.
static unsigned
room(struct pcap_reader *r)
{
	return RTE_MIN(PCAP_READER_CAPACITY - rte_ring_count(r->ring), (unsigned)PCAP_READER_BURST);
}

// The taker wakes us when it has made room, if it sees that we wait; so look again after saying so.
static void
wait_for_room(struct pcap_reader *r)
{
	atomic_store(&r->waits_for_room, true);
	if (room(r) == 0 && !atomic_load(&r->stop))
		wait_for_wake(r, -1);
	atomic_store(&r->waits_for_room, false);
}

// Whoever stops us meanwhile finds the packets in the ring.
static void
announce(struct pcap_reader *r)
{
	while (!r->ready(r->arg) && !atomic_load(&r->stop))
		wait_for_wake(r, ANNOUNCE_MS);
}

static void *
reader_main(void *arg)
{
	struct pcap_reader *r = arg;
	struct packet *pkts[PCAP_READER_BURST];
	unsigned n;
	bool error;

	packet_thread_attach(0);
	if (rte_ring_count(r->ring) > 0)
		announce(r);
	while (!atomic_load(&r->stop)) {
		if (room(r) == 0) {
			wait_for_room(r);
			continue;
		}
		n = pcap_device_receive(r->device, pkts, room(r), &error);
		if (n > 0) {
			rte_ring_enqueue_burst(r->ring, (void **)pkts, n, NULL);
			announce(r);
		} else if (error) {
			atomic_fetch_add(&r->n_errors, 1);
			announce(r); // for whoever reports it
			wait_for_wake(r, RETRY_MS);
		} else {
			wait_for_packets(r);
		}
	}
	return NULL;
}

static void
wake(struct pcap_reader *r)
{
	uint64_t one = 1;

	if (write(r->wake_fd, &one, sizeof(one)) < 0)
		return; // full counter: it is awake anyway
}

// ---- for the taker

unsigned
pcap_reader_take(struct pcap_reader *r, struct packet **pkts, unsigned n)
{
	n = rte_ring_dequeue_burst(r->ring, (void **)pkts, n, NULL);
	if (n > 0) {
		atomic_thread_fence(memory_order_seq_cst);
		if (unlikely(atomic_load_explicit(&r->waits_for_room, memory_order_relaxed)))
			wake(r);
	}
	return n;
}

uint64_t
pcap_reader_errors(const struct pcap_reader *r)
{
	return atomic_load(&r->n_errors);
}

// ---- start and end

struct pcap_reader *
pcap_reader_create(struct pcap_device *d)
{
	struct pcap_reader *r = mem_zalloc(sizeof(*r));

	r->device = d;
	r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->ring = packet_ring_create(PCAP_READER_CAPACITY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (r->wake_fd < 0 || r->ring == NULL) {
		pcap_reader_destroy(r);
		return NULL;
	}
	return r;
}

int
pcap_reader_start(struct pcap_reader *r, bool (*ready)(void *arg), void *arg)
{
	sigset_t all, before;
	int err;

	r->ready = ready;
	r->arg = arg;
	atomic_store(&r->stop, false);
	// Signals are for the control thread.
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&r->thread, NULL, reader_main, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err != 0)
		return -err;
	r->runs = true;
	pthread_setname_np(r->thread, "pcap-reader");
	return 0;
}

void
pcap_reader_stop(struct pcap_reader *r)
{
	if (r == NULL || !r->runs)
		return;
	atomic_store(&r->stop, true);
	wake(r);
	pthread_join(r->thread, NULL);
	r->runs = false;
}

void
pcap_reader_destroy(struct pcap_reader *r)
{
	if (r == NULL)
		return;
	pcap_reader_stop(r);
	packet_ring_destroy(r->ring);
	if (r->wake_fd >= 0)
		close(r->wake_fd);
	free(r);
}
