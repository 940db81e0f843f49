// SPDX-License-Identifier: BSD-3-Clause
// The files of AggregateCounter.

#include "elements/analysis/aggregatecounter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/dump/dumpoutput.h"
#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct counted {
	uint32_t aggregate;
	uint64_t count;
};

static int
compare(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	return (x->aggregate > y->aggregate) - (x->aggregate < y->aggregate);
}

// All aggregates in ascending order; caller frees.
static struct counted *
sorted(const struct aggregatecounter *e, size_t *n)
{
	struct counted *all = mem_zalloc((size_t)e->table.n * sizeof(*all));

	*n = 0;
	for (uint32_t i = 0; i < e->table.n_used; i++) {
		if (!key_table_has(&e->table, i) || e->counts[i] == 0)
			continue;
		memcpy(&all[*n].aggregate, key_table_key(&e->table, i), sizeof(uint32_t));
		all[(*n)++].count = e->counts[i];
	}
	qsort(all, *n, sizeof(*all), compare);
	return all;
}

static void
add_head(const struct aggregatecounter *e, enum aggregate_file form, size_t n, struct strbuf *out)
{
	strbuf_adds(out, "!IPAggregate 1.0\n");
	if (e->banner != NULL && *e->banner != '\0') {
		strbuf_adds(out, e->banner);
		if (out->data[out->len - 1] != '\n')
			strbuf_addc(out, '\n');
	}
	strbuf_addf(out, "!num_nonzero %zu\n", n);
	if (form == AGGREGATE_BINARY)
		strbuf_adds(
			out, RTE_BYTE_ORDER == RTE_LITTLE_ENDIAN ? "!packed_le\n" : "!packed_be\n");
	else if (form == AGGREGATE_IP)
		strbuf_adds(out, "!ip\n");
}

static void
add_line(const struct aggregatecounter *e, enum aggregate_file form, const struct counted *c,
	struct strbuf *out)
{
	uint32_t packed[2] = {c->aggregate, (uint32_t)RTE_MIN(c->count, (uint64_t)UINT32_MAX)};

	switch (form) {
	case AGGREGATE_BINARY:
		strbuf_add(out, packed, sizeof(packed));
		return;
	case AGGREGATE_IP:
		text_ip(out, (struct ip_addr){rte_cpu_to_be_32(c->aggregate)});
		strbuf_addf(out, " %" PRIu64 "\n", c->count);
		return;
	case AGGREGATE_PDF:
		strbuf_addf(
			out, "%u %.12g\n", c->aggregate, (double)c->count / (double)e->n_counted);
		return;
	case AGGREGATE_TEXT:
		break;
	}
	strbuf_addf(out, "%u %" PRIu64 "\n", c->aggregate, c->count);
}

static int
write_all(const struct aggregatecounter *e, enum aggregate_file form, struct dump_output *o)
{
	struct strbuf line = STRBUF_INIT;
	struct counted *all;
	size_t n;
	int err;

	all = sorted(e, &n);
	add_head(e, form, n, &line);
	err = dump_output_begin(o);
	if (err == 0)
		err = dump_output_add(o, line.data, line.len);
	for (size_t i = 0; i < n && err == 0; i++) {
		strbuf_clear(&line);
		add_line(e, form, &all[i], &line);
		err = dump_output_add(o, line.data, line.len);
	}
	strbuf_fini(&line);
	free(all);
	return err;
}

int
aggregatecounter_write_file(const struct handler_write *call)
{
	const struct aggregatecounter *e = (struct aggregatecounter *)call->element;
	struct dump_output o = DUMP_OUTPUT_CLOSED;
	struct strbuf name = STRBUF_INIT;
	int err, closed;

	confstr_unquote(call->text, &name);
	if (name.len == 0 || strlen(name.data) != name.len) {
		err = errh_error(call->errh, "argument should be filename");
	} else {
		err = dump_output_open(&o, strbuf_text(&name), call->errh);
		if (err == 0) {
			err = write_all(e, (enum aggregate_file)call->row->number, &o);
			closed = dump_output_close(&o);
			err = err != 0 ? err : closed;
			if (err != 0)
				err = errh_error(
					call->errh, "%s: %s", strbuf_text(&name), strerror(-err));
		}
	}
	strbuf_fini(&name);
	return err;
}
