// SPDX-License-Identifier: BSD-3-Clause
// IPRewriterPatterns: gives names to patterns of rewriters.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/nat/pattern.h"
#include "elements/nat/patternlist.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

struct named_pattern {
	char *name; // owned
	struct pattern *pattern; // owned
};

struct iprewriterpatterns {
	struct element element;
	struct named_pattern *v; // owned
	size_t n, cap;
	struct strvec args;
};

static const struct element_class iprewriterpatterns_class;

static bool
is_number(const char *name)
{
	uint64_t v;

	return text_read_uint64(name, &v) == 0;
}

static struct pattern *
find(const struct iprewriterpatterns *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++) {
		if (strcmp(e->v[i].name, name) == 0)
			return e->v[i].pattern;
	}
	return NULL;
}

// ---- for others

// The i-th IPRewriterPatterns of the router from *at on; NULL: there are no more.
static const struct iprewriterpatterns *
next_list(const struct router *r, size_t *at)
{
	const struct element *e;

	while ((e = router_element(r, (*at)++)) != NULL) {
		if (e->class == &iprewriterpatterns_class)
			return (const struct iprewriterpatterns *)e;
	}
	return NULL;
}

static struct pattern *
find_number(const struct router *r, uint64_t number)
{
	const struct iprewriterpatterns *e;

	for (size_t at = 0; (e = next_list(r, &at)) != NULL; number -= e->n) {
		if (number < e->n)
			return e->v[number].pattern;
	}
	return NULL;
}

static struct pattern *
find_in_scope(const struct router *r, const char *scope, const char *name)
{
	const struct iprewriterpatterns *e;
	struct pattern *p = NULL;

	for (size_t at = 0; p == NULL && (e = next_list(r, &at)) != NULL;) {
		char *its_scope = element_scope(&e->element);

		if (strcmp(its_scope, scope) == 0)
			p = find(e, name);
		free(its_scope);
	}
	return p;
}

struct pattern *
pattern_list_find(const struct element *from, const char *name)
{
	struct pattern *p;
	uint64_t number;
	char *scope, *slash;

	if (text_read_uint64(name, &number) == 0)
		return find_number(from->router, number);
	scope = element_scope(from);
	while ((p = find_in_scope(from->router, scope, name)) == NULL && *scope != '\0') {
		// The next outer scope: "a/b/" becomes "a/".
		scope[strlen(scope) - 1] = '\0';
		slash = strrchr(scope, '/');
		*(slash ? slash + 1 : scope) = '\0';
	}
	free(scope);
	return p;
}

// ---- configuration

static int
add(struct iprewriterpatterns *e, const struct strvec *words, struct errh *errh)
{
	const char *name = words->v[0];
	struct strbuf why = STRBUF_INIT;
	char *scope = element_scope(&e->element);
	struct pattern *p = NULL;
	bool owned;

	if (is_number(name) || find_in_scope(e->element.router, scope, name) != NULL)
		strbuf_addf(&why, "pattern '%s' already defined", name);
	else if (words->n == 2)
		strbuf_adds(&why, "syntax error");
	else
		p = pattern_parse(words->v + 1, words->n - 1, &e->element, &owned, &why);
	if (p != NULL) {
		e->v = mem_grow(e->v, e->n, &e->cap, sizeof(*e->v));
		e->v[e->n++] = (struct named_pattern){mem_strdup(name), p};
	} else {
		errh_error(errh, "%s", strbuf_text(&why));
	}
	strbuf_fini(&why);
	free(scope);
	return p != NULL ? 0 : -EINVAL;
}

static int
iprewriterpatterns_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct iprewriterpatterns *e = (struct iprewriterpatterns *)base;
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->args.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->args.v[i], &words);
		if (words.n > 0 && add(e, &words, errh) != 0)
			err = -EINVAL;
		strvec_fini(&words);
	}
	return err;
}

static void
iprewriterpatterns_cleanup(struct element *base)
{
	struct iprewriterpatterns *e = (struct iprewriterpatterns *)base;

	for (size_t i = 0; i < e->n; i++) {
		free(e->v[i].name);
		free(e->v[i].pattern);
	}
	free(e->v);
	e->v = NULL;
	e->n = e->cap = 0;
}

static int
iprewriterpatterns_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct iprewriterpatterns *e = (struct iprewriterpatterns *)base;
	struct iprewriterpatterns *old = (struct iprewriterpatterns *)old_base;

	(void)errh;
	for (size_t i = 0; i < e->n; i++) {
		struct pattern *from = find(old, e->v[i].name);

		if (from != NULL && pattern_equal(e->v[i].pattern, from))
			atomic_store(&e->v[i].pattern->next, atomic_load(&from->next));
	}
	return 0;
}

static const struct arg iprewriterpatterns_args[] = {
	ARG(iprewriterpatterns, args, "PATTERNS", ARG_REST,
		.help = "`NAME FIELDS` each, with two to four fields; see IPRewriter"),
	ARGS_END,
};

static const struct element_class iprewriterpatterns_class = {
	.name = "IPRewriterPatterns",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct iprewriterpatterns),
	.configure = iprewriterpatterns_configure,
	.cleanup = iprewriterpatterns_cleanup,
	.take_state = iprewriterpatterns_take_state,
	.args = iprewriterpatterns_args,
	.group = "nat",
	.brief = "gives names to patterns of rewriters",
	.manual =
		"Rewriters and mappers can use the patterns by name. All that use one allocate their\n"
		"ports or addresses out of the same sequence. Names hold in the compound element where\n"
		"they are defined and below. A number in place of a name is a place in the list of all\n"
		"named patterns, from 0.",
	.example = "IPRewriterPatterns(out 1.0.0.1 1024-65535# - -);\n"
		   "Idle -> IPRewriter(pattern out 0 0) -> Discard;",
};
ELEMENT_CLASS(iprewriterpatterns_class)
