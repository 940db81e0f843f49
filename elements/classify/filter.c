// SPDX-License-Identifier: BSD-3-Clause
// Arguments of the IP filters: actions, and the programs of all patterns made one.
#include "elements/classify/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/classify/filter_parser.h"
#include "elements/classify/program.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/text.h"

// Where packets go that match.
static int32_t
read_action(const struct filter_parser *f, unsigned n_outputs)
{
	const char *word = f->words.v[0];
	int64_t n;

	if (strcmp(word, "deny") == 0 || strcmp(word, "drop") == 0)
		return LINK_DROP;
	if (strcmp(word, "allow") == 0) {
		if (n_outputs == 0)
			filter_error(f, "'allow' is meaningless, element has zero outputs");
		return 0;
	}
	if (text_read_int64(word, &n) == -EINVAL) {
		filter_error(f, "unknown slot ID '%s'", word);
	} else if (n < 0 || n >= (int64_t)n_outputs) {
		filter_error(f, "slot '%s' out of range", word);
	} else {
		return -(int32_t)n;
	}
	return LINK_DROP;
}

static bool
is_everything(const struct filter_parser *f)
{
	return f->words.n == 1 || (f->words.n == 2 && (strcmp(f->words.v[1], "-") == 0 ||
							      strcmp(f->words.v[1], "any") == 0 ||
							      strcmp(f->words.v[1], "all") == 0));
}

static int
parse_words(struct filter_parser *f, unsigned n_outputs, struct filter_rule *rule)
{
	unsigned n_errors = f->errh->n_errors;

	if (f->words.n == 0)
		return errh_error(f->errh, "empty pattern %u", f->pattern);
	rule->action = read_action(f, n_outputs);
	if (is_everything(f)) {
		program_add(f->program, 0, 0, 0);
		boxes_all(&rule->boxes);
	} else {
		f->at = 1;
		filter_parse(f, &rule->boxes);
	}
	if (f->program->too_large)
		filter_error(f, "too many tests, at most %d", PROGRAM_STEPS_MAX);
	program_finish(f->program, 0, rule->action, LINK_FAILURE);
	return f->errh->n_errors == n_errors ? 0 : -EINVAL;
}

static int
parse_argument(const char *text, unsigned number, unsigned n_outputs, const struct element *scope,
	struct filter_rule *rule, struct errh *errh)
{
	struct filter_parser f = {
		.program = &rule->program,
		.previous = {.proto = PROTO_NONE},
		.scope = {element_names(scope), element_name(scope)},
		.errh = errh,
		.pattern = number,
	};
	struct strbuf bytes = STRBUF_INIT;
	int err;

	program_init(&rule->program, SPACE_HEADERS);
	confstr_unquote(text, &bytes);
	if (filter_cut(strbuf_text(&bytes), bytes.len, &f.words) < 0)
		err = filter_error(&f, "NUL byte in pattern");
	else
		err = parse_words(&f, n_outputs, rule);
	strbuf_fini(&bytes);
	strvec_fini(&f.words);
	return err;
}

// Neighbours first, then neighbouring pairs: each step of a program meets a few others before it
// meets the many.
void
filter_merge(const struct filter_rules *rules, enum program_care care, struct program *merged)
{
	size_t n = rules->n;
	struct program *v = mem_zalloc((n + 1) * sizeof(*v));

	program_init(&v[0], SPACE_HEADERS);
	for (size_t i = 0; i < n; i++) {
		program_copy(&v[i], &rules->v[i].program);
		v[i].care = care;
	}
	for (size_t stride = 1; stride < n; stride *= 2) {
		for (size_t i = 0; i < n - stride; i += 2 * stride) {
			program_append(&v[i], &v[i + stride]);
			program_optimise(&v[i]);
		}
	}
	if (n == 1)
		program_optimise(&v[0]);
	program_finish(&v[0], 0, LINK_SUCCESS, LINK_DROP);
	if (v[0].n <= PROGRAM_OPTIMISE_MAX)
		program_sort(&v[0]);
	program_group(&v[0]);
	*merged = v[0];
	free(v);
}

int
filter_check_size(const struct filter_rules *rules, struct errh *errh)
{
	size_t n_steps = 0;

	for (size_t i = 0; i < rules->n; i++)
		n_steps += rules->v[i].program.n;
	if (n_steps > PROGRAM_STEPS_MAX)
		return errh_error(errh, "too many tests, at most %d", PROGRAM_STEPS_MAX);
	return 0;
}

int
filter_read(struct filter_rules *rules, const struct strvec *args, unsigned n_outputs,
	const struct element *scope, struct errh *errh)
{
	int err = 0;

	rules->v = mem_zalloc((args->n + 1) * sizeof(*rules->v));
	rules->n = args->n;
	for (size_t i = 0; i < args->n; i++) {
		if (parse_argument(args->v[i], (unsigned)i, n_outputs, scope, &rules->v[i], errh) <
			0)
			err = -EINVAL;
	}
	return err;
}

void
filter_rules_fini(struct filter_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		program_fini(&rules->v[i].program);
	free(rules->v);
}
