// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IPsec security associations (RFC 4301, 4.1): keys, and how far each direction has counted. A
// routing table (RadixIPsecLookup) owns them; packets carry a handle of theirs in an annotation,
// from which the elements behind it find them again. A handle of one that is gone finds nothing.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_spinlock.h>

#include "elements/iproute/routehash.h"

struct element;
struct packet;

enum { ANNO_IPSEC_SA = 40 }; // 8 bytes: a handle; IPSEC_SA_DATA_REFERENCE in configurations
enum { SA_KEY_SIZE = 16, SA_WINDOW_MAX = 32, SA_NONE = 0, SA_MAX = UINT16_MAX };

struct sa_parameters {
	uint32_t spi; // host order
	uint8_t cipher_key[SA_KEY_SIZE], auth_key[SA_KEY_SIZE];
	uint32_t first_sequence; // the first that is sent
	uint8_t window; // how far behind the last one packets may come
};

struct sa {
	struct sa_parameters parameters;
	uint16_t generation; // of its number; a part of handles
	bool marked; // for whoever looks which are still in use
	_Atomic uint32_t next_sequence; // to send; 0: all are used up
	// Receiving.
	rte_spinlock_t lock;
	uint32_t last_sequence; // the highest seen; 0: none
	uint32_t seen; // bit i: last_sequence - i was
};

struct sa_store { // starts zeroed
	struct sa **v; // owned array of owned; by number, SA_NONE is never used
	uint16_t *generation; // owned; by number
	size_t n, cap, generation_cap;
	size_t lowest_free; // no number below is
	struct route_hash by_spi; // numbers of those that packets are received with
};

// Changes only while lcores are paused or not started.
void sa_store_fini(struct sa_store *s);
// The number of a new one; SA_NONE: too many.
uint16_t sa_store_add(struct sa_store *s, const struct sa_parameters *parameters);
void sa_store_remove(struct sa_store *s, uint16_t number);

static inline struct sa *
sa_store_get(const struct sa_store *s, uint16_t number)
{
	return number < s->n ? s->v[number] : NULL;
}

// Goes on counting where another did.
void sa_continue(struct sa *sa, const struct sa *old);
bool sa_is_same(const struct sa_parameters *a, const struct sa_parameters *b);

// ---- packets

// What a packet carries that is to be treated by number of the store that owner has.
uint64_t sa_handle(const struct sa_store *s, const struct element *owner, uint16_t number);
// The association of a packet, as e sees it. NULL: it has none (any more).
struct sa *sa_of_packet(const struct element *e, const struct packet *p);

// The sequence number of the next packet; 0: there is none left, keys must be changed.
uint32_t sa_next_sequence(struct sa *sa);
enum sa_replay { SA_FRESH, SA_TOO_OLD, SA_SEEN };
// Whether a packet with this number is new, and if so, that it has been seen (RFC 4303, 3.4.3).
enum sa_replay sa_check_replay(struct sa *sa, uint32_t sequence);
