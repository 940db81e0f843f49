// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/controlsocket.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/mem.h"
#include "src/text.h"

// What follows a command's word.
enum operands {
	NOTHING,
	ANYTHING,
	NAME, // a handler
	NAME_REST, // a handler and the rest of the line
	NAME_COUNT, // a handler and a number of bytes
	NAME_TERMINATOR, // a handler and perhaps a line that ends the data
	LLRPC, // a name and perhaps a number of bytes
};

static const struct {
	const char *word;
	enum control_verb verb;
	enum operands operands;
} verbs[] = {
	{"READ", CONTROL_READ, NAME_REST},
	{"GET", CONTROL_READ, NAME_REST},
	{"READDATA", CONTROL_READ, NAME_COUNT},
	{"READUNTIL", CONTROL_READ, NAME_TERMINATOR},
	{"WRITE", CONTROL_WRITE, NAME_REST},
	{"SET", CONTROL_WRITE, NAME_REST},
	{"WRITEDATA", CONTROL_WRITE, NAME_COUNT},
	{"SETDATA", CONTROL_WRITE, NAME_COUNT},
	{"WRITEUNTIL", CONTROL_WRITE, NAME_TERMINATOR},
	{"SETUNTIL", CONTROL_WRITE, NAME_TERMINATOR},
	{"CHECKREAD", CONTROL_CHECKREAD, NAME},
	{"CHECKWRITE", CONTROL_CHECKWRITE, NAME},
	{"LLRPC", CONTROL_LLRPC, LLRPC},
	{"HELP", CONTROL_HELP, ANYTHING},
	{"QUIT", CONTROL_QUIT, ANYTHING},
	{"CLOSE", CONTROL_QUIT, ANYTHING},
};

void
control_command_clear(struct control_command *command)
{
	strbuf_clear(&command->name);
	strbuf_fini(&command->data);
	strbuf_clear(&command->terminator);
	strbuf_clear(&command->text);
	command->verb = CONTROL_NONE;
	command->data_kind = CONTROL_NO_DATA;
	command->n_bytes = 0;
	command->close = command->has_extra_words = false;
}

void
control_command_fini(struct control_command *command)
{
	strbuf_fini(&command->name);
	strbuf_fini(&command->data);
	strbuf_fini(&command->terminator);
	strbuf_fini(&command->text);
}

void
control_command_bad(struct control_command *command, int code, const char *fmt, ...)
{
	va_list ap;

	command->verb = CONTROL_BAD;
	command->data_kind = CONTROL_NO_DATA;
	command->code = code;
	strbuf_clear(&command->text);
	va_start(ap, fmt);
	strbuf_vaddf(&command->text, fmt, ap);
	va_end(ap);
}

static char *
in_case(const char *word, int (*convert)(int c))
{
	char *copy = mem_strdup(word);

	for (char *c = copy; *c != '\0'; c++)
		*c = (char)convert((unsigned char)*c);
	return copy;
}

// The word at *at, and *at behind the space that follows it. A new string.
static char *
take_word(const char **at)
{
	const char *s = *at, *start;
	char *word;

	while (isspace((unsigned char)*s))
		s++;
	for (start = s; *s != '\0' && !isspace((unsigned char)*s);)
		s++;
	word = mem_strndup(start, (size_t)(s - start));
	while (isspace((unsigned char)*s))
		s++;
	*at = s;
	return word;
}

static void
bad_count(struct control_command *command, const char *word)
{
	char *lower = in_case(word, tolower);

	control_command_bad(command, 500, "Syntax error in '%s'", lower);
	free(lower);
}

static void
take_count(struct control_command *command, const char *word, const char *text)
{
	if (text_read_uint64(text, &command->n_bytes) != 0)
		bad_count(command, word);
	else
		command->data_kind = CONTROL_BYTES;
}

// "element#number"
static bool
is_llrpc_name(const char *name)
{
	const char *hash = strchr(name, '#');

	return hash != NULL && hash > name && hash[1] != '\0' &&
	       strspn(hash + 1, "0123456789abcdefABCDEF") == strlen(hash + 1);
}

// rest: behind the handler's name.
static void
take_rest(
	struct control_command *command, enum operands operands, const char *word, const char *rest)
{
	const char *at = rest;
	char *first = take_word(&at);
	bool has_first = *first != '\0', more = *at != '\0';

	if (operands == NAME_REST)
		strbuf_adds(&command->data, rest);
	else if (more || (operands == NAME && has_first) || (operands == NAME_COUNT && !has_first))
		control_command_bad(command, 500, "Wrong number of arguments");
	else if (operands == NAME_COUNT || (operands == LLRPC && has_first))
		take_count(command, word, first);
	if (operands == NAME_TERMINATOR && command->verb != CONTROL_BAD) {
		command->data_kind = CONTROL_UNTIL;
		strbuf_adds(&command->terminator, first);
	}
	if (operands == LLRPC && command->verb != CONTROL_BAD &&
		!is_llrpc_name(strbuf_text(&command->name)))
		control_command_bad(command, 500, "Syntax error in LLRPC name '%s'",
			strbuf_text(&command->name));
	free(first);
}

static void
take_operands(
	struct control_command *command, enum operands operands, const char *word, const char *rest)
{
	char *name;

	command->has_extra_words = *rest != '\0';
	if (operands == NOTHING || operands == ANYTHING)
		return;
	name = take_word(&rest);
	strbuf_adds(&command->name, name);
	if (*name == '\0')
		control_command_bad(command, 500, "Wrong number of arguments");
	else
		take_rest(command, operands, word, rest);
	free(name);
}

static void
parse(struct control_command *command, const char *word, const char *rest)
{
	char *upper;

	for (size_t i = 0; i < RTE_DIM(verbs); i++) {
		if (strcasecmp(word, verbs[i].word) == 0) {
			command->verb = verbs[i].verb;
			take_operands(command, verbs[i].operands, word, rest);
			return;
		}
	}
	upper = in_case(word, toupper);
	control_command_bad(command, 501, "Command '%s' unimplemented", upper);
	free(upper);
}

void
control_command_parse(struct control_command *command, const char *line, size_t len)
{
	char *text = mem_strndup(line, len), *word;
	const char *rest = text;

	control_command_clear(command);
	word = take_word(&rest);
	if (memchr(line, '\0', len) != NULL)
		control_command_bad(command, 500, "Bad command syntax");
	else if (*word != '\0')
		parse(command, word, rest);
	free(word);
	free(text);
}
