// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/nat/mapper.h"
#include "elements/nat/rewriter.h"
#include "src/confstr.h"
#include "src/strbuf.h"

static int
wrong(struct strbuf *why, const char *text)
{
	strbuf_adds(why, text);
	return -EINVAL;
}

static bool
is_one_of(const char *word, const char *a, const char *b, const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static int
check_outputs(const struct rewriter *r, const struct pattern_route *route, struct strbuf *why)
{
	if (route->foutput >= r->element.n_outputs || route->routput >= r->element.n_outputs)
		return wrong(why, "output port out of range");
	return 0;
}

static int
parse_pass(struct rewriter_spec *spec, const struct strvec *words, const struct rewriter *r,
	struct strbuf *why)
{
	int64_t output = 0;

	spec->kind = SPEC_PASS;
	if (words->n > 2 || (words->n == 2 && text_read_int64(words->v[1], &output) != 0))
		return wrong(why, "syntax error, expected 'nochange [OUTPUT]'");
	if (output < 0 || output >= r->element.n_outputs)
		return wrong(why, "output port out of range");
	spec->route.foutput = (uint16_t)output;
	return 0;
}

static int
parse_drop(struct rewriter_spec *spec, const struct strvec *words, struct strbuf *why)
{
	spec->kind = SPEC_DROP;
	if (words->n == 1)
		return 0;
	strbuf_addf(why, "syntax error, expected '%s'", words->v[0]);
	return -EINVAL;
}

static int
parse_keep(struct rewriter_spec *spec, const struct strvec *words, const struct rewriter *r,
	struct strbuf *why)
{
	spec->kind = SPEC_KEEP;
	if (pattern_outputs_parse(words->v + 1, words->n - 1, &spec->route.foutput,
		    &spec->route.routput, why) != 0)
		return -EINVAL;
	return check_outputs(r, &spec->route, why);
}

static int
parse_pattern(struct rewriter_spec *spec, const struct strvec *words, struct rewriter *r,
	struct strbuf *why)
{
	spec->kind = SPEC_PATTERN;
	if (pattern_route_parse(&spec->route, words->v + 1, words->n - 1, &r->element, why) != 0)
		return -EINVAL;
	return check_outputs(r, &spec->route, why);
}

static int
parse_mapper(struct rewriter_spec *spec, const struct strvec *words, struct rewriter *r,
	struct strbuf *why)
{
	struct element *e = element_find(&r->element, words->v[0]);

	spec->kind = SPEC_MAPPER;
	if (e == NULL)
		return wrong(why, "unknown specification");
	if (words->n > 1)
		return wrong(why, "syntax error, expected element name");
	spec->mapper = mapper_of(e);
	return spec->mapper == NULL ? wrong(why, "element is not an IPMapper") : 0;
}

static int
parse_words(struct rewriter_spec *spec, const struct strvec *words, struct rewriter *r,
	struct strbuf *why)
{
	const char *word = words->n > 0 ? words->v[0] : "";

	if (words->n == 0)
		return wrong(why, "empty argument");
	if (is_one_of(word, "pass", "passthrough", "nochange"))
		return parse_pass(spec, words, r, why);
	if (is_one_of(word, "drop", "discard", "discard"))
		return parse_drop(spec, words, why);
	if (strcmp(word, "keep") == 0)
		return parse_keep(spec, words, r, why);
	if (is_one_of(word, "pattern", "xpattern", "xpattern"))
		return parse_pattern(spec, words, r, why);
	return parse_mapper(spec, words, r, why);
}

static char *
join_words(const struct strvec *words)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < words->n; i++)
		strbuf_addf(&text, "%s%s", i > 0 ? " " : "", words->v[i]);
	return strbuf_steal(&text);
}

int
rewriter_spec_parse(struct rewriter_spec *spec, const char *text, struct rewriter *r,
	const char *prefix, struct errh *errh)
{
	struct strbuf why = STRBUF_INIT;
	struct strvec words = {0};
	int err;

	*spec = (struct rewriter_spec){0};
	confstr_split_words(text, &words);
	err = parse_words(spec, &words, r, &why);
	if (err == 0) {
		spec->text = join_words(&words);
	} else {
		errh_error(errh, "%s%s", prefix, strbuf_text(&why));
		rewriter_spec_fini(spec);
	}
	strvec_fini(&words);
	strbuf_fini(&why);
	return err;
}

void
rewriter_spec_fini(struct rewriter_spec *spec)
{
	pattern_route_fini(&spec->route);
	free(spec->text);
	*spec = (struct rewriter_spec){0};
}

void
rewriter_spec_text(const struct rewriter_spec *spec, struct strbuf *out)
{
	static const char *const names[] = {[SPEC_DROP] = "<drop>",
		[SPEC_PASS] = "<nochange>",
		[SPEC_KEEP] = "<keep>",
		[SPEC_MAPPER] = "<mapper>"};

	if (spec->kind == SPEC_PATTERN)
		pattern_text(spec->route.pattern, out);
	else
		strbuf_adds(out, names[spec->kind]);
	if (spec->n_flows > 0)
		strbuf_addf(out, " [%u]", spec->n_flows);
	strbuf_addc(out, '\n');
}

bool
rewriter_spec_equal(const struct rewriter_spec *a, const struct rewriter_spec *b)
{
	if (a->kind != b->kind || strcmp(a->text, b->text) != 0)
		return false;
	return a->kind != SPEC_PATTERN || pattern_equal(a->route.pattern, b->route.pattern);
}
