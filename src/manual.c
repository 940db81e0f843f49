// SPDX-License-Identifier: BSD-3-Clause
#include "src/manual.h"

#include <errno.h>
#include <string.h>

#include "src/args.h"
#include "src/element.h"
#include "src/strbuf.h"

void
manual_list(struct strbuf *out)
{
	const struct element_class *class;

	for (size_t i = 0; (class = element_class_at(i)) != NULL; i++)
		strbuf_addf(out, "%-24s %-12s %s\n", class->name, class->group, class->brief);
}

static void
add_arguments(const struct element_class *class, struct strbuf *out)
{
	if (class->args == NULL || class->args->name == NULL)
		return;
	strbuf_adds(out, "\nArguments\n");
	for (const struct arg *a = class->args; a->name != NULL; a++) {
		strbuf_addf(out, "  %s: %s", a->name, a->type->name);
		if (a->flags & ARG_MANDATORY)
			strbuf_adds(out, ", must be given");
		if (a->flags & (ARG_KEYWORD | ARG_DEPRECATED))
			strbuf_adds(out, ", keyword only");
		if (a->flags & ARG_DEPRECATED)
			strbuf_adds(out, ", deprecated");
		if (a->def != NULL)
			strbuf_addf(out, ", default %s", a->def);
		strbuf_addf(out, "\n      %s\n", a->help ? a->help : "");
	}
}

static void
add_handlers(const struct element_class *class, struct strbuf *out)
{
	if (class->handlers == NULL || class->handlers->name == NULL)
		return;
	strbuf_adds(out, "\nHandlers\n");
	for (const struct handler *h = class->handlers; h->name != NULL; h++) {
		strbuf_addf(out, "  %s (", h->name);
		handler_flags_text(h, out);
		strbuf_addf(out, ")\n      %s\n", h->help ? h->help : "");
	}
}

static void
add_drops(const struct element_class *class, struct strbuf *out)
{
	if (element_n_drop_reasons(class) == 0)
		return;
	strbuf_adds(out, "\nDrops\n");
	for (unsigned i = 0; class->drops[i] != NULL; i++)
		strbuf_addf(out, "  %s\n", class->drops[i]);
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
	strbuf_addf(out, "%s - %s\n\n", class->name, class->brief);
	args_synopsis(class->name, class->args, out);
	strbuf_addf(out, "\n\nGroup: %s. Ports: %s. Processing: %s.\n", class->group, class->ports,
		class->processing ? class->processing : "a/a");
	if (class->manual != NULL)
		strbuf_addf(out, "\n%s\n", class->manual);
	add_arguments(class, out);
	add_handlers(class, out);
	add_drops(class, out);
	if (class->example != NULL)
		strbuf_addf(out, "\nExample\n  %s\n", class->example);
	return 0;
}
