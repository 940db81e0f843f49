// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Random early detection (Floyd and Jacobson, 1993), with the gentle variant and the arithmetic of
// Click's. What RED and AdaptiveRED share.

#include "elements/aqm/aqm.h"

enum {
	RED_QUEUE_BITS = 10, // behind the point of the average length
	RED_P_BITS = 16, // behind the point of probabilities
	RED_P_ONE = 1 << RED_P_BITS,
	RED_THRESH_MAX = 0xffff,
};

struct red {
	struct aqm aqm;
	// As configured.
	uint32_t min_thresh, max_thresh; // packets
	struct probability wanted_p;
	uint32_t stability; // the average moves by 1 / 2^stability of the difference
	bool gentle;
	// What follows from that, see red_set_p().
	uint32_t max_p; // RED_P_BITS
	uint32_t kill_thresh; // above it all packets are dropped
	int64_t c1, c2, g1, g2;
	// State.
	int64_t avg; // length of the queues, RED_QUEUE_BITS
	int64_t empty_ns; // when they were found empty; 0: they were not
	int32_t count; // packets since the last drop; -1: none can be dropped
	uint32_t random; // RED_P_BITS
};

// Checks the thresholds and computes what follows from them. max_p is set, too.
int red_configure(struct red *e, struct errh *errh);
// A new probability at MAX_THRESH.
void red_set_p(struct red *e, uint32_t max_p);

void red_push(struct element *e, unsigned port, struct batch *b);
void red_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
int red_take_state(struct element *e, struct element *old, struct errh *errh);
// "P, QUEUES q, STABILITY s"
void red_config_text(const struct red *e, struct strbuf *out);

int red_read_average(const struct handler_read *call);
int red_read_stats(const struct handler_read *call);
int red_read_p(const struct handler_read *call);

#define RED_HANDLERS                                                                          \
	AQM_HANDLER_DROPS, AQM_HANDLER_QUEUES,                                                \
		{.name = "avg_queue_size",                                                    \
			.read = red_read_average,                                             \
			.help = "average length of the queues, in packets"},                  \
	{                                                                                     \
		.name = "stats", .read = red_read_stats,                                      \
		.help = "length of the queues at present, average length, and drops, a line " \
			"each"                                                                \
	}
#define RED_HANDLER_P                                                                 \
	{                                                                             \
		.name = "max_p", .read = red_read_p, .write = handler_write_argument, \
		.argument = "MAX_P", .type = &arg_probability,                        \
		.offset = offsetof(struct red, wanted_p),                             \
		.help = "probability of a drop when the average is MAX_THRESH"        \
	}
#define RED_ARG_P                                  \
	ARG(red, wanted_p, "MAX_P", ARG_MANDATORY, \
		.help = "probability of a drop when the average is MAX_THRESH, 0 to 1")
#define RED_ARG_STABILITY                                                                       \
	ARG(red, stability, "STABILITY", ARG_KEYWORD, .def = "4",                               \
		.help = "0 to 16: how slowly the average follows the length; with 0 it is the " \
			"length")
