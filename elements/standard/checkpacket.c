// SPDX-License-Identifier: BSD-3-Clause
// CheckPacket: reports packets that are not as a test expects them.

#include <string.h>

#include "src/chatter.h"
#include "src/confstr.h"
#include "src/element.h"

struct checkpacket {
	struct element element;
	uint32_t modulus, offset; // of the data's address; modulus 0: any
	// As configured.
	struct data data;
	bool has_data, has_length, has_length_eq, has_length_ge, has_length_le;
	uint32_t data_offset;
	uint32_t length, length_eq, length_ge, length_le; // length and length_eq are one
	struct any alignment;
};

#define REPORT(e, fmt, ...) chatter(ELEMENT_FMT ": " fmt, ELEMENT_ARG(e), __VA_ARGS__)

static void
check_length(const struct checkpacket *e, uint32_t len)
{
	if (e->has_length && len != e->length)
		REPORT(e, "bad length %u (wanted %u)", len, e->length);
	if (e->has_length_ge && len < e->length_ge)
		REPORT(e, "bad length %u (wanted > %u)", len, e->length_ge);
	if (e->has_length_le && len > e->length_le)
		REPORT(e, "bad length %u (wanted < %u)", len, e->length_le);
}

// Without LENGTH the data is all there may be behind its place.
static void
check_data(const struct checkpacket *e, const struct packet *p)
{
	uint32_t len = packet_length(p), n = (uint32_t)e->data.len;
	uint64_t wanted = (uint64_t)e->data_offset + n;
	bool any_length = e->has_length || e->has_length_ge || e->has_length_le;
	uint8_t byte;

	if (len < wanted) {
		REPORT(e, "data too short (%u bytes, wanted %u)",
			len > e->data_offset ? len - e->data_offset : 0, n);
		return;
	}
	if (len > wanted && !any_length)
		REPORT(e, "data too long (%u bytes, wanted %u)", len - e->data_offset, n);
	for (uint32_t i = 0; i < n; i++) {
		packet_read(p, e->data_offset + i, &byte, 1);
		if (byte != e->data.bytes[i]) {
			REPORT(e, "%s", "bad data (does not match)");
			return;
		}
	}
}

static inline void
checkpacket_packet(struct checkpacket *e, struct packet *p)
{
	check_length(e, packet_length(p));
	if (e->has_data)
		check_data(e, p);
	if (e->modulus != 0 && (uintptr_t)packet_data(p) % e->modulus != e->offset)
		REPORT(e, "bad alignment (%u/%u, expected %u/%u)", e->modulus,
			(unsigned)((uintptr_t)packet_data(p) % e->modulus), e->modulus, e->offset);
}

ELEMENT_CHANGE(checkpacket, checkpacket, checkpacket_packet)

static int
read_alignment(struct checkpacket *e, struct errh *errh)
{
	struct strvec words = {0};
	uint64_t modulus = 0, offset = 0;
	bool good;

	confstr_split_words(e->alignment.text, &words);
	good = words.n == 2 && text_read_uint64(words.v[0], &modulus) == 0 &&
	       text_read_uint64(words.v[1], &offset) == 0 && modulus > 0 && modulus <= UINT16_MAX &&
	       offset < modulus;
	strvec_fini(&words);
	e->modulus = (uint32_t)modulus;
	e->offset = (uint32_t)offset;
	return good ? 0 : errh_error(errh, "ALIGNMENT: expected 'MODULUS OFFSET'");
}

static int
checkpacket_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct checkpacket *e = (struct checkpacket *)base;

	(void)args;
	if (e->has_length + e->has_length_eq + e->has_length_ge + e->has_length_le > 1)
		return errh_error(
			errh, "LENGTH_EQ, LENGTH_GE, and LENGTH_LE are mutually exclusive");
	if (e->has_length_eq) {
		e->has_length = true;
		e->length = e->length_eq;
	}
	return e->alignment.text != NULL ? read_alignment(e, errh) : 0;
}

static const struct arg checkpacket_args[] = {
	ARG(checkpacket, data, "DATA", ARG_KEYWORD, .given = ARG_GIVEN(checkpacket, has_data),
		.help = "bytes that packets should have"),
	ARG(checkpacket, data_offset, "DATA_OFFSET", ARG_KEYWORD, .def = "0",
		.help = "where they should have them"),
	ARG(checkpacket, length, "LENGTH", ARG_KEYWORD, .given = ARG_GIVEN(checkpacket, has_length),
		.help = "bytes in a packet"),
	ARG(checkpacket, length_eq, "LENGTH_EQ", ARG_KEYWORD,
		.given = ARG_GIVEN(checkpacket, has_length_eq), .help = "same as LENGTH"),
	ARG(checkpacket, length_ge, "LENGTH_GE", ARG_KEYWORD,
		.given = ARG_GIVEN(checkpacket, has_length_ge),
		.help = "least number of bytes in a packet"),
	ARG(checkpacket, length_le, "LENGTH_LE", ARG_KEYWORD,
		.given = ARG_GIVEN(checkpacket, has_length_le),
		.help = "greatest number of bytes in a packet"),
	ARG(checkpacket, alignment, "ALIGNMENT", ARG_KEYWORD,
		.help = "MODULUS OFFSET: remainder of the data's address"),
	ARGS_END,
};

static const struct element_class checkpacket_class = {
	.name = "CheckPacket",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkpacket),
	.push = checkpacket_push,
	.pull = checkpacket_pull,
	.decide = checkpacket_decide,
	.configure = checkpacket_configure,
	.args = checkpacket_args,
	.group = "standard",
	.brief = "reports packets that are not as a test expects them",
	.manual =
		"What is wrong with a packet is written to standard error, a line for each fault. All\n"
		"packets pass; in Click none does. Without a LENGTH, DATA should reach to the packet's\n"
		"end.",
	.example = "Idle -> CheckPacket(DATA \"abc\", LENGTH_GE 3) -> Discard;",
};
ELEMENT_CLASS(checkpacket_class)
