// SPDX-License-Identifier: BSD-3-Clause
#include "src/manual.h"

#include <errno.h>
#include <string.h>

#include "src/args.h"
#include "src/element.h"
#include "src/manual_style.h"
#include "src/strbuf.h"

void
manual_list(struct strbuf *out)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++)
		strbuf_addf(out, "%-24s %-12s %s\n", class->name, class->group, class->brief);
}

static void
add_arguments(
	const struct element_class *class, const struct manual_style *style, struct strbuf *out)
{
	if (class->args == NULL || class->args->name == NULL)
		return;
	style->heading(out, "Arguments");
	for (const struct arg *a = class->args; a->name != NULL; a++) {
		struct strbuf details = STRBUF_INIT;

		strbuf_adds(&details, a->type->name);
		if (a->flags & ARG_MANDATORY)
			strbuf_adds(&details, ", must be given");
		if (a->flags & (ARG_KEYWORD | ARG_DEPRECATED))
			strbuf_adds(&details, ", keyword only");
		if (a->flags & ARG_DEPRECATED)
			strbuf_adds(&details, ", deprecated");
		if (a->def != NULL)
			strbuf_addf(&details, ", default %s", a->def);
		style->item(out, a->name, strbuf_text(&details), a->help ? a->help : "");
		strbuf_fini(&details);
	}
}

static void
add_handlers(
	const struct element_class *class, const struct manual_style *style, struct strbuf *out)
{
	if (class->handlers == NULL || class->handlers->name == NULL)
		return;
	style->heading(out, "Handlers");
	for (const struct handler *h = class->handlers; h->name != NULL; h++) {
		struct strbuf flags = STRBUF_INIT;

		handler_flags_text(h, &flags);
		style->handler(out, h->name, strbuf_text(&flags), h->help ? h->help : "");
		strbuf_fini(&flags);
	}
}

static void
add_drops(const struct element_class *class, const struct manual_style *style, struct strbuf *out)
{
	if (element_n_drop_reasons(class) == 0)
		return;
	style->heading(out, "Drops");
	for (unsigned i = 0; class->drops[i] != NULL; i++)
		style->word(out, class->drops[i]);
}

void
manual_page(const struct element_class *class, const struct manual_style *style, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;

	style->title(out, class->name, class->brief);
	args_synopsis(class->name, class->args, &text);
	style->text(out, strbuf_text(&text));
	strbuf_clear(&text);
	strbuf_addf(&text, "Group: %s. Ports: %s. Processing: %s.", class->group, class->ports,
		class->processing ? class->processing : "a/a");
	style->text(out, strbuf_text(&text));
	strbuf_fini(&text);
	if (class->manual != NULL)
		style->text(out, class->manual);
	add_arguments(class, style, out);
	add_handlers(class, style, out);
	add_drops(class, style, out);
	if (class->example != NULL) {
		style->heading(out, "Example");
		style->code(out, class->example);
	}
}

void
manual_reference(struct strbuf *out)
{
	const struct element_class *class;

	strbuf_adds(out, "# The elements of clickd " CLICKD_VERSION "\n\n"
			 "| element | group | |\n|---|---|---|\n");
	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++)
		strbuf_addf(out, "| [%s](#%s) | %s | %s |\n", class->name, class->name,
			class->group, class->brief);
	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++)
		manual_page(class, &manual_markdown, out);
}

int
manual_element(const char *class_name, struct strbuf *out)
{
	const struct element_class *class = element_class_find(class_name);
	const char *near;

	if (class == NULL) {
		near = element_class_suggest(class_name);
		strbuf_addf(out, "no element class '%s'%s%s%s\n", class_name,
			near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		return -ENOENT;
	}
	manual_page(class, &manual_plain, out);
	return 0;
}
