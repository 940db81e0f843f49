// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files of the ports, and of the UDP header.

#include <netinet/in.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"

enum { SPORT = 0, DPORT = 2, LEN = 4 }; // places

static bool
extract_port(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	uint8_t proto = v->proto;
	const uint8_t *at;

	if (proto != IPPROTO_UDP && proto != IPPROTO_UDPLITE && proto != IPPROTO_DCCP)
		proto = IPPROTO_TCP;
	if (!summary_view_is(v, proto, "TCP/UDP"))
		return false;
	at = summary_view_transport(v, "TCP/UDP", f->number, 2);
	if (at == NULL)
		return false;
	value->number = summary_get16(at);
	return true;
}

static void
inject_port(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	uint8_t *ports = summary_build_ports(b);

	if (ports != NULL)
		summary_put16(ports + f->number, value->number);
}

static bool
extract_len(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	const uint8_t *at;

	(void)f;
	if (!summary_view_is(v, IPPROTO_UDP, "UDP"))
		return false;
	at = summary_view_transport(v, "UDP", LEN, 2);
	if (at == NULL)
		return false;
	value->number = summary_get16(at);
	return true;
}

static void
inject_len(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	uint8_t *udp = summary_build_transport(b, IPPROTO_UDP);

	(void)f;
	if (udp == NULL)
		return;
	summary_put16(udp + LEN, value->number);
	b->has_udp_len = true;
}

const struct summary_field summary_port_fields[] = {
	{.name = "sport",
		.form = &summary_u16,
		.layer = SUMMARY_TRANSPORT,
		.extract = extract_port,
		.inject = inject_port,
		.number = SPORT},
	{.name = "dport",
		.form = &summary_u16,
		.layer = SUMMARY_TRANSPORT,
		.extract = extract_port,
		.inject = inject_port,
		.number = DPORT},
	{.name = NULL},
};

const struct summary_field summary_udp_fields[] = {
	{.name = "udp_len",
		.form = &summary_u16,
		.layer = SUMMARY_TRANSPORT,
		.extract = extract_len,
		.inject = inject_len},
	{.name = NULL},
};
