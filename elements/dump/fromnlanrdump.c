// SPDX-License-Identifier: BSD-3-Clause
// FromNLANRDump: reads packets from a trace file of NLANR (fr, fr+, tsh).

#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "elements/dump/linktype.h"
#include "elements/dump/recordsource.h"
#include "src/clock.h"

enum nlanr_format { NLANR_FR, NLANR_FR_PLUS, NLANR_TSH };

enum {
	FR_RECORD = 24,
	TSH_RECORD = 44, // time, IP header, the first bytes of the TCP header
	TIME = 8,
	MICROSECONDS = 0xffffff, // what is above it in tsh files is the interface
};

struct fromnlanrdump {
	struct record_source records;
	enum nlanr_format kind;

	// Arguments.
	struct word format;
};

static enum record_result
fromnlanrdump_next(struct record_source *s, struct record *r, const char **error)
{
	enum nlanr_format kind = ((struct fromnlanrdump *)s)->kind;
	enum record_result result;
	struct rte_ipv4_hdr ip;
	uint32_t time[2], fraction;

	r->size = kind == NLANR_FR ? FR_RECORD : TSH_RECORD;
	result = record_source_need(s, r->size, error);
	if (result != RECORD_FOUND || kind == NLANR_FR)
		return result;
	memcpy(time, dump_input_bytes(&s->in), sizeof(time));
	fraction = rte_be_to_cpu_32(time[1]);
	if (kind == NLANR_TSH) {
		r->paint = (uint8_t)(fraction >> 24);
		fraction &= MICROSECONDS;
	}
	r->has_packet = true;
	r->timestamp_ns = rte_be_to_cpu_32(time[0]) * CLOCK_S + fraction * CLOCK_US;
	r->bytes = dump_input_bytes(&s->in) + TIME;
	r->captured = TSH_RECORD - TIME;
	memcpy(&ip, r->bytes, sizeof(ip));
	r->length = rte_be_to_cpu_16(ip.total_length);
	if (r->length >= sizeof(ip))
		r->captured = RTE_MIN(r->captured, r->length);
	r->link_type = LINK_IP;
	return result;
}

// ---- configuration

// By the end of the name, in front of that of a compressor.
static enum nlanr_format
guess_format(const char *name, struct errh *errh)
{
	static const char *const packed[] = {".gz", ".bz2", ".Z"};
	static const char *const suffixes[] = {
		[NLANR_FR] = ".fr", [NLANR_FR_PLUS] = ".fr+", [NLANR_TSH] = ".tsh"};
	size_t len = strlen(name);

	for (unsigned i = 0; i < RTE_DIM(packed); i++) {
		size_t n = strlen(packed[i]);

		if (len > n && memcmp(name + len - n, packed[i], n) == 0) {
			len -= n;
			break;
		}
	}
	for (unsigned i = 0; i < RTE_DIM(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len >= n && memcmp(name + len - n, suffixes[i], n) == 0)
			return (enum nlanr_format)i;
	}
	errh_warning(errh, "cannot guess file format from filename, assuming 'tsh'");
	return NLANR_TSH;
}

static int
set_format(struct fromnlanrdump *e, struct errh *errh)
{
	static const char *const names[] = {
		[NLANR_FR] = "fr", [NLANR_FR_PLUS] = "fr+", [NLANR_TSH] = "tsh"};

	if (e->format.text == NULL) {
		e->kind = guess_format(e->records.source.filename.text, errh);
		return 0;
	}
	for (unsigned i = 0; i < RTE_DIM(names); i++) {
		if (strcmp(e->format.text, names[i]) == 0) {
			e->kind = (enum nlanr_format)i;
			return 0;
		}
	}
	return errh_error(errh, "bad FORMAT");
}

static int
fromnlanrdump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromnlanrdump *e = (struct fromnlanrdump *)base;

	(void)args;
	e->records.next = fromnlanrdump_next;
	if (record_source_configure(&e->records, errh) != 0)
		return -EINVAL;
	return set_format(e, errh);
}

static int
fromnlanrdump_take_state(struct element *base, struct element *old, struct errh *errh)
{
	if (old->class != base->class ||
		((struct fromnlanrdump *)old)->kind != ((struct fromnlanrdump *)base)->kind)
		return 0;
	return record_source_take_state(base, old, errh);
}

static const struct arg fromnlanrdump_args[] = {
	RECORD_SOURCE_ARGS,
	ARG(fromnlanrdump, format, "FORMAT", ARG_KEYWORD,
		.help = "fr, fr+ or tsh; if not given, as the file's name ends"),
	ARG(fromnlanrdump, records.force_ip, "FORCE_IP", ARG_KEYWORD, .def = "true",
		.help = "false: packets do not need a valid IP header, and have none marked"),
	ARGS_END,
};

static const struct element_class fromnlanrdump_class = {
	.name = "FromNLANRDump",
	RECORD_SOURCE_FIELDS,
	.size = sizeof(struct fromnlanrdump),
	.configure = fromnlanrdump_configure,
	.attach = record_source_attach,
	.take_state = fromnlanrdump_take_state,
	.args = fromnlanrdump_args,
	.writes = "DST_IP EXTRA_LENGTH PAINT",
	.brief = "reads packets from a trace file of NLANR",
	.manual =
		"Gives the packets of a file in one of the formats of the National Laboratory for\n"
		"Applied Network Research: an IP header and the first 16 bytes behind it, with the\n"
		"timestamp, and in tsh files the interface as paint annotation. EXTRA_LENGTH holds\n"
		"what is missing to the length in the IP header. Records of fr files do not say\n"
		"enough to make packets, so none come of them. Times and the end are as in FromDump.",
	.example = "FromNLANRDump(trace.tsh, STOP true) -> Discard;",
};
ELEMENT_CLASS(fromnlanrdump_class)
