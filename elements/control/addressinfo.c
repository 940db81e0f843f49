// SPDX-License-Identifier: BSD-3-Clause
// AddressInfo: names for addresses, which other elements' arguments may use.

#include <errno.h>
#include <stdlib.h>

#include "src/addrname.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/namedb.h"

struct addressinfo {
	struct element element;
	struct strvec entries; // "NAME ADDR..."
};

// One argument while it is read.
struct entry {
	struct element *element;
	const char *scope;
	const char *name;
	uint32_t kinds; // bit k: the argument defined the name for kind k
	struct errh *errh;
};

static void
define(struct entry *entry, enum name_kind kind, const union name_value *value)
{
	uint32_t bit = UINT32_C(1) << kind;

	// A word that fits several kinds fills in only what earlier words left open.
	if (entry->kinds & bit)
		return;
	entry->kinds |= bit;
	if (!namedb_define(element_names(entry->element), entry->scope, kind, entry->name, value))
		errh_warning(entry->errh, "'%s' is defined already, the earlier address holds",
			entry->name);
}

static void
define_prefix(struct entry *entry, struct ip_prefix prefix)
{
	define(entry, NAME_IP_PREFIX, &(union name_value){.prefix = prefix});
	if (prefix.addr.be & ~prefix.mask.be)
		define(entry, NAME_IP, &(union name_value){.ip = prefix.addr});
}

static bool
has_host_bits(const struct ip6_prefix *p)
{
	for (unsigned bit = p->len; bit < 128; bit++) {
		if (p->addr.bytes[bit / 8] & (0x80 >> bit % 8))
			return true;
	}
	return false;
}

static void
define_prefix6(struct entry *entry, const struct ip6_prefix *prefix)
{
	define(entry, NAME_IP6_PREFIX, &(union name_value){.ip6_prefix = *prefix});
	if (has_host_bits(prefix))
		define(entry, NAME_IP6, &(union name_value){.ip6 = prefix->addr});
}

static bool
read_text(struct entry *entry, const char *word)
{
	union name_value value = {0};
	bool found = false;

	if (text_read_mac(word, value.mac.bytes) == 0) {
		define(entry, NAME_MAC, &value);
		found = true;
	}
	if (text_read_ip(word, &value.ip) == 0) {
		define(entry, NAME_IP, &value);
		found = true;
	}
	if (text_read_prefix(word, &value.prefix, false) == 0) {
		define_prefix(entry, value.prefix);
		found = true;
	}
	if (text_read_ip6(word, &value.ip6) == 0) {
		define(entry, NAME_IP6, &value);
		found = true;
	}
	if (text_read_ip6_prefix(word, &value.ip6_prefix, false) == 0) {
		define_prefix6(entry, &value.ip6_prefix);
		found = true;
	}
	return found;
}

// All that another name, or a network device, stands for.
static bool
read_name(struct entry *entry, const char *word)
{
	struct name_scope scope = {.names = element_names(entry->element),
		.element_name = element_name(entry->element)};
	union name_value value = {0};
	bool found = false;

	if (addrname_mac(scope, word, &value.mac)) {
		define(entry, NAME_MAC, &value);
		found = true;
	}
	if (addrname_ip(scope, word, &value.ip)) {
		define(entry, NAME_IP, &value);
		found = true;
	}
	if (addrname_ip_prefix(scope, word, &value.prefix)) {
		define_prefix(entry, value.prefix);
		found = true;
	}
	if (addrname_ip6(scope, word, &value.ip6)) {
		define(entry, NAME_IP6, &value);
		found = true;
	}
	if (addrname_ip6_prefix(scope, word, &value.ip6_prefix)) {
		define_prefix6(entry, &value.ip6_prefix);
		found = true;
	}
	return found;
}

static int
read_entry(struct addressinfo *e, const char *scope, const char *text, struct errh *errh)
{
	struct strvec words = {0};
	struct entry entry = {.element = &e->element, .scope = scope, .errh = errh};
	int err = 0;

	confstr_split_words(text, &words);
	if (words.n == 1)
		err = errh_error(errh, "expected 'NAME [ADDRS]'");
	for (size_t i = 1; i < words.n; i++) {
		entry.name = words.v[0];
		if (!read_text(&entry, words.v[i]) && !read_name(&entry, words.v[i]))
			err = errh_error(errh, "'%s' is not a recognizable address", words.v[i]);
	}
	strvec_fini(&words);
	return err;
}

static int
addressinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct addressinfo *e = (struct addressinfo *)base;
	char *scope = element_scope(base);
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->entries.n; i++) {
		if (read_entry(e, scope, e->entries.v[i], errh) != 0)
			err = -EINVAL;
	}
	free(scope);
	return err;
}

static const struct arg addressinfo_args[] = {
	ARG(addressinfo, entries, "NAME", ARG_REST,
		.help = "`NAME ADDR...`: a name and its addresses: Ethernet, IPv4 or IPv6 addresses, "
			"prefixes, or other names"),
	ARGS_END,
};

static const struct element_class addressinfo_class = {
	.name = "AddressInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_FIRST,
	.lcores = LCORES_ANY,
	.size = sizeof(struct addressinfo),
	.configure = addressinfo_configure,
	.args = addressinfo_args,
	.group = "control",
	.brief = "names for addresses",
	.manual =
		"Each argument gives a name one or more addresses. The arguments of all elements in\n"
		"the same compound element and below can use the name where they expect such an\n"
		"address; inner definitions win. A suffix picks one of a name's addresses: NAME:ip,\n"
		"NAME:ipnet (the prefix), NAME:bcast (its broadcast address), NAME:gw (defined as a\n"
		"name of its own, else the gateway of the network device NAME, else the first\n"
		"address of the prefix), NAME:ip6, NAME:ip6net, NAME:eth. A prefix with host bits,\n"
		"as in 10.0.0.5/8, defines the address as well. Names that are not defined stand for\n"
		"the kernel's network device of that name.",
	.example = "AddressInfo(gate 10.0.0.1/8 00:50:BA:85:84:A9); Idle -> Paint(1) -> Discard;",
};
ELEMENT_CLASS(addressinfo_class)
