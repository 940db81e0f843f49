// SPDX-License-Identifier: BSD-3-Clause
// PortInfo: names for TCP and UDP ports, which other elements' arguments may use.

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/namedb.h"

struct portinfo {
	struct element element;
	struct strvec entries; // "NAME PORT/PROTO ALIAS..."
};

enum { FOR_TCP = 1, FOR_UDP = 2 };

// Which of TCP and UDP a protocol is: any other one has no ports here and is passed over.
static unsigned
protocol_bits(struct element *e, const char *proto)
{
	struct ip_proto number;
	struct errh silent;

	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_proto, proto, &number, NULL, e, &silent) != 0)
		return 0;
	return number.number == IPPROTO_TCP ? FOR_TCP : number.number == IPPROTO_UDP ? FOR_UDP : 0;
}

// "80", "80/tcp"
static int
read_port(struct element *e, const char *text, uint32_t *port, unsigned *bits)
{
	const char *slash = strchr(text, '/');
	char *digits = slash ? mem_strndup(text, (size_t)(slash - text)) : mem_strdup(text);
	uint64_t n;
	int err = text_read_uint64(digits, &n);

	free(digits);
	if (err != 0 || n > UINT16_MAX)
		return -EINVAL;
	*port = (uint32_t)n;
	*bits = slash ? protocol_bits(e, slash + 1) : FOR_TCP | FOR_UDP;
	return 0;
}

static void
define(struct element *e, const char *scope, const char *name, uint32_t port, unsigned bits,
	struct errh *errh)
{
	union name_value value = {.number = port};
	bool fresh = true;

	if (bits & FOR_TCP)
		fresh &= namedb_define(element_names(e), scope, NAME_TCP_PORT, name, &value);
	if (bits & FOR_UDP)
		fresh &= namedb_define(element_names(e), scope, NAME_UDP_PORT, name, &value);
	if (!fresh)
		errh_warning(errh, "'%s' is defined already, the earlier port holds", name);
}

// How many words stand in front of a comment, `# ...`.
static size_t
words_before_comment(const struct strvec *words)
{
	size_t n = 0;

	while (n < words->n && words->v[n][0] != '#')
		n++;
	return n;
}

static int
read_entry(struct element *e, const char *scope, const char *text, struct errh *errh)
{
	struct strvec words = {0};
	uint32_t port;
	unsigned bits;
	size_t n;
	int err = 0;

	confstr_split_words(text, &words);
	n = words_before_comment(&words);
	if (n > 0 && (n < 2 || read_port(e, words.v[1], &port, &bits) != 0)) {
		err = errh_error(errh, "expected 'NAME PORT/PROTO'");
	} else if (n > 0) {
		define(e, scope, words.v[0], port, bits, errh);
		for (size_t i = 2; i < n; i++)
			define(e, scope, words.v[i], port, bits, errh);
	}
	strvec_fini(&words);
	return err;
}

static int
portinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct portinfo *e = (struct portinfo *)base;
	char *scope = element_scope(base);
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->entries.n; i++) {
		if (read_entry(base, scope, e->entries.v[i], errh) != 0)
			err = -EINVAL;
	}
	free(scope);
	return err;
}

static const struct arg portinfo_args[] = {
	ARG(portinfo, entries, "NAME", ARG_REST,
		.help = "`NAME PORT[/PROTO] [ALIAS...] [# comment]`: a name of a port; without a "
			"protocol of TCP and UDP"),
	ARGS_END,
};

static const struct element_class portinfo_class = {
	.name = "PortInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_FIRST,
	.lcores = LCORES_ANY,
	.size = sizeof(struct portinfo),
	.configure = portinfo_configure,
	.args = portinfo_args,
	.group = "control",
	.brief = "names for TCP and UDP ports",
	.manual =
		"Each argument is a line as in /etc/services. Elements in the same compound element\n"
		"and below can use the names; inner definitions win, and the system's own names\n"
		"stand behind all of them.",
	.example = "PortInfo(web 80/tcp www, mystery 4711); Idle -> Discard;",
};
ELEMENT_CLASS(portinfo_class)
