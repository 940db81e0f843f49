// SPDX-License-Identifier: BSD-3-Clause
#include "src/source.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

// Unit separator: file names in landmarks have no control characters.
#define MARK '\x1f'

struct source {
	char *text; // owned
	size_t len;
};

static struct source *sources; // owned
static size_t n_sources, sources_cap;
static unsigned n_closed; // sources that are gone; their numbers do not come again

unsigned
source_open(const char *text)
{
	sources = mem_grow(sources, n_sources, &sources_cap, sizeof(*sources));
	sources[n_sources] = (struct source){.text = mem_strdup(text), .len = strlen(text)};
	n_sources++;
	return n_closed + (unsigned)n_sources;
}

void
source_close_all(void)
{
	n_closed += (unsigned)n_sources;
	for (size_t i = 0; i < n_sources; i++)
		free(sources[i].text);
	free(sources);
	sources = NULL;
	n_sources = sources_cap = 0;
}

static const struct source *
find(struct source_place place)
{
	const struct source *s;

	if (place.source <= n_closed || place.source > n_closed + n_sources)
		return NULL;
	s = &sources[place.source - n_closed - 1];
	return place.offset <= s->len ? s : NULL;
}

// ---- places in text

void
source_mark(struct source_place place, struct strbuf *out)
{
	if (place.source != 0)
		strbuf_addf(out, "%c%u:%zu%c", MARK, place.source, place.offset, MARK);
}

// "NUMBER:NUMBER" and the mark behind it. NULL: it is something else.
static const char *
read_mark(const char *s, struct source_place *place)
{
	char *end;

	if (!isdigit((unsigned char)*s))
		return NULL;
	place->source = (unsigned)strtoul(s, &end, 10);
	if (*end != ':' || !isdigit((unsigned char)end[1]))
		return NULL;
	place->offset = strtoull(end + 1, &end, 10);
	return *end == MARK ? end + 1 : NULL;
}

struct source_place
source_cut(char *text)
{
	struct source_place first = {0}, place;
	char *from = strchr(text, MARK), *to = from;
	const char *behind;

	while (from != NULL && *from != '\0') {
		behind = *from == MARK ? read_mark(from + 1, &place) : NULL;
		if (behind == NULL) {
			*to++ = *from++;
			continue;
		}
		if (first.source == 0)
			first = place;
		from += behind - from;
	}
	if (to != NULL)
		*to = '\0';
	return first;
}

bool
source_line(struct source_place place, const char **line, size_t *len, size_t *column)
{
	const struct source *s = find(place);
	size_t begin = place.offset;

	if (s == NULL)
		return false;
	while (begin > 0 && s->text[begin - 1] != '\n' && s->text[begin - 1] != '\r')
		begin--;
	*line = s->text + begin;
	*len = strcspn(*line, "\r\n");
	*column = place.offset - begin;
	return true;
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("_.:?!", c) != NULL);
}

struct source_place
source_argument(struct source_place place, const char *word, size_t len)
{
	const struct source *source = find(place);
	const char *s, *next;
	unsigned depth = 0;

	if (source == NULL || len == 0)
		return place;
	for (s = source->text + place.offset; *s != '\0'; s = next) {
		next = confstr_skip(s);
		if (next != s + 1)
			continue; // a comment or quoted text
		if (depth == 0 && (*s == ';' || *s == '-' || *s == ','))
			break; // it has no arguments
		depth += *s == '(';
		if (*s == ')' && (depth == 0 || --depth == 0))
			break;
		if (depth > 0 && strncmp(s, word, len) == 0 && !is_word(s[len]) && !is_word(s[-1]))
			return (struct source_place){place.source, (size_t)(s - source->text)};
	}
	return place;
}
