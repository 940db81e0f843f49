// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which pings were answered, and how long that took.

#include <stdint.h>

struct strbuf;

enum ping_reply { PING_UNKNOWN, PING_FIRST, PING_DUPLICATE };

struct pingstats {
	int64_t *sent_ns; // owned; by sequence number: when it was sent, negative once answered
	uint64_t n_received, n_duplicates;
	// Microseconds, of first replies.
	uint64_t rtt_min, rtt_max, rtt_sum;
	double rtt_square_sum;
};

void pingstats_init(struct pingstats *s);
void pingstats_fini(struct pingstats *s);
void pingstats_reset(struct pingstats *s);

void pingstats_sent(struct pingstats *s, uint16_t seq, int64_t now_ns);
// *rtt_us is set unless the result is PING_UNKNOWN.
enum ping_reply
pingstats_received(struct pingstats *s, uint16_t seq, int64_t now_ns, uint64_t *rtt_us);

uint64_t pingstats_rtt_avg(const struct pingstats *s); // microseconds, 0 if there was no reply
// The lines that ping(8) ends with.
void pingstats_summary(const struct pingstats *s, uint64_t n_sent, struct strbuf *out);
