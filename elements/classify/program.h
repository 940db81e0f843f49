// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Decision programs: what Classifier and the IP filters make of their patterns.
//
// A program is a list of steps. A step compares four bytes of the packet, under a mask, with a
// value and goes on to one of two places: a later step, an output, or the drop. It is built from
// trees of tests, in which every branch that is not decided yet leads to LINK_SUCCESS or
// LINK_FAILURE; combining, negating and finishing only redirect those.
//
// It is then optimised as Click does it, pass by pass, since users read and compare the result
// (handler `program`). Click's passes are right for packets that are long enough for all tests, and
// careless with those that end before a test's bytes: `not syn and ack` would let a TCP header pass
// that ends before its flags. So packets go through a second program, for which the passes take
// PROGRAM_STRICT care that nothing changes for any packet, and leave out what only the text needs.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum {
	PROGRAM_STEPS_MAX = 1 << 18, // before optimising: more make the program too large
	// Above this the passes, which are quadratic, leave a program as it is. The parts of a
	// joined program are optimised all the same.
	PROGRAM_OPTIMISE_MAX = 1 << 14,
	PROGRAM_OFFSET_MAX = UINT16_MAX - 3,
};

// Where a branch leads: a positive number is a step, 0 and below an output (0, -1, -2 ...) or:
#define LINK_DROP (-INT32_MAX)
#define LINK_SUCCESS (-INT32_MAX + 1) // still open
#define LINK_FAILURE (-INT32_MAX + 2)

// What the offsets of a program mean.
enum program_space {
	SPACE_PACKET, // bytes of the packet, plus the program's alignment offset
	SPACE_HEADERS, // places behind the three headers:
};
enum {
	OFFSET_MAC = 2, // first byte of the MAC header
	OFFSET_NETWORK = 256,
	OFFSET_TRANSPORT = 512,
};

enum { NO, YES };

struct program_step {
	uint32_t value, mask; // the first of the four bytes is the highest
	int32_t next[2]; // by outcome: NO, YES
	uint16_t offset;
	bool short_yes; // a packet that ends before the masked bytes goes to YES, else to NO
};

enum program_care { PROGRAM_CLICK, PROGRAM_STRICT };

struct program {
	struct program_step *steps; // owned
	size_t n, cap;
	int32_t constant; // where all packets go when there are no steps
	enum program_space space;
	enum program_care care;
	uint8_t align; // SPACE_PACKET: offset 0 is so many bytes in front of the packet
	bool too_large; // tests were refused: the program is of no use
};

// An empty program that fails all packets.
void program_init(struct program *p, enum program_space space);
void program_fini(struct program *p);

// ---- building. A tree is what was added since a mark, the number of steps at that time.

// One test. offset is a multiple of four, at most PROGRAM_OFFSET_MAX.
void program_add(struct program *p, uint32_t offset, uint32_t value, uint32_t mask);

// Trees that will be combined: program_part() where each one begins.
struct program_parts {
	size_t *start; // owned
	size_t n, cap;
};
void program_part(const struct program *p, struct program_parts *parts);

enum program_combiner {
	COMBINE_AND,
	COMBINE_OR,
	COMBINE_CHOOSE, // condition, then, condition, then ..., else
};
// Makes one tree of the parts, the last of which ends at the last step. Parts without steps do not
// count. Releases parts.
void
program_combine(struct program *p, struct program_parts *parts, enum program_combiner combiner);
// Success becomes failure and the other way round. With flip this holds for packets that are too
// short as well: what `!=` means, while `not` lets them pass.
void program_negate(struct program *p, size_t mark, bool flip);
// Redirects the open branches of a tree; LINK_SUCCESS and LINK_FAILURE leave them open.
void program_finish(struct program *p, size_t mark, int32_t success, int32_t failure);
// What left fails goes through right. right is empty afterwards.
void program_append(struct program *left, struct program *right);
void program_copy(struct program *to, const struct program *from);

// ---- optimising

void program_optimise(struct program *p);
// Its passes.
void program_sort(struct program *p); // chains of tests of which all, or one, must hold
void program_dominate(struct program *p); // tests whose outcome is known from earlier ones
void program_merge(struct program *p); // neighbours in the same four bytes
void program_compact(struct program *p); // steps that decide nothing or cannot be reached
// Whether a test a with this outcome says that of x, for packets that all have known bytes.
bool program_settles(enum program_care care, const struct program_step *a, int outcome,
	const struct program_step *x, uint32_t known, int *x_outcome);
// Puts steps that look for one of several values behind each other. Not part of optimising.
void program_group(struct program *p);

// Bytes that a packet must have for the step to look at its data; counts from offset 0.
static inline uint32_t
program_step_need(const struct program_step *s)
{
	return s->mask == 0 ? 0 : s->offset + 4u - (uint32_t)__builtin_ctz(s->mask) / 8;
}

// Whether two steps always have the same outcome.
static inline bool
program_same_test(const struct program_step *a, const struct program_step *b)
{
	return a->offset == b->offset && a->mask == b->mask && a->value == b->value &&
	       a->short_yes == b->short_yes;
}

// ---- looking at the result

// Packets of this length have all bytes that tests look at.
uint32_t program_safe_length(const struct program *p);
// Whether some packet can leave by the output.
bool program_uses_output(const struct program *p, unsigned output);
// How many branches lead to each step. The caller frees the array.
uint32_t *program_count_links(const struct program *p);
// The text of the `program` handler.
void program_print(const struct program *p, struct strbuf *out);
