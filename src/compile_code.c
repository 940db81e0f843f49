// SPDX-License-Identifier: BSD-3-Clause
#include "src/compile_code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/args.h"
#include "src/config.h"
#include "src/element.h"
#include "src/handler.h"
#include "src/hookup.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

// ---- which elements

static const char *
source_file(const struct element_class_link *link)
{
	return link == NULL ? NULL : strstr(link->file, "elements/");
}

static bool
is_on_path(const struct element *e)
{
	const struct element_info *info = e->info;

	for (unsigned i = 0; i < e->n_inputs; i++) {
		if (!info->in_pull[i] && e->class->push != NULL)
			return true;
	}
	for (unsigned i = 0; i < e->n_outputs; i++) {
		if (info->out_pull[i] && e->class->pull != NULL)
			return true;
	}
	return false;
}

static int
class_number(struct compile_graph *g, const struct element *e)
{
	const struct element_class_link *link = element_class_link(e->class);
	const char *file = source_file(link);

	if (file == NULL || !is_on_path(e))
		return -1;
	for (size_t i = 0; i < g->n_classes; i++) {
		if (g->classes[i].link == link)
			return (int)i;
	}
	g->classes = mem_grow(g->classes, g->n_classes, &g->classes_cap, sizeof(*g->classes));
	g->classes[g->n_classes] = (struct compile_class){.link = link, .file = file};
	return (int)g->n_classes++;
}

void
compile_graph_init(struct compile_graph *g, struct router *r)
{
	*g = (struct compile_graph){.r = r};
	g->class_of = mem_zalloc(r->n_elements * sizeof(*g->class_of));
	for (size_t i = 0; i < r->n_elements; i++)
		g->class_of[i] = class_number(g, r->elements[i]);
}

void
compile_graph_fini(struct compile_graph *g)
{
	free(g->class_of);
	free(g->classes);
	*g = (struct compile_graph){0};
}

static bool
is_compiled(const struct compile_graph *g, const struct element *e)
{
	return g->class_of[e->info->index] >= 0;
}

// Takes packets one by one and lets most go on by output 0.
static bool
is_step(const struct compile_graph *g, const struct element *e)
{
	return is_compiled(g, e) && e->class->decide != NULL && element_output_is_push(e, 0) &&
	       hookup_connection(e, true, 0) != NULL;
}

// ---- text

static unsigned long
address(const struct element *e)
{
	return (unsigned long)(uintptr_t)e;
}

static const struct element *
element_at(const struct compile_graph *g, unsigned index)
{
	return g->r->elements[index];
}

// A call of a known element. The functions of steps take what comes on any port.
static void
add_push(const struct compile_graph *g, const struct config_connection *k, struct strbuf *out)
{
	const struct element *to = element_at(g, k->to);

	if (is_compiled(g, to))
		strbuf_addf(out, "push_%u_%u(b)", k->to, is_step(g, to) ? 0 : k->to_port);
	else
		strbuf_addf(out,
			"((void (*)(struct element *, unsigned, struct batch *))0x%lxUL)"
			"((struct element *)0x%lxUL, %u, b)",
			(unsigned long)(uintptr_t)to->class->push, address(to), k->to_port);
}

static void
add_pull(const struct compile_graph *g, const struct config_connection *k, struct strbuf *out)
{
	const struct element *from = element_at(g, k->from);

	if (is_compiled(g, from))
		strbuf_addf(out, "pull_%u_%u(b, max)", k->from, k->from_port);
	else
		strbuf_addf(out,
			"((void (*)(struct element *, unsigned, struct batch *, unsigned))0x%lxUL)"
			"((struct element *)0x%lxUL, %u, b, max)",
			(unsigned long)(uintptr_t)from->class->pull, address(from), k->from_port);
}

// ---- a class's header: direct calls

static void
declare(const struct compile_graph *g, const struct element *e, bool output, unsigned port,
	struct strbuf *out)
{
	const struct config_connection *k = hookup_connection(e, output, port);

	if (k == NULL || !is_compiled(g, element_at(g, output ? k->to : k->from)))
		return;
	strbuf_adds(out, "void ");
	if (output)
		strbuf_addf(out, "push_%u_%u(struct batch *b);\n", k->to,
			is_step(g, element_at(g, k->to)) ? 0 : k->to_port);
	else
		strbuf_addf(
			out, "pull_%u_%u(struct batch *b, unsigned max);\n", k->from, k->from_port);
}

static bool
is_active(const struct element *e, bool output, unsigned port)
{
	return output ? !e->info->out_pull[port] : e->info->in_pull[port];
}

static void
add_cases(const struct compile_graph *g, const struct element *e, bool output, struct strbuf *out)
{
	unsigned n = output ? e->n_outputs : e->n_inputs;

	strbuf_addf(
		out, "\tcase 0x%lxUL: // %s\n\t\tswitch (port) {\n", address(e), element_name(e));
	for (unsigned port = 0; port < n; port++) {
		const struct config_connection *k = hookup_connection(e, output, port);

		if (k == NULL || !is_active(e, output, port))
			continue;
		strbuf_addf(out, "\t\tcase %u:\n\t\t\t", port);
		if (output)
			add_push(g, k, out);
		else
			add_pull(g, k, out);
		strbuf_adds(out, ";\n\t\t\treturn true;\n");
	}
	strbuf_adds(out, "\t\t}\n\t\tbreak;\n");
}

static void
add_calls(const struct compile_graph *g, unsigned class_no, bool output, struct strbuf *out)
{
	strbuf_addf(out,
		"static inline __attribute__((always_inline)) bool\n"
		"%s\n{\n"
		"\tif (!__builtin_constant_p(e) || !__builtin_constant_p(port))\n"
		"\t\treturn false;\n"
		"\tswitch ((uintptr_t)e) {\n",
		output ? "graph_push(struct element *e, unsigned port, struct batch *b)"
		       : "graph_pull(struct element *e, unsigned port, struct batch *b, unsigned max)");
	for (size_t i = 0; i < g->r->n_elements; i++) {
		if (g->class_of[i] == (int)class_no)
			add_cases(g, g->r->elements[i], output, out);
	}
	strbuf_adds(out, "\t}\n\treturn false;\n}\n");
}

void
compile_code_header(const struct compile_graph *g, unsigned class_no, struct strbuf *out)
{
	for (size_t i = 0; i < g->r->n_elements; i++) {
		const struct element *e = g->r->elements[i];

		if (g->class_of[i] != (int)class_no)
			continue;
		for (unsigned port = 0; port < e->n_outputs; port++)
			if (is_active(e, true, port))
				declare(g, e, true, port, out);
		for (unsigned port = 0; port < e->n_inputs; port++)
			if (is_active(e, false, port))
				declare(g, e, false, port, out);
	}
	add_calls(g, class_no, true, out);
	add_calls(g, class_no, false, out);
}

// ---- a class: its own source, and a function for each port of each element

// Whether nothing but the configuration changes the arguments' fields.
static bool
has_fixed_arguments(const struct element *e)
{
	if (e->class->flags & ELEMENT_LIVE_CONFIG)
		return false;
	for (size_t i = 0; i < e->info->n_handlers; i++) {
		if (e->info->handlers[i].row->write != NULL)
			return false;
	}
	return true;
}

static uint64_t
read_number(const struct element *e, const struct arg *a)
{
	const uint8_t *field = (const uint8_t *)e + a->offset;
	uint64_t value = 0;

	memcpy(&value, field, a->type->size); // little-endian, as all machines that DPDK calls x86
	return value;
}

static bool
is_fact(const struct arg *a)
{
	size_t size = a->type->size;

	return a->type->fini == NULL && (size == 1 || size == 2 || size == 4 || size == 8) &&
	       a->offset % size == 0;
}

// Tells the compiler what the arguments are.
static void
add_arguments(const struct element *e, struct strbuf *out)
{
	if (!has_fixed_arguments(e))
		return;
	for (const struct arg *a = e->class->args; a != NULL && a->name != NULL; a++) {
		if (is_fact(a))
			strbuf_addf(out,
				"\tif (*(uint%zu_t *)0x%lxUL != 0x%" PRIx64 "UL) // %s\n"
				"\t\t__builtin_unreachable();\n",
				a->type->size * 8, address(e) + a->offset, read_number(e, a),
				a->name);
	}
}

// The same for who loads the code.
static void
add_facts(const struct element *e, struct strbuf *out)
{
	if (!has_fixed_arguments(e))
		return;
	for (const struct arg *a = e->class->args; a != NULL && a->name != NULL; a++) {
		if (is_fact(a))
			strbuf_addf(out, "\t{%u, %u, %zu, 0x%" PRIx64 "UL}, // %s\n",
				e->info->index, a->offset, a->type->size, read_number(e, a),
				a->name);
	}
}

static void
add_functions(const struct compile_graph *g, const struct element *e, struct strbuf *out)
{
	const char *object = g->classes[g->class_of[e->info->index]].link->object;
	unsigned index = e->info->index;

	if (is_step(g, e)) {
		strbuf_addf(out, "int\nstep_%u(struct packet **pp)\n{\n", index);
		add_arguments(e, out);
		strbuf_addf(out, "\treturn %s.decide((struct element *)0x%lxUL, pp);\n}\n", object,
			address(e));
	}
	for (unsigned port = 0; port < e->n_inputs && !is_step(g, e); port++) {
		if (e->info->in_pull[port])
			continue;
		strbuf_addf(out, "void\npush_%u_%u(struct batch *b)\n{\n", index, port);
		add_arguments(e, out);
		strbuf_addf(out, "\t%s.push((struct element *)0x%lxUL, %u, b);\n}\n", object,
			address(e), port);
	}
	for (unsigned port = 0; port < e->n_outputs; port++) {
		if (!e->info->out_pull[port])
			continue;
		strbuf_addf(
			out, "void\npull_%u_%u(struct batch *b, unsigned max)\n{\n", index, port);
		add_arguments(e, out);
		strbuf_addf(out, "\t%s.pull((struct element *)0x%lxUL, %u, b, max);\n}\n", object,
			address(e), port);
	}
}

void
compile_code_class(const struct compile_graph *g, unsigned class_no, struct strbuf *out)
{
	const struct compile_class *class = &g->classes[class_no];

	strbuf_addf(out, "#define CLICKD_GRAPH \"class_%u.h\" // %s\n#include \"%s\"\n", class_no,
		class->link->class->name, class->file);
	for (size_t i = 0; i < g->r->n_elements; i++) {
		if (g->class_of[i] != (int)class_no)
			continue;
		strbuf_addf(out, "// %s :: %s\n", element_name(g->r->elements[i]),
			class->link->class->name);
		add_functions(g, g->r->elements[i], out);
	}
	strbuf_addf(out, "size_t\nsize_%u(void)\n{\n\treturn %s.size + %s.lcore_size;\n}\n",
		class_no, class->link->object, class->link->object);
}

// ---- the graph: loops over steps, and where others come in

static bool
follows(const struct compile_graph *g, const struct element *e, const struct element *next)
{
	return is_step(g, e) && is_step(g, next);
}

// One packet, from `first` to `last`; `leave` is the label for one that does not go on. The rare
// loop calls the program's own code, so that the compiler has one place to put a step into.
static void
add_steps(const struct compile_graph *g, const struct element *first, const struct element *last,
	bool rare, struct strbuf *out)
{
	for (const struct element *e = first;;
		e = element_at(g, hookup_connection(e, true, 0)->to)) {
		strbuf_addf(out,
			"\t\tfrom = (struct element *)0x%lxUL; // %s\n\t\tdecision = ", address(e),
			element_name(e));
		if (rare)
			strbuf_adds(out, "from->class->decide(from, &p)");
		else
			strbuf_addf(out, "step_%u(&p)", e->info->index);
		strbuf_adds(out, ";\n\t\tif (unlikely(decision != 0))\n\t\t\tgoto leave;\n");
		if (e == last)
			break;
	}
}

// From the first packet on that does not go all the way.
static void
add_rare_loop(const struct compile_graph *g, const struct element *head, const struct element *last,
	struct strbuf *out)
{
	unsigned index = head->info->index;

	strbuf_addf(out,
		"static __attribute__((noinline)) void\n"
		"rare_%u(struct batch *b, unsigned i, struct packet *p, struct element *from, "
		"int decision)\n{\n"
		"\tunsigned n = b->n, n_through = i;\n"
		"\tstruct compiled_aside aside;\n\n"
		"\taside.batch.n = 0;\n"
		"\taside.from = NULL;\n"
		"\tgoto leave;\n"
		"\tfor (; i < n; i++) {\n"
		"\t\tp = b->pkt[i];\n",
		index);
	add_steps(g, head, last, true, out);
	strbuf_addf(out,
		"\t\tcompiled_push_aside(&aside);\n"
		"\t\tb->pkt[n_through++] = p;\n"
		"\t\tcontinue;\n"
		"leave:\n"
		"\t\tn_through = compiled_leave(&aside, from, decision, p, b, n_through, "
		"rest_%u);\n"
		"\t}\n"
		"\tcompiled_push_aside(&aside);\n"
		"\tb->n = (uint16_t)n_through;\n"
		"\tif (n_through > 0)\n"
		"\t\trest_%u(b);\n"
		"}\n",
		index, index);
}

static void
add_usual_loop(const struct compile_graph *g, const struct element *head,
	const struct element *last, struct strbuf *out)
{
	unsigned index = head->info->index;

	strbuf_addf(out,
		"void\npush_%u_0(struct batch *b)\n{\n"
		"\tunsigned n = b->n;\n\n"
		"\tfor (unsigned i = 0; i < n; i++) {\n"
		"\t\tstruct packet *p = b->pkt[i];\n"
		"\t\tstruct element *from;\n"
		"\t\tint decision;\n\n",
		index);
	add_steps(g, head, last, false, out);
	strbuf_addf(out,
		"\t\tb->pkt[i] = p;\n"
		"\t\tcontinue;\n"
		"leave:\n"
		"\t\trare_%u(b, i, p, from, decision);\n"
		"\t\treturn;\n"
		"\t}\n"
		"\trest_%u(b);\n"
		"}\n",
		index, index);
}

// The chain of steps from one on; marks what it visits, so that a circle ends.
static void
add_loop(const struct compile_graph *g, const struct element *head, struct strbuf *out)
{
	bool *seen = mem_zalloc(g->r->n_elements);
	const struct element *e = head, *next;
	const struct config_connection *k;

	strbuf_addf(out, "static void\nrest_%u(struct batch *b)\n{\n\t", head->info->index);
	for (;;) {
		seen[e->info->index] = true;
		k = hookup_connection(e, true, 0);
		next = element_at(g, k->to);
		if (!follows(g, e, next) || seen[k->to])
			break;
		e = next;
	}
	add_push(g, k, out);
	strbuf_adds(out, ";\n}\n");
	free(seen);
	add_rare_loop(g, head, e, out);
	add_usual_loop(g, head, e, out);
}

// Whether packets come to a step by other ways than out of a loop.
static bool
is_head(const struct compile_graph *g, const struct element *e)
{
	const struct element_info *info = e->info;

	for (size_t i = 0; i < info->n_incoming; i++) {
		const struct config_connection *k = info->incoming[i];

		if (k->from_port != 0 || !follows(g, element_at(g, k->from), e))
			return true;
	}
	return false;
}

static void
declare_element(const struct compile_graph *g, const struct element *e, struct strbuf *out)
{
	unsigned index = e->info->index;

	if (is_step(g, e))
		strbuf_addf(out,
			"int step_%u(struct packet **pp);\nvoid push_%u_0(struct batch *b);\n",
			index, index);
	for (unsigned port = 0; port < e->n_inputs && !is_step(g, e); port++) {
		if (!e->info->in_pull[port])
			strbuf_addf(out, "void push_%u_%u(struct batch *b);\n", index, port);
	}
	for (unsigned port = 0; port < e->n_outputs; port++) {
		if (e->info->out_pull[port])
			strbuf_addf(out, "void pull_%u_%u(struct batch *b, unsigned max);\n", index,
				port);
	}
}

static void
add_entry(const struct element *e, unsigned port, bool push, unsigned function_port,
	struct strbuf *functions, struct strbuf *rows)
{
	unsigned index = e->info->index;

	strbuf_addf(functions,
		"static void\n"
		"enter_%s_%u_%u(struct element *e, unsigned port, struct batch *b%s)\n"
		"{\n\t%s_%u_%u(b%s);\n}\n",
		push ? "push" : "pull", index, port, push ? "" : ", unsigned max",
		push ? "push" : "pull", index, function_port, push ? "" : ", max");
	strbuf_addf(rows, "\t{%u, %u, .%s = enter_%s_%u_%u},\n", index, port,
		push ? "push" : "pull", push ? "push" : "pull", index, port);
}

static void
add_entries(const struct compile_graph *g, struct strbuf *functions, struct strbuf *rows)
{
	for (size_t i = 0; i < g->r->n_elements; i++) {
		const struct element *e = g->r->elements[i];
		bool step;

		if (!is_compiled(g, e))
			continue;
		step = is_step(g, e);
		for (unsigned port = 0; port < e->n_inputs; port++) {
			if (!e->info->in_pull[port] && (!step || is_head(g, e)))
				add_entry(e, port, true, step ? 0 : port, functions, rows);
		}
		for (unsigned port = 0; port < e->n_outputs; port++) {
			if (e->info->out_pull[port])
				add_entry(e, port, false, port, functions, rows);
		}
	}
}

void
compile_code_graph(const struct compile_graph *g, struct strbuf *out)
{
	struct strbuf rows = STRBUF_INIT;

	strbuf_adds(out, "#include \"src/compile_code.h\"\n"
			 "#include \"src/compile_loop.h\"\n");
	for (size_t i = 0; i < g->r->n_elements; i++) {
		if (is_compiled(g, g->r->elements[i]))
			declare_element(g, g->r->elements[i], out);
	}
	for (size_t i = 0; i < g->r->n_elements; i++) {
		if (is_step(g, g->r->elements[i]) && is_head(g, g->r->elements[i]))
			add_loop(g, g->r->elements[i], out);
	}
	add_entries(g, out, &rows);
	for (size_t i = 0; i < g->n_classes; i++)
		strbuf_addf(out, "size_t size_%zu(void);\n", i);
	strbuf_adds(out, "static size_t\nsize(unsigned class_no)\n{\n\tswitch (class_no) {\n");
	for (size_t i = 0; i < g->n_classes; i++)
		strbuf_addf(out, "\tcase %zu: return size_%zu();\n", i, i);
	strbuf_adds(out, "\t}\n\treturn 0;\n}\n"
			 "static const struct compile_entry entries[] = {\n");
	strbuf_adds(out, strbuf_text(&rows));
	strbuf_adds(out, "\t{0},\n};\nstatic const struct compile_fact facts[] = {\n");
	for (size_t i = 0; i < g->r->n_elements; i++) {
		if (is_compiled(g, g->r->elements[i]))
			add_facts(g->r->elements[i], out);
	}
	strbuf_adds(out,
		"\t{0},\n};\n"
		"__attribute__((visibility(\"default\")))\n"
		"const struct compile_table graph_table = {CLICKD_VERSION, entries, facts, size};\n");
	strbuf_fini(&rows);
}
