// SPDX-License-Identifier: BSD-3-Clause
// AnnotationInfo: names for places in the annotation area, and a check that they do not overlap.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/namedb.h"

enum { ANNO_AREA_SIZE = 48 };

struct annotationinfo {
	struct element element;
	struct strvec entries; // "NAME OFFSET [SIZE]", "CHECK_OVERLAP ANNO..."
};

struct place {
	uint32_t offset, size; // size 0: not known
};

static bool
find(const struct element *e, const char *name, struct place *place)
{
	union name_value value;

	if (!namedb_find(element_names(e), element_name(e), NAME_ANNOTATION, name, &value))
		return false;
	*place = (struct place){value.number & 0xff, value.number >> 8};
	return true;
}

// A number or the name of an annotation.
static bool
read_place(const struct element *e, const char *text, struct place *place)
{
	uint64_t offset;

	if (text_read_uint64(text, &offset) != 0)
		return find(e, text, place);
	*place = (struct place){offset < ANNO_AREA_SIZE ? (uint32_t)offset : ANNO_AREA_SIZE, 0};
	return offset < ANNO_AREA_SIZE;
}

static bool
read_size(const char *text, struct place *place)
{
	uint64_t size;

	if (text_read_uint64(text, &size) != 0 || size > ANNO_AREA_SIZE)
		return false;
	if (place->size != 0 && place->size != size)
		return false;
	place->size = (uint32_t)size;
	return true;
}

static int
define(struct element *e, const struct strvec *words, struct errh *errh)
{
	const char *name = words->v[0];
	union name_value value;
	struct place place;
	char *scope;

	if (!confstr_is_word(name) || find(e, name, &place))
		return errh_error(errh, "bad NAME '%s'", name);
	if (words->n < 2 || words->n > 3 || !read_place(e, words->v[1], &place) ||
		(words->n == 3 && !read_size(words->v[2], &place)) ||
		place.offset + place.size > ANNO_AREA_SIZE)
		return errh_error(errh, "bad entry for '%s'", name);
	value = (union name_value){.number = place.offset | place.size << 8};
	scope = element_scope(e);
	namedb_define(element_names(e), scope, NAME_ANNOTATION, name, &value);
	free(scope);
	return 0;
}

static bool
is_check(const char *entry)
{
	const char *value;
	size_t len = confstr_keyword(entry, &value);

	return len == strlen("CHECK_OVERLAP") && strncmp(entry, "CHECK_OVERLAP", len) == 0;
}

static int
annotationinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct annotationinfo *e = (struct annotationinfo *)base;
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->entries.n; i++) {
		struct strvec words = {0};

		if (is_check(e->entries.v[i]))
			continue;
		confstr_split_words(e->entries.v[i], &words);
		if (words.n > 0 && words.v[0][0] != '#' && define(base, &words, errh) != 0)
			err = -EINVAL;
		strvec_fini(&words);
	}
	return err;
}

static bool
overlap(const struct place *a, const struct place *b)
{
	return a->offset < b->offset + RTE_MAX(b->size, 1u) &&
	       b->offset < a->offset + RTE_MAX(a->size, 1u);
}

// Each byte remembers who has it, so that long lists take no quadratic time.
static int
check(struct element *e, const struct strvec *words, struct errh *errh)
{
	size_t taken[ANNO_AREA_SIZE] = {0}; // by byte: word's number, 0: free
	struct place place, other;
	int err = 0;

	for (size_t i = 1; i < words->n; i++) {
		size_t last = 0;

		if (!read_place(e, words->v[i], &place)) {
			err = errh_error(errh, "bad ANNO '%s'", words->v[i]);
			continue;
		}
		for (uint32_t at = place.offset;
			at < place.offset + RTE_MAX(place.size, 1u) && at < ANNO_AREA_SIZE; at++) {
			if (taken[at] != last && taken[at] != 0 &&
				read_place(e, words->v[taken[at]], &other) &&
				overlap(&place, &other)) {
				last = taken[at];
				err = errh_error(errh, "annotations '%s' and '%s' conflict",
					words->v[last], words->v[i]);
			}
			taken[at] = i;
		}
	}
	return err;
}

// Only now are all names known.
static int
annotationinfo_initialize(struct element *base, struct errh *errh)
{
	struct annotationinfo *e = (struct annotationinfo *)base;
	int err = 0;

	for (size_t i = 0; i < e->entries.n; i++) {
		struct strvec words = {0};

		if (!is_check(e->entries.v[i]))
			continue;
		confstr_split_words(e->entries.v[i], &words);
		if (check(base, &words, errh) != 0)
			err = -EINVAL;
		strvec_fini(&words);
	}
	return err;
}

static const struct arg annotationinfo_args[] = {
	ARG(annotationinfo, entries, "NAME", ARG_REST,
		.help = "`NAME OFFSET [SIZE]`: a name for bytes of the annotation area, OFFSET may "
			"be another name; `CHECK_OVERLAP NAME...`: these must not share bytes"),
	ARGS_END,
};

static const struct element_class annotationinfo_class = {
	.name = "AnnotationInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_FIRST,
	.lcores = LCORES_ANY,
	.size = sizeof(struct annotationinfo),
	.configure = annotationinfo_configure,
	.initialize = annotationinfo_initialize,
	.args = annotationinfo_args,
	.group = "control",
	.brief = "names for annotations",
	.manual =
		"Packets carry 48 bytes of annotations. A name that is defined here can be used where\n"
		"an argument expects an annotation, in the same compound element and below. Names\n"
		"that exist already cannot be defined again.",
	.example = "AnnotationInfo(COLOUR 16 1, CHECK_OVERLAP COLOUR DST_IP); "
		   "Idle -> Paint(3) -> Discard;",
};
ELEMENT_CLASS(annotationinfo_class)
