// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/sequence.h"

#include <stdio.h>
#include <stdlib.h>

static char text[4096];

static struct packet *
numbered(unsigned number)
{
	char hex[3];

	snprintf(hex, sizeof(hex), "%02x", number & 0xff);
	return rig_hex(hex);
}

void
sequence_feed(struct rig *r, unsigned input, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push(r, input, numbered(input));
}

void
sequence_give(struct rig *r, unsigned input, const char *numbers)
{
	char *end;

	for (;; numbers = end) {
		unsigned long number = strtoul(numbers, &end, 10);

		if (end == numbers)
			return;
		rig_push(r, input, numbered((unsigned)number));
	}
}

static size_t
add(size_t len, struct rig *r, unsigned output)
{
	struct packet *p = rig_take(r, output);

	if (p == NULL)
		return len +
		       (size_t)snprintf(text + len, sizeof(text) - len, "%s-", len > 0 ? " " : "");
	len += (size_t)snprintf(
		text + len, sizeof(text) - len, "%s%u", len > 0 ? " " : "", packet_data(p)[0]);
	packet_free(p);
	return len;
}

const char *
sequence_pull(struct rig *r, unsigned output, unsigned n)
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		rig_pull(r, output, 1);
		len = add(len, r, output);
	}
	return text;
}

const char *
sequence_pull_batch(struct rig *r, unsigned output, unsigned max)
{
	rig_pull(r, output, max);
	return sequence_out(r, output);
}

const char *
sequence_out(struct rig *r, unsigned output)
{
	size_t len = 0;

	text[0] = '\0';
	while (rig_count(r, output) > 0)
		len = add(len, r, output);
	return text;
}
