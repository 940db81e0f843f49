// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/text.h"

// What may follow an instruction's word.
enum operands {
	NOTHING,
	VARIABLE, // a variable and an optional text
	VARIABLE_TEXT, // a variable and a text
	TEXT, // any text
	HANDLER, // a handler, perhaps with arguments
	HANDLER_FILE, // a handler and perhaps a file
	TIME, // a time; nothing: the instruction is pause
	COUNT, // perhaps a number of steps
	LABEL,
	LABEL_CONDITION,
};

struct instruction {
	const char *word;
	enum script_op op;
	enum operands operands;
	bool unquote, no_newline, append;
};

static const struct instruction instructions[] = {
	{.word = "set", .op = SCRIPT_SET, .operands = VARIABLE_TEXT},
	{.word = "setq", .op = SCRIPT_SET, .operands = VARIABLE_TEXT, .unquote = true},
	{.word = "init", .op = SCRIPT_INIT, .operands = VARIABLE},
	{.word = "initq", .op = SCRIPT_INIT, .operands = VARIABLE, .unquote = true},
	{.word = "export", .op = SCRIPT_EXPORT, .operands = VARIABLE},
	{.word = "exportq", .op = SCRIPT_EXPORT, .operands = VARIABLE, .unquote = true},
	{.word = "print", .op = SCRIPT_PRINT, .operands = TEXT},
	{.word = "printn", .op = SCRIPT_PRINT, .operands = TEXT, .no_newline = true},
	{.word = "printq", .op = SCRIPT_PRINT, .operands = TEXT, .unquote = true},
	{.word = "printnq",
		.op = SCRIPT_PRINT,
		.operands = TEXT,
		.unquote = true,
		.no_newline = true},
	{.word = "save", .op = SCRIPT_SAVE, .operands = HANDLER_FILE},
	{.word = "append", .op = SCRIPT_SAVE, .operands = HANDLER_FILE, .append = true},
	{.word = "read", .op = SCRIPT_READ, .operands = HANDLER},
	{.word = "readq", .op = SCRIPT_READ, .operands = HANDLER, .unquote = true},
	{.word = "write", .op = SCRIPT_WRITE, .operands = HANDLER},
	{.word = "writeq", .op = SCRIPT_WRITE, .operands = HANDLER, .unquote = true},
	{.word = "wait", .op = SCRIPT_WAIT, .operands = TIME},
	{.word = "wait_time", .op = SCRIPT_WAIT, .operands = TIME},
	{.word = "wait_for", .op = SCRIPT_WAIT, .operands = TIME},
	{.word = "pause", .op = SCRIPT_PAUSE, .operands = COUNT},
	{.word = "wait_step", .op = SCRIPT_PAUSE, .operands = COUNT},
	{.word = "wait_stop", .op = SCRIPT_PAUSE, .operands = COUNT},
	{.word = "label", .op = SCRIPT_LABEL, .operands = LABEL},
	{.word = "goto", .op = SCRIPT_GOTO, .operands = LABEL_CONDITION},
	{.word = "loop", .op = SCRIPT_LOOP, .operands = NOTHING},
	{.word = "end", .op = SCRIPT_END, .operands = NOTHING},
	{.word = "exit", .op = SCRIPT_EXIT, .operands = NOTHING},
	{.word = "stop", .op = SCRIPT_STOP, .operands = NOTHING},
	{.word = "return", .op = SCRIPT_RETURN, .operands = TEXT},
	{.word = "returnq", .op = SCRIPT_RETURN, .operands = TEXT, .unquote = true},
	{.word = "error", .op = SCRIPT_ERROR, .operands = TEXT},
	{.word = "errorq", .op = SCRIPT_ERROR, .operands = TEXT, .unquote = true},
};

static const struct instruction *
find_instruction(const char *word)
{
	for (size_t i = 0; i < RTE_DIM(instructions); i++) {
		if (strcmp(instructions[i].word, word) == 0)
			return &instructions[i];
	}
	return NULL;
}

static void
insn_fini(struct script_insn *insn)
{
	free(insn->name);
	free(insn->text);
}

static void
add(struct script *s, struct script_insn *insn)
{
	if (insn->text == NULL)
		insn->text = mem_strdup("");
	s->insns = mem_grow(s->insns, s->n_insns, &s->insns_cap, sizeof(*s->insns));
	s->insns[s->n_insns++] = *insn;
}

// Moves the first word of the text to the name.
static bool
take_name(struct script_insn *insn)
{
	const char *rest;
	char *text;

	insn->name = confstr_first_word(insn->text, &rest);
	text = mem_strdup(rest);
	free(insn->text);
	insn->text = text;
	return *insn->name != '\0';
}

static bool
take_count(struct script_insn *insn)
{
	uint64_t n = 1;

	if (*insn->text != '\0' && (text_read_uint64(insn->text, &n) != 0 || n > UINT32_MAX))
		return false;
	insn->n_wanted = (uint32_t)n;
	return true;
}

// Whether the operands are what the instruction needs.
static bool
take_operands(struct script_insn *insn, enum operands operands)
{
	switch (operands) {
	case NOTHING:
		return *insn->text == '\0';
	case TEXT:
		return true;
	case VARIABLE:
	case VARIABLE_TEXT:
		return take_name(insn) && script_is_variable_name(insn->name, strlen(insn->name)) &&
		       (operands == VARIABLE || *insn->text != '\0');
	case HANDLER:
		return *insn->text != '\0';
	case HANDLER_FILE:
		return take_name(insn);
	case TIME:
		if (*insn->text != '\0')
			return true;
		insn->op = SCRIPT_PAUSE;
		return take_count(insn);
	case COUNT:
		return take_count(insn);
	case LABEL:
		return take_name(insn) && *insn->text == '\0';
	case LABEL_CONDITION:
		// Without a label it jumps to the beginning, as in Click.
		take_name(insn);
		return true;
	}
	return false;
}

static int
parse_line(struct script *s, const char *line, struct errh *errh)
{
	const struct instruction *found;
	struct script_insn insn;
	const char *rest;
	char *word = confstr_first_word(line, &rest);
	int err = 0;

	if (*word == '\0') {
		free(word);
		return 0;
	}
	found = find_instruction(word);
	insn = (struct script_insn){.text = mem_strdup(rest)};
	if (found != NULL) {
		insn.op = found->op;
		insn.unquote = found->unquote;
		insn.no_newline = found->no_newline;
		insn.append = found->append;
	}
	if (found != NULL && take_operands(&insn, found->operands)) {
		add(s, &insn);
	} else {
		err = errh_error(errh, "syntax error at '%s'", word);
		insn_fini(&insn);
	}
	free(word);
	return err;
}

static bool
find_pseudo_label(const char *label, int *place)
{
	static const struct {
		const char *name;
		int place;
	} labels[] = {{"exit", SCRIPT_AT_EXIT}, {"end", SCRIPT_AT_END}, {"stop", SCRIPT_AT_STOP},
		{"error", SCRIPT_AT_ERROR}, {"errorq", SCRIPT_AT_ERROR}, {"begin", 0}, {"loop", 0},
		{"", 0}};

	for (size_t i = 0; i < RTE_DIM(labels); i++) {
		if (strcmp(labels[i].name, label) == 0) {
			*place = labels[i].place;
			return true;
		}
	}
	return false;
}

bool
script_find_label(const struct script *s, const char *label, int *place)
{
	for (size_t i = 0; i < s->n_insns; i++) {
		if (s->insns[i].op == SCRIPT_LABEL && strcmp(s->insns[i].name, label) == 0) {
			*place = (int)i;
			return true;
		}
	}
	return find_pseudo_label(label, place);
}

static int
resolve_labels(struct script *s, struct errh *errh)
{
	struct namemap labels = {0};
	int err = 0;

	// The first of several labels of one name counts.
	for (size_t i = s->n_insns; i-- > 0;) {
		if (s->insns[i].op == SCRIPT_LABEL)
			namemap_set(&labels, s->insns[i].name, i);
	}
	for (size_t i = 0; i < s->n_insns; i++) {
		struct script_insn *insn = &s->insns[i];
		size_t found;

		if (insn->op != SCRIPT_GOTO)
			continue;
		found = namemap_get(&labels, insn->name);
		if (found != NAMEMAP_NONE)
			insn->target = (int)found;
		else if (!find_pseudo_label(insn->name, &insn->target))
			err = errh_error(errh, "no such label '%s'", insn->name);
	}
	namemap_fini(&labels);
	return err;
}

int
script_parse(struct script *s, struct errh *errh)
{
	struct script_insn last = {.op = s->type == SCRIPT_DRIVER ? SCRIPT_STOP : SCRIPT_END};
	struct script_insn pause = {.op = SCRIPT_PAUSE, .n_wanted = 1};
	int err = 0;

	for (size_t i = 0; i < s->lines.n; i++) {
		if (parse_line(s, s->lines.v[i], errh) != 0)
			err = -EINVAL;
	}
	if (err == 0 && s->n_insns == 0 && s->type == SCRIPT_DRIVER)
		add(s, &pause);
	add(s, &last);
	if (resolve_labels(s, errh) != 0)
		err = -EINVAL;
	return err;
}

void
script_parse_fini(struct script *s)
{
	for (size_t i = 0; i < s->n_insns; i++)
		insn_fini(&s->insns[i]);
	free(s->insns);
	s->insns = NULL;
	s->n_insns = s->insns_cap = 0;
}
