// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which of several servers a packet or a flow goes to.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "elements/tcpudp/segment.h"
#include "src/element.h"

enum balancer_mode {
	BALANCER_RR,
	BALANCER_HASH, // of addresses and ports
	BALANCER_CHASH, // sum of their bytes
	BALANCER_HASH_IP, // of addresses
	BALANCER_HASH_AGG, // AGGREGATE annotation
	BALANCER_LEAST, // least load of all
	BALANCER_POW2, // the better of two
};

enum balancer_load { BALANCER_CONNECTIONS, BALANCER_PACKETS, BALANCER_BYTES };

struct balancer_server {
	_Atomic int64_t load[3]; // by enum balancer_load; any lcore
} __rte_cache_aligned;

struct balancer {
	enum balancer_mode mode;
	enum balancer_load load;
	bool tracks; // loads are counted
	uint32_t n_servers, n_active;
	uint16_t *order; // owned; the first n_active servers get packets
	struct balancer_server *servers; // owned
	// As configured.
	struct word mode_text, load_text;
	bool force_track;
	uint32_t n_wanted; // NSERVER
};

struct balancer_lcore { // begins the class's per-lcore state
	uint32_t next; // turn of this lcore
};

// What balancers read of a packet.
struct balancer_packet {
	struct segment s; // valid for IP
	uint32_t src, dst; // as in the packet; 0 for what is not IP, as all that follows
	uint8_t protocol;
	uint32_t ports; // both, as in the packet; 0: it has none
	uint8_t flags; // TCP
	bool first; // it is whole, or a first fragment
};

// At configure, with so many servers; n > 0.
int balancer_configure(struct balancer *b, uint32_t n, struct errh *errh);
// The same in turn, with n_active servers in use (0: all).
void balancer_init(struct balancer *b, uint32_t n, uint32_t n_active);
// At initialize: each lcore begins at another server.
void balancer_start(struct balancer *b, struct element *e);
void balancer_fini(struct balancer *b);
// Loads move to a balancer with as many servers.
void balancer_take(struct balancer *b, const struct balancer *old);

// false: no IPv4 header; *bp is zeroed.
bool balancer_read(struct balancer_packet *bp, struct packet **pp);
// A server for a packet, or for the flow that it begins.
unsigned balancer_pick(const struct balancer *b, struct balancer_lcore *l, struct packet *p,
	const struct balancer_packet *bp);
void balancer_count(struct balancer *b, unsigned server, const struct packet *p,
	const struct balancer_packet *bp);
// Puts another address in place, and both checksums right. false: no memory.
bool balancer_set_address(
	const struct balancer_packet *bp, struct packet **pp, bool source, uint32_t addr_be);

static inline void
balancer_track(struct balancer *b, unsigned server, const struct packet *p,
	const struct balancer_packet *bp)
{
	if (b->tracks)
		balancer_count(b, server, p, bp);
}

// ---- for the classes' tables. The struct has a field `balancer` right behind the element.

struct balancer_element {
	struct element element;
	struct balancer balancer;
};

extern const struct handler balancer_handlers[];

#define BALANCER_ARGS(struct_name)                                                              \
	ARG(struct_name, balancer.mode_text, "LB_MODE", ARG_KEYWORD, .def = "rr",               \
		.help = "rr, hash, chash, hash_ip, hash_agg, least or pow2"),                   \
		ARG(struct_name, balancer.load_text, "LST_MODE", ARG_KEYWORD, .def = "conn",    \
			.help = "load that least and pow2 look at: conn, packets or bytes"),    \
		ARG(struct_name, balancer.force_track, "FORCE_TRACK_LOAD", ARG_KEYWORD,         \
			.def = "false", .help = "counts loads in modes that do not need them"), \
		ARG(struct_name, balancer.n_wanted, "NSERVER", ARG_KEYWORD, .def = "0",         \
			.help = "servers that get packets, the rest being spares; 0: all")

#define BALANCER_MODES_MANUAL                                                                         \
	"LB_MODE rr takes servers in turn, each lcore by itself, beginning at different ones. hash\n" \
	"and chash choose by addresses and ports, hash_ip by addresses, hash_agg by the AGGREGATE\n"  \
	"annotation. least takes the server with the least load, pow2 the better of two at random.\n" \
	"The load is that of LST_MODE: connections are TCP SYNs less FINs and RSTs."
