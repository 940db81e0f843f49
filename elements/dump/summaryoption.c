// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summaryoption.h"

#include <stdlib.h>
#include <string.h>

#include "src/strbuf.h"

bool
summary_options_add(struct summary_options *o, const void *bytes, uint32_t n)
{
	if (n > SUMMARY_OPTIONS_MAX - o->len)
		return false;
	memcpy(o->bytes + o->len, bytes, n);
	o->len += n;
	return true;
}

// The end of an item: a separator outside braces.
static char *
item_end(char *at)
{
	bool inside = false;

	for (; *at != '\0'; at++) {
		if (*at == '{')
			inside = true;
		else if (*at == '}')
			inside = false;
		else if (!inside && (*at == ';' || *at == ','))
			break;
	}
	return at;
}

bool
summary_options_parse(
	char *text, struct summary_value *v, bool (*add)(struct summary_options *o, char *item))
{
	struct summary_options o = {.len = 0};
	char *end;
	bool last = strcmp(text, ".") == 0;

	for (; !last; text = end + 1) {
		end = item_end(text);
		last = *end == '\0';
		*end = '\0';
		if (!add(&o, text))
			return false;
	}
	memcpy(v->small, o.bytes, o.len);
	v->bytes = v->small;
	v->len = o.len;
	return true;
}

// A number up to 255 at *at, which moves behind it.
static bool
read_byte(const char **at, uint8_t *byte)
{
	char *end;
	unsigned long n;

	if (**at < '0' || **at > '9')
		return false;
	n = strtoul(*at, &end, 10);
	*at = end;
	*byte = (uint8_t)n;
	return n <= UINT8_MAX;
}

bool
summary_options_add_plain(struct summary_options *o, const char *item)
{
	uint8_t bytes[SUMMARY_OPTIONS_MAX];
	uint32_t n = 2;

	if (!read_byte(&item, &bytes[0]))
		return false;
	for (char before = '='; *item == before && n < sizeof(bytes); before = ':') {
		item++;
		if (!read_byte(&item, &bytes[n++]))
			return false;
	}
	bytes[1] = (uint8_t)n;
	return *item == '\0' && summary_options_add(o, bytes, n);
}

void
summary_options_plain_text(const uint8_t *option, unsigned len, struct strbuf *out)
{
	strbuf_addf(out, "%u", option[0]);
	for (unsigned i = 2; i < len; i++)
		strbuf_addf(out, "%c%u", i == 2 ? '=' : ':', option[i]);
}
