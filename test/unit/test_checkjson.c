// SPDX-License-Identifier: BSD-3-Clause
#include "src/check_json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/errh.h"
#include "src/plan.h"
#include "src/source.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/unit.h"

static json_t *
finish(struct check_json *c, const struct errh *errh)
{
	struct strbuf out = STRBUF_INIT;
	json_t *root;

	check_json_finish(c, errh, &out);
	root = json_loads(strbuf_text(&out), 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	strbuf_fini(&out);
	return root;
}

// A member as text, however it is written; NULL: there is none.
static char *
member(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return value != NULL ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
}

#define ASSERT_MEMBER(object, key, want)           \
	do {                                       \
		char *text_ = member(object, key); \
                                                   \
		ASSERT_TEXT(text_, want);          \
		free(text_);                       \
	} while (0)
#define ASSERT_NO_MEMBER(object, key) CU_ASSERT_PTR_NULL(json_object_get(object, key))

static void
messages(void)
{
	struct source_place place = {source_open("a;\n  q :: Queue(CAPACITY x);\n"), 5};
	struct strbuf landmark = STRBUF_INIT;
	struct errh_context ctx;
	struct check_json *c;
	struct errh errh = {0};
	json_t *root, *list, *m;

	c = check_json_create(&errh);
	strbuf_adds(&landmark, "dir:x/f.click:2");
	source_mark(place, &landmark);
	errh_push(&errh, &ctx, "%s: While configuring 'q :: Queue':", strbuf_text(&landmark));
	errh_error(&errh, "CAPACITY: invalid number");
	errh_hint(&errh, "did you mean '%d'?", 5);
	errh_pop(&errh);
	errh_warning_at(&errh, strbuf_text(&landmark), "odd \xff \x01");
	errh_message(&errh, "two\nlines");
	errh_error_at(&errh, "<stdin>", "no line");
	root = finish(c, &errh);
	ASSERT_MEMBER(root, "errors", "2");
	ASSERT_MEMBER(root, "warnings", "1");
	ASSERT_NO_MEMBER(root, "plan");
	list = json_object_get(root, "messages");
	CU_ASSERT_EQUAL_FATAL(json_array_size(list), 4);
	m = json_array_get(list, 0);
	ASSERT_MEMBER(m, "level", "\"error\"");
	ASSERT_MEMBER(m, "file", "\"dir:x/f.click\"");
	ASSERT_MEMBER(m, "line", "2");
	ASSERT_MEMBER(m, "column", "14"); // of the argument
	ASSERT_MEMBER(m, "element", "\"q\"");
	ASSERT_MEMBER(m, "class", "\"Queue\"");
	ASSERT_MEMBER(m, "message", "\"CAPACITY: invalid number\"");
	ASSERT_MEMBER(m, "hint", "\"did you mean '5'?\"");
	m = json_array_get(list, 1);
	ASSERT_MEMBER(m, "level", "\"warning\"");
	ASSERT_MEMBER(m, "line", "2");
	ASSERT_MEMBER(m, "column", "3");
	ASSERT_MEMBER(m, "message", "\"odd ? \\u0001\"");
	ASSERT_NO_MEMBER(m, "element");
	ASSERT_NO_MEMBER(m, "hint");
	m = json_array_get(list, 2);
	ASSERT_MEMBER(m, "level", "\"message\"");
	ASSERT_MEMBER(m, "message", "\"two\\nlines\"");
	ASSERT_NO_MEMBER(m, "file");
	ASSERT_NO_MEMBER(m, "column");
	m = json_array_get(list, 3);
	ASSERT_MEMBER(m, "file", "\"<stdin>\"");
	ASSERT_NO_MEMBER(m, "line");
	json_decref(root);
	strbuf_fini(&landmark);
	source_close_all();
}

static void
plans(void)
{
	struct router *r = lcores_rig_prepared(
		"f :: FromDPDK(net_null510, no-rx=1) -> n :: Null -> d :: Discard", 1, NULL);
	struct plan plan = {0};
	struct check_json *c;
	struct errh errh = {0};
	json_t *root, *object, *list;

	plan_add_packets(&plan, 0, 2000, "what %s", "for");
	plan_add_heap(&plan, 1000);
	c = check_json_create(&errh);
	check_json_plan(c, &plan, r, 9);
	root = finish(c, &errh);
	ASSERT_MEMBER(root, "messages", "[]");
	object = json_object_get(root, "plan");
	ASSERT_MEMBER(object, "hugepages", "9");
	ASSERT_MEMBER(
		object, "packets", "[{\"packets\": 2000, \"node\": 0, \"for\": \"what for\"}]");
	ASSERT_MEMBER(object, "pools", "[{\"node\": 0, \"packets\": 2000}]");
	CU_ASSERT_EQUAL(
		(uint64_t)json_integer_value(json_object_get(object, "bytes")), plan_bytes(&plan));
	list = json_object_get(object, "lcores");
	CU_ASSERT_EQUAL(json_array_size(list), 2);
	object = json_array_get(list, 0);
	ASSERT_MEMBER(object, "lcore", "0");
	ASSERT_MEMBER(object, "control", "false");
	CU_ASSERT_TRUE(json_is_integer(json_object_get(object, "cpu")));
	ASSERT_MEMBER(object, "elements",
		"[{\"element\": \"f\", \"class\": \"FromDPDK\", \"source\": true, "
		"\"work\": \"net_null510 queue 0\"}, "
		"{\"element\": \"n\", \"class\": \"Null\", \"source\": false}, "
		"{\"element\": \"d\", \"class\": \"Discard\", \"source\": false}]");
	object = json_array_get(list, 1);
	ASSERT_MEMBER(object, "control", "true");
	ASSERT_NO_MEMBER(object, "cpu");
	ASSERT_MEMBER(object, "elements", "[]");
	json_decref(root);
	plan_fini(&plan);
	lcores_rig_free(r);
}

// -w keeps warnings out of JSON as well; they are still counted.
static void
no_warnings(void)
{
	struct errh errh = {.no_warnings = true};
	struct check_json *c = check_json_create(&errh);
	json_t *root;

	errh_warning(&errh, "odd");
	errh_hint(&errh, "not seen");
	errh_error(&errh, "bad");
	root = finish(c, &errh);
	ASSERT_MEMBER(root, "warnings", "1");
	ASSERT_MEMBER(root, "messages", "[{\"level\": \"error\", \"message\": \"bad\"}]");
	json_decref(root);
}

UNIT_SUITE(checkjson, UNIT_CASE(messages), UNIT_CASE(no_warnings), UNIT_CASE(plans))
