// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// AggregateIPFlows, in parts: aggregateipflows.c the element, flowpacket.c what is read from
// packets, flowfragment.c the fragments that wait, flowtrace.c the file about flows.

#include <stdbool.h>
#include <stdint.h>

#include "elements/analysis/aggregatenotifier.h"
#include "elements/analysis/keytable.h"
#include "elements/dump/dumpoutput.h"
#include "elements/ip/batchclock.h"

// ---- flowpacket.c

struct flow_key { // the lower address first; equal addresses by ports
	uint32_t a, b; // network order
	uint16_t a_port, b_port;
	uint8_t proto;
	uint8_t zero[3];
};

struct flow_packet {
	struct flow_key key;
	bool reverse; // from b to a
	bool icmp_error; // the key is that of the packet that it quotes
	bool fragment, first; // of the IP packet
	uint16_t id; // of the IP header
	uint8_t tcp_flags; // 0 if they are not there
};

// false: not TCP or UDP over IPv4 (nor, with icmp, an error that quotes one), or too short.
bool flow_packet_read(struct flow_packet *f, struct packet **pp, bool icmp);

// ---- flowfragment.c

struct flow_fragment {
	struct packet *p; // owned
	int64_t ns;
	uint32_t next; // KEY_TABLE_NONE: last
	uint16_t id;
	uint8_t proto;
	bool is_fragment;
	bool reverse;
};

struct flow_queue { // of a pair of addresses
	uint32_t first, last;
};

struct flow_fragments {
	struct key_table pairs; // of two addresses
	struct flow_queue *queues; // owned; by place in pairs
	struct flow_fragment *v; // owned
	uint32_t free; // list of unused ones
	uint32_t n, capacity;
};

void flow_fragments_init(struct flow_fragments *f, uint32_t capacity);
void flow_fragments_fini(struct flow_fragments *f); // empty, or all zero
// The place of the pair's queue; KEY_TABLE_NONE: there is none.
uint32_t flow_fragments_find(const struct flow_fragments *f, const struct flow_key *key);
// Adds the packet at the end of its pair's queue; packets of one datagram share their aggregate.
// false: full.
bool flow_fragments_add(
	struct flow_fragments *f, struct packet *p, const struct flow_packet *fp, int64_t ns);
// Takes the first packet of a pair's queue if it need not wait: it is not a fragment, or as old as
// until_ns. NULL: none. The queue ends with its last packet.
struct packet *flow_fragments_take(struct flow_fragments *f, uint32_t place, int64_t until_ns);

// ---- aggregateipflows.c

struct flow {
	uint32_t aggregate;
	bool reverse; // its first packet went from b to a
	uint8_t over; // bit 0, 1: forward and backward half are closed
	int64_t first_ns, last_ns;
	uint64_t n_packets[2];
	char filepos[24]; // of its first packet; "": not known
};

struct aggregateipflows {
	struct aggregate_notifier notifier;
	struct key_table table; // struct flow_key
	struct flow *flows; // owned; by place in the table
	struct flow_fragments fragments;
	uint32_t next_aggregate;
	int64_t reap_ns; // when idle flows are looked for
	bool warned;
	struct batch out; // on its way to output 0
	struct batch_clock clock;
	struct dump_output trace;

	// Arguments; seconds.
	uint32_t tcp_timeout, tcp_done_timeout, udp_timeout, fragment_timeout, reap;
	bool icmp, want_fragments, has_fragments;
	struct filename traceinfo;
	struct element *source; // borrowed
	uint32_t capacity, fragment_capacity;
};

// ---- flowtrace.c

// 0, or -EINVAL reported. Nothing is written without TRACEINFO.
int flow_trace_open(struct aggregateipflows *e, struct errh *errh);
void flow_trace_note_filepos(const struct aggregateipflows *e, struct flow *flow);
void
flow_trace_add(struct aggregateipflows *e, const struct flow_key *key, const struct flow *flow);
void flow_trace_close(struct aggregateipflows *e);
