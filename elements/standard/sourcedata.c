// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/sourcedata.h"

#include <stdlib.h>
#include <string.h>

#include "mbuf-bridge/packet.h"
#include "src/mem.h"

void
sourcedata_build(struct sourcedata *d)
{
	uint32_t n = (uint32_t)RTE_MIN(d->data.len, (size_t)UINT16_MAX);

	free(d->bytes);
	d->n_bytes = d->length < 0 ? n : (uint32_t)d->length;
	d->bytes = mem_zalloc(d->n_bytes);
	for (uint32_t at = 0; n > 0 && at < d->n_bytes; at += n)
		memcpy(d->bytes + at, d->data.bytes, RTE_MIN(n, d->n_bytes - at));
}

void
sourcedata_write(struct sourcedata *d, const char *text)
{
	size_t len = strlen(text);
	uint8_t *bytes = (uint8_t *)mem_strndup(text, len);

	free(d->data.bytes);
	d->data = (struct data){bytes, len};
	sourcedata_build(d);
}

void
sourcedata_fini(struct sourcedata *d)
{
	free(d->bytes);
	d->bytes = NULL;
}

struct packet *
sourcedata_packet(const struct sourcedata *d, uint32_t headroom, int64_t stamp_ns)
{
	struct packet *p = packet_make(headroom, d->bytes, d->n_bytes);

	if (likely(p != NULL && stamp_ns != 0))
		packet_set_timestamp(p, stamp_ns);
	return p;
}
