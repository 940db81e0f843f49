// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/nat/pattern.h"
#include "elements/nat/patternlist.h"
#include "src/args.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/text.h"

static int
wrong(struct strbuf *why, const char *text)
{
	strbuf_adds(why, text);
	return -EINVAL;
}

static bool
is_unset(const char *word)
{
	return strcmp(word, "-") == 0;
}

// ---- fields

// An address or, with as, something else that stands for one. Says nothing.
static bool
read_as(const struct arg_type *type, const char *text, void *value, struct element *scope)
{
	struct errh silent;

	errh_init_silent(&silent);
	return args_parse_value(type, text, value, NULL, scope, &silent) == 0;
}

// Takes a final '#' or '?' off.
static char *
take_choice(const char *word, enum pattern_choice *choice)
{
	size_t len = strlen(word);

	*choice = PATTERN_OWN;
	if (len > 0 && word[len - 1] == '#')
		*choice = PATTERN_SEQUENTIAL;
	else if (len > 0 && word[len - 1] == '?')
		*choice = PATTERN_RANDOM;
	return mem_strndup(word, *choice == PATTERN_OWN ? len : len - 1);
}

static bool
set_range(struct pattern *p, uint32_t low, uint32_t high)
{
	if (low == 0 || high < low)
		return false;
	p->saddr = rte_cpu_to_be_32(low);
	p->top = high - low;
	return true;
}

// Without the addresses of the network itself and of its broadcasts, unless it has no others.
static bool
set_prefix(struct pattern *p, const struct ip_prefix *prefix)
{
	uint32_t mask = rte_be_to_cpu_32(prefix->mask.be);
	uint32_t low = rte_be_to_cpu_32(prefix->addr.be) & mask, high = low | ~mask;

	if (mask == 0 || prefix->addr.be == 0 || (~mask & (~mask + 1)) != 0)
		return false;
	return high - low > 1 ? set_range(p, low + 1, high - 1) : set_range(p, low, high);
}

static bool
read_range(struct pattern *p, char *text, struct element *scope)
{
	struct ip_addr low, high;
	char *dash = strchr(text, '-');

	if (dash == NULL)
		return false;
	*dash = '\0';
	return read_as(&arg_ip_addr, text, &low, scope) &&
	       read_as(&arg_ip_addr, dash + 1, &high, scope) &&
	       set_range(p, rte_be_to_cpu_32(low.be), rte_be_to_cpu_32(high.be));
}

static bool
read_saddr(struct pattern *p, const char *word, struct element *scope)
{
	enum pattern_choice choice;
	struct ip_prefix prefix;
	struct ip_addr addr;
	bool good;
	char *text;

	if (is_unset(word))
		return true;
	if (read_as(&arg_ip_addr, word, &addr, scope)) {
		p->saddr = addr.be;
		return true;
	}
	text = take_choice(word, &choice);
	p->choice = (uint8_t)choice;
	good = read_as(&arg_ip_prefix, text, &prefix, scope) ? set_prefix(p, &prefix)
							     : read_range(p, text, scope);
	free(text);
	return good;
}

static bool
read_port(const char *text, uint64_t least, uint32_t *port)
{
	uint64_t v;

	if (text_read_uint64(text, &v) != 0 || v < least || v > UINT16_MAX)
		return false;
	*port = (uint32_t)v;
	return true;
}

// A range of ports takes the place of one of addresses.
static bool
read_sport(struct pattern *p, const char *word)
{
	enum pattern_choice choice;
	uint32_t low, high;
	char *text, *dash;
	bool good;

	if (is_unset(word))
		return true;
	if (read_port(word, 1, &low)) {
		p->sport = rte_cpu_to_be_16((uint16_t)low);
		return true;
	}
	text = take_choice(word, &choice);
	dash = strchr(text, '-');
	if (dash != NULL)
		*dash = '\0';
	good = dash != NULL && read_port(text, 0, &low) && read_port(dash + 1, 0, &high) &&
	       high >= low;
	free(text);
	if (!good)
		return false;
	p->sport = rte_cpu_to_be_16((uint16_t)low);
	p->top = high - low;
	p->choice = (uint8_t)choice;
	return true;
}

static bool
read_daddr(struct pattern *p, const char *word, struct element *scope)
{
	struct ip_addr addr;

	if (is_unset(word))
		return true;
	if (!read_as(&arg_ip_addr, word, &addr, scope))
		return false;
	p->daddr = addr.be;
	return true;
}

static bool
read_dport(struct pattern *p, const char *word)
{
	uint32_t port;

	if (is_unset(word))
		return true;
	if (!read_port(word, 1, &port))
		return false;
	p->dport = rte_cpu_to_be_16((uint16_t)port);
	return true;
}

// ---- patterns

static int
read_fields(
	struct pattern *p, char *const *words, size_t n, struct element *scope, struct strbuf *why)
{
	const char *daddr = n == 4 ? words[2] : words[1];
	const char *sport = n == 4 ? words[1] : n == 3 ? words[2] : "-";

	p->is_port = n > 2;
	if (!read_saddr(p, words[0], scope))
		return wrong(why, "bad source address");
	if (!read_sport(p, sport))
		return wrong(why, "bad source port");
	if (!read_daddr(p, daddr, scope))
		return wrong(why, "bad destination address");
	if (!read_dport(p, n == 4 ? words[3] : "-"))
		return wrong(why, "bad destination port");
	return 0;
}

struct pattern *
pattern_parse(char *const *words, size_t n, struct element *scope, bool *owned, struct strbuf *why)
{
	struct pattern *p;

	*owned = false;
	if (n == 1) {
		p = pattern_list_find(scope, words[0]);
		if (p == NULL)
			strbuf_addf(why, "no such pattern '%s'", words[0]);
		return p;
	}
	if (n < 1 || n > 4) {
		wrong(why, "syntax error");
		return NULL;
	}
	p = mem_zalloc(sizeof(*p));
	if (read_fields(p, words, n, scope, why) != 0) {
		free(p);
		return NULL;
	}
	*owned = true;
	return p;
}

static bool
read_output(const char *word, uint16_t *output)
{
	uint64_t v;

	if (text_read_uint64(word, &v) != 0 || v > INT16_MAX)
		return false;
	*output = (uint16_t)v;
	return true;
}

int
pattern_outputs_parse(
	char *const *words, size_t n, uint16_t *foutput, uint16_t *routput, struct strbuf *why)
{
	if (n < 1 || !read_output(words[0], foutput))
		return wrong(why, "bad forward port");
	if (n != 2 || !read_output(words[1], routput))
		return wrong(why, "bad reply port");
	return 0;
}

int
pattern_route_parse(struct pattern_route *route, char *const *words, size_t n,
	struct element *scope, struct strbuf *why)
{
	if (n <= 2)
		return wrong(why, "syntax error");
	if (pattern_outputs_parse(words + n - 2, 2, &route->foutput, &route->routput, why) != 0)
		return -EINVAL;
	route->pattern = pattern_parse(words, n - 2, scope, &route->owned, why);
	return route->pattern == NULL ? -EINVAL : 0;
}

void
pattern_route_fini(struct pattern_route *route)
{
	if (route->owned)
		free(route->pattern);
	*route = (struct pattern_route){0};
}
