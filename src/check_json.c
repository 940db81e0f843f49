// SPDX-License-Identifier: BSD-3-Clause
#include "src/check_json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"

struct check_json {
	json_t *root, *messages; // owned; the second by the first
};

// Bytes that are no UTF-8 cannot stand in JSON; they become question marks.
static json_t *
text_json(const char *text, size_t len)
{
	json_t *value = json_stringn(text, len);
	char *copy;

	if (value != NULL)
		return value;
	copy = mem_strndup(text, len);
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	}
	value = json_stringn(copy, len);
	free(copy);
	return value;
}

static void
set_text(json_t *object, const char *key, const char *text, size_t len)
{
	json_object_set_new(object, key, text_json(text, len));
}

static void
set_number(json_t *object, const char *key, uint64_t n)
{
	json_object_set_new(object, key, json_integer((json_int_t)n));
}

// ---- messages

// "FILE:LINE"; the file's name may have colons of its own.
static void
set_landmark(json_t *object, const char *landmark, size_t len)
{
	const char *colon = memrchr(landmark, ':', len);

	if (len == 0)
		return;
	set_text(object, "file", landmark, colon != NULL ? (size_t)(colon - landmark) : len);
	if (colon != NULL)
		set_number(object, "line", strtoul(colon + 1, NULL, 10));
}

// "FILE:LINE: While configuring 'NAME :: CLASS':"
static void
set_context(json_t *object, const char *context, bool has_landmark)
{
	const char *text = strstr(context, ": While "), *name = strstr(context, " '"), *class, *end;

	if (text != NULL && !has_landmark)
		set_landmark(object, context, (size_t)(text - context));
	class = name != NULL ? strstr(name, " :: ") : NULL;
	end = class != NULL ? strstr(class, "':") : NULL;
	if (end == NULL)
		return;
	set_text(object, "element", name + 2, (size_t)(class - name - 2));
	set_text(object, "class", class + 4, (size_t)(end - class - 4));
}

static void
take_note(struct errh *errh, const struct errh_note *note)
{
	static const char *const levels[] = {
		[ERRH_MESSAGE] = "message", [ERRH_WARNING] = "warning", [ERRH_ERROR] = "error"};
	struct check_json *c = errh->arg;
	json_t *object = json_object();
	size_t len, column;
	const char *line;

	json_object_set_new(object, "level", json_string(levels[note->level]));
	set_landmark(object, note->landmark, strlen(note->landmark));
	if (note->context != NULL)
		set_context(object, note->context, *note->landmark != '\0');
	if (source_line(note->place, &line, &len, &column))
		set_number(object, "column", column + 1);
	set_text(object, "message", note->text, strlen(note->text));
	json_array_append_new(c->messages, object);
}

static void
take_hint(struct errh *errh, const char *text)
{
	struct check_json *c = errh->arg;
	size_t n = json_array_size(c->messages);

	if (n > 0)
		set_text(json_array_get(c->messages, n - 1), "hint", text, strlen(text));
}

static void
take_line(struct errh *errh, enum errh_level level, const char *line)
{
	(void)errh;
	(void)level;
	(void)line;
}

struct check_json *
check_json_create(struct errh *errh)
{
	struct check_json *c = mem_zalloc(sizeof(*c));

	c->root = json_object();
	c->messages = json_array();
	*errh = (struct errh){.line = take_line,
		.note = take_note,
		.hint = take_hint,
		.arg = c,
		.no_warnings = errh->no_warnings};
	return c;
}

// ---- the plan

static json_t *
element_json(struct element *e, unsigned lcore)
{
	json_t *object = json_object();
	struct strbuf work = STRBUF_INIT;
	bool is_source = plan_works_on(e, lcore);

	set_text(object, "element", element_name(e), strlen(element_name(e)));
	json_object_set_new(object, "class", json_string(e->class->name));
	json_object_set_new(object, "source", json_boolean(is_source));
	if (is_source && e->class->describe != NULL) {
		e->class->describe(e, lcore, &work);
		set_text(object, "work", strbuf_text(&work), work.len);
	}
	strbuf_fini(&work);
	return object;
}

static json_t *
lcore_json(const struct router *r, unsigned i)
{
	const struct lcore *lcore = lcores_at(i);
	json_t *object = json_object(), *elements = json_array();

	set_number(object, "lcore", i);
	json_object_set_new(object, "control", json_boolean(lcore->is_control));
	if (!lcore->is_control)
		set_number(object, "cpu", lcore->cpu);
	set_number(object, "node", lcore->node);
	for (size_t k = 0; k < r->n_elements; k++) {
		const struct element_info *info = r->elements[k]->info;

		if (((info->push_lcores | info->pull_lcores) >> i & 1) ||
			plan_works_on(r->elements[k], i))
			json_array_append_new(elements, element_json(r->elements[k], i));
	}
	json_object_set_new(object, "elements", elements);
	return object;
}

static json_t *
packets_json(const struct plan *plan)
{
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < plan->n_items; i++) {
		object = json_object();
		set_number(object, "packets", plan->items[i].n_packets);
		set_number(object, "node", plan->items[i].node);
		set_text(object, "for", plan->items[i].what, strlen(plan->items[i].what));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *
pools_json(const struct plan *plan)
{
	json_t *list = json_array(), *object;

	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (plan_packets(plan, node) == 0)
			continue;
		object = json_object();
		set_number(object, "node", node);
		set_number(object, "packets", plan_packets(plan, node));
		json_array_append_new(list, object);
	}
	return list;
}

void
check_json_plan(
	struct check_json *c, const struct plan *plan, const struct router *r, uint64_t n_hugepages)
{
	json_t *object = json_object(), *lcores = json_array();

	for (unsigned i = 0; i < lcores_n(); i++)
		json_array_append_new(lcores, lcore_json(r, i));
	json_object_set_new(object, "lcores", lcores);
	json_object_set_new(object, "packets", packets_json(plan));
	json_object_set_new(object, "pools", pools_json(plan));
	set_number(object, "bytes", plan_bytes(plan));
	set_number(object, "hugepages", n_hugepages);
	json_object_set_new(c->root, "plan", object);
}

void
check_json_finish(struct check_json *c, const struct errh *errh, struct strbuf *out)
{
	char *text;

	set_number(c->root, "errors", errh->n_errors);
	set_number(c->root, "warnings", errh->n_warnings);
	json_object_set_new(c->root, "messages", c->messages);
	text = json_dumps(c->root, JSON_INDENT(2));
	strbuf_adds(out, text != NULL ? text : "{}");
	strbuf_addc(out, '\n');
	free(text);
	json_decref(c->root);
	free(c);
}
