// SPDX-License-Identifier: BSD-3-Clause
// The flat text of a configuration. What config_rig.h checks is such a text as well.
#include <stdlib.h>
#include <string.h>

#include "src/config.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/config_rig.h"
#include "test/unit/unit.h"

static void
add_connection(struct config *c, unsigned from, unsigned from_port, unsigned to, unsigned to_port)
{
	c->connections = mem_grow(
		c->connections, c->n_connections, &c->connections_cap, sizeof(*c->connections));
	c->connections[c->n_connections++] = (struct config_connection){
		.from = from,
		.from_port = from_port,
		.to = to,
		.to_port = to_port,
		.landmark = mem_strdup("F:1"),
	};
}

static void
assert_unparses(struct config *c, const char *want, int line)
{
	struct strbuf out = STRBUF_INIT;

	config_unparse(c, &out);
	unit_assert_text(__FILE__, line, strbuf_text(&out), want);
	strbuf_fini(&out);
	config_fini(c);
}

#define ASSERT_UNPARSES(c, want) assert_unparses(c, want, __LINE__)

static void
nothing(void)
{
	struct config c = {0};

	ASSERT_UNPARSES(&c, "");
}

static void
requirements(void)
{
	struct config c = {0};

	strvec_add(&c.requirements, "package");
	strvec_add(&c.requirements, "p");
	strvec_add(&c.requirements, "compact_config");
	strvec_add(&c.requirements, "a \"b\" $c\n");
	ASSERT_UNPARSES(&c, "require(package \"p\", compact_config \"a \\\"b\\\" \\$c\\n\");\n\n");
}

static void
elements(void)
{
	struct config c = {0};

	config_add_element(&c, "a", "Idle", "", "F:1");
	config_add_element(&c, "b/c@1", "Queue", " 5, \"x\" /* y */", "F:2");
	ASSERT_UNPARSES(&c, "a :: Idle;\nb/c@1 :: Queue( 5, \"x\" /* y */);\n\n");
}

// The texts are copied.
static void
added_elements(void)
{
	char text[] = "abcd";
	struct config c = {0};

	for (int i = 0; i < 1000; i++)
		config_add_element(&c, text, text + 1, text + 2, text + 3);
	memset(text, 'x', 4);
	CU_ASSERT_EQUAL(c.n_elements, 1000);
	for (int i = 0; i < 1000; i += 333) {
		ASSERT_TEXT(c.elements[i].name, "abcd");
		ASSERT_TEXT(c.elements[i].class_name, "bcd");
		ASSERT_TEXT(c.elements[i].args, "cd");
		ASSERT_TEXT(c.elements[i].landmark, "d");
	}
	config_fini(&c);
	CU_ASSERT(c.elements == NULL && c.n_elements == 0);
	config_fini(&c);
}

static struct config
three(void)
{
	struct config c = {0};

	config_add_element(&c, "a", "A", "", "F:1");
	config_add_element(&c, "b", "B", "", "F:1");
	config_add_element(&c, "c", "C", "", "F:1");
	return c;
}

#define THREE "a :: A;\nb :: B;\nc :: C;\n\n"

static void
chains(void)
{
	struct config c = three();

	add_connection(&c, 0, 0, 1, 0);
	add_connection(&c, 1, 0, 2, 0);
	ASSERT_UNPARSES(&c, THREE "a -> b\n    -> c;\n");
	c = three(); // a chain goes on from output 0, and at input 0
	add_connection(&c, 0, 1, 1, 0);
	add_connection(&c, 1, 1, 2, 0);
	ASSERT_UNPARSES(&c, THREE "a [1] -> b;\nb [1] -> c;\n");
	c = three();
	add_connection(&c, 0, 0, 1, 1);
	add_connection(&c, 1, 0, 2, 3);
	ASSERT_UNPARSES(&c, THREE "a -> [1] b;\nb -> [3] c;\n");
	c = three();
	add_connection(&c, 0, 2, 1, 0);
	add_connection(&c, 1, 0, 2, 65535);
	ASSERT_UNPARSES(&c, THREE "a [2] -> b\n    -> [65535] c;\n");
	c = three(); // to an input 0 rather than to the first
	add_connection(&c, 0, 0, 1, 0);
	add_connection(&c, 1, 0, 0, 1);
	add_connection(&c, 1, 0, 2, 0);
	ASSERT_UNPARSES(&c, THREE "a -> b\n    -> c;\nb -> [1] a;\n");
}

static void
circles(void)
{
	struct config c = three();

	add_connection(&c, 0, 0, 0, 0);
	ASSERT_UNPARSES(&c, THREE "a -> a;\n");
	c = three();
	add_connection(&c, 2, 0, 0, 0);
	add_connection(&c, 0, 0, 1, 0);
	add_connection(&c, 1, 0, 2, 0);
	ASSERT_UNPARSES(&c, THREE "c -> a\n    -> b\n    -> c;\n");
	c = three(); // one that a chain leads into
	add_connection(&c, 0, 0, 1, 0);
	add_connection(&c, 2, 0, 1, 0);
	add_connection(&c, 1, 0, 2, 0);
	ASSERT_UNPARSES(&c, THREE "a -> b\n    -> c\n    -> b;\n");
}

// What comes out, read again, gives the same configuration, and the same text.
static void
round_trip(const char *text, int line)
{
	struct strbuf flat = STRBUF_INIT, again = STRBUF_INIT, errors = STRBUF_INIT;
	struct config c, d;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(config_parse(&c, text, "F", &config_rig_env, &errh), 0);
	config_unparse(&c, &flat);
	CU_ASSERT_EQUAL(config_parse(&d, strbuf_text(&flat), "F", &config_rig_env, &errh), 0);
	config_unparse(&d, &again);
	unit_assert_text(__FILE__, line, strbuf_text(&errors), "");
	unit_assert_text(__FILE__, line, strbuf_text(&again), strbuf_text(&flat));
	CU_ASSERT_EQUAL_FATAL(c.n_elements, d.n_elements);
	for (size_t i = 0; i < c.n_elements; i++) {
		unit_assert_text(__FILE__, line, d.elements[i].name, c.elements[i].name);
		unit_assert_text(
			__FILE__, line, d.elements[i].class_name, c.elements[i].class_name);
		unit_assert_text(__FILE__, line, d.elements[i].args, c.elements[i].args);
	}
	CU_ASSERT_EQUAL_FATAL(c.n_connections, d.n_connections);
	for (size_t i = 0; i < c.n_connections; i++) {
		const struct config_connection *x = &c.connections[i], *y = &d.connections[i];

		CU_ASSERT(x->from == y->from && x->from_port == y->from_port);
		CU_ASSERT(x->to == y->to && x->to_port == y->to_port);
	}
	config_fini(&c);
	config_fini(&d);
	strbuf_fini(&flat);
	strbuf_fini(&again);
	strbuf_fini(&errors);
}

#define ROUND_TRIP(text) round_trip(text, __LINE__)

static void
round_trips(void)
{
	struct strbuf text = STRBUF_INIT;
	unsigned random = 1;

	ROUND_TRIP("");
	ROUND_TRIP("require(package p, package \"p2\"); a :: A");
	ROUND_TRIP("a :: A(// \" ) comment\n1, \"x)\", ')', \\<29>, /* ) */ (2, (3))); b :: B(\n)");
	ROUND_TRIP("Idle -> Queue(5) -> { input -> [1] X [2] -> output } -> Y; (Z)");
	ROUND_TRIP("elementclass T { $a, K $k | input -> x :: X(\"$a\", $k) -> output }"
		   "Idle -> T(a \"b\" // c\n, K ')') -> Idle");
	ROUND_TRIP("elementclass Q { input -> q :: Queue -> output } a :: A -> b/x :: Q -> Q -> a");
	// Many elements connected this way and that.
	for (int i = 0; i < 60; i++)
		strbuf_addf(&text, "e%d :: E;", i);
	for (int i = 0; i < 400; i++) {
		random = random * 1103515245 + 12345;
		strbuf_addf(&text, "e%u [%u] -> [%u] e%u;", random >> 16 & 31, random >> 21 & 1,
			random >> 22 & 1, random >> 23 & 31);
	}
	ROUND_TRIP(strbuf_text(&text));
	strbuf_fini(&text);
}

// As long as it is wide: no recursion, and no time that grows with the square.
static void
large(void)
{
	enum { N = 100000 };
	struct strbuf out = STRBUF_INIT;
	struct config c = {0};

	config_add_element(&c, "e", "E", "", "F:1");
	for (unsigned i = 1; i < N; i++) {
		config_add_element(&c, "e", "E", "", "F:1");
		add_connection(&c, i - 1, 0, i, 0);
	}
	config_unparse(&c, &out);
	CU_ASSERT_EQUAL(out.len, N * strlen("e :: E;\n") + 1 + (N - 1) * strlen("\n    -> e") -
					 strlen("\n   ") + strlen("e;\n"));
	config_fini(&c);
	strbuf_fini(&out);
}

UNIT_SUITE(unparse, UNIT_CASE(nothing), UNIT_CASE(requirements), UNIT_CASE(elements),
	UNIT_CASE(added_elements), UNIT_CASE(chains), UNIT_CASE(circles), UNIT_CASE(round_trips),
	UNIT_CASE(large))
