// SPDX-License-Identifier: BSD-3-Clause
// Message: prints a message while the router is configured.

#include <string.h>
#include <strings.h>

#include "src/element.h"

struct message {
	struct element element;
	char *text;
	enum errh_level level;
};

static int
message_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct message *e = (struct message *)base;

	(void)args;
	if (e->level == ERRH_ERROR)
		return errh_error(errh, "%s", e->text);
	if (e->level == ERRH_WARNING)
		errh_warning(errh, "%s", e->text);
	else
		errh_message(errh, "%s", e->text);
	return 0;
}

static int
parse_level(const struct arg_parse *p, const char *text, void *field)
{
	static const char *const names[] = {
		[ERRH_MESSAGE] = "MESSAGE", [ERRH_WARNING] = "WARNING", [ERRH_ERROR] = "ERROR"};

	for (unsigned i = 0; i < RTE_DIM(names); i++) {
		if (strcasecmp(text, names[i]) == 0) {
			*(enum errh_level *)field = (enum errh_level)i;
			return 0;
		}
	}
	return errh_error(p->errh, "unrecognized message type");
}

static const struct arg_type arg_level = {
	.name = "MESSAGE, WARNING or ERROR",
	.expected = "message type",
	.size = sizeof(enum errh_level),
	.parse = parse_level,
};

static const struct arg message_args[] = {
	ARG(message, text, "MESSAGE", ARG_MANDATORY, .help = "what to print"),
	ARG_AS(message, level, arg_level, "TYPE", ARG_OPTIONAL, .def = "MESSAGE",
		.help = "MESSAGE, WARNING or ERROR"),
	ARGS_END,
};

static const struct element_class message_class = {
	.name = "Message",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct message),
	.configure = message_configure,
	.args = message_args,
	.group = "standard",
	.brief = "prints a message while the router is configured",
	.manual =
		"With TYPE ERROR the router does not start. A WARNING does not stop it, which it\n"
		"does in Click by mistake.",
	.example = "Message(\"this configuration is old\", WARNING)",
};
ELEMENT_CLASS(message_class)
