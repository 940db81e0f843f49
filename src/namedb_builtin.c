// SPDX-License-Identifier: BSD-3-Clause
#include "src/namedb_builtin.h"

#include <stddef.h>
#include <string.h>

struct builtin {
	const char *name;
	uint32_t number;
};

static const struct builtin protocols[] = {
	{"dccp", 33},
	{"gre", 47},
	{"icmp", 1},
	{"igmp", 2},
	{"ipip", 4},
	{"payload", 259},
	{"sctp", 132},
	{"tcp", 6},
	{"tcpudp", 256},
	{"transp", 258},
	{"udp", 17},
	{NULL},
};

static const struct builtin ports[] = {
	{"auth", 113},
	{"bootpc", 68},
	{"bootps", 67},
	{"chargen", 19},
	{"daytime", 13},
	{"discard", 9},
	{"dns", 53},
	{"domain", 53},
	{"echo", 7},
	{"finger", 79},
	{"ftp", 21},
	{"ftp-data", 20},
	{"https", 443},
	{"imap3", 220},
	{"imaps", 993},
	{"irc", 194},
	{"netbios-dgm", 138},
	{"netbios-ns", 137},
	{"netbios-ssn", 139},
	{"nntp", 119},
	{"ntp", 123},
	{"pop3", 110},
	{"pop3s", 995},
	{"pptp", 1723},
	{"rip", 520},
	{"route", 520},
	{"smtp", 25},
	{"snmp", 161},
	{"snmp-trap", 162},
	{"ssh", 22},
	{"sunrpc", 111},
	{"telnet", 23},
	{"tftp", 69},
	{"www", 80},
	{NULL},
};

static const struct builtin tcp_options[] = {
	{"fin", 1},
	{"syn", 2},
	{"rst", 4},
	{"psh", 8},
	{"ack", 16},
	{"urg", 32},
	{NULL},
};

static const struct builtin icmp_types[] = {
	{"echo", 8},
	{"echo-reply", 0},
	{"inforeq", 15},
	{"inforeq-reply", 16},
	{"maskreq", 17},
	{"maskreq-reply", 18},
	{"parameterproblem", 12},
	{"redirect", 5},
	{"routeradvert", 9},
	{"routersolicit", 10},
	{"sourcequench", 4},
	{"timeexceeded", 11},
	{"timestamp", 13},
	{"timestamp-reply", 14},
	{"unreachable", 3},
	{NULL},
};

static const struct builtin unreachable_codes[] = {
	{"net", 0},
	{"host", 1},
	{"protocol", 2},
	{"port", 3},
	{"needfrag", 4},
	{"srcroutefail", 5},
	{"netunknown", 6},
	{"hostunknown", 7},
	{"isolated", 8},
	{"netprohibited", 9},
	{"hostprohibited", 10},
	{"tosnet", 11},
	{"toshost", 12},
	{"filterprohibited", 13},
	{"hostprecedence", 14},
	{"precedencecutoff", 15},
	{NULL},
};

static const struct builtin redirect_codes[] = {
	{"net", 0},
	{"host", 1},
	{"tosnet", 2},
	{"toshost", 3},
	{NULL},
};

static const struct builtin timeexceeded_codes[] = {
	{"transit", 0},
	{"reassembly", 1},
	{NULL},
};

static const struct builtin parameterproblem_codes[] = {
	{"erroratptr", 0},
	{"missingopt", 1},
	{"length", 2},
	{NULL},
};

#define ANNOTATION(offset, size) ((offset) | (size) << 8)

static const struct builtin annotations[] = {
	{"DST_IP", ANNOTATION(0, 4)},
	{"DST_IP6", ANNOTATION(0, 16)},
	{"PAINT", ANNOTATION(16, 1)},
	{"ICMP_PARAMPROB", ANNOTATION(17, 1)},
	{"FIX_IP_SRC", ANNOTATION(19, 1)},
	{"VLAN_TCI", ANNOTATION(20, 2)},
	{"VLAN", ANNOTATION(20, 2)},
	{"AGGREGATE", ANNOTATION(20, 4)},
	{"FWD_RATE", ANNOTATION(20, 4)},
	{"MISC_IP", ANNOTATION(20, 4)},
	{"EXTRA_PACKETS", ANNOTATION(24, 4)},
	{"REV_RATE", ANNOTATION(24, 4)},
	{"GRID_ROUTE_CB", ANNOTATION(27, 1)},
	{"IPREASSEMBLER", ANNOTATION(28, 4)},
	{"EXTRA_LENGTH", ANNOTATION(28, 4)},
	{"WIFI_EXTRA", ANNOTATION(16, 24)},
	{"FIRST_TIMESTAMP", ANNOTATION(32, 8)},
	{"PACKET_NUMBER", ANNOTATION(32, 4)},
	{"IPSEC_SPI", ANNOTATION(32, 4)},
	{"SEQUENCE_NUMBER", ANNOTATION(36, 4)},
	{"PERFCTR", ANNOTATION(40, 8)},
	{"IPSEC_SA_DATA_REFERENCE", ANNOTATION(40, 8)},
	{NULL},
};

static const struct builtin *const tables[NAME_KINDS] = {
	[NAME_IP_PROTO] = protocols,
	[NAME_TCP_PORT] = ports,
	[NAME_UDP_PORT] = ports,
	[NAME_TCP_OPTION] = tcp_options,
	[NAME_ICMP_TYPE] = icmp_types,
	[NAME_ICMP_CODE_UNREACHABLE] = unreachable_codes,
	[NAME_ICMP_CODE_REDIRECT] = redirect_codes,
	[NAME_ICMP_CODE_TIMEEXCEEDED] = timeexceeded_codes,
	[NAME_ICMP_CODE_PARAMETERPROBLEM] = parameterproblem_codes,
	[NAME_ANNOTATION] = annotations,
};

bool
namedb_builtin_find(enum name_kind kind, const char *name, uint32_t *number)
{
	for (const struct builtin *b = tables[kind]; b != NULL && b->name != NULL; b++) {
		if (strcmp(b->name, name) == 0) {
			*number = b->number;
			return true;
		}
	}
	return false;
}

const char *
namedb_name(enum name_kind kind, uint32_t number)
{
	for (const struct builtin *b = tables[kind]; b != NULL && b->name != NULL; b++) {
		if (b->number == number)
			return b->name;
	}
	return NULL;
}
