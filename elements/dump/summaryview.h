// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a summary sees of a packet: its headers, copied out, and what is wrong with them.

#include <stdbool.h>
#include <stdint.h>

#include "src/strbuf.h"

struct packet;

enum { SUMMARY_HEADER_MAX = 60 };

struct summary_view {
	// Filled in before.
	bool careful_truncation; // an IP packet that is shorter than it says is bad
	bool extra_length; // EXTRA_LENGTH counts
	bool split; // one of several that a packet stands for: lengths come from EXTRA_LENGTH
	struct strbuf bad; // `!bad REASON` and a line end; the first reason only
	struct strbuf payload; // room

	const struct packet *p; // borrowed
	uint32_t extra; // EXTRA_LENGTH annotation
	bool has_ip; // a sound IPv4 header, as far as it is there
	bool is_first; // not a later fragment
	int32_t network, transport; // places
	uint32_t network_len; // bytes from there on, no more than the IP length
	uint32_t transport_len;
	uint32_t ip_len, ip_header_len; // as the header says
	uint8_t proto;
	uint32_t n_ip, n_transport; // bytes copied
	uint8_t ip[SUMMARY_HEADER_MAX];
	uint8_t tcp[SUMMARY_HEADER_MAX]; // TCP or another transport header
};

// Looks at a packet. needs_ip: something wrong with the IP header matters.
void summary_view_set(struct summary_view *v, const struct packet *p, bool needs_ip);
void summary_view_fini(struct summary_view *v);

// Notes why a value is missing.
void summary_view_bad(struct summary_view *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

// n bytes at off of the IP header. NULL: not there, noted.
const uint8_t *summary_view_ip(struct summary_view *v, uint32_t off, uint32_t n);
// Whether there is such a header: the right protocol, and a first fragment. A later fragment is
// noted. name: "TCP".
bool summary_view_is(struct summary_view *v, uint8_t proto, const char *name);
// n bytes at off of the transport header of a packet for which that was true.
const uint8_t *
summary_view_transport(struct summary_view *v, const char *name, uint32_t off, uint32_t n);
// The TCP header with its options. NULL: not whole. *len: its length.
const uint8_t *summary_view_tcp(struct summary_view *v, uint32_t *len);

// Where the payload of IP packets (and of TCP and UDP) begins; the start of others.
int32_t summary_view_payload(struct summary_view *v);
// Bytes that the IP packet had; those of the packet if it is not IP.
uint32_t summary_view_length(const struct summary_view *v);

static inline uint32_t
summary_get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t
summary_get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}
