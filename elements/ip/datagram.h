// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An IP datagram that is put together from fragments (RFC 791): a packet that grows, and a note of
// which 8-byte units of its data are there.

#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>

struct packet;
struct strbuf;

enum { DATAGRAM_UNITS = 8192 };

struct datagram_key { // as they lie in the header
	uint32_t src, dst;
	uint16_t id;
	uint8_t proto;
};

struct datagram {
	struct datagram *next; // in a list of the owner's
	struct datagram_key key;
	struct packet *p; // owned; NULL: empty
	int64_t begun_s; // time of the first fragment
	uint32_t header_len;
	uint32_t len; // of the data so far
	uint32_t n_units; // set in units
	uint16_t max_len; // the longest fragment, its header included
	bool has_first, has_last;
	uint64_t units[DATAGRAM_UNITS / 64];
};

// A fragment, checked by fragment_read().
struct fragment {
	struct datagram_key key;
	int32_t off; // of its IP header, not negative
	uint32_t header_len;
	uint32_t start, end; // of its data in the datagram
	bool more;
};

enum fragment_kind { NOT_A_FRAGMENT, FRAGMENT_GOOD, FRAGMENT_BAD };

// Looks at a packet. A good fragment is cut to its IP length, and its header is part of its data.
enum fragment_kind fragment_read(struct fragment *f, struct packet **pp);

enum datagram_add {
	DATAGRAM_TOOK, // the packet is the datagram's now
	DATAGRAM_COPIED, // the packet is still the caller's
	DATAGRAM_REFUSED, // the same, and nothing was done: it contradicts what is there
	DATAGRAM_NO_MEMORY, // the same, for want of memory
};

// Adds a fragment; later data overwrites earlier. *replaced is a packet that was part of the
// datagram and is the caller's now, NULL if there is none.
enum datagram_add datagram_add(
	struct datagram *d, const struct fragment *f, struct packet **pp, struct packet **replaced);

static inline bool
datagram_is_complete(const struct datagram *d)
{
	return d->has_last && d->n_units == (d->len + 7) / 8;
}

// Makes the header say what the packet holds. false: too long, or no memory.
bool datagram_finish(struct datagram *d);

// " (src, sport, dst, dport) ID (start,end) (start,end) ..."
void datagram_text(const struct datagram *d, struct strbuf *out);
