// SPDX-License-Identifier: BSD-3-Clause
#include "src/syntax.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static const struct landmark nowhere;

struct fixture {
	struct syntax s;
	struct errh errh;
	struct strbuf errors;
	struct landmark at; // "F:7"
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.errors = STRBUF_INIT};
	errh_init_strbuf(&f->errh, &f->errors);
	syntax_init(&f->s, &f->errh);
	f->at = (struct landmark){syntax_file(&f->s, "F"), 7};
}

static void
end(struct fixture *f, const char *want_errors, int line)
{
	unit_assert_text(__FILE__, line, strbuf_text(&f->errors), want_errors);
	syntax_fini(&f->s);
	strbuf_fini(&f->errors);
}

#define END(f, errors) end(f, errors, __LINE__)

// One copy of each name, whatever it is; what could spoil a message is replaced.
static void
files(void)
{
	char name[] = "dir/a.click", *longest = mem_zalloc(PATH_MAX + 100);
	const char *a, *b;
	struct fixture f;

	begin(&f);
	a = syntax_file(&f.s, name);
	name[0] = 'x';
	ASSERT_TEXT(a, "dir/a.click");
	b = syntax_file(&f.s, "b");
	ASSERT_TEXT(b, "b");
	for (int i = 0; i < 1000; i++)
		free(mem_printf("%s%d", syntax_file(&f.s, name), i));
	CU_ASSERT_PTR_EQUAL(syntax_file(&f.s, "dir/a.click"), a);
	CU_ASSERT_PTR_EQUAL(syntax_file(&f.s, "b"), b);
	CU_ASSERT_EQUAL(f.s.files.n, 4); // with "F"
	ASSERT_TEXT(syntax_file(&f.s, "a\nb\tc\033[1m\177\001"), "a?b?c?[1m??");
	ASSERT_TEXT(syntax_file(&f.s, "b\xc3\xa4r"), "b\xc3\xa4r");
	ASSERT_TEXT(syntax_file(&f.s, ""), "");
	// Two that become the same are the same.
	CU_ASSERT_PTR_EQUAL(syntax_file(&f.s, "q\n"), syntax_file(&f.s, "q?"));
	memset(longest, 'n', PATH_MAX + 50);
	CU_ASSERT_EQUAL(strlen(syntax_file(&f.s, longest)), PATH_MAX);
	CU_ASSERT_PTR_EQUAL(syntax_file(&f.s, longest), syntax_file(&f.s, longest + 1));
	free(longest);
	END(&f, "");
}

static void
keeps_texts(void)
{
	const char *kept[100];
	struct fixture f;

	begin(&f);
	for (int i = 0; i < 100; i++) {
		char *text = mem_printf("text %d", i);

		kept[i] = syntax_keep(&f.s, text);
		free(text);
	}
	for (int i = 0; i < 100; i++) {
		char *text = mem_printf("text %d", i);

		ASSERT_TEXT(kept[i], text);
		free(text);
	}
	END(&f, "");
}

static void
landmarks(void)
{
	struct strbuf sb = STRBUF_INIT;

	landmark_text((struct landmark){.file = "a.click", .line = 12}, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "a.click:12");
	landmark_text(nowhere, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "a.click:12");
	landmark_text((struct landmark){.file = "%s", .line = UINT_MAX}, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "a.click:12%s:4294967295");
	strbuf_fini(&sb);
}

static void
reports(void)
{
	struct fixture f;

	begin(&f);
	CU_ASSERT_EQUAL(syntax_error(&f.s, f.at, "bad %s", "x"), -EINVAL);
	CU_ASSERT_EQUAL(syntax_error(&f.s, nowhere, "bad %d%%", 5), -EINVAL);
	syntax_warning(&f.s, f.at, "odd %s", "x");
	syntax_warning(&f.s, nowhere, "odd %s", "y");
	CU_ASSERT_EQUAL(f.errh.n_errors, 2);
	CU_ASSERT_EQUAL(f.errh.n_warnings, 2);
	CU_ASSERT_FALSE(syntax_gave_up(&f.s));
	END(&f, "F:7: bad x\nbad 5%\nF:7: warning: odd x\nwarning: odd y\n");
}

// Errors that were there before do not count.
static void
gives_up(void)
{
	struct fixture f;

	begin(&f);
	for (int i = 0; i < 3; i++)
		errh_error(&f.errh, "before");
	syntax_fini(&f.s);
	syntax_init(&f.s, &f.errh);
	for (int i = 0; i < SYNTAX_MAX_ERRORS - 1; i++)
		syntax_error(&f.s, nowhere, "%d", i);
	CU_ASSERT_FALSE(syntax_gave_up(&f.s));
	strbuf_clear(&f.errors);
	CU_ASSERT_EQUAL(syntax_error(&f.s, (struct landmark){"G", 1}, "last"), -EINVAL);
	CU_ASSERT_TRUE(syntax_gave_up(&f.s));
	CU_ASSERT_EQUAL(syntax_error(&f.s, nowhere, "one more"), -EINVAL);
	syntax_warning(&f.s, nowhere, "nor this");
	CU_ASSERT_EQUAL(f.errh.n_errors, 3 + SYNTAX_MAX_ERRORS + 1);
	END(&f, "G:1: last\nG:1: too many errors, giving up\n");
}

static void
declares(void)
{
	struct element_type *type;
	struct compound *c;
	struct fixture f;
	char name[] = "a", args[] = "1, 2";

	begin(&f);
	type = syntax_add_type(&f.s, TYPE_PRIMITIVE, "Queue");
	c = compound_create(&f.s, "My", NULL, f.at);
	CU_ASSERT_EQUAL(compound_declare(c, DECLARE_ELEMENT, name, type, args, f.at), 0);
	CU_ASSERT_EQUAL(compound_declare(c, DECLARE_GROUP, "b", NULL, "", f.at), 1);
	name[0] = args[0] = 'x';
	ASSERT_TEXT(c->declarations[0].name, "a");
	ASSERT_TEXT(c->declarations[0].args, "1, 2");
	CU_ASSERT_PTR_EQUAL(c->declarations[0].type, type);
	CU_ASSERT_EQUAL(c->declarations[0].kind, DECLARE_ELEMENT);
	CU_ASSERT_EQUAL(c->declarations[0].at.line, 7);
	CU_ASSERT_EQUAL(c->declarations[1].kind, DECLARE_GROUP);
	CU_ASSERT_EQUAL(c->declarations[1].group, NAMEMAP_NONE);
	CU_ASSERT_EQUAL(namemap_get(&c->declared, "a"), 0);
	CU_ASSERT_EQUAL(namemap_get(&c->declared, "b"), 1);
	CU_ASSERT_EQUAL(namemap_get(&c->declared, "x"), NAMEMAP_NONE);
	for (int i = 2; i < 10000; i++) {
		char *many = mem_printf("e%d", i);

		CU_ASSERT_EQUAL_FATAL(
			compound_declare(c, DECLARE_ELEMENT, many, type, "", f.at), (size_t)i);
		free(many);
	}
	CU_ASSERT_EQUAL(namemap_get(&c->declared, "a"), 0);
	CU_ASSERT_EQUAL(namemap_get(&c->declared, "e9999"), 9999);
	END(&f, "");
}

// The ports in use of a declaration go up to the highest that a connection names.
static void
connects(void)
{
	struct compound *c;
	struct fixture f;

	begin(&f);
	c = compound_create(&f.s, "", NULL, f.at);
	compound_declare(c, DECLARE_ELEMENT, "a", NULL, "", f.at);
	compound_declare(c, DECLARE_ELEMENT, "b", NULL, "", f.at);
	CU_ASSERT_EQUAL(c->declarations[0].n_inputs + c->declarations[0].n_outputs, 0);
	compound_connect(c, 0, 2, 1, 0, f.at);
	compound_connect(c, 0, 1, 1, 5, f.at);
	compound_connect(c, 1, SYNTAX_MAX_PORT, 1, 0, f.at);
	CU_ASSERT_EQUAL(c->declarations[0].n_inputs, 0);
	CU_ASSERT_EQUAL(c->declarations[0].n_outputs, 3);
	CU_ASSERT_EQUAL(c->declarations[1].n_inputs, 6);
	CU_ASSERT_EQUAL(c->declarations[1].n_outputs, SYNTAX_MAX_PORT + 1);
	CU_ASSERT_EQUAL_FATAL(c->n_connections, 3);
	CU_ASSERT(c->connections[1].from == 0 && c->connections[1].from_port == 1);
	CU_ASSERT(c->connections[1].to == 1 && c->connections[1].to_port == 5);
	CU_ASSERT_EQUAL(c->connections[1].at.line, 7);
	END(&f, "");
}

static void
assert_anonymous(struct compound *c, const char *class_name, const char *want, int line)
{
	char *name = compound_anonymous_name(c, class_name);

	unit_assert_text(__FILE__, line, name, want);
	compound_declare(c, DECLARE_ELEMENT, name, NULL, "", nowhere);
	free(name);
}

#define ASSERT_ANONYMOUS(c, class_name, want) assert_anonymous(c, class_name, want, __LINE__)

static void
anonymous_names(void)
{
	struct compound *file, *inner;
	struct fixture f;
	char *name;

	begin(&f);
	file = compound_create(&f.s, "", NULL, f.at);
	ASSERT_ANONYMOUS(file, "Idle", "Idle@1");
	ASSERT_ANONYMOUS(file, "Queue", "Queue@2");
	ASSERT_ANONYMOUS(file, "", "@3");
	compound_declare(file, DECLARE_ELEMENT, "Idle@5", NULL, "", f.at); // the 4th
	compound_declare(file, DECLARE_ELEMENT, "Idle@7", NULL, "", f.at); // the 5th
	ASSERT_ANONYMOUS(file, "Idle", "Idle@6");
	ASSERT_ANONYMOUS(file, "Idle", "Idle@8"); // 7 is taken
	ASSERT_ANONYMOUS(file, "Idle", "Idle@9"); // which is the 8th
	ASSERT_ANONYMOUS(file, "Queue", "Queue@9");
	// Asking alone takes nothing.
	name = compound_anonymous_name(file, "Tee");
	ASSERT_TEXT(name, "Tee@10");
	free(name);
	ASSERT_ANONYMOUS(file, "Tee", "Tee@10");
	// The pseudo-elements of a compound do not count.
	inner = compound_create(&f.s, "My", file, f.at);
	compound_declare(inner, DECLARE_INPUT, "input", NULL, "", f.at);
	compound_declare(inner, DECLARE_OUTPUT, "output", NULL, "", f.at);
	ASSERT_ANONYMOUS(inner, "Idle", "Idle@1");
	ASSERT_ANONYMOUS(inner, "Idle", "Idle@2");
	END(&f, "");
}

// Names in the way are passed once, not again for each new name.
static void
many_anonymous_names(void)
{
	enum { N = 20000 };
	struct compound *file;
	struct fixture f;
	char *name;

	begin(&f);
	file = compound_create(&f.s, "", NULL, f.at);
	for (int i = 0; i < N; i++) {
		name = mem_printf("Idle@%d", N + i);
		compound_declare(file, DECLARE_ELEMENT, name, NULL, "", f.at);
		free(name);
	}
	for (int i = 0; i < N; i++) {
		name = compound_anonymous_name(file, "Idle");
		compound_declare(file, DECLARE_ELEMENT, name, NULL, "", f.at);
		free(name);
	}
	CU_ASSERT_EQUAL(file->n_declarations, 2 * N);
	ASSERT_TEXT(file->declarations[N].name, "Idle@40000");
	ASSERT_TEXT(file->declarations[2 * N - 1].name, "Idle@59999");
	END(&f, "");
}

static void
parameters(void)
{
	struct compound *c;
	struct fixture f;

	begin(&f);
	c = compound_create(&f.s, "", NULL, f.at);
	CU_ASSERT_TRUE(compound_add_parameter(c, "a", "", NULL));
	CU_ASSERT_TRUE(compound_add_parameter(c, "b", "KEY", NULL));
	CU_ASSERT_TRUE(compound_add_parameter(c, "c", "", "value"));
	CU_ASSERT_TRUE(compound_add_parameter(c, "d", "", ""));
	CU_ASSERT_FALSE(compound_add_parameter(c, "a", "", "x"));
	CU_ASSERT_FALSE(compound_add_parameter(c, "c", "", NULL));
	CU_ASSERT_EQUAL(c->n_formals, 2);
	CU_ASSERT_EQUAL_FATAL(c->n_parameters, 4);
	CU_ASSERT_PTR_NULL(c->parameters[0].value);
	ASSERT_TEXT(c->parameters[0].keyword, "");
	ASSERT_TEXT(c->parameters[1].keyword, "KEY");
	ASSERT_TEXT(c->parameters[2].value, "value");
	ASSERT_TEXT(c->parameters[3].value, "");
	CU_ASSERT_EQUAL(namemap_get(&c->parameter_names, "c"), 2);
	END(&f, "");
}

static void
titles(void)
{
	struct compound *file, *c;
	struct fixture f;
	char name[] = "My";

	begin(&f);
	file = compound_create(&f.s, "", NULL, f.at);
	c = compound_create(&f.s, name, file, f.at);
	name[0] = 'x';
	ASSERT_TEXT(compound_title(c), "My");
	ASSERT_TEXT(compound_title(file), "<anonymous>");
	CU_ASSERT_PTR_EQUAL(c->outer, file);
	CU_ASSERT_EQUAL(c->at.line, 7);
	END(&f, "");
}

static void
types(void)
{
	struct element_type *type;
	struct compound *bodies[20];
	struct fixture f;

	begin(&f);
	type = syntax_add_type(&f.s, TYPE_COMPOUND, "My");
	ASSERT_TEXT(type->name, "My");
	CU_ASSERT_EQUAL(type->kind, TYPE_COMPOUND);
	CU_ASSERT_PTR_NULL(type->fallback);
	for (size_t i = 0; i < 20; i++) {
		bodies[i] = compound_create(&f.s, "My", NULL, f.at);
		element_type_add_body(type, bodies[i]);
		CU_ASSERT_EQUAL(type->n_candidates, i + 1);
	}
	CU_ASSERT_EQUAL_FATAL(type->n_bodies, 20);
	for (size_t i = 0; i < 20; i++)
		CU_ASSERT_PTR_EQUAL(type->bodies[i], bodies[i]);
	END(&f, "");
}

UNIT_SUITE(syntax, UNIT_CASE(files), UNIT_CASE(keeps_texts), UNIT_CASE(landmarks),
	UNIT_CASE(reports), UNIT_CASE(gives_up), UNIT_CASE(declares), UNIT_CASE(connects),
	UNIT_CASE(anonymous_names), UNIT_CASE(many_anonymous_names), UNIT_CASE(parameters),
	UNIT_CASE(titles), UNIT_CASE(types))
