// SPDX-License-Identifier: BSD-3-Clause
// LinuxIPLookup: finds the route of packets in a copy of the kernel's table.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/iproute/iproutetable.h"
#include "elements/iproute/procroute.h"
#include "src/chatter.h"
#include "src/textfile.h"

static const char table_path[] = "/proc/net/route";

static const struct ip_route_kind linux_kind = {
	.reuse = ROUTE_REUSE_LOWEST,
	.any_mask = true,
	.fixed = true,
};

// The output of a device, -1 if it is not listed.
static int
device_output(const struct ip_route_table *e, const char *name)
{
	for (size_t i = 0; i < e->routes.n; i++) {
		if (strcmp(e->routes.v[i], name) == 0)
			return (int)i;
	}
	return -1;
}

static void
add_line(struct ip_route_table *e, const char *line)
{
	struct procroute found;
	struct route r;

	if (!procroute_read(line, &found))
		return;
	r = found.route;
	r.port = device_output(e, found.device);
	if (r.port < 0)
		chatter(ELEMENT_FMT ": route of device %s skipped", ELEMENT_ARG(e), found.device);
	else
		// The kernel prints the better of two routes for a prefix first.
		route_table_add(&e->table, &r, false, false);
}

static void
add_lines(struct ip_route_table *e, char *text)
{
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		add_line(e, line);
}

static int
linux_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ip_route_table *e = (struct ip_route_table *)base;

	e->kind = &linux_kind;
	e->table.reuse = linux_kind.reuse;
	if (base->n_outputs != args->n && base->n_outputs != args->n + 1)
		return errh_error(errh, "need N or N+1 output ports");
	return 0;
}

static int
linux_initialize(struct element *base, struct errh *errh)
{
	struct ip_route_table *e = (struct ip_route_table *)base;
	const struct route other = {.port = (int32_t)e->routes.n};
	char *text;
	size_t len;

	if (textfile_read(table_path, true, &text, &len) != 0)
		return errh_error(errh, "cannot open %s", table_path);
	add_lines(e, text);
	free(text);
	if (base->n_outputs > e->routes.n)
		route_table_add(&e->table, &other, false, false);
	route_table_commit(&e->table);
	return ip_route_initialize(base, errh);
}

static const struct arg linux_args[] = {
	ARG(ip_route_table, routes, "DEVICE", ARG_REST,
		.help = "network devices: packets for the first one leave by output 0, and so on"),
	ARGS_END,
};

static const struct element_class linux_class = {
	.name = "LinuxIPLookup",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip_route_table),
	.push = ip_route_push,
	.configure = linux_configure,
	.initialize = linux_initialize,
	.cleanup = ip_route_cleanup,
	.args = linux_args,
	.drops = ip_route_drops,
	.group = "ip",
	.brief = "finds the route of packets in a copy of the kernel's table",
	.manual =
		"Copies the kernel's IPv4 routes at the start. Packets leave by the output of the\n"
		"device that the longest matching prefix belongs to, with the gateway as their\n"
		"destination annotation if there is one. Routes of devices that are not listed are\n"
		"skipped. Packets without a route leave by an output behind those of the devices, or\n"
		"are dropped if it is not there. Unlike Click's it says nothing about packets.",
	.example = "Idle -> r :: LinuxIPLookup(lo); r [0] -> Discard; r [1] -> Discard;",
};
ELEMENT_CLASS(linux_class)
