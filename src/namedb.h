// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Names that stand for numbers and addresses in arguments. Element classes such as AddressInfo,
// PortInfo and AnnotationInfo add to a router's database; built-in tables and the system's
// /etc/services and /etc/protocols stand behind it.
//
// A name defined in a compound element ("a/b/") is seen there and below; inner definitions win.

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"

enum name_kind {
	NAME_IP, // struct ip_addr
	NAME_IP_PREFIX, // struct ip_prefix
	NAME_IP6, // struct ip6_addr
	NAME_MAC, // struct mac_addr
	NAME_IP_PROTO, // uint32_t (numbers above 255 stand for groups: tcpudp 256)
	NAME_TCP_PORT, // uint32_t
	NAME_UDP_PORT, // uint32_t
	NAME_TCP_OPTION, // uint32_t, the flag bits
	NAME_ICMP_TYPE, // uint32_t
	NAME_ICMP_CODE_UNREACHABLE, // uint32_t
	NAME_ICMP_CODE_REDIRECT,
	NAME_ICMP_CODE_TIMEEXCEEDED,
	NAME_ICMP_CODE_PARAMETERPROBLEM,
	NAME_ANNOTATION, // uint32_t: offset | size << 8; size 0: not known
	NAME_IP6_PREFIX, // struct ip6_prefix
	NAME_KINDS,
};

union name_value {
	uint32_t number;
	struct ip_addr ip;
	struct ip_prefix prefix;
	struct ip6_addr ip6;
	struct ip6_prefix ip6_prefix;
	struct mac_addr mac;
};

struct namedb;

struct namedb *namedb_create(void);
void namedb_destroy(struct namedb *db);

// Defines name for the compound with this prefix ("" at top level, else "a/b/"). Returns false and
// changes nothing if the same scope already has it.
bool namedb_define(struct namedb *db, const char *scope, enum name_kind kind, const char *name,
	const union name_value *value);

// Looks name up from an element with this full name, innermost scope first, then the built-in
// table, then the system's. db may be NULL: built-in and system only.
bool namedb_find(const struct namedb *db, const char *element_name, enum name_kind kind,
	const char *name, union name_value *value);

// The same among the defined names only.
bool namedb_find_defined(const struct namedb *db, const char *element_name, enum name_kind kind,
	const char *name, union name_value *value);

// The built-in name of a number ("tcp", "echo-reply"), NULL if there is none.
const char *namedb_name(enum name_kind kind, uint32_t number);
