// SPDX-License-Identifier: BSD-3-Clause
// IPNameInfo: the names of protocols, ports and ICMP messages.

#include "src/element.h"

struct ipnameinfo {
	struct element element;
};

static const struct element_class ipnameinfo_class = {
	.name = "IPNameInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipnameinfo),
	.group = "ip",
	.brief = "the names of protocols, ports and ICMP messages",
	.manual =
		"Does nothing; there is no need to declare one. Names that arguments may use in place\n"
		"of numbers:\n"
		"\n"
		"IP protocols: dccp gre icmp igmp ipip sctp tcp udp.\n"
		"\n"
		"TCP and UDP ports: auth bootpc bootps chargen daytime discard dns domain echo finger\n"
		"ftp ftp-data https imap3 imaps irc netbios-dgm netbios-ns netbios-ssn nntp ntp pop3\n"
		"pop3s pptp rip route smtp snmp snmp-trap ssh sunrpc telnet tftp www.\n"
		"\n"
		"ICMP types: echo echo-reply inforeq inforeq-reply maskreq maskreq-reply\n"
		"parameterproblem redirect routeradvert routersolicit sourcequench timeexceeded\n"
		"timestamp timestamp-reply unreachable; and names for the codes of unreachable,\n"
		"redirect, timeexceeded and parameterproblem.\n"
		"\n"
		"The names that PortInfo and AddressInfo define come first, those of the system's\n"
		"/etc/protocols and /etc/services last.",
	.example = "IPNameInfo; Idle -> IPClassifier(udp port domain) -> Discard;",
};
ELEMENT_CLASS(ipnameinfo_class)
