// SPDX-License-Identifier: BSD-3-Clause
#include "src/expand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/archive.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/config_rig.h"
#include "test/unit/unit.h"

// Elements of the file first; then the contents of each compound in order, depth first.
static void
order(void)
{
	EXPECT_CONFIG(
		"elementclass In { q :: Q } elementclass Out { p1 :: P; In; p2 :: P; {r :: R} }"
		"a :: A; c :: Out; b :: B; d :: In",
		"",
		"a :: A;\nb :: B;\nc/p1 :: P;\nc/p2 :: P;\nc/In@2/q :: Q;\nc/@4/r :: R;\n"
		"d/q :: Q;\n\n");
}

static void
connections(void)
{
	EXPECT_CONFIG("elementclass Two { input -> x :: X -> output; input -> y :: Y -> output }"
		      "a :: A; b :: B; c :: C; d :: D; a, b -> t :: Two; t -> c, d",
		"",
		"a :: A;\nb :: B;\nc :: C;\nd :: D;\nt/x :: X;\nt/y :: Y;\n\n"
		"t/x -> d;\nt/y -> d;\na -> t/x\n    -> c;\nb -> t/x;\na -> t/y\n    -> c;\n"
		"b -> t/y;\n");
	// Two ports change places, and change back.
	EXPECT_CONFIG("elementclass T { input -> [1] output; input [1] -> output }"
		      "a :: A [0,1] => [0,1] t :: T [0,1] => [0,1] b :: B;"
		      "b [0,1] => [0,1] { input [0,1] => [0,1] T [0,1] => [0,1] T [0,1] => [0,1] "
		      "output } [0,1] => [0,1] a",
		"", "a :: A;\nb :: B;\n\nb [1] -> [1] a;\na [1] -> b\n    -> a\n    -> [1] b;\n");
	EXPECT_CONFIG(
		"elementclass P { input -> output } a :: A -> P -> P -> P -> b :: B -> P -> a", "",
		"a :: A;\nb :: B;\n\nb -> a\n    -> b;\n");
	// A circle of nothing connects nothing, and ends.
	EXPECT_CONFIG("elementclass P { input -> output } p :: P; q :: P; p -> q -> p; A -> p", "",
		"A@3 :: A;\n\n");
	EXPECT_CONFIG("elementclass P { input -> output } p :: P; p -> p; p -> B; A -> p", "",
		"B@2 :: B;\nA@3 :: A;\n\nA@3 -> B@2;\n");
}

// Ways past pseudo-elements double at each of 300 groups: they are walked once, not one by one.
static void
many_ways(void)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "a :: A [0,1] ");
	for (int i = 0; i < 300; i++)
		strbuf_adds(&text, " => ([0] -> [0]; [0] -> [1]; [1] -> [0]; [1] -> [1])");
	strbuf_adds(&text, " => [0,1] b :: B");
	EXPECT_CONFIG(strbuf_text(&text), "",
		"a :: A;\nb :: B;\n\na -> b;\na [1] -> b;\na -> [1] b;\na [1] -> [1] b;\n");
	strbuf_fini(&text);
}

static void
port_mismatch(void)
{
	EXPECT_ERRORS("elementclass A { input -> X -> output; input [1] -> X }\n"
		      "Idle -> A -> Y; x :: A; Idle -> [3] x [2] -> Idle",
		"F:2: 'A@2' input 1 unused\n"
		"F:2: 'x' input 0 unused\nF:2: 'x' input 1 unused\nF:2: 'x' has no input 3\n"
		"F:2: 'x' output 0 unused\nF:2: 'x' has no output 2\n");
	EXPECT_ERRORS("{ g :: { i :: (input -> X) }; }", "F:1: syntax error near '('\n");
	EXPECT_ERRORS("o :: { ( -> X ) }", "F:1: 'o/@1' input 0 unused\n");
	// Where connections were lost to a syntax error, ports say nothing.
	EXPECT_ERRORS("a :: { input -> X -> output }; A -> a -> ;", "F:1: syntax error near ';'\n");
	EXPECT_ERRORS("a :: { input -> X -> }; A -> a; b :: { input -> % X } A -> b [2] -> A; "
		      "{ x :: X -> [0 x; x -> y :: { X -> output }",
		"F:1: syntax error near '%'\nF:1: syntax error near 'x'\nF:1: expected '}'\n"
		"F:1: 'a' output 0 unused\n");
}

static void
overloads(void)
{
	static const char text[] =
		"elementclass A { $a | x :: One($a) || input -> x :: In -> output ||\n"
		" input -> x :: Arg($a) -> output || $a, $b | x :: Two($a, $b) ||\n"
		" K $k, __REST__ $r | x :: Key($k, $r) }\n";
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, text);
	strbuf_adds(&sb, "A(1); Idle -> A -> Idle; A(1, 2); A(K 1, 2, 3); A(K 1)");
	EXPECT_CONFIG(strbuf_text(&sb), "",
		"Idle@2 :: Idle;\nIdle@4 :: Idle;\nA@1/x :: One(1);\nA@3/x :: In;\n"
		"A@5/x :: Two(1, 2);\nA@6/x :: Key(1, 2, 3);\nA@7/x :: One(K 1);\n\n"
		"Idle@2 -> A@3/x\n    -> Idle@4;\n");
	strbuf_clear(&sb);
	strbuf_adds(&sb, text);
	strbuf_adds(&sb, "A; Idle -> A(5); A(1) -> Idle");
	EXPECT_ERRORS(strbuf_text(&sb),
		"F:4: no match for 'A[0 inputs, 0 outputs]'\ncandidates are:\n"
		"  F:1: A(<arg>)[0 inputs, 0 outputs]\n  F:1: A[1 input, 1 output]\n"
		"  F:1: A[1 input, 1 output]\n  F:2: A(<arg>, <arg>)[0 inputs, 0 outputs]\n"
		"  F:2: A(K, ...)[0 inputs, 0 outputs]\n"
		"F:4: no match for 'A[1 argument, 1 input, 0 outputs]'\ncandidates are:\n"
		"  F:1: A(<arg>)[0 inputs, 0 outputs]\n  F:1: A[1 input, 1 output]\n"
		"  F:1: A[1 input, 1 output]\n  F:2: A(<arg>, <arg>)[0 inputs, 0 outputs]\n"
		"  F:2: A(K, ...)[0 inputs, 0 outputs]\n"
		"F:4: no match for 'A[1 argument, 0 inputs, 1 output]'\ncandidates are:\n"
		"  F:1: A(<arg>)[0 inputs, 0 outputs]\n  F:1: A[1 input, 1 output]\n"
		"  F:1: A[1 input, 1 output]\n  F:2: A(<arg>, <arg>)[0 inputs, 0 outputs]\n"
		"  F:2: A(K, ...)[0 inputs, 0 outputs]\n");
	strbuf_fini(&sb);
	EXPECT_ERRORS("elementclass A { input -> X; input[1] -> X; }\nIdle, Idle -> A(1, 2)",
		"F:2: no match for 'A[2 arguments, 1 input, 0 outputs]'\ncandidates are:\n"
		"  F:1: A[2 inputs, 0 outputs]\n");
	EXPECT_ERRORS("{ } (1)",
		"F:1: no match for '<anonymous>[1 argument, 0 inputs, 0 outputs]'\n"
		"candidates are:\n  F:1: <anonymous>[0 inputs, 0 outputs]\n");
}

static void
extensions(void)
{
	EXPECT_CONFIG(
		"elementclass Q { input -> x :: X -> output || ... } Q(3, 4); A -> Q -> B; q :: Q",
		"",
		"Q@1 :: Q(3, 4);\nA@2 :: A;\nB@4 :: B;\nq :: Q;\nQ@3/x :: X;\n\n"
		"A@2 -> Q@3/x\n    -> B@4;\n");
	EXPECT_CONFIG(
		"elementclass M { $a | x :: X($a) } a :: M(1); elementclass M { y :: Y || ... }"
		"elementclass M { $a, $b | z :: Z || ... } b :: M(2); c :: M; d :: M(3, 4)",
		"", "a/x :: X(1);\nb/x :: X(2);\nc/y :: Y;\nd/z :: Z;\n\n");
	EXPECT_ERRORS(
		"elementclass M { $a | x :: X($a) }\nelementclass M { y :: Y || ... }\nM(1, 2)",
		"F:3: no match for 'M[2 arguments, 0 inputs, 0 outputs]'\ncandidates are:\n"
		"  F:2: M[0 inputs, 0 outputs]\n  F:1: M(<arg>)[0 inputs, 0 outputs]\n");
	// The overloads are those that are in view at the declaration.
	EXPECT_CONFIG(
		"elementclass M { $a | x :: X($a) } elementclass N M; elementclass M { $a | y :: Y }"
		"N(1); M(1)",
		"", "N@1/x :: X(1);\nM@2/y :: Y;\n\n");
}

static void
parameters(void)
{
	EXPECT_CONFIG("elementclass A { $a, K $k, L $l, __REST__ $r | X($a|$k|$l|$r) }"
		      "A(1, L 5, 2, K 3, K 4, 6); A(K 1, K 2, L \"x y\"); A(\"K 1\", K 'a,b', L c)",
		"",
		"A@1/X@1 :: X(1|4|5|2, 6);\nA@2/X@1 :: X(K 1|2|\"x y\"|);\n"
		"A@3/X@1 :: X(\"K 1\"|'a,b'|c|);\n\n");
	EXPECT_CONFIG("elementclass A { $a, $b | X($a|$b) } A(1 /* , */, ); A(1, , )",
		"F:1: no match for 'A[1 argument, 0 inputs, 0 outputs]'\ncandidates are:\n"
		"  F:1: A(<arg>, <arg>)[0 inputs, 0 outputs]\n",
		"A@2/X@1 :: X(1|);\n\n");
}

static void
expect_args_with(const struct strvec *params, int line, const char *defines, const char *args,
	const char *want)
{
	struct config_env env = config_rig_env;
	char *text = mem_printf("%s; X(%s)", defines, args);
	char *flat = *want ? mem_printf("X@1 :: X(%s);\n\n", want) : mem_strdup("X@1 :: X;\n\n");

	env.params = params;
	config_rig_expect(__FILE__, line, &env, text, "", flat);
	free(text);
	free(flat);
}

#define EXPECT_ARGS(defines, args, want) expect_args_with(NULL, __LINE__, defines, args, want)

static void
variables(void)
{
	EXPECT_ARGS("define($x 1)", "$x $x, ${x}y $xy $x-y ${x}", "1 1, 1y $xy 1-y 1");
	EXPECT_ARGS("", "$foo ${foo} $ $$ ${ ${} $1 ${foo", "$foo ${foo} $ $$ ${ ${} $1 ${foo");
	EXPECT_ARGS("define($x 1)", "${x-d} ${y-d e} ${y-$x} ${y-} ${y-${z-f}}", "1 d e 1  f");
	EXPECT_ARGS("define($x)", "<$x|${x-d}>", "<|>");
	EXPECT_ARGS("define($w a \"b c\" 'd', $i 1)",
		"${w[0]}|${w[1]}|${w[2]}|${w[3]}|${w[9]-d}|${w[$i]}|${u[0]-d}|${u[0]}|${w[x]}",
		"a|\"b c\"|'d'|||\"b c\"|d|${u[0]}|${w[x]}");
	EXPECT_ARGS("define($a1 yes, $b 1, $c2 a)", "${a$b} ${a${b}} ${${c2}$b} ${z$b-$b} ${z$b}",
		"yes yes yes 1 ${z1}");
	EXPECT_ARGS("define($x 1)", "'$x' \"$x\" \"'$x'\" '\"$x' // $x\n$x /* $x */ \\$x \"\\$x\"",
		"'$x' \"1\" \"'1'\" '\"$x' // $x\n1 /* $x */ \\1 \"\\$x\"");
	EXPECT_ARGS("define($x a\"b\\$\")", "$x \"<$x>\" \\<$x>",
		"a\"b\\$\" \"<a\\\"b\\\\\\$\\\">\" \\<a\"b\\$\">");
	EXPECT_ARGS("define($x 1)", "$(add $x ${x}) $()", "$(add 1 1) $()");
	EXPECT_ARGS("define($a $b.$c, $b ${c}2, $c 3)", "$a", "32.3");
	EXPECT_ARGS("define($a $b, $b $a)", "$a \"$b\"", "$b \"\\$a\"");
	EXPECT_ARGS("define($a a$a)", "$a", "aaaaaaaaaaa$a");
}

static void
command_line(void)
{
	struct strvec params = {0};

	strvec_add(&params, "x=cmd");
	strvec_add(&params, "y=1");
	strvec_add(&params, "y=$z");
	strvec_add(&params, "empty=");
	expect_args_with(&params, __LINE__, "define($x file, $z 3)", "$x $y $z $empty", "cmd 3 3 ");
	strvec_fini(&params);
}

static void
variable_scope(void)
{
	EXPECT_CONFIG(
		"elementclass A { $x | X($x $y $z $g); elementclass B { $y | X($x $y $z $g) }\n"
		"define($z z$x) B($x$y) } define($g G, $y Y) A(1); A($x$g)",
		"",
		"A@1/X@1 :: X(1 Y z1 G);\nA@1/B@2/X@1 :: X(1 1Y z1 G);\n"
		"A@2/X@1 :: X($xG Y z$xG G);\nA@2/B@2/X@1 :: X($xG $xGY z$xG G);\n\n");
	// The scope is that of the definition, not of the use.
	EXPECT_CONFIG(
		"elementclass A { X($v) } elementclass B { $v | A; X($v) } define($v top) B(in)",
		"", "B@1/X@2 :: X(in);\nB@1/A@1/X@1 :: X(top);\n\n");
	EXPECT_CONFIG("elementclass A { $v | { X($v); define($v $w) X($v) }; define($w W) } A(1)",
		"", "A@1/@1/X@1 :: X(W);\nA@1/@1/X@2 :: X(W);\n\n");
}

static void
names_meet(void)
{
	EXPECT_ERRORS("a/i :: X;\na :: {\n i :: X }",
		"F:3: redeclaration of element 'a/i'\n"
		"F:1: element 'a/i' previously declared here\n");
	EXPECT_ERRORS("a/i :: X; b :: { a/i :: X }; a :: { j :: X }", "");
}

static void
bombs(void)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "elementclass A0 { Idle }");
	for (int i = 1; i < 40; i++)
		strbuf_addf(&text, "elementclass A%d { A%d; A%d }", i, i - 1, i - 1);
	strbuf_adds(&text, "A39");
	EXPECT_ERRORS(strbuf_text(&text), "F:1: configuration too large when expanded\n");
	strbuf_clear(&text);
	strbuf_adds(&text, "elementclass A0 { Idle }");
	for (int i = 1; i <= SYNTAX_MAX_DEPTH; i++)
		strbuf_addf(&text, "elementclass A%d { A%d }", i, i - 1);
	strbuf_addf(&text, "\nA%d;\nA%d", SYNTAX_MAX_DEPTH - 1, SYNTAX_MAX_DEPTH);
	EXPECT_ERRORS(strbuf_text(&text), "F:1: maximum compound element nesting depth exceeded\n");
	EXPECT_ERRORS("define($a $a$a$a$a$a$a$a$a)\nX($a)",
		"F:2: configuration too large when expanded\n");
	EXPECT_ERRORS(
		"define($a \"$a$a$a$a$a\")\nX($a)", "F:2: configuration too large when expanded\n");
	strbuf_fini(&text);
}

static void
unparse(void)
{
	EXPECT_CONFIG(
		"require(package p)\na :: A(  x ); b :: B; a -> b -> a; b [1] -> b; c :: C -> c",
		"",
		"require(package \"p\");\n\na :: A(  x );\nb :: B;\nc :: C;\n\n"
		"b [1] -> b\n    -> a\n    -> b;\nc -> c;\n");
}

// The order of connections in the data: input element, input port, output element, output port.
static void
connection_order(void)
{
	static const unsigned want[][4] = {
		{1, 1, 0, 0}, {0, 0, 1, 0}, {0, 1, 1, 0}, {1, 0, 1, 0}, {0, 0, 1, 2}};
	struct errh errh;
	struct config c;

	errh_init_silent(&errh);
	CU_ASSERT_EQUAL(
		config_parse(&c,
			"a :: A; b :: B; a -> [2] b; b -> b; a [1] -> b; a -> b; b [1] -> a;"
			"a -> b; a [1] -> b",
			"F", &config_rig_env, &errh),
		0);
	CU_ASSERT_EQUAL_FATAL(c.n_connections, 5);
	for (size_t i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(c.connections[i].from, want[i][0]);
		CU_ASSERT_EQUAL(c.connections[i].from_port, want[i][1]);
		CU_ASSERT_EQUAL(c.connections[i].to, want[i][2]);
		CU_ASSERT_EQUAL(c.connections[i].to_port, want[i][3]);
	}
	config_fini(&c);
}

static void
add_member(struct strbuf *ar, const char *name, const char *data)
{
	strbuf_addf(
		ar, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n%s", name, 0, 0, 0, 0644, strlen(data), data);
	if (strlen(data) % 2)
		strbuf_addc(ar, '\n');
}

static void
archives(void)
{
	struct strbuf ar = STRBUF_INIT;
	const char *data;
	size_t len;

	strbuf_adds(&ar, "!<arch>\n");
	CU_ASSERT(archive_is(ar.data, ar.len));
	CU_ASSERT(!archive_is(ar.data, ar.len - 1));
	CU_ASSERT_EQUAL(archive_find(ar.data, ar.len, "config", &data, &len), -ENOENT);
	add_member(&ar, "configs/", "odd");
	add_member(&ar, "#1/8", "long.txtDATA");
	add_member(&ar, "config", "c :: C;");
	CU_ASSERT_EQUAL(archive_find(ar.data, ar.len, "config", &data, &len), 0);
	CU_ASSERT_EQUAL(len, 7);
	CU_ASSERT(memcmp(data, "c :: C;", 7) == 0);
	CU_ASSERT_EQUAL(archive_find(ar.data, ar.len, "long.txt", &data, &len), 0);
	CU_ASSERT(len == 4 && memcmp(data, "DATA", 4) == 0);
	CU_ASSERT_EQUAL(archive_find(ar.data, ar.len, "conf", &data, &len), -ENOENT);
	// Cut anywhere: nothing is read behind the end, and what is left is damaged or lacks it.
	for (size_t cut = 8; cut < ar.len - 1; cut++) {
		char *part = mem_zalloc(cut);

		memcpy(part, ar.data, cut);
		CU_ASSERT(archive_find(part, cut, "config", &data, &len) < 0);
		free(part);
	}
	strbuf_fini(&ar);
}

static void
archive_configs(void)
{
	struct strbuf ar = STRBUF_INIT, errors = STRBUF_INIT;
	struct errh errh;
	struct config c;

	errh_init_strbuf(&errh, &errors);
	strbuf_adds(&ar, "!<arch>\n");
	add_member(&ar, "other/", "x");
	CU_ASSERT(config_parse(&c, ar.data, "F", &config_rig_env, &errh) < 0);
	ASSERT_TEXT(strbuf_text(&errors), "F: archive has no 'config' section\n");
	config_fini(&c);
	add_member(&ar, "config/", "a ::\nA; b");
	strbuf_clear(&errors);
	CU_ASSERT(config_parse(&c, ar.data, "F", &config_rig_env, &errh) < 0);
	ASSERT_TEXT(strbuf_text(&errors), "F:2: undeclared element 'b'\n");
	ASSERT_TEXT(c.text, "a ::\nA; b");
	config_fini(&c);
	strbuf_clear(&errors);
	CU_ASSERT(config_parse(&c, "!<arch>\njunk", "F", &config_rig_env, &errh) < 0);
	ASSERT_TEXT(strbuf_text(&errors), "F: damaged archive\n");
	config_fini(&c);
	strbuf_fini(&ar);
	strbuf_fini(&errors);
}

static void
expect_file(const char *path, const char *errors_format)
{
	struct strbuf errors = STRBUF_INIT;
	char *want = mem_printf(errors_format, path);
	struct errh errh;
	struct config c;
	int ret;

	errh_init_strbuf(&errh, &errors);
	ret = config_parse_file(&c, path, &config_rig_env, &errh);
	ASSERT_TEXT(strbuf_text(&errors), want);
	CU_ASSERT_EQUAL(ret, *want ? -EINVAL : 0);
	config_fini(&c);
	strbuf_fini(&errors);
	free(want);
}

static void
files(void)
{
	char path[] = "/tmp/clickd-test-XXXXXX";
	int fd = mkstemp(path);

	CU_ASSERT_FATAL(fd >= 0);
	expect_file(path, "");
	CU_ASSERT_EQUAL(write(fd, "A;\nx", 4), 4);
	expect_file(path, "%s:2: undeclared element 'x'\n");
	CU_ASSERT_EQUAL(write(fd, "\0;", 2), 2);
	expect_file(path, "%s:2: NUL byte in configuration\n");
	CU_ASSERT_EQUAL(ftruncate(fd, (64 << 20) + 1), 0);
	expect_file(path, "%s: File too large\n");
	close(fd);
	CU_ASSERT_EQUAL(unlink(path), 0);
	expect_file(path, "%s: No such file or directory\n");
	expect_file("/tmp", "%s: Is a directory\n");
}

static void
standard_input(void)
{
	int saved = dup(STDIN_FILENO), ends[2];
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;
	struct config c;

	CU_ASSERT_FATAL(saved >= 0 && pipe(ends) == 0);
	CU_ASSERT_EQUAL(write(ends[1], "A; x", 4), 4);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT(config_parse_file(&c, "-", &config_rig_env, &errh) < 0);
	ASSERT_TEXT(strbuf_text(&errors), "<stdin>:1: undeclared element 'x'\n");
	dup2(saved, STDIN_FILENO);
	close(saved);
	config_fini(&c);
	strbuf_fini(&errors);
}

UNIT_SUITE(expand, UNIT_CASE(order), UNIT_CASE(connections), UNIT_CASE(many_ways),
	UNIT_CASE(port_mismatch), UNIT_CASE(overloads), UNIT_CASE(extensions),
	UNIT_CASE(parameters), UNIT_CASE(variables), UNIT_CASE(command_line),
	UNIT_CASE(variable_scope), UNIT_CASE(names_meet), UNIT_CASE(bombs), UNIT_CASE(unparse),
	UNIT_CASE(connection_order), UNIT_CASE(archives), UNIT_CASE(archive_configs),
	UNIT_CASE(files), UNIT_CASE(standard_input))
