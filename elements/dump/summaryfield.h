// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The fields of IPSummaryDump files: one row for each says what it is called, how a value looks as
// text and in binary, how it is taken from a packet, and how it is put into one. The rows stand in
// files by subject (summary_ip.c ...).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;
struct summary_build;
struct summary_view;

enum { SUMMARY_VALUE_ROOM = 64 };

struct summary_value {
	uint64_t number; // times: nanoseconds
	const uint8_t *bytes; // borrowed, of the packet or of the line; or small
	uint32_t len; // of bytes
	uint8_t small[SUMMARY_VALUE_ROOM];
};

// How values of a kind look.
struct summary_form {
	uint8_t size; // binary, bytes; SUMMARY_COUNTED: a byte that says how many follow; 0: none
	void (*print)(const struct summary_value *v, struct strbuf *out);
	// text ends with a NUL and may be changed. false: not such a value.
	bool (*parse)(char *text, struct summary_value *v);
	// to and from have size bytes (counted: len from bytes). NULL: big-endian number.
	void (*pack)(const struct summary_value *v, uint8_t *to);
	void (*unpack)(const uint8_t *from, struct summary_value *v);
};

enum { SUMMARY_COUNTED = 255 };

// Subjects, in the order in which values are put into a packet.
enum summary_layer {
	SUMMARY_ANNO,
	SUMMARY_LINK,
	SUMMARY_IP,
	SUMMARY_TRANSPORT,
	SUMMARY_PAYLOAD,
	SUMMARY_LAYERS
};

struct summary_field {
	const char *name;
	const char *shown; // what a text file's !data says, if not name
	const struct summary_form *form;
	enum summary_layer layer;
	// false: the packet has no such value. It may say why, see summaryview.h.
	bool (*extract)(
		struct summary_view *v, const struct summary_field *f, struct summary_value *value);
	// NULL: cannot be put into a packet.
	void (*inject)(struct summary_build *b, const struct summary_field *f,
		const struct summary_value *value);
	unsigned number; // for the functions: which of several alike
};

// By subject; each list ends with a row without name.
extern const struct summary_field summary_anno_fields[], summary_link_fields[], summary_ip_fields[],
	summary_port_fields[], summary_tcp_fields[], summary_udp_fields[], summary_icmp_fields[],
	summary_payload_fields[];

// By name or one of its synonyms. NULL: there is none.
const struct summary_field *summary_field_find(const char *name);

// A list of fields, as !data and FIELDS have it.
struct summary_fields {
	const struct summary_field **v; // owned array of shared rows; NULL: an unknown field
	size_t n;
};

enum { SUMMARY_FIELDS_MAX = 256 }; // in one list

void summary_fields_fini(struct summary_fields *fields);
void summary_fields_add(struct summary_fields *fields, const struct summary_field *f);
// `!data ...` and a line end.
void summary_fields_text(const struct summary_fields *fields, bool binary, struct strbuf *out);

// A value in binary, to the end of out; NULL: the packet has none.
void summary_pack(const struct summary_field *f, const struct summary_value *v, struct strbuf *out);
// A value from the n bytes at *from, which moves behind it. false: cut off.
bool summary_unpack(
	const struct summary_field *f, const uint8_t **from, size_t *n, struct summary_value *v);
