// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summaryspread.h"

void
summary_spread_start(struct summary_spread *s, struct summary_build *b, bool multipacket)
{
	uint32_t n = multipacket && b->count > 1 ? b->count : 1;

	*s = (struct summary_spread){
		.n_left = n, .ns = b->timestamp_ns, .last_ns = b->timestamp_ns};
	if (n == 1)
		return;
	s->shares = true;
	s->bytes_left = summary_build_length(b);
	b->count = 1;
	if (b->first_timestamp_ns > 0 && b->first_timestamp_ns <= s->last_ns) {
		s->ns = b->first_timestamp_ns;
		s->step_ns = (s->last_ns - s->ns) / (n - 1);
	}
}

static void
set_share(const struct summary_spread *s, struct summary_build *b)
{
	uint64_t built = b->ip_header_len + b->transport_len + b->n_payload;

	b->has_ip_len = true;
	b->ip_len = (uint32_t)RTE_MAX(s->bytes_left / s->n_left, built);
	b->timestamp_ns = s->n_left == 1 ? s->last_ns : s->ns;
}

enum dump_reading
summary_spread_next(struct summary_spread *s, struct summary_build *b, struct dump_source *source,
	bool checksum)
{
	if (s->shares)
		set_share(s, b);
	if (dump_source_samples(source)) {
		source->held = summary_build_packet(b, checksum);
		if (source->held == NULL)
			return DUMP_READ_LATER;
	}
	s->bytes_left -= s->shares ? RTE_MIN(s->bytes_left, (uint64_t)b->ip_len) : 0;
	s->ns += s->step_ns;
	s->n_left--;
	return source->held != NULL ? DUMP_READ_PACKET : DUMP_READ_SKIPPED;
}
