// SPDX-License-Identifier: BSD-3-Clause
#include "src/config.h"

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

#define NO_CONNECTION ((size_t)-1)

struct chains {
	const struct config *config;
	size_t *next; // owned; the connection that goes on where one ends
	bool *inner; // owned; goes on from another one
	bool *done; // owned
};

static void
unparse_requirements(const struct config *c, struct strbuf *out)
{
	const struct strvec *r = &c->requirements;

	for (size_t i = 0; i + 1 < r->n; i += 2) {
		strbuf_addf(out, "%s%s", i ? ", " : "require(", r->v[i]);
		if (*r->v[i + 1] == '\0')
			continue;
		strbuf_addc(out, ' ');
		confstr_quote(r->v[i + 1], strlen(r->v[i + 1]), out);
	}
	if (r->n > 0)
		strbuf_adds(out, ");\n\n");
}

static void
unparse_elements(const struct config *c, struct strbuf *out)
{
	for (size_t i = 0; i < c->n_elements; i++) {
		const struct config_element *e = &c->elements[i];

		strbuf_adds(out, e->name);
		strbuf_adds(out, " :: ");
		strbuf_adds(out, e->class_name);
		if (*e->args != '\0') {
			strbuf_addc(out, '(');
			strbuf_adds(out, e->args);
			strbuf_addc(out, ')');
		}
		strbuf_adds(out, ";\n");
	}
	if (c->n_elements > 0)
		strbuf_addc(out, '\n');
}

// A chain goes on at input 0 from output 0 of the same element, if it can with a connection to an
// input 0. The connections' order is that of struct config.
static void
find_next(struct chains *ch)
{
	const struct config *c = ch->config;
	// Of each element, the connection from its output 0 to take.
	size_t *from_0 = mem_zalloc(c->n_elements * sizeof(*from_0));

	for (size_t i = 0; i < c->n_elements; i++)
		from_0[i] = NO_CONNECTION;
	for (size_t i = 0; i < c->n_connections; i++) {
		const struct config_connection *conn = &c->connections[i];
		size_t *chosen = &from_0[conn->from];

		if (conn->from_port == 0 &&
			(*chosen == NO_CONNECTION || c->connections[*chosen].to_port != 0))
			*chosen = i;
	}
	for (size_t i = 0; i < c->n_connections; i++) {
		const struct config_connection *conn = &c->connections[i];

		ch->next[i] = conn->to_port == 0 ? from_0[conn->to] : NO_CONNECTION;
		if (ch->next[i] == i)
			ch->next[i] = NO_CONNECTION;
		if (ch->next[i] != NO_CONNECTION)
			ch->inner[ch->next[i]] = true;
	}
	free(from_0);
}

static void
unparse_chain(struct chains *ch, size_t i, struct strbuf *out)
{
	const struct config *c = ch->config;
	const struct config_connection *conn = &c->connections[i];
	const char *arrow = " -> ";

	strbuf_adds(out, c->elements[conn->from].name);
	if (conn->from_port != 0)
		strbuf_addf(out, " [%u]", conn->from_port);
	for (; i != NO_CONNECTION && !ch->done[i]; i = ch->next[i]) {
		conn = &c->connections[i];
		strbuf_adds(out, arrow);
		if (conn->to_port != 0)
			strbuf_addf(out, "[%u] ", conn->to_port);
		strbuf_adds(out, c->elements[conn->to].name);
		ch->done[i] = true;
		arrow = "\n    -> ";
	}
	strbuf_adds(out, ";\n");
}

static void
unparse_connections(const struct config *c, struct strbuf *out)
{
	struct chains ch = {
		.config = c,
		.next = mem_zalloc(c->n_connections * sizeof(*ch.next)),
		.inner = mem_zalloc(c->n_connections),
		.done = mem_zalloc(c->n_connections),
	};

	find_next(&ch);
	for (size_t i = 0; i < c->n_connections; i++)
		if (!ch.inner[i])
			unparse_chain(&ch, i, out);
	// What is left goes round in circles.
	for (size_t i = 0; i < c->n_connections; i++)
		if (!ch.done[i])
			unparse_chain(&ch, i, out);
	free(ch.next);
	free(ch.inner);
	free(ch.done);
}

void
config_unparse(const struct config *c, struct strbuf *out)
{
	unparse_requirements(c, out);
	unparse_elements(c, out);
	unparse_connections(c, out);
}
