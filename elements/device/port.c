// SPDX-License-Identifier: BSD-3-Clause
#include "elements/device/port.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

// "iface=veth1": a key of device arguments, which are lower case and have no blanks.
static bool
is_device_key(const char *arg)
{
	size_t n = 0;

	while (islower((unsigned char)arg[n]) || isdigit((unsigned char)arg[n]) || arg[n] == '_' ||
		arg[n] == '-')
		n++;
	return n > 0 && arg[n] == '=' && strpbrk(arg, " \t\n") == NULL;
}

void
port_join_args(struct strvec *args)
{
	for (size_t i = 1; i < args->n;) {
		char *joined;

		if (!is_device_key(args->v[i])) {
			i++;
			continue;
		}
		joined = mem_printf("%s,%s", args->v[i - 1], args->v[i]);
		free(args->v[i - 1]);
		args->v[i - 1] = joined;
		strvec_remove(args, i);
	}
}

// ---- RSS

static int
parse_rss(const struct arg_parse *p, const char *text, void *field)
{
	struct rss_types *types = field;
	struct strvec words = {0};
	int err = 0;

	confstr_split_words(text, &words);
	for (size_t i = 0; err == 0 && i < words.n; i++) {
		uint64_t bits = io_rss_type(words.v[i]);

		if (bits == 0)
			err = errh_error(p->errh,
				"%s: unknown field '%s', expected ip, tcp, udp or sctp", p->name,
				words.v[i]);
		types->bits |= bits;
	}
	strvec_fini(&words);
	return err;
}

const struct arg_type arg_rss_types = {
	.name = "RSS fields",
	.expected = "RSS fields",
	.size = sizeof(struct rss_types),
	.parse = parse_rss,
};

// ---- handlers

// The port may be missing (ALLOW_NONEXISTENT).
static struct io_info
info_of(const struct handler_read *call)
{
	struct io_info info = {.name = "", .driver = ""};

	if (port_of(call) != NULL)
		io_port_info(port_of(call), &info);
	return info;
}

int
port_read_device(const struct handler_read *call)
{
	strbuf_adds(call->out, info_of(call).name);
	return 0;
}

static struct io_link
link_of(const struct handler_read *call)
{
	struct io_link link = {0};

	if (port_of(call) == NULL || !io_link(port_of(call), &link))
		link = (struct io_link){0};
	return link;
}

int
port_read_duplex(const struct handler_read *call)
{
	struct io_link link = link_of(call);

	strbuf_addf(call->out, "%d", !link.up ? -1 : link.full_duplex ? 1 : 0);
	return 0;
}

int
port_read_autoneg(const struct handler_read *call)
{
	strbuf_addf(call->out, "%d", link_of(call).autoneg);
	return 0;
}

int
port_read_speed(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu32, link_of(call).mbps);
	return 0;
}

int
port_read_carrier(const struct handler_read *call)
{
	strbuf_addf(call->out, "%d", link_of(call).up);
	return 0;
}

int
port_read_driver(const struct handler_read *call)
{
	strbuf_adds(call->out, info_of(call).driver);
	return 0;
}

int
port_read_mac(const struct handler_read *call)
{
	text_mac(call->out, info_of(call).mac);
	return 0;
}

int
port_read_xstats(const struct handler_read *call)
{
	if (port_of(call) != NULL && io_xstats(port_of(call), call->param, call->out) == 0)
		return 0;
	if (*call->param == '\0')
		return 0; // the device has none
	return errh_error(call->errh, "no extended statistic '%s'", call->param);
}

static struct io_stats
stats_of(const struct handler_read *call)
{
	struct io_stats stats = {0};

	if (port_of(call) == NULL || !io_stats(port_of(call), &stats))
		stats = (struct io_stats){0};
	return stats;
}

static bool
sends(const struct handler_read *call)
{
	return call->element->n_inputs > 0;
}

int
port_read_hw_count(const struct handler_read *call)
{
	struct io_stats s = stats_of(call);

	strbuf_addf(call->out, "%" PRIu64, sends(call) ? s.tx_packets : s.rx_packets);
	return 0;
}

int
port_read_hw_bytes(const struct handler_read *call)
{
	struct io_stats s = stats_of(call);

	strbuf_addf(call->out, "%" PRIu64, sends(call) ? s.tx_bytes : s.rx_bytes);
	return 0;
}

int
port_read_hw_errors(const struct handler_read *call)
{
	struct io_stats s = stats_of(call);

	strbuf_addf(call->out, "%" PRIu64, sends(call) ? s.tx_errors : s.rx_errors);
	return 0;
}
