// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/route.h"

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>

#include "src/args.h"
#include "src/confstr.h"
#include "src/errh.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "src/text.h"

static int
parse_prefix(const char *text, struct element *scope, struct route *r)
{
	struct ip_prefix p = {0};
	struct errh silent;

	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_prefix_or_addr, text, &p, NULL, scope, &silent) != 0)
		return -EINVAL;
	r->mask = rte_be_to_cpu_32(p.mask.be);
	r->addr = rte_be_to_cpu_32(p.addr.be) & r->mask;
	return 0;
}

static int
parse_gateway(const char *text, struct element *scope, struct ip_addr *gw)
{
	struct errh silent;

	gw->be = 0;
	if (strcmp(text, "-") == 0)
		return 0;
	errh_init_silent(&silent);
	return args_parse_value(&arg_ip_addr, text, gw, NULL, scope, &silent);
}

static int
parse_port(const char *text, int32_t *port)
{
	int64_t v;

	if (text_read_int64(text, &v) == -EINVAL)
		return -EINVAL;
	*port = v < 0 ? ROUTE_NO_PORT : v > INT32_MAX ? INT32_MAX : (int32_t)v;
	return 0;
}

static int
parse_words(char *const *word, size_t n, bool partial, struct element *scope, struct route *r)
{
	*r = (struct route){.port = ROUTE_NO_PORT};
	if (n < (partial ? 1 : 2) || n > 3 || parse_prefix(word[0], scope, r) != 0)
		return -EINVAL;
	// A lone word is looked at as a number first: a name costs a search among devices.
	if (n == 2 && parse_port(word[1], &r->port) == 0)
		return 0;
	if (n == 2 && !partial)
		return -EINVAL;
	if (n > 1 && parse_gateway(word[1], scope, &r->gw) != 0)
		return -EINVAL;
	return n > 2 ? parse_port(word[2], &r->port) : 0;
}

int
route_parse(const char *text, bool partial, struct element *scope, struct route *r)
{
	struct strvec words = {0};
	int err;

	confstr_split_words(text, &words);
	err = parse_words(words.v, words.n, partial, scope, r);
	strvec_fini(&words);
	return err;
}

static void
add_prefix(const struct route *r, struct strbuf *out)
{
	struct ip_prefix p = {
		.addr.be = rte_cpu_to_be_32(r->addr),
		.mask.be = rte_cpu_to_be_32(r->mask),
	};

	text_prefix(out, p);
}

static void
add_gateway(const struct route *r, struct strbuf *out)
{
	if (r->gw.be != 0)
		text_ip(out, r->gw);
	else
		strbuf_addc(out, '-');
}

void
route_text(const struct route *r, struct strbuf *out)
{
	add_prefix(r, out);
	strbuf_addc(out, ' ');
	add_gateway(r, out);
	strbuf_addf(out, " %d", r->port);
}

// The text since `begin` is a column that ends at the next tab stop behind `width`.
static void
end_column(struct strbuf *out, size_t begin, size_t width)
{
	strbuf_adds(out, out->len - begin < width ? "\t\t" : "\t");
}

void
route_row(const struct route *r, struct strbuf *out)
{
	size_t begin = out->len;

	add_prefix(r, out);
	end_column(out, begin, 16);
	begin = out->len;
	add_gateway(r, out);
	end_column(out, begin, 8);
	strbuf_addf(out, "%d\n", r->port);
}
