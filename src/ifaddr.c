// SPDX-License-Identifier: BSD-3-Clause
#include "src/ifaddr.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>

// Copies the address of one entry to value; true if it is of the wanted kind.
typedef bool (*ifaddr_take)(const struct ifaddrs *ifa, void *value);

static bool
ifaddr_each(const char *device, ifaddr_take take, void *value)
{
	struct ifaddrs *all;
	bool found = false;

	// Anything longer is no device, and most names that come here are not.
	if (strlen(device) >= IF_NAMESIZE || getifaddrs(&all) < 0)
		return false;
	for (const struct ifaddrs *ifa = all; ifa != NULL && !found; ifa = ifa->ifa_next) {
		if (ifa->ifa_addr != NULL && strcmp(ifa->ifa_name, device) == 0)
			found = take(ifa, value);
	}
	freeifaddrs(all);
	return found;
}

static bool
take_ip(const struct ifaddrs *ifa, void *value)
{
	struct ip_prefix *p = value;
	struct sockaddr_in addr, mask;

	if (ifa->ifa_addr->sa_family != AF_INET || ifa->ifa_netmask == NULL)
		return false;
	memcpy(&addr, ifa->ifa_addr, sizeof(addr));
	memcpy(&mask, ifa->ifa_netmask, sizeof(mask));
	p->addr.be = addr.sin_addr.s_addr;
	p->mask.be = mask.sin_addr.s_addr;
	return true;
}

static bool
take_ip6_any(const struct ifaddrs *ifa, void *value)
{
	struct ip6_prefix *p = value;
	struct sockaddr_in6 addr, mask;
	int len = 0;

	if (ifa->ifa_addr->sa_family != AF_INET6 || ifa->ifa_netmask == NULL)
		return false;
	memcpy(&addr, ifa->ifa_addr, sizeof(addr));
	memcpy(&mask, ifa->ifa_netmask, sizeof(mask));
	memcpy(p->addr.bytes, &addr.sin6_addr, sizeof(p->addr.bytes));
	for (unsigned i = 0; i < sizeof(mask.sin6_addr.s6_addr); i++)
		len += __builtin_popcount(mask.sin6_addr.s6_addr[i]);
	p->len = (uint8_t)len;
	return true;
}

static bool
take_ip6_global(const struct ifaddrs *ifa, void *value)
{
	struct sockaddr_in6 addr;

	if (ifa->ifa_addr->sa_family != AF_INET6)
		return false;
	memcpy(&addr, ifa->ifa_addr, sizeof(addr));
	return !IN6_IS_ADDR_LINKLOCAL(&addr.sin6_addr) && take_ip6_any(ifa, value);
}

static bool
take_mac(const struct ifaddrs *ifa, void *value)
{
	struct mac_addr *mac = value;
	struct sockaddr_ll ll;

	if (ifa->ifa_addr->sa_family != AF_PACKET)
		return false;
	memcpy(&ll, ifa->ifa_addr, sizeof(ll));
	if (ll.sll_hatype != ARPHRD_ETHER || ll.sll_halen != sizeof(mac->bytes))
		return false;
	memcpy(mac->bytes, ll.sll_addr, sizeof(mac->bytes));
	return true;
}

bool
ifaddr_ip_prefix(const char *device, struct ip_prefix *p)
{
	return ifaddr_each(device, take_ip, p);
}

bool
ifaddr_ip6_prefix(const char *device, struct ip6_prefix *p)
{
	return ifaddr_each(device, take_ip6_global, p) || ifaddr_each(device, take_ip6_any, p);
}

bool
ifaddr_mac(const char *device, struct mac_addr *mac)
{
	return ifaddr_each(device, take_mac, mac);
}

bool
ifaddr_gateway(const char *device, struct ip_addr *a)
{
	FILE *routes = fopen("/proc/net/route", "re");
	unsigned destination, gateway, flags, mask;
	char line[256], name[IF_NAMESIZE];
	bool found = false;

	if (routes == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), routes) != NULL) {
		if (sscanf(line, "%15s %x %x %x %*s %*s %*s %x", name, &destination, &gateway,
			    &flags, &mask) != 5)
			continue;
		found = destination == 0 && mask == 0 && (flags & RTF_GATEWAY) != 0 &&
			strcmp(name, device) == 0;
		// The kernel prints the 32 bits in network order as a number of the host.
		if (found)
			a->be = gateway;
	}
	fclose(routes);
	return found;
}
