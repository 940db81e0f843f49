// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A rig for testing elements: a real router around the element, with the test at both ends.
//
//	struct rig *r = rig_new("Paint(5)", 1, 1);
//	rig_push_hex(r, 0, "0102");
//	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
//	rig_expect_hex(r, 0, 0, "0102");
//	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 5);
//	rig_free(r); // checks that no packet leaked and that the balance holds
//
// Everything runs on the test's thread, in simulated time from 1000000000 s on. The element is
// named "e".

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mbuf-bridge/packet.h"
#include "test/unit/unit.h"

struct element;
struct rig;

enum { RIG_OUTPUTS_MAX = 64, RIG_INPUTS_MAX = 16 };

// The element with n_in inputs that the test pushes into and n_out outputs that the test captures.
// NULL, and a failed check, if it does not configure.
struct rig *rig_new(const char *element, unsigned n_in, unsigned n_out);
// The same with pull inputs and a pull output 0: inputs are fed with packets that wait, the output
// is pulled by rig_pull(). Further outputs are captured.
struct rig *rig_new_pull(const char *element, unsigned n_in, unsigned n_out);
// Push inputs and a pull output 0 (queues).
struct rig *rig_new_queue(const char *element, unsigned n_in, unsigned n_out);
// Pull inputs and push outputs (Unqueue).
struct rig *rig_new_unqueue(const char *element, unsigned n_in, unsigned n_out);
// A whole configuration. `RigIn(N)` elements are the test's inputs (push, or pull if connected to a
// pull input), `RigOut(N)` its outputs (captured if pushed into, else pulled by rig_pull()).
struct rig *rig_config(const char *config);
// Hot swap: another configuration takes the place of the running one. What it reports ("" if it
// runs, else the old one goes on). Caller frees.
char *rig_swap(struct rig *r, const char *config);
// Ends it. All packets must be accounted for.
void rig_free(struct rig *r);

// What a configuration reports instead of running ("" if it runs): all lines, without the element's
// context line for rig_errors().
char *rig_errors(const char *element, unsigned n_in, unsigned n_out); // caller frees
char *rig_config_errors(const char *config); // with everything; caller frees
// The same without opening devices or making packets: what --check does. Caller frees.
char *rig_check_errors(const char *config);
#define ASSERT_ERRORS(element, n_in, n_out, want)                 \
	do {                                                      \
		char *errors_ = rig_errors(element, n_in, n_out); \
                                                                  \
		ASSERT_TEXT(errors_, want);                       \
		free(errors_);                                    \
	} while (0)

struct element *rig_element(struct rig *r); // "e"
struct element *rig_find(struct rig *r, const char *name);

// ---- packets in. The rig (or the element) owns the packet afterwards.
struct packet *rig_hex(const char *hex); // spaces are ignored
struct packet *rig_segments(const char *hex, unsigned size); // cut into segments of size bytes
void rig_push(struct rig *r, unsigned input, struct packet *p);
void rig_push_hex(struct rig *r, unsigned input, const char *hex);
void rig_push_batch(struct rig *r, unsigned input, struct packet **pkts, unsigned n);

// ---- packets out. Captured packets belong to the rig until rig_clear() or rig_free().
unsigned rig_count(struct rig *r, unsigned output);
struct packet *rig_packet(struct rig *r, unsigned output, unsigned i);
// Takes one captured packet out (the oldest); NULL if none.
struct packet *rig_take(struct rig *r, unsigned output);
void rig_clear(struct rig *r);
// Pulls once for at most max packets; they are captured. Returns how many came.
unsigned rig_pull(struct rig *r, unsigned output, unsigned max);
// The output numbers in the order in which packets came out, "0 0 1 0". Caller frees.
char *rig_order(struct rig *r);

void rig_assert_hex(const char *file, int line, const struct packet *p, const char *hex);
#define rig_expect_hex(r, output, i, hex) \
	rig_assert_hex(__FILE__, __LINE__, rig_packet(r, output, i), hex)

// ---- time and tasks
void rig_run(struct rig *r, unsigned rounds); // rounds of the driver loop: tasks, timers
void rig_run_for(struct rig *r, int64_t ns); // until that much time has passed
bool rig_stopped(struct rig *r); // the run count has dropped to 0

// ---- handlers
// The value of "handler" of e, or of "element.handler". NULL, and a failed check, on error. Valid
// until the next call.
const char *rig_read(struct rig *r, const char *handler);
const char *rig_read_param(struct rig *r, const char *handler, const char *param);
// The error text of a read or write that should fail ("" if it did not).
const char *rig_read_error(struct rig *r, const char *handler, const char *param);
const char *rig_write(struct rig *r, const char *handler, const char *value);
#define ASSERT_READ(r, handler, want) ASSERT_TEXT(rig_read(r, handler), want)
// What elements chattered since the last call, a '\n' behind each line.
const char *rig_chatter(struct rig *r);
uint64_t rig_drops(struct rig *r, unsigned reason); // of e

// Every truncation of a packet, whole and cut into segments of 1 byte, is pushed into a fresh
// element; nothing may crash, leak or read out of bounds (run with sanitizers).
void rig_truncations(const char *element, unsigned n_in, unsigned n_out, unsigned input,
	const char *hex, void (*prepare)(struct packet *p));
