// SPDX-License-Identifier: BSD-3-Clause
// Walks all element classes: what the manual and the parser need must be there and be right.

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "test/unit/rig.h"

static bool
check(bool good, const struct element_class *class, const char *what)
{
	if (!good)
		printf("\n%s: %s", class->name, what);
	CU_ASSERT_TRUE(good);
	return good;
}

static void
classes_are_complete(void)
{
	const struct element_class *class, *before = NULL;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++, before = class) {
		check(isupper((unsigned char)class->name[0]), class, "name is not CamelCase");
		check(before == NULL || strcmp(before->name, class->name) < 0, class,
			"name is not unique");
		check(class->ports != NULL, class, "no port counts");
		check(class->processing != NULL || strcmp(class->ports, "0/0") == 0, class,
			"no processing code");
		check(class->size >= sizeof(struct element), class, "size");
		check(class->group != NULL && *class->group != '\0', class, "no group");
		check(class->brief != NULL && *class->brief != '\0', class, "no brief text");
		check(class->example != NULL, class, "no example");
		check(element_class_find(class->name) == class, class, "is not found by its name");
	}
	CU_ASSERT_TRUE(element_class_at(0) != NULL);
}

static void
rows_have_help(void)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++) {
		if (strcmp(class->group, "test") == 0)
			continue;
		for (const struct arg *a = class->args; a != NULL && a->name != NULL; a++)
			check(a->help != NULL && *a->help != '\0', class, a->name);
		for (const struct handler *h = class->handlers; h != NULL && h->name != NULL; h++) {
			check(h->help != NULL && *h->help != '\0', class, h->name);
			check(h->read != NULL || h->write != NULL, class, h->name);
		}
	}
}

static void
defaults_parse(void)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++) {
		for (const struct arg *a = class->args; a != NULL && a->name != NULL; a++) {
			struct strbuf errors = STRBUF_INIT;
			struct errh errh;
			void *field;

			if (a->def == NULL)
				continue;
			field = mem_zalloc(a->type->size);
			errh_init_strbuf(&errh, &errors);
			check(args_parse_value(a->type, a->def, field, NULL, NULL, &errh) == 0,
				class, strbuf_text(&errors));
			if (a->type->fini != NULL)
				a->type->fini(field);
			free(field);
			strbuf_fini(&errors);
		}
	}
}

static void
examples_configure(void)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++) {
		char *errors = rig_check_errors(class->example);

		// Remarks are fine, errors are not; all of an element's stand in its context.
		check(*errors == '\0' || strstr(errors, "  warning: ") != NULL ||
				strcmp(class->name, "Message") == 0,
			class, errors);
		free(errors);
	}
}

static void
aliases_are_found(void)
{
	CU_ASSERT_PTR_EQUAL(element_class_find("FromDPDKDevice"), element_class_find("FromDPDK"));
	CU_ASSERT_PTR_EQUAL(element_class_find("FullNoteQueue"), element_class_find("Queue"));
	CU_ASSERT_PTR_NULL(element_class_find("FullNote"));
	CU_ASSERT_PTR_NULL(element_class_find(""));
}

static void
misspelt_names_are_recognized(void)
{
	ASSERT_TEXT(element_class_suggest("Discrad"), "Discard");
	ASSERT_TEXT(element_class_suggest("infinitesource"), "InfiniteSource");
	CU_ASSERT_PTR_NULL(element_class_suggest("Xylophonequartet"));
}

UNIT_SUITE(registry, UNIT_CASE(classes_are_complete), UNIT_CASE(rows_have_help),
	UNIT_CASE(defaults_parse), UNIT_CASE(examples_configure), UNIT_CASE(aliases_are_found),
	UNIT_CASE(misspelt_names_are_recognized))
