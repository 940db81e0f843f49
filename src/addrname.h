// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Names in place of addresses: what AddressInfo defined, with or without a suffix that picks one of
// the addresses of a name (NAME:ip, NAME:gw ...), and behind it the kernel's network device of that
// name.

#include <stdbool.h>

#include "src/addr.h"

struct namedb;

// Who asks.
struct name_scope {
	const struct namedb *names; // borrowed; may be NULL
	const char *element_name; // borrowed; full name, "" for the top level
};

// Each returns whether the name stands for such an address. Suffixes, in any case:
bool
addrname_ip(struct name_scope scope, const char *name, struct ip_addr *a); // :ip :ip4 :bcast :gw
// :ipnet :ip4net :net
bool addrname_ip_prefix(struct name_scope scope, const char *name, struct ip_prefix *p);
bool addrname_ip6(struct name_scope scope, const char *name, struct ip6_addr *a); // :ip6
bool
addrname_ip6_prefix(struct name_scope scope, const char *name, struct ip6_prefix *p); // :ip6net
// :eth :ether :ethernet
bool addrname_mac(struct name_scope scope, const char *name, struct mac_addr *mac);
