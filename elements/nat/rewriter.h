// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What all rewriters have in common. A packet whose ends are known leaves as its flow says; for any
// other one the specification of its input decides. Classes differ in what they take for the ends
// of a packet, and in how they rewrite it: struct rewriter_kind and struct rewriter_path.
//
// All lcores may be in one rewriter: they look at packets side by side, and take turns, by the lock
// of the flows, to look them up and rewrite them, a batch at a time.

#include <stdbool.h>
#include <stdint.h>

#include "elements/nat/flowset.h"
#include "elements/nat/pattern.h"
#include "src/args.h"
#include "src/element.h"
#include "src/timer.h"

struct mapper;
struct rewriter;

// ---- specifications of inputs

enum rewriter_spec_kind { SPEC_DROP, SPEC_PASS, SPEC_KEEP, SPEC_PATTERN, SPEC_MAPPER };

struct rewriter_spec {
	enum rewriter_spec_kind kind;
	struct pattern_route
		route; // pattern only for SPEC_PATTERN; its foutput is that of SPEC_PASS
	struct mapper *mapper; // borrowed
	char *text; // owned; its words
	uint32_t n_flows;
	uint64_t n_failures;
	struct pattern_full full[PATTERN_FULL_SLOTS];
};

// Reads the specification of an input. 0, or -EINVAL, reported with the prefix.
int rewriter_spec_parse(struct rewriter_spec *spec, const char *text, struct rewriter *r,
	const char *prefix, struct errh *errh);
void rewriter_spec_fini(struct rewriter_spec *spec);
void rewriter_spec_text(const struct rewriter_spec *spec, struct strbuf *out); // with line end
// Whether flows of one may live on under the other.
bool rewriter_spec_equal(const struct rewriter_spec *a, const struct rewriter_spec *b);

// ---- rewriters

struct rewriter_kind {
	bool is_tcp; // knows sequence numbers, and how TCP connections end
	bool dport_follows; // see struct pattern_query
	bool any_protocol; // a flow has packets of all protocols
	// Whether a flow may be rewritten to these ends; may change them. NULL: to any.
	bool (*accept)(struct flow_key *key);
	// How a flow of these ends would be found, or, with reply, one whose replies have them.
	// false: not at all. *table is 0 or 1.
	bool (*key_for)(uint8_t protocol, const struct flow_key *ends, bool reply,
		struct flow_key *key, uint16_t *table);
	// Ends that keys of the kind leave out: taken over from what was asked for. NULL: none.
	void (*complete)(struct flow_key *rewritten, const struct flow_key *ends);
	// An entry up to its outputs.
	void (*entry_text)(const struct flow *f, unsigned direction, struct strbuf *out);
};

struct rewriter {
	struct element element;
	struct flow_set *set; // shared
	struct flow_owner owner;
	struct rewriter_spec *specs; // owned; one an input
	const struct rewriter_kind *kind;
	bool dst_anno, has_reply_anno;
	struct anno1 reply_anno;
	struct timer reaper;
	// Arguments.
	struct strvec spec_args;
	struct any mapping_capacity, capacity;
	bool has_streaming, has_streaming_short;
	struct timespan nodata_timeout, timeout, done_timeout, guarantee;
	struct timespan udp_timeout, streaming_timeout, udp_guarantee;
	struct timespan reap_interval;
};

enum rewriter_drop {
	REWRITER_UNHANDLED,
	REWRITER_DROPPED,
	REWRITER_NO_MAPPING,
	REWRITER_NO_MEMORY
};

extern const char *const rewriter_drops[];

// NULL: it is no rewriter.
struct rewriter *rewriter_of(struct element *e);

// For the classes' tables. configure is called by a function of the class's own.
int rewriter_configure(struct rewriter *r, const struct rewriter_kind *kind, struct errh *errh);
int rewriter_initialize(struct element *e, struct errh *errh);
void rewriter_cleanup(struct element *e);
int rewriter_take_state(struct element *e, struct element *old, struct errh *errh);
void rewriter_add_handlers(struct element *e); // pattern0 ...

static inline uint16_t
rewriter_table(const struct rewriter *r, uint16_t number)
{
	return (uint16_t)(2 * r->owner.index + number);
}

// ---- flows

// A packet that may begin one.
struct rewriter_query {
	struct flow_key key;
	uint16_t table;
	uint8_t protocol;
	uint8_t reply_anno;
};

// Makes a flow as the specification of an input has it. Returns its ref; 0: none, and *decision is
// what shall become of the packet. Under the lock.
uint32_t rewriter_map(struct rewriter *r, unsigned input, const struct rewriter_query *q,
	int64_t now_ms, int *decision);
// What becomes of a packet that the rewriter does not understand.
int rewriter_unhandled(const struct rewriter *r, unsigned input);

// What others want to know of a flow.
struct rewriter_entry {
	struct flow_key rewritten;
	uint16_t output;
	bool is_reply;
	bool has_reply_anno;
	uint8_t reply_anno;
};

enum { REWRITER_CHECK = -1, REWRITER_CHECK_REPLY = -2 };

// Finds the flow of a packet, or, with an input's number, makes it. false: there is none. Takes the
// lock.
bool rewriter_find(struct rewriter *r, uint8_t protocol, const struct flow_key *ends, int input,
	struct rewriter_entry *entry);
// The same in two steps, for somebody who has the lock: a ref, 0: none; and what is known of it.
uint32_t
rewriter_find_ref(struct rewriter *r, uint8_t protocol, const struct flow_key *ends, int input);
void rewriter_read_entry(const struct rewriter *r, uint32_t ref, const struct flow_key *ends,
	struct rewriter_entry *entry);

// ---- handlers

int rewriter_read(const struct handler_read *call);
int rewriter_write(const struct handler_write *call);
int rewriter_read_table(const struct handler_read *call); // number: 0 or 1
int rewriter_read_lookup(const struct handler_read *call);
// Entries of most kinds.
void rewriter_entry_text(const struct flow *f, unsigned direction, struct strbuf *out);

enum rewriter_value {
	REWRITER_TABLE_SIZE,
	REWRITER_FAILURES,
	REWRITER_PATTERNS,
	REWRITER_SIZE,
	REWRITER_CAPACITY,
	REWRITER_CLEAR,
};

// clang-format off
#define REWRITER_HANDLERS                                                                          \
	{.name = "table_size", .read = rewriter_read, .number = REWRITER_TABLE_SIZE,               \
		.help = "mappings that its inputs have made"},                                     \
	{.name = "nmappings", .read = rewriter_read, .number = REWRITER_TABLE_SIZE,                \
		.flags = HANDLER_DEPRECATED, .help = "the same"},                                  \
	{.name = "mapping_failures", .read = rewriter_read, .number = REWRITER_FAILURES,           \
		.help = "mappings that could not be made"},                                        \
	{.name = "patterns", .read = rewriter_read, .number = REWRITER_PATTERNS,                   \
		.help = "what its inputs do, a line each, with the number of mappings"},           \
	{.name = "size", .read = rewriter_read, .number = REWRITER_SIZE,                           \
		.help = "mappings, with those of others that share the capacity"},                 \
	{.name = "capacity", .read = rewriter_read, .write = rewriter_write,                       \
		.number = REWRITER_CAPACITY, .help = "mappings that there may be"},                \
	{.name = "clear", .write = rewriter_write, .flags = HANDLER_BUTTON,                        \
		.number = REWRITER_CLEAR,                                                          \
		.help = "removes all mappings, those of others that share the capacity too"}
#define REWRITER_TABLE_HANDLER(handler_name, deprecated_name, table)                               \
	{.name = handler_name, .read = rewriter_read_table, .number = table,                       \
		.help = "the mappings, a line for each direction"},                                \
	{.name = deprecated_name, .read = rewriter_read_table, .number = table,                    \
		.flags = HANDLER_DEPRECATED, .help = "the same"}
#define REWRITER_ARGS                                                                              \
	ARG(rewriter, mapping_capacity, "MAPPING_CAPACITY", ARG_KEYWORD, .def = "2147483647",      \
		.help = "mappings, at most (and never more than 16777216); or a rewriter with "    \
			"which the capacity, and all mappings, are shared"),                       \
	ARG(rewriter, capacity, "CAPACITY", ARG_KEYWORD, .help = "the same"),                      \
	ARG(rewriter, reap_interval, "REAP_INTERVAL", ARG_KEYWORD, .def = "900", .min = 0,         \
		.max = INT64_MAX, .help = "how often old mappings are removed; 0: never"),         \
	ARG(rewriter, reap_interval, "REAP_TIME", ARG_DEPRECATED, .min = 0, .max = INT64_MAX,      \
		.help = "the same as REAP_INTERVAL"),                                              \
	ARG(rewriter, reply_anno, "REPLY_ANNO", ARG_KEYWORD,                                       \
		.given = ARG_GIVEN(rewriter, has_reply_anno),                                      \
		.help = "annotation, one byte, that replies get from the first packet"),           \
	ARG(rewriter, spec_args, "INPUTSPEC", ARG_REST, .help = "what happens to packets of "      \
		"each input that have no mapping, see below")
#define REWRITER_TIME(field, keyword, default_text, text)                                          \
	ARG(rewriter, field, keyword, ARG_KEYWORD, .def = default_text, .min = 0,                  \
		.max = INT64_MAX, .help = text)
#define REWRITER_DST_ANNO                                                                          \
	ARG(rewriter, dst_anno, "DST_ANNO", ARG_KEYWORD, .def = "true",                            \
		.help = "sets the destination annotation of rewritten packets")
// clang-format on

// For .manual.
#define REWRITER_MANUAL                                                                             \
	"A packet whose addresses and ports are known leaves rewritten as its mapping says. For\n"  \
	"others the INPUTSPEC of their input decides:\n"                                            \
	"\n"                                                                                        \
	"drop; pass OUTPUT: unchanged; keep FOUTPUT ROUTPUT: a mapping that changes nothing;\n"     \
	"pattern SADDR SPORT DADDR DPORT FOUTPUT ROUTPUT: a mapping with these in place of its\n"   \
	"own ones (`-`: unchanged). Its packets leave by FOUTPUT, replies by ROUTPUT. SADDR\n"      \
	"DADDR, SADDR DADDR SPORT, or the name of a pattern stand for all four as well. SPORT,\n"   \
	"or else SADDR, may be a range L-H, SADDR also a prefix: each mapping gets one that is\n"   \
	"free for where it leads, its own if it can, or the next one with a `#` behind the\n"       \
	"range, or any with a `?`. The name of a mapper (RoundRobinIPMapper) lets that choose.\n"   \
	"\n"                                                                                        \
	"What it cannot rewrite leaves unchanged by the output of `pass`, or is dropped.\n"         \
	"\n"                                                                                        \
	"A mapping is kept for its guarantee, and then until its timeout, since the last packet.\n" \
	"If there is no room, the mapping without guarantee that times out first goes; if there\n"  \
	"is none, the new packet is dropped. Mappings survive a hot swap if their INPUTSPEC does."
