// SPDX-License-Identifier: BSD-3-Clause
// Classifier: sends each packet to the output of the first pattern that its bytes match.

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/classify/matcher.h"
#include "elements/classify/program.h"
#include "elements/control/alignmentinfo.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "src/strvec.h"

enum { BYTES_MAX = 65535 }; // of a packet

struct classifier {
	struct element element;
	struct matcher *matcher; // owned; replaced while no packets are under way
	struct program program; // for its text
	struct strvec patterns;
};

static void
classifier_push(struct element *base, unsigned port, struct batch *b)
{
	const struct classifier *e = (const struct classifier *)base;
	int16_t decision[BATCH_MAX];

	(void)port;
	e->matcher->decide(e->matcher, b, decision);
	element_split(base, b, decision);
}

// ---- patterns

struct clause { // [!]OFFSET/VALUE[%MASK]
	bool negated;
	uint32_t offset;
	const char *value, *mask; // digits; mask NULL: none
	size_t value_len, mask_len;
};

static const char *
skip_blanks(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

static const char *
skip_digits(const char *s)
{
	while (isxdigit((unsigned char)*s) || *s == '?')
		s++;
	return s;
}

// Reads a clause at *s and moves *s behind it.
static int
read_clause(const char **s, struct clause *c, unsigned pattern, struct errh *errh)
{
	const char *at = *s;

	*c = (struct clause){.negated = *at == '!'};
	if (c->negated)
		at = skip_blanks(at + 1);
	if (!isdigit((unsigned char)*at))
		return errh_error(errh, "pattern %u: expected a digit", pattern);
	for (; isdigit((unsigned char)*at); at++) {
		c->offset = c->offset * 10 + (uint32_t)(*at - '0');
		if (c->offset > BYTES_MAX)
			c->offset = BYTES_MAX;
	}
	if (*at != '/')
		return errh_error(errh, "pattern %u: expected '/'", pattern);
	c->value = ++at;
	at = skip_digits(at);
	c->value_len = (size_t)(at - c->value);
	if (*at == '%') {
		c->mask = ++at;
		at = skip_digits(at);
		c->mask_len = (size_t)(at - c->mask);
	}
	*s = at;
	return 0;
}

static int
check_clause(const struct program *p, const struct clause *c, unsigned pattern, struct errh *errh)
{
	uint32_t end = BYTES_MAX - p->align;

	if (c->value_len < 2)
		return errh_error(errh, "pattern %u: value has less than 2 hex digits", pattern);
	if (c->value_len % 2 != 0)
		return errh_error(errh, "pattern %u: value has odd number of hex digits", pattern);
	if (c->mask != NULL && c->mask_len != c->value_len)
		return errh_error(errh, "pattern %u: mask has too %s hex digits", pattern,
			c->mask_len > c->value_len ? "many" : "few");
	if (c->offset > end || c->value_len / 2 > end - c->offset)
		return errh_error(errh, "pattern %u: offset out of range, packets have %u bytes",
			pattern, end);
	return 0;
}

static uint32_t
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	return c == '?' ? 0 : (uint32_t)(tolower((unsigned char)c) - 'a' + 10);
}

// One test for each aligned word that the clause touches, also if its mask is empty there.
static void
add_clause(struct program *p, const struct clause *c)
{
	uint32_t place = c->offset + p->align, value = 0, mask = 0;
	struct program_parts parts = {0};
	size_t mark = p->n;

	for (size_t i = 0; i < c->value_len; i++) {
		uint32_t shift = 28 - 8 * (place % 4) - (i % 2 != 0 ? 4 : 0);
		uint32_t digit_mask = c->value[i] == '?' ? 0
				      : c->mask == NULL  ? 15
							 : digit_value(c->mask[i]);

		value |= digit_value(c->value[i]) << shift;
		mask |= digit_mask << shift;
		if (i % 2 == 0)
			continue;
		if (++place % 4 == 0 || i + 1 == c->value_len) {
			program_part(p, &parts);
			program_add(p, (place - 1) & ~3u, value, mask);
			value = mask = 0;
		}
	}
	program_combine(p, &parts, COMBINE_AND);
	if (c->negated)
		program_negate(p, mark, false);
}

static int
add_pattern(struct program *p, const char *text, unsigned pattern, struct errh *errh)
{
	struct program_parts clauses = {0};
	size_t mark = p->n;
	int err = 0;

	if (strcmp(text, "-") == 0)
		text = "";
	for (text = skip_blanks(text); *text != '\0'; text = skip_blanks(text)) {
		struct clause c;

		if (read_clause(&text, &c, pattern, errh) < 0) {
			err = -EINVAL;
			break;
		}
		program_part(p, &clauses);
		if (check_clause(p, &c, pattern, errh) < 0)
			err = -EINVAL;
		else
			add_clause(p, &c);
	}
	if (p->n == mark)
		program_add(p, 0, 0, 0);
	program_combine(p, &clauses, COMBINE_AND);
	program_finish(p, mark, -(int32_t)pattern, LINK_FAILURE);
	return err;
}

// ---- configuring

// The offset in a word of four bytes, which AlignmentInfo may tell, up to its end.
static uint8_t
align_offset(const struct classifier *e)
{
	struct alignment a;

	if (!alignmentinfo_find(&e->element, 0, &a) || a.modulus % 4 != 0)
		return 0;
	return (uint8_t)((4 - a.offset % 4) % 4);
}

static int
make_program(
	struct classifier *e, const struct strvec *patterns, struct program *p, struct errh *errh)
{
	struct program_parts parts = {0};
	int err = 0;

	p->align = align_offset(e);
	for (size_t i = 0; i < patterns->n; i++) {
		program_part(p, &parts);
		if (add_pattern(p, patterns->v[i], (unsigned)i, errh) < 0)
			err = -EINVAL;
	}
	program_combine(p, &parts, COMBINE_OR);
	program_finish(p, 0, LINK_DROP, LINK_DROP);
	if (p->too_large && err == 0)
		err = errh_error(errh, "too many tests, at most %d", PROGRAM_STEPS_MAX);
	return err;
}

static void
classifier_cleanup(struct element *base)
{
	struct classifier *e = (struct classifier *)base;

	program_fini(&e->program);
	matcher_destroy(e->matcher);
	e->matcher = NULL;
}

static void
warn_unused(const struct program *p, unsigned n_outputs, struct errh *errh)
{
	for (unsigned i = 0; i < n_outputs; i++) {
		if (!program_uses_output(p, i))
			errh_warning(errh, "output %u matches no packets", i);
	}
}

static int
classifier_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct classifier *e = (struct classifier *)base;
	unsigned n_outputs = base->n_outputs;
	struct program strict, click;

	if (args->n != n_outputs)
		return errh_error(errh, "need %u arguments, one per output port", n_outputs);
	program_init(&click, SPACE_PACKET);
	if (make_program(e, args, &click, errh) < 0) {
		program_fini(&click);
		return -EINVAL;
	}
	program_copy(&strict, &click);
	strict.care = PROGRAM_STRICT;
	program_optimise(&strict);
	program_optimise(&click);
	warn_unused(&click, n_outputs, errh);
	classifier_cleanup(base);
	e->program = click;
	e->matcher = matcher_create(&strict);
	program_fini(&strict);
	return 0;
}

static int
read_program(const struct handler_read *call)
{
	program_print(&((const struct classifier *)call->element)->program, call->out);
	return 0;
}

static const struct arg classifier_args[] = {
	ARG(classifier, patterns, "PATTERN", ARG_REST,
		.help = "one for each output: clauses [!]OFFSET/VALUE[%MASK] that must all hold, "
			"or - for all packets"),
	ARGS_END,
};

static const struct handler classifier_handlers[] = {
	{.name = "program",
		.read = read_program,
		.flags = HANDLER_CALM,
		.help = "the tests, one a line, and where they lead"},
	HANDLERS_END,
};

static const char *const classifier_drops[] = {
	[MATCHER_NO_MATCH] = "no match",
	NULL,
};

static const struct element_class classifier_class = {
	.name = "Classifier",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct classifier),
	.push = classifier_push,
	.configure = classifier_configure,
	.cleanup = classifier_cleanup,
	.args = classifier_args,
	.handlers = classifier_handlers,
	.drops = classifier_drops,
	.group = "classify",
	.brief = "sorts packets by their bytes",
	.manual =
		"There is one pattern for each output, and a packet leaves by the output of the first\n"
		"pattern that it matches. Packets that match none are dropped.\n"
		"\n"
		"A pattern is a list of clauses OFFSET/VALUE or OFFSET/VALUE%MASK, separated by\n"
		"blanks, that must all hold. OFFSET is decimal and counts from the start of the\n"
		"packet. VALUE and MASK are hexadecimal, two digits a byte; a digit ? in VALUE, like\n"
		"a 0 in MASK, stands for bits that do not matter. A clause does not hold for a packet\n"
		"that ends before its last byte. With ! in front a clause must not hold, so it holds\n"
		"for packets that are too short. The pattern - matches all packets.\n"
		"\n"
		"The patterns are compiled to one program of tests, which the handler program shows.\n"
		"Offsets behind the longest possible packet are refused, where Click wraps them.",
	.example = "c :: Classifier(12/0806 20/0001, 12/0800, -);\n"
		   "Idle -> c;\n"
		   "c[0] -> Discard;\n"
		   "c[1] -> Discard;\n"
		   "c[2] -> Discard;",
};
ELEMENT_CLASS(classifier_class)
