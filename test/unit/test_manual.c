// SPDX-License-Identifier: BSD-3-Clause
#include "src/manual.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/manual_style.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "test/unit/unit.h"

// A class with one of everything, and one with nothing.
struct full {
	struct element element;
	uint32_t length, old, seed;
	bool active;
	struct strvec rest;
};

static int
read_nothing(const struct handler_read *call)
{
	(void)call;
	return 0;
}

static int
write_nothing(const struct handler_write *call)
{
	(void)call;
	return 0;
}

static const struct arg full_args[] = {
	ARG(full, length, "LENGTH", ARG_MANDATORY, .help = "how much"),
	ARG(full, active, "ACTIVE", ARG_OPTIONAL | ARG_READ, .def = "true", .help = "whether"),
	ARG(full, rest, "MORE", ARG_REST, .help = "whatever else"),
	ARG(full, seed, "SEED", ARG_KEYWORD, .def = "7"),
	ARG(full, old, "OLD", ARG_DEPRECATED, .help = "no effect"),
	ARGS_END,
};

static const struct handler full_handlers[] = {
	{.name = "value",
		.read = read_nothing,
		.write = write_nothing,
		.flags = HANDLER_PARAM | HANDLER_CALM,
		.help = "reads and writes"},
	{.name = "go", .write = write_nothing, .flags = HANDLER_BUTTON},
	HANDLERS_END,
};

static const char *const full_drops[] = {"too long", "too short", NULL};

static const struct element_class full_class = {
	.name = "ManualFull",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(struct full),
	.args = full_args,
	.handlers = full_handlers,
	.drops = full_drops,
	.group = "test",
	.brief = "has everything",
	.manual = "Two lines\nof text.",
	.example = "ManualBare;",
};
ELEMENT_CLASS(full_class)

static const struct element_class bare_class = {
	.name = "ManualBare",
	.ports = "0/0",
	.processing = "a/a",
	.size = sizeof(struct element),
	.group = "test",
	.brief = "has nothing",
	.example = "ManualBare;",
};
ELEMENT_CLASS(bare_class)

static void
assert_manual(const char *name, int want_ret, const char *want, int line)
{
	struct strbuf out = STRBUF_INIT;

	CU_ASSERT_EQUAL(manual_element(name, &out), want_ret);
	unit_assert_text(__FILE__, line, strbuf_text(&out), want);
	strbuf_fini(&out);
}

#define ASSERT_MANUAL(name, ret, want) assert_manual(name, ret, want, __LINE__)

static void
full_page(void)
{
	ASSERT_MANUAL("ManualFull", 0,
		"ManualFull - has everything\n\n"
		"ManualFull(LENGTH, [ACTIVE], [MORE...], [SEED value])\n\n"
		"Group: test. Ports: 1/1-2. Processing: a/ah.\n\n"
		"Two lines\nof text.\n\n"
		"Arguments\n"
		"  LENGTH: unsigned 32-bit integer, must be given\n      how much\n"
		"  ACTIVE: boolean, default true\n      whether\n"
		"  MORE: arguments\n      whatever else\n"
		"  SEED: unsigned 32-bit integer, keyword only, default 7\n      \n"
		"  OLD: unsigned 32-bit integer, keyword only, deprecated\n      no effect\n\n"
		"Handlers\n"
		"  value (rw+.)\n      reads and writes\n"
		"  go (wb)\n      \n\n"
		"Drops\n  too long\n  too short\n\n"
		"Example\n  ManualBare;\n");
}

static void
bare_page(void)
{
	ASSERT_MANUAL("ManualBare", 0,
		"ManualBare - has nothing\n\nManualBare()\n\n"
		"Group: test. Ports: 0/0. Processing: a/a.\n\n"
		"Example\n  ManualBare;\n");
}

static void
markdown_and_troff(void)
{
	const struct element_class *class = element_class_find("ManualFull");
	struct strbuf out = STRBUF_INIT;

	manual_page(class, &manual_markdown, &out);
	ASSERT_TEXT(strbuf_text(&out),
		"\n## ManualFull\n\nhas everything\n\n"
		"ManualFull(LENGTH, [ACTIVE], [MORE...], [SEED value])\n\n"
		"Group: test. Ports: 1/1-2. Processing: a/ah.\n\nTwo lines\nof text.\n\n"
		"Arguments:\n\n"
		"- `LENGTH`: unsigned 32-bit integer, must be given. how much\n"
		"- `ACTIVE`: boolean, default true. whether\n"
		"- `MORE`: arguments. whatever else\n"
		"- `SEED`: unsigned 32-bit integer, keyword only, default 7\n"
		"- `OLD`: unsigned 32-bit integer, keyword only, deprecated. no effect\n\n"
		"Handlers:\n\n- `value` (rw+.): reads and writes\n- `go` (wb)\n\n"
		"Drops:\n\n- too long\n- too short\n\n"
		"Example:\n\n\n```\nManualBare;\n```\n");
	strbuf_clear(&out);
	manual_page(class, &manual_troff, &out);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(strbuf_text(&out), ".SH NAME\nManualFull \\- has everything\n"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(strbuf_text(&out), ".TP\n.B LENGTH\nhow much (unsigned 32\\-bit "
					  "integer, must be given).\n"));
	strbuf_clear(&out);
	manual_troff.text(&out, ".a\n'b\n\nc \\ -\n");
	ASSERT_TEXT(strbuf_text(&out), ".PP\n\\&.a\n\\&'b\n.PP\nc \\e \\-\n\n");
	strbuf_clear(&out);
	manual_markdown.text(&out, "a_b `c_d` *");
	ASSERT_TEXT(strbuf_text(&out), "\na\\_b `c_d` \\*\n");
	strbuf_clear(&out);
	manual_reference(&out);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		strbuf_text(&out), "| [ManualFull](#ManualFull) | test | has everything |\n"));
	strbuf_fini(&out);
}

// An alias leads to the page of the class.
static void
alias(void)
{
	struct strbuf out = STRBUF_INIT;

	CU_ASSERT_EQUAL(manual_element("FromDPDKDevice", &out), 0);
	CU_ASSERT_EQUAL(strncmp(strbuf_text(&out), "FromDPDK - ", 11), 0);
	strbuf_fini(&out);
}

static void
unknown_class(void)
{
	ASSERT_MANUAL(
		"ManualFul", -ENOENT, "no element class 'ManualFul'; did you mean 'ManualFull'?\n");
	ASSERT_MANUAL("manualbare", -ENOENT,
		"no element class 'manualbare'; did you mean 'ManualBare'?\n");
	ASSERT_MANUAL("Xylophonequartet", -ENOENT, "no element class 'Xylophonequartet'\n");
	ASSERT_MANUAL("%s%n", -ENOENT, "no element class '%s%n'\n");
	ASSERT_MANUAL("", -ENOENT, "no element class ''\n");
}

static void
appends(void)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "before ");
	CU_ASSERT_EQUAL(manual_element("Xylophonequartet", &out), -ENOENT);
	ASSERT_TEXT(strbuf_text(&out), "before no element class 'Xylophonequartet'\n");
	strbuf_fini(&out);
}

// A line for each class, in the order of the names.
static void
list(void)
{
	struct strbuf out = STRBUF_INIT;
	const struct element_class *class;
	const char *line;
	size_t i;

	manual_list(&out);
	line = strbuf_text(&out);
	for (i = 0; (class = element_class_at(i)) != NULL; i++) {
		const char *end = strchr(line, '\n');
		char *got, *want;

		CU_ASSERT_PTR_NOT_NULL_FATAL(end);
		got = mem_strndup(line, (size_t)(end - line));
		want = mem_printf("%-24s %-12s %s", class->name, class->group, class->brief);
		ASSERT_TEXT(got, want);
		free(got);
		free(want);
		line = end + 1;
	}
	ASSERT_TEXT(line, "");
	CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&out),
		"\nManualBare               test         has nothing\n"
		"ManualFull               test         has everything\n"));
	strbuf_fini(&out);
}

// Nothing in any page is missing.
static void
all_pages(void)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++) {
		struct strbuf out = STRBUF_INIT;

		CU_ASSERT_EQUAL(manual_element(class->name, &out), 0);
		CU_ASSERT_PTR_NULL(strstr(strbuf_text(&out), "(null)"));
		CU_ASSERT_PTR_NULL(strstr(strbuf_text(&out), "\n\n\n"));
		CU_ASSERT_EQUAL(strlen(strbuf_text(&out)), out.len);
		strbuf_fini(&out);
	}
}

UNIT_SUITE(manual, UNIT_CASE(full_page), UNIT_CASE(bare_page), UNIT_CASE(markdown_and_troff),
	UNIT_CASE(alias), UNIT_CASE(unknown_class), UNIT_CASE(appends), UNIT_CASE(list),
	UNIT_CASE(all_pages))
