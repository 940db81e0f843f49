// SPDX-License-Identifier: BSD-3-Clause
#include "src/addrname.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/ifaddr.h"
#include "src/mem.h"
#include "src/namedb.h"

static const char *const ip_suffixes[] = {"ip", "ip4", NULL};
static const char *const prefix_suffixes[] = {"ipnet", "ip4net", "net", NULL};
static const char *const broadcast_suffixes[] = {"bcast", NULL};
static const char *const gateway_suffixes[] = {"gw", NULL};
static const char *const ip6_suffixes[] = {"ip6", NULL};
static const char *const ip6_prefix_suffixes[] = {"ip6net", NULL};
static const char *const mac_suffixes[] = {"eth", "ether", "ethernet", NULL};

// The name without its suffix, as a new string; NULL if it does not end in one of them.
static char *
strip_suffix(const char *name, const char *const *suffixes)
{
	const char *colon = strrchr(name, ':');

	if (colon == NULL || colon == name)
		return NULL;
	for (; *suffixes != NULL; suffixes++) {
		if (strcasecmp(colon + 1, *suffixes) == 0)
			return mem_strndup(name, (size_t)(colon - name));
	}
	return NULL;
}

// Looks for the name as it stands, so that a definition of NAME:gw is found, then without suffix.
static bool
find(struct name_scope scope, enum name_kind kind, const char *name, const char *const *suffixes,
	union name_value *value)
{
	char *base;
	bool found;

	if (namedb_find(scope.names, scope.element_name, kind, name, value))
		return true;
	base = strip_suffix(name, suffixes);
	found = base != NULL && namedb_find(scope.names, scope.element_name, kind, base, value);
	free(base);
	return found;
}

// The device that a name stands for: a new string.
static char *
device_of(const char *name, const char *const *suffixes)
{
	char *base = strip_suffix(name, suffixes);

	return base != NULL ? base : mem_strdup(name);
}

bool
addrname_ip_prefix(struct name_scope scope, const char *name, struct ip_prefix *p)
{
	union name_value value;
	char *device;
	bool found;

	if (find(scope, NAME_IP_PREFIX, name, prefix_suffixes, &value)) {
		*p = value.prefix;
		return true;
	}
	device = device_of(name, prefix_suffixes);
	found = ifaddr_ip_prefix(device, p);
	free(device);
	return found;
}

static bool
find_broadcast(struct name_scope scope, const char *base, struct ip_addr *a)
{
	struct ip_prefix p;

	if (!addrname_ip_prefix(scope, base, &p))
		return false;
	a->be = p.addr.be | ~p.mask.be;
	return true;
}

// The device's gateway, or the first address of the network.
static bool
find_gateway(struct name_scope scope, const char *base, struct ip_addr *a)
{
	struct ip_prefix p;

	if (ifaddr_gateway(base, a))
		return true;
	if (!addrname_ip_prefix(scope, base, &p))
		return false;
	a->be = (p.addr.be & p.mask.be) | htonl(1);
	return true;
}

// The addresses that are derived from others: NAME:bcast and NAME:gw.
static bool
find_derived(struct name_scope scope, const char *name, struct ip_addr *a)
{
	char *broadcast = strip_suffix(name, broadcast_suffixes);
	char *gateway = strip_suffix(name, gateway_suffixes);
	bool found = false;

	if (broadcast != NULL)
		found = find_broadcast(scope, broadcast, a);
	else if (gateway != NULL)
		found = find_gateway(scope, gateway, a);
	free(broadcast);
	free(gateway);
	return found;
}

bool
addrname_ip(struct name_scope scope, const char *name, struct ip_addr *a)
{
	union name_value value;
	struct ip_prefix p;
	char *device;
	bool found;

	if (find(scope, NAME_IP, name, ip_suffixes, &value)) {
		*a = value.ip;
		return true;
	}
	if (find_derived(scope, name, a))
		return true;
	device = device_of(name, ip_suffixes);
	found = ifaddr_ip_prefix(device, &p);
	free(device);
	if (found)
		*a = p.addr;
	return found;
}

bool
addrname_ip6_prefix(struct name_scope scope, const char *name, struct ip6_prefix *p)
{
	union name_value value;
	char *device;
	bool found;

	if (find(scope, NAME_IP6_PREFIX, name, ip6_prefix_suffixes, &value)) {
		*p = value.ip6_prefix;
		return true;
	}
	device = device_of(name, ip6_prefix_suffixes);
	found = ifaddr_ip6_prefix(device, p);
	free(device);
	return found;
}

bool
addrname_ip6(struct name_scope scope, const char *name, struct ip6_addr *a)
{
	union name_value value;
	struct ip6_prefix p;
	char *device;
	bool found;

	if (find(scope, NAME_IP6, name, ip6_suffixes, &value)) {
		*a = value.ip6;
		return true;
	}
	device = device_of(name, ip6_suffixes);
	found = ifaddr_ip6_prefix(device, &p);
	free(device);
	if (found)
		*a = p.addr;
	return found;
}

bool
addrname_mac(struct name_scope scope, const char *name, struct mac_addr *mac)
{
	union name_value value;
	char *device;
	bool found;

	if (find(scope, NAME_MAC, name, mac_suffixes, &value)) {
		*mac = value.mac;
		return true;
	}
	device = device_of(name, mac_suffixes);
	found = ifaddr_mac(device, mac);
	free(device);
	return found;
}
