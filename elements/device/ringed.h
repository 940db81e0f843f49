// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The polling in two layers of the published design: below, an I/O lcore polls the devices' queues
// into lock-free rings in hugepage memory, and drains the transmit rings into the devices; above,
// element tasks on other lcores poll the rings.
//
// The I/O lcore is worker 0; elements run on workers 1 and up.

#include <stdbool.h>
#include <stdint.h>

#include "io/io.h"

struct batch;
struct element;
struct errh;
struct plan;
struct ringed_rx;
struct ringed_tx;

enum { RINGED_CAPACITY = 1024 }; // packets of a ring

// Whether this lcore polls the devices.
bool ringed_is_io_lcore(unsigned lcore);

// Receiving, for the element's output 0. Reason 0 of the element's drops must be "ring full".
// At attach. NULL, reported, if there are fewer than two worker lcores. *active and *burst are the
// element's, which writes them while lcores are paused.
struct ringed_rx *ringed_rx_create(struct element *e, struct io_port *port, unsigned first_queue,
	unsigned n_queues, const bool *active, const uint32_t *burst, struct errh *errh);
void ringed_rx_reserve(const struct ringed_rx *r, struct plan *plan);
int ringed_rx_initialize(struct ringed_rx *r, bool prefetch, struct errh *errh);
void ringed_rx_wake(struct ringed_rx *r); // *active has become true
void ringed_rx_destroy(struct ringed_rx *r); // NULL is fine
// Hot swap: the packets in old's rings go on in r's. Lcores paused.
void ringed_rx_take(struct ringed_rx *r, struct ringed_rx *old);
uint32_t ringed_rx_held(const struct ringed_rx *r);
uint64_t ringed_rx_received(const struct ringed_rx *r);
unsigned ringed_rx_queues(const struct ringed_rx *r);

// Sending. The element's drop reason 0 must be for packets that the ring has no room for.
struct ringed_tx *ringed_tx_create(
	struct element *e, struct io_port *port, unsigned queue, unsigned burst, struct errh *errh);
void ringed_tx_reserve(const struct ringed_tx *t, struct plan *plan);
int ringed_tx_initialize(struct ringed_tx *t, struct errh *errh);
// Other lcores push than before. Lcores paused.
void ringed_tx_lcores_changed(struct ringed_tx *t);
void ringed_tx_destroy(struct ringed_tx *t);
// Takes all packets of the batch; blocking: waits for room, else drops what does not fit.
void ringed_tx_push(struct ringed_tx *t, struct batch *b, bool blocking);
void ringed_tx_take(struct ringed_tx *t, struct ringed_tx *old); // the same
uint32_t ringed_tx_held(const struct ringed_tx *t);
uint64_t ringed_tx_sent(const struct ringed_tx *t);
