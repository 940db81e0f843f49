// SPDX-License-Identifier: BSD-3-Clause
#include "src/parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/errh.h"
#include "src/mem.h"
#include "src/source.h"
#include "src/strbuf.h"
#include "test/unit/config_rig.h"
#include "test/unit/unit.h"

static void
declarations(void)
{
	EXPECT_CONFIG("", "", "");
	EXPECT_CONFIG(" ;; // nothing\n;", "", "");
	EXPECT_CONFIG("a :: Idle", "", "a :: Idle;\n\n");
	EXPECT_CONFIG("a :: Idle( 1, /* x */ \"2\" );b::Idle()", "",
		"a :: Idle( 1, /* x */ \"2\" );\nb :: Idle;\n\n");
	EXPECT_CONFIG("a, b/x, c :: Queue(5);", "",
		"a :: Queue(5);\nb/x :: Queue(5);\nc :: Queue(5);\n\n");
	EXPECT_CONFIG("a :: Idle b :: Idle Idle Idle(7)", "",
		"a :: Idle;\nb :: Idle;\nIdle@3 :: Idle;\nIdle@4 :: Idle(7);\n\n");
}

static void
declaration_errors(void)
{
	EXPECT_CONFIG("x :: Idle;\n\nx :: Foo(3)",
		"F:3: redeclaration of element 'x'\n"
		"F:1: element 'x' previously declared here\n",
		"x :: Idle;\n\n");
	EXPECT_ERRORS("Print :: Idle", "F:1: class 'Print' used as element name\n");
	EXPECT_ERRORS("Print, x :: Idle", "F:1: class 'Print' used as element name\n");
	EXPECT_ERRORS("a :: Nope; b :: Nope; c :: Nope2;\n{ d :: Nope3 } d :: Nope3",
		"F:1: unknown element class 'Nope'\nF:1: unknown element class 'Nope2'\n"
		"F:2: unknown element class 'Nope3'\nF:2: unknown element class 'Nope3'\n");
	EXPECT_ERRORS("Nope(1) -> Idle; y -> y", "F:1: undeclared element 'Nope'\n"
						 "F:1: undeclared element 'y'\n");
	EXPECT_ERRORS("y -> x; x :: Idle",
		"F:1: undeclared element 'y'\nF:1: undeclared element 'x'\n"
		"F:1: redeclaration of element 'x'\nF:1: element 'x' previously declared here\n");
	EXPECT_ERRORS(
		"x :: Idle; x(5)", "F:1: configuration string ignored on element reference\n");
	EXPECT_ERRORS("a/12 :: Idle", "F:1: element name 'a/12' has all-digit component\n");
	EXPECT_ERRORS("12/a :: Idle", "F:1: element name '12/a' has all-digit component\n");
	EXPECT_ERRORS("7 :: Idle", "F:1: element name '7' has all-digit component\n");
	EXPECT_ERRORS("a1/2b :: Idle; @1 :: Idle", "");
	EXPECT_ERRORS(
		"x :: Idle; elementclass x { }", "F:1: 'x' already used as an element name\n");
}

// In a connection a list declares only what has a class.
static void
declaration_lists(void)
{
	EXPECT_CONFIG("a :: Idle; a, b :: Queue -> Idle", "",
		"a :: Idle;\nb :: Queue;\nIdle@3 :: Idle;\n\na -> Idle@3;\nb -> Idle@3;\n");
	EXPECT_ERRORS("a, b :: Queue -> Idle", "F:1: undeclared element 'a'\n");
	EXPECT_ERRORS("a, b :: Queue [0]", "F:1: undeclared element 'a'\n"
					   "F:1: output ports ignored at end of chain\n");
	EXPECT_ERRORS("a, b :: Queue, c :: Queue", "F:1: undeclared element 'a'\n");
	EXPECT_CONFIG("a, b :: Queue(1) c, d :: { Idle }", "",
		"a :: Queue(1);\nb :: Queue(1);\nc/Idle@1 :: Idle;\nd/Idle@1 :: Idle;\n\n");
}

static void
anonymous_names(void)
{
	EXPECT_CONFIG("Idle -> Foo(1); Idle@4 :: X; Idle@5 :: X; Idle", "",
		"Idle@1 :: Idle;\nFoo@2 :: Foo(1);\nIdle@4 :: X;\nIdle@5 :: X;\n"
		"Idle@6 :: Idle;\n\nIdle@1 -> Foo@2;\n");
	EXPECT_CONFIG("Idle; Idle@2 :: X; { Idle } Aa; A@6 :: X; A; A;", "",
		"Idle@1 :: Idle;\nIdle@2 :: X;\nAa@4 :: Aa;\nA@6 :: X;\nA@7 :: A;\nA@8 :: A;\n"
		"@3/Idle@1 :: Idle;\n\n");
	EXPECT_CONFIG(
		"Idle; (Idle); Idle", "", "Idle@1 :: Idle;\nIdle@5 :: Idle;\nIdle@6 :: Idle;\n\n");
	EXPECT_CONFIG("elementclass My Idle; My", "", "My@1 :: Idle;\n\n");
}

static void
ports(void)
{
	EXPECT_CONFIG("a, b :: Foo; a -> b; a [1] -> [2] b; a [3] -> b; a[0]->[0]b", "",
		"a :: Foo;\nb :: Foo;\n\na -> b;\na [3] -> b;\na [1] -> [2] b;\n");
	EXPECT_CONFIG("a, b, c :: Foo; a [0, 0x2 - 3] -> b -> [1] c [1] -> a", "",
		"a :: Foo;\nb :: Foo;\nc :: Foo;\n\nc [1] -> a\n    -> b\n    -> [1] c;\n"
		"a [2] -> b;\na [3] -> b;\n");
	EXPECT_ERRORS("a :: Foo; [0] a -> [1] a [2]",
		"F:1: input ports ignored at start of chain\n"
		"F:1: output ports ignored at end of chain\n");
	EXPECT_ERRORS("a :: Foo; a [b] -> a [1 2] -> a",
		"F:1: syntax error: port number should be integer\n"
		"F:1: syntax error near '2'\nF:1: undeclared element '2'\n"
		"F:1: syntax error near ']'\n");
	EXPECT_ERRORS("a :: Foo; a [3-1] -> a; a [65536] -> a; a[99999999999999999999] -> a",
		"F:1: port range '3-1' is empty\nF:1: port number 65536 too large\n"
		"F:1: port number 99999999999999999999 too large\n");
	EXPECT_ERRORS("a :: Foo; a [0;", "F:1: syntax error near ';'\n");
	EXPECT_ERRORS("a :: Foo; a [-1]",
		"F:1: syntax error near '-'\nF:1: undeclared element '1'\n"
		"F:1: syntax error near ']'\n");
}

static void
single_arrow(void)
{
	EXPECT_CONFIG("s :: Foo; s [0-2] -> Foo; s -> Aa, Bb; s, Cc -> Dd", "",
		"s :: Foo;\nFoo@2 :: Foo;\nAa@3 :: Aa;\nBb@4 :: Bb;\nCc@5 :: Cc;\nDd@6 :: Dd;\n\n"
		"s -> Foo@2;\ns [1] -> Foo@2;\ns [2] -> Foo@2;\ns -> Aa@3;\ns -> Bb@4;\ns -> Dd@6;\n"
		"Cc@5 -> Dd@6;\n");
	EXPECT_ERRORS(
		"Aa, Bb -> Cc, Dd", "F:1: syntax error: many-to-many connections require '=>'\n");
	EXPECT_ERRORS(
		"Aa[] -> Cc, Dd", "F:1: syntax error: many-to-many connections require '=>'\n");
	EXPECT_ERRORS("Aa[] -> Cc", "");
}

static void
double_arrow(void)
{
	EXPECT_CONFIG("s => Aa, Bb, Cc; s :: Foo",
		"F:1: undeclared element 's'\n"
		"F:1: redeclaration of element 's'\nF:1: element 's' previously declared here\n",
		"s :: Error;\nAa@2 :: Aa;\nBb@3 :: Bb;\nCc@4 :: Cc;\n\n"
		"s -> Aa@2;\ns [1] -> Bb@3;\ns [2] -> Cc@4;\n");
	EXPECT_CONFIG("a :: A; b :: B; a[3,1] => [0,] b; a, a[5] => b; a => b; a[] => [7-8] b", "",
		"a :: A;\nb :: B;\n\na -> b;\na [3] -> b;\na [1] -> [1] b;\na [5] -> [1] b;\n"
		"a -> [7] b;\na [1] -> [8] b;\n");
	EXPECT_CONFIG("a :: A; b, c :: B; a => [4,] b, c; a[1-4] => [2,] b, c;", "",
		"a :: A;\nb :: B;\nc :: B;\n\na [1] -> [2] b;\na [2] -> [3] b;\na -> [4] b;\n"
		"a [3] -> [4] b;\na [1] -> c;\na [4] -> c;\n");
	EXPECT_ERRORS(
		"Aa[0] => Bb, Cc", "F:1: connection mismatch: 1 outputs connected to 2 inputs\n");
	EXPECT_ERRORS("Aa[0-2,] => Bb, Cc",
		"F:1: connection mismatch: 3 or more outputs connected to 2 inputs\n");
	EXPECT_ERRORS("Aa, Bb => [0-2,] Cc",
		"F:1: connection mismatch: 2 outputs connected to 3 or more inputs\n");
	EXPECT_ERRORS("Aa[] => [] Bb", "F:1: at most one expandable port allowed per connection\n");
	EXPECT_ERRORS(
		"Aa[], Bb[] => Cc", "F:1: at most one expandable port allowed per connection\n");
}

static void
groups(void)
{
	EXPECT_CONFIG("Idle -> ( -> Foo -> ) -> Bar", "",
		"Idle@1 :: Idle;\nFoo@5 :: Foo;\nBar@6 :: Bar;\n\nIdle@1 -> Foo@5\n    -> Bar@6;\n");
	EXPECT_CONFIG(
		"Idle -> (->) -> Bar", "", "Idle@1 :: Idle;\nBar@5 :: Bar;\n\nIdle@1 -> Bar@5;\n");
	EXPECT_CONFIG(
		"a :: A => ([0]->[0]; input [1] -> x :: X -> [1] output) => [3-4] b :: B; x -> a",
		"",
		"a :: A;\nx :: X;\nb :: B;\n\na [1] -> x\n    -> a\n    -> [3] b;\nx -> [4] b;\n");
	EXPECT_CONFIG("a :: A [2] -> [1] ([0] -> [0], [1] X; [1] -> X)[0] -> B",
		"F:1: '@2' input 0 unused\n", NULL);
	EXPECT_CONFIG("a :: A; (=> Foo, Bar) ; a => (=> Foo, Bar => )",
		"F:1: '@2' input 0 unused\n"
		"F:1: '@2' input 1 unused\nF:1: '@7' output 0 unused\nF:1: '@7' output 1 unused\n",
		NULL);
	EXPECT_ERRORS("(); (;)", "");
	EXPECT_ERRORS("() ()", "F:1: syntax error near '('\n");
	EXPECT_ERRORS("Idle -> [1] (input [1] -> Bar)", "F:1: '@2' input 0 missing\n");
	EXPECT_ERRORS("\n(Bar -> input; output -> Bar)",
		"F:2: '@1' pseudoelement 'input' may only be used as output\n"
		"F:2: '@1' pseudoelement 'output' may only be used as input\n");
	EXPECT_ERRORS("Idle -> (Idle -> Bar)", "F:1: '@2' has no input 0\n");
	EXPECT_ERRORS("(a :: Foo) a -> b; (input :: Foo)",
		"F:1: undeclared element 'b'\nF:1: redeclaration of element 'input'\n");
	EXPECT_ERRORS("(", "F:1: expected ')'\n");
}

static void
implied_ports(void)
{
	EXPECT_ERRORS("a :: { -> Foo -> ; [1] -> Bar -> [1] Foo -> [1] }\n"
		      "a [0,1] => [0,1] a",
		"");
	EXPECT_CONFIG("Idle -> { [0] -> a :: Foo => ; } -> Idle", "",
		"Idle@1 :: Idle;\nIdle@3 :: Idle;\n@2/a :: Foo;\n\nIdle@1 -> @2/a\n    -> Idle@3;\n");
	EXPECT_CONFIG("a :: A [0-1] => [0-1] { => X, Y => } [0-1] => [0-1] a", "",
		"a :: A;\n@2/X@1 :: X;\n@2/Y@2 :: Y;\n\na [1] -> @2/Y@2\n    -> [1] a;\n"
		"@2/X@1 -> a\n    -> @2/X@1;\n");
	EXPECT_ERRORS("{ Foo -> -> Foo -> [0] -> Foo }",
		"F:1: implicit ports used in the middle of a chain\n"
		"F:1: implicit ports used in the middle of a chain\n");
	EXPECT_ERRORS("-> Foo", "F:1: syntax error near '->'\n");
	EXPECT_ERRORS("[0] -> Foo; Foo -> [1]; Foo -> ;",
		"F:1: syntax error near '->'\nF:1: syntax error near ';'\nF:1: syntax error near ';'\n");
	EXPECT_ERRORS("{ [0] }", "F:1: syntax error near '}'\n");
	EXPECT_ERRORS("a :: { elementclass B { } -> Foo; -> Foo -> }",
		"F:1: warning: suggest 'input ->' or '[0] ->' to start connection\n"
		"F:1: 'a' input 0 unused\nF:1: 'a' output 0 unused\n");
}

static void
syntax_errors(void)
{
	EXPECT_CONFIG("a :: Idle; % % \001\n b :: Idle; ] c :: Idle",
		"F:1: syntax error near '%'\nF:2: syntax error near ']'\n",
		"a :: Idle;\nb :: Idle;\nc :: Idle;\n\n");
	EXPECT_CONFIG("a :: ; b :: -> a -> Idle",
		"F:1: syntax error near ';'\nF:1: syntax error near '->'\n", NULL);
	EXPECT_ERRORS("Foo -> -> a :: Foo -> Bar\n; a -> ,", "F:1: syntax error near '->'\n"
							     "F:2: syntax error near ','\n");
	EXPECT_ERRORS("Foo -> Bar = Baz", "F:1: syntax error near '='\n");
	EXPECT_ERRORS("Foo ->", "F:1: syntax error near 'end of file'\n");
	EXPECT_ERRORS("provide(foo) a :: Foo; a", "F:1: syntax error near 'provide'\n");
	EXPECT_ERRORS("} ) || Foo }", "F:1: syntax error near '}'\nF:1: syntax error near '}'\n");
	EXPECT_ERRORS("Foo -> Bar(1) (2) -> Baz",
		"F:1: syntax error near '('\nF:1: undeclared element '2'\n");
	EXPECT_ERRORS("elementclass ; elementclass Foo ; elementclass Foo Nope; elementclass { }",
		"F:1: syntax error near ';'\nF:1: syntax error near ';'\n"
		"F:1: unknown element class 'Nope'\nF:1: syntax error near '{'\n");
	EXPECT_ERRORS("require; define Foo",
		"F:1: syntax error near ';'\nF:1: syntax error near 'Foo'\n");
	EXPECT_ERRORS("\nFoo(1\n", "F:2: configuration string has no end: expected ')'\n");
	EXPECT_ERRORS("\n{ (\n{ Foo", "F:3: expected '}'\n");
	EXPECT_ERRORS("( Foo\n", "F:2: expected ')'\n");
	EXPECT_ERRORS("{ ( Foo } Bar", "F:1: expected ')'\n");
	EXPECT_ERRORS("a $b", "F:1: undeclared element 'a'\nF:1: syntax error near '$b'\n");
}

static void
too_many_errors(void)
{
	struct strbuf text = STRBUF_INIT, errors = STRBUF_INIT;
	struct errh errh;
	struct config c;

	for (int i = 0; i < 3000; i++)
		strbuf_addf(&text, "a%d;", i);
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT(config_parse(&c, strbuf_text(&text), "F", &config_rig_env, &errh) < 0);
	CU_ASSERT_EQUAL(errh.n_errors, SYNTAX_MAX_ERRORS + 1);
	ASSERT_TEXT(strstr(strbuf_text(&errors), "F:1: undeclared element 'a999'"),
		"F:1: undeclared element 'a999'\nF:1: too many errors, giving up\n");
	config_fini(&c);
	strbuf_fini(&text);
	strbuf_fini(&errors);
}

static void
parameters(void)
{
	EXPECT_ERRORS("elementclass A { $a, $b, K $c, __REST__ $r | }", "");
	EXPECT_ERRORS("elementclass A { | } elementclass B { |x :: Idle} elementclass C { }", "");
	EXPECT_ERRORS("elementclass A { K $c, $a | }",
		"F:1: compound element parameters out of order\n"
		"F:1: (The correct order is '[positional], [keywords], [__REST__]'.)\n");
	EXPECT_ERRORS("elementclass A { __REST__ $r, K $c | }",
		"F:1: compound element parameters out of order\n"
		"F:1: (The correct order is '[positional], [keywords], [__REST__]'.)\n");
	EXPECT_ERRORS("elementclass A { $x, K $x, $x | }",
		"F:1: parameter '$x' multiply defined\n"
		"F:1: parameter '$x' multiply defined\n");
	EXPECT_ERRORS("elementclass A { K $x, K $y | }",
		"F:1: repeated keyword parameter 'K' in compound element\n");
	EXPECT_ERRORS("elementclass A { $x, | }", "F:1: syntax error near '|'\n");
	EXPECT_ERRORS("elementclass A { $x }", "F:1: syntax error near '}'\n");
	EXPECT_ERRORS("elementclass A { $x $y | }", "F:1: syntax error near '$y'\n");
}

static void
compound_ports(void)
{
	EXPECT_ERRORS("elementclass A { input[1] -> Foo; input [3] -> Foo; Foo -> [1] output }",
		"F:1: 'A' input 0 missing\nF:1: 'A' input 2 missing\nF:1: 'A' output 0 missing\n");
	EXPECT_ERRORS("elementclass A { Foo -> input }\n{\n output -> Foo || input[1] -> Foo }",
		"F:1: 'A' pseudoelement 'input' may only be used as output\n"
		"F:2: '<anonymous>' pseudoelement 'output' may only be used as input\n"
		"F:3: '<anonymous>' input 0 missing\n");
	EXPECT_ERRORS("elementclass A { input :: Foo }", "F:1: redeclaration of element 'input'\n");
	EXPECT_ERRORS("elementclass A { input(5) -> Foo; }",
		"F:1: configuration string ignored on element reference\n");
	EXPECT_ERRORS("input :: Foo -> output :: Foo; input -> output", "");
}

static void
class_scope(void)
{
	EXPECT_CONFIG(
		"elementclass A { x :: B; elementclass B { y :: Z } z :: B } a :: A;\nb :: Nope",
		"F:2: unknown element class 'Nope'\n", "b :: Nope;\na/x :: B;\na/z/y :: Z;\n\n");
	EXPECT_CONFIG("elementclass A { i :: Idle } elementclass A { a :: A } x :: A", "",
		"x/a/i :: Idle;\n\n");
	EXPECT_CONFIG("elementclass A { A } A", "", "A@1/A@1 :: A;\n\n");
	EXPECT_CONFIG("{ elementclass B Idle; b :: B } b :: B", "", "b :: B;\n@1/b :: Idle;\n\n");
	EXPECT_ERRORS("elementclass nope { nope }", "F:1: undeclared element 'nope'\n");
	EXPECT_ERRORS("elementclass nope { || ... }",
		"F:1: cannot extend unknown element class 'nope'\n");
	EXPECT_ERRORS("{ || ... }", "F:1: cannot extend an anonymous element class\n");
	EXPECT_ERRORS("elementclass A { || ... x } Foo", "F:1: syntax error near 'x'\n");
	EXPECT_ERRORS("elementclass A { ... }", "F:1: syntax error near '...'\n");
}

static void
nesting(void)
{
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < SYNTAX_MAX_DEPTH; i++)
		strbuf_addc(&text, i % 2 ? '(' : '{');
	for (int i = SYNTAX_MAX_DEPTH; i-- > 0;)
		strbuf_addc(&text, i % 2 ? ')' : '}');
	EXPECT_ERRORS(strbuf_text(&text), "");
	strbuf_clear(&text);
	for (int i = 0; i < SYNTAX_MAX_DEPTH + 1; i++)
		strbuf_addc(&text, '{');
	strbuf_adds(&text, "{(}(\")\")){}}");
	for (int i = 0; i < SYNTAX_MAX_DEPTH + 1; i++)
		strbuf_addc(&text, '}');
	EXPECT_ERRORS(strbuf_text(&text), "F:1: maximum compound element nesting depth exceeded\n");
	strbuf_clear(&text);
	for (int i = 0; i < 100000; i++)
		strbuf_addc(&text, '(');
	for (int i = 0; i < 100000; i++)
		strbuf_addc(&text, ')');
	EXPECT_ERRORS(strbuf_text(&text), "F:1: maximum element group nesting depth exceeded\n");
	strbuf_fini(&text);
}

static void
too_many_ports(void)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "a :: Foo;");
	for (int i = 0; i < 20; i++)
		strbuf_adds(&text, "\na[0-65535] -> a;");
	EXPECT_ERRORS(strbuf_text(&text), "F:17: too many ports in connections\n");
	strbuf_fini(&text);
}

static void
requirements(void)
{
	EXPECT_CONFIG("require(package p1, p2, \"p3\", p1); require()", "",
		"require(package \"p1\", package \"p2\", package \"p3\");\n\n");
	EXPECT_CONFIG("require(package x1);\nrequire(x2)",
		"requirement 'x1' not available\nrequirement 'x2' not available\n",
		"require(package \"x1\", package \"x2\");\n\n");
	EXPECT_CONFIG(
		"require(compact_config, compact_config)", "", "require(compact_config);\n\n");
	EXPECT_ERRORS("\nrequire(package a b); require(foo bar); require(\"a b\")",
		"F:2: syntax error at requirement\nF:2: syntax error at requirement\n"
		"F:2: syntax error at requirement\n");
	EXPECT_ERRORS("require(library none.click)",
		"F:1: library 'none.click' not found in CLICKPATH/conf\n");
	EXPECT_ERRORS("{ require(library x) }; (require(library \"x\"))",
		"F:1: 'require library' must be used at file scope\n"
		"F:1: 'require library' must be used at file scope\n");
}

static void
compact(void)
{
	struct errh errh;
	struct config c;

	errh_init_silent(&errh);
	CU_ASSERT_EQUAL(config_parse(&c, "Idle", "F", &config_rig_env, &errh), 0);
	CU_ASSERT(!c.compact);
	config_fini(&c);
	CU_ASSERT_EQUAL(
		config_parse(&c, "require(compact_config)", "F", &config_rig_env, &errh), 0);
	CU_ASSERT(c.compact);
	CU_ASSERT_EQUAL_FATAL(c.requirements.n, 2);
	ASSERT_TEXT(c.requirements.v[0], "compact_config");
	ASSERT_TEXT(c.requirements.v[1], "");
	config_fini(&c);
}

static void
defines(void)
{
	EXPECT_ERRORS("define($x 1, $y, $z \"a\"); { $x | define($y 2) } (1)", "");
	EXPECT_ERRORS("define($x 1); define($x 2)", "F:1: parameter '$x' multiply defined\n");
	EXPECT_ERRORS(
		"elementclass A { $x | define($x 1) }", "F:1: parameter '$x' multiply defined\n");
	EXPECT_ERRORS("define(x 1, $ 2, $a-b 3, 4)",
		"F:1: syntax error at define: expected '$NAME VALUE'\n"
		"F:1: syntax error at define: expected '$NAME VALUE'\n"
		"F:1: syntax error at define: expected '$NAME VALUE'\n"
		"F:1: syntax error at define: expected '$NAME VALUE'\n");
}

// What stands at the place that the landmark marks.
static void
expect_place(struct source_place place, const char *want)
{
	size_t len, column;
	const char *line;

	CU_ASSERT_TRUE_FATAL(source_line(place, &line, &len, &column));
	CU_ASSERT_EQUAL(strncmp(line + column, want, strlen(want)), 0);
}

static void
expect_landmark(const struct config *c, const char *name, const char *want, const char *there)
{
	for (size_t i = 0; i < c->n_elements; i++)
		if (strcmp(c->elements[i].name, name) == 0) {
			char *landmark = mem_strdup(c->elements[i].landmark);

			expect_place(source_cut(landmark), there);
			ASSERT_TEXT(landmark, want);
			free(landmark);
			return;
		}
	ASSERT_TEXT(name, "an element");
}

static void
landmarks(void)
{
	struct errh errh;
	struct config c;

	errh_init_silent(&errh);
	CU_ASSERT_EQUAL(config_parse(&c,
				"a\n::\nIdle\n(\n\n); b,\nc :: Idle;\nIdle\n->\nFoo\n"
				"elementclass A {\ni :: Idle }\nx ::\nA;\ny :: A\n"
				"# 100 \"G\"\nd :: Idle;\n# 1 \"\"\nBar",
				"F", &config_rig_env, &errh),
		0);
	expect_landmark(&c, "a", "F:1", "a");
	expect_landmark(&c, "b", "F:6", "b,");
	expect_landmark(&c, "c", "F:7", "c ::");
	expect_landmark(&c, "Idle@4", "F:8", "Idle");
	expect_landmark(&c, "Foo@5", "F:10", "Foo");
	expect_landmark(&c, "x/i", "F:12", "i ::");
	expect_landmark(&c, "y/i", "F:12", "i ::");
	expect_landmark(&c, "d", "G:100", "d ::");
	expect_landmark(&c, "Bar@9", "F:1", "Bar");
	CU_ASSERT_EQUAL_FATAL(c.n_connections, 1);
	expect_place(source_cut(c.connections[0].landmark), "->");
	ASSERT_TEXT(c.connections[0].landmark, "F:9");
	config_fini(&c);
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT(fputs(text, file) >= 0);
	fclose(file);
}

// Two libraries: one beside the configuration, one in the path's conf/; they include each other.
static void
libraries(void)
{
	char dir[] = "/tmp/clickd-test-XXXXXX", *paths[5], *want;
	struct config_env env = config_rig_env;
	struct strbuf errors = STRBUF_INIT, flat = STRBUF_INIT;
	struct errh errh;
	struct config c;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	paths[0] = mem_printf("%s/conf", dir);
	paths[1] = mem_printf("%s/main.click", dir);
	paths[2] = mem_printf("%s/beside.click", dir);
	paths[3] = mem_printf("%s/conf/inpath.click", dir);
	paths[4] = mem_printf("/none::%s", dir);
	CU_ASSERT_EQUAL(mkdir(paths[0], 0700), 0);
	write_file(paths[1], "a :: Idle;\nrequire(library beside.click, library \"inpath.click\")\n"
			     "b :: Mine; x");
	write_file(paths[2], "require(library inpath.click)\nfrom_beside :: Idle\ny");
	write_file(paths[3], "require(library ../beside.click, library inpath.click)\n"
			     "elementclass Mine { i :: Idle }");
	env.clickpath = paths[4];
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT(config_parse_file(&c, paths[1], &env, &errh) < 0);
	config_unparse(&c, &flat);
	want = mem_printf(
		"%s:3: undeclared element 'y'\n%s:3: undeclared element 'x'\n", paths[2], paths[1]);
	ASSERT_TEXT(strbuf_text(&errors), want);
	ASSERT_TEXT(strbuf_text(&flat),
		"a :: Idle;\nfrom_beside :: Idle;\ny :: Error;\nx :: Error;\n"
		"b/i :: Idle;\n\n");
	free(want);
	config_fini(&c);
	strbuf_clear(&errors);
	strbuf_clear(&flat);
	// A directory is no library, and an unreadable file no configuration.
	write_file(paths[1], "require(library conf)");
	CU_ASSERT(config_parse_file(&c, paths[1], &env, &errh) < 0);
	want = mem_printf("%s:1: library 'conf' not found in CLICKPATH/conf\n", paths[1]);
	ASSERT_TEXT(strbuf_text(&errors), want);
	free(want);
	config_fini(&c);
	for (int i = 3; i >= 0; i--) {
		CU_ASSERT_EQUAL(remove(paths[i]), 0);
		free(paths[i]);
	}
	free(paths[4]);
	CU_ASSERT_EQUAL(remove(dir), 0);
	strbuf_fini(&errors);
	strbuf_fini(&flat);
}

UNIT_SUITE(parser, UNIT_CASE(declarations), UNIT_CASE(declaration_errors),
	UNIT_CASE(declaration_lists), UNIT_CASE(anonymous_names), UNIT_CASE(ports),
	UNIT_CASE(single_arrow), UNIT_CASE(double_arrow), UNIT_CASE(groups),
	UNIT_CASE(implied_ports), UNIT_CASE(syntax_errors), UNIT_CASE(too_many_errors),
	UNIT_CASE(parameters), UNIT_CASE(compound_ports), UNIT_CASE(class_scope),
	UNIT_CASE(nesting), UNIT_CASE(too_many_ports), UNIT_CASE(requirements), UNIT_CASE(compact),
	UNIT_CASE(defines), UNIT_CASE(landmarks), UNIT_CASE(libraries))
