// SPDX-License-Identifier: BSD-3-Clause
// FromDAGDump: reads packets from a file that an Endace DAG card wrote.

#include <string.h>

#include <rte_byteorder.h>

#include "elements/dump/linktype.h"
#include "elements/dump/recordsource.h"
#include "src/chatter.h"
#include "src/clock.h"

struct fromdagdump {
	struct record_source records;
	bool told; // of a record of an odd type
	int32_t link_type; // ENCAP; negative: what each record says

	// Arguments.
	struct word encap;
};

// The extensible record format (ERF), as Endace's programming guide has it.
struct erf_header {
	uint64_t timestamp; // little-endian: seconds and their fraction, 32 bits each
	uint8_t type;
	uint8_t flags;
	rte_be16_t record_len; // with this header
	rte_be16_t n_lost; // in front of it
	rte_be16_t wire_len;
} __attribute__((packed));

enum erf_type { ERF_LEGACY, ERF_HDLC, ERF_ETHERNET, ERF_ATM, ERF_AAL5 };

enum {
	CELL_RECORD = 64, // of a legacy record: header, ATM header without its checksum, payload
	CELL_PAYLOAD = 48,
	ATM_HEADER = 4,
	ETHERNET_PAD = 2,
	ETHERNET_FCS = 4,
};

static int64_t
timestamp_ns(const struct erf_header *h)
{
	uint64_t fixed = rte_le_to_cpu_64(h->timestamp);

	return (int64_t)(fixed >> 32) * CLOCK_S +
	       (int64_t)((fixed & UINT32_MAX) * (uint64_t)CLOCK_S >> 32);
}

static enum record_result
next_cell(struct record_source *s, struct record *r, const char **error)
{
	enum record_result result = record_source_need(s, CELL_RECORD, error);

	r->size = CELL_RECORD;
	r->bytes = dump_input_bytes(&s->in) + CELL_RECORD - CELL_PAYLOAD;
	r->captured = r->length = CELL_PAYLOAD;
	r->link_type = LINK_ATM;
	return result;
}

// What stands behind the header of a record with n bytes there.
static bool
set_contents(struct record *r, const struct erf_header *h, uint32_t n)
{
	static const struct {
		uint8_t skip, trailer;
		int16_t link_type;
	} types[] = {
		[ERF_HDLC] = {0, 0, LINK_PPP_HDLC},
		[ERF_ETHERNET] = {ETHERNET_PAD, ETHERNET_FCS, LINK_ETHER},
		[ERF_ATM] = {ATM_HEADER, 0, LINK_ATM},
		[ERF_AAL5] = {ATM_HEADER, 0, LINK_ATM},
	};
	uint32_t skip = types[h->type].skip, trailer = types[h->type].trailer;
	uint32_t wire = rte_be_to_cpu_16(h->wire_len);

	if (n < skip)
		return false;
	r->bytes += skip;
	r->length = wire > trailer ? wire - trailer : 0;
	r->captured = RTE_MIN(n - skip, r->length);
	if (h->type == ERF_ATM) {
		r->captured = RTE_MIN(n - skip, (uint32_t)CELL_PAYLOAD);
		r->length = r->captured;
	}
	r->link_type = types[h->type].link_type;
	return true;
}

static void
tell_odd_type(struct fromdagdump *e, unsigned type)
{
	if (!e->told)
		chatter("%s: warning: odd record type %u, read as ATM cell",
			e->records.source.filename.text, type);
	e->told = true;
}

static enum record_result
fromdagdump_next(struct record_source *s, struct record *r, const char **error)
{
	struct fromdagdump *e = (struct fromdagdump *)s;
	enum record_result result = record_source_need(s, sizeof(struct erf_header), error);
	struct erf_header h;

	if (result != RECORD_FOUND)
		return result;
	memcpy(&h, dump_input_bytes(&s->in), sizeof(h));
	r->has_packet = true;
	r->timestamp_ns = timestamp_ns(&h);
	if (h.type == ERF_LEGACY || h.type > ERF_AAL5) {
		if (h.type != ERF_LEGACY)
			tell_odd_type(e, h.type);
		result = next_cell(s, r, error);
	} else {
		r->size = rte_be_to_cpu_16(h.record_len);
		if (r->size >= sizeof(h))
			result = record_source_need(s, r->size, error);
		r->bytes = dump_input_bytes(&s->in) + sizeof(h);
		if (r->size < sizeof(h) ||
			(result == RECORD_FOUND && !set_contents(r, &h, r->size - sizeof(h)))) {
			*error = "bad record length; giving up";
			return RECORD_BAD;
		}
	}
	if (e->link_type >= 0)
		r->link_type = e->link_type;
	s->source.link_type = r->link_type;
	return result;
}

// ---- configuration

static int
fromdagdump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromdagdump *e = (struct fromdagdump *)base;

	(void)args;
	e->records.next = fromdagdump_next;
	if (record_source_configure(&e->records, errh) != 0)
		return -EINVAL;
	e->link_type = -1;
	if (e->encap.text != NULL && !link_type_find(e->encap.text, &e->link_type))
		return errh_error(errh, "bad encapsulation type");
	e->records.source.link_type = e->link_type;
	if (e->records.force_ip && e->records.source.timing)
		return errh_error(errh, "FORCE_IP and TIMING options are incompatible");
	return 0;
}

// So that `encap` knows before the first packet.
static int
fromdagdump_attach(struct element *base, struct errh *errh)
{
	struct fromdagdump *e = (struct fromdagdump *)base;
	struct record r = {0};
	const char *error;
	int err = record_source_attach(base, errh);

	if (err == 0 && fromdagdump_next(&e->records, &r, &error) == RECORD_BAD)
		err = errh_error(
			errh, "%s: not a DAG file (%s)", e->records.source.filename.text, error);
	return err;
}

static const struct arg fromdagdump_args[] = {
	RECORD_SOURCE_ARGS,
	ARG(fromdagdump, encap, "ENCAP", ARG_KEYWORD,
		.help = "link type of the packets; if not given, what each record says"),
	ARG(fromdagdump, records.force_ip, "FORCE_IP", ARG_KEYWORD, .def = "false",
		.help = "true: gives only IP packets, with the IP header marked"),
	ARG(fromdagdump, records.source.timing, "TIMING", ARG_KEYWORD, .def = "false",
		.help = "true: packets come with the gaps that the file says"),
	ARGS_END,
};

static const struct element_class fromdagdump_class = {
	.name = "FromDAGDump",
	RECORD_SOURCE_FIELDS,
	.size = sizeof(struct fromdagdump),
	.configure = fromdagdump_configure,
	.attach = fromdagdump_attach,
	.take_state = record_source_take_state,
	.args = fromdagdump_args,
	.writes = "DST_IP EXTRA_LENGTH PAINT",
	.brief = "reads packets from a file of an Endace DAG card",
	.manual =
		"Gives the packets of a file of ERF records (HDLC, Ethernet without its checksum, ATM\n"
		"cells without their header, AAL5) or of 64-byte ATM cells, with their timestamps.\n"
		"EXTRA_LENGTH holds the bytes that the card did not keep. Times, FORCE_IP and the end\n"
		"are as in FromDump. A file that is damaged ends at the damage, with a message.",
	.example = "FromDAGDump(trace.erf, STOP true, FORCE_IP true) -> Discard;",
};
ELEMENT_CLASS(fromdagdump_class)
