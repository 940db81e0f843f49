// SPDX-License-Identifier: BSD-3-Clause
// The kernel's devices are those of a network namespace that each test makes for itself, in a child
// that can be thrown away. Where that is not allowed, nothing is tested.
#include "src/ifaddr.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/addrname.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/unit.h"

// Everything that is known about a device, a line.
static void
describe(const char *device, struct strbuf *out)
{
	struct ip6_prefix p6;
	struct ip_prefix p;
	struct mac_addr mac;
	struct ip_addr a;

	strbuf_addf(out, "%s:", device);
	if (ifaddr_ip_prefix(device, &p)) {
		strbuf_addc(out, ' ');
		text_prefix(out, p);
	}
	if (ifaddr_gateway(device, &a)) {
		strbuf_adds(out, " gw ");
		text_ip(out, a);
	}
	if (ifaddr_ip6_prefix(device, &p6)) {
		strbuf_addc(out, ' ');
		text_ip6_prefix(out, &p6);
	}
	if (ifaddr_mac(device, &mac)) {
		strbuf_addc(out, ' ');
		text_mac(out, mac.bytes);
	}
	strbuf_addc(out, '\n');
}

static const char *const devices[] = {"lo", "v0", "v0:1", "v1", "a-longest-name0", "a-longest-name",
	"nodevice", "", "a-name-that-is-too-long-for-any-device"};

static bool
has_namespaces(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
describe_in_namespace(const char *script, void (*look)(struct strbuf *out), int out_fd)
{
	struct strbuf out = STRBUF_INIT;

	alarm(60);
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		_exit(1);
	if (system(script) != 0)
		_exit(2);
	look(&out);
	if (write(out_fd, strbuf_text(&out), out.len) != (ssize_t)out.len)
		_exit(3);
	strbuf_fini(&out);
	_exit(0);
}

// What look() sees behind the script's `ip` commands.
static void
assert_sees(const char *script, void (*look)(struct strbuf *out), const char *want, int line)
{
	int ends[2], status;
	char text[4096];
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	if (!has_namespaces() || system("command -v ip >/dev/null") != 0)
		return;
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	pid = fork();
	CU_ASSERT_FATAL(pid >= 0);
	if (pid == 0)
		describe_in_namespace(script, look, ends[1]);
	close(ends[1]);
	while ((n = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(ends[0]);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_EQUAL_FATAL(status, 0);
	unit_assert_text(__FILE__, line, text, want);
}

static void
look_at_devices(struct strbuf *out)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		describe(devices[i], out);
}

#define NOT_THERE     \
	"nodevice:\n" \
	":\n"         \
	"a-name-that-is-too-long-for-any-device:\n"
#define ASSERT_DEVICES(script, want) assert_sees(script, look_at_devices, want NOT_THERE, __LINE__)

// Neither link-local addresses of their own nor neighbours to wait for.
#define TWO_DEVICES                                                                            \
	"set -e; ip link add v0 address 02:00:5e:10:ab:cd type veth peer name v1 address "     \
	"02:00:5e:10:ab:ce; ip link set v0 addrgenmode none; ip link set v1 addrgenmode none;" \
	"ip link set v0 up; ip link set v1 up;"

static void
devices_without_addresses(void)
{
	// lo is no Ethernet device, and down in a new namespace.
	ASSERT_DEVICES("true", "lo:\nv0:\nv0:1:\nv1:\na-longest-name0:\na-longest-name:\n");
	ASSERT_DEVICES("set -e; ip link add v0 address 02:00:5e:10:ab:cd type veth peer name "
		       "a-longest-name0 address 02:ff:00:00:00:01",
		"lo:\nv0: 02-00-5E-10-AB-CD\nv0:1:\nv1:\n"
		"a-longest-name0: 02-FF-00-00-00-01\na-longest-name:\n");
}

static void
addresses(void)
{
	ASSERT_DEVICES(TWO_DEVICES "ip addr add 10.1.2.3/20 dev v0; ip addr add 10.9.9.9/8 dev v0;"
				   "ip addr add 192.0.2.1 peer 192.0.2.2/32 dev v1;"
				   "ip addr add 10.5.5.5/24 dev v0 label v0:1; ip link set lo up",
		"lo: 127.0.0.1/8 ::0.0.0.1/128\nv0: 10.1.2.3/20 02-00-5E-10-AB-CD\n"
		"v0:1: 10.5.5.5/24\nv1: 192.0.2.1/32 02-00-5E-10-AB-CE\n"
		"a-longest-name0:\na-longest-name:\n");
}

// A link-local address is only taken where there is no other.
static void
ip6_addresses(void)
{
	ASSERT_DEVICES(TWO_DEVICES
		"ip addr add fe80::1/64 dev v0 nodad; ip addr add 2001:db8::5/48 dev v0 nodad;"
		"ip addr add fe80::2/10 dev v1 nodad",
		"lo:\nv0: 2001:db8::5/48 02-00-5E-10-AB-CD\nv0:1:\n"
		"v1: fe80::2/10 02-00-5E-10-AB-CE\na-longest-name0:\na-longest-name:\n");
}

static void
gateways(void)
{
	ASSERT_DEVICES(TWO_DEVICES "ip addr add 10.0.0.1/24 dev v0; ip addr add 10.0.1.1/24 dev v1;"
				   "ip route add 172.16.0.0/12 via 10.0.1.7;"
				   "ip route add default via 10.0.0.254",
		"lo:\nv0: 10.0.0.1/24 gw 10.0.0.254 02-00-5E-10-AB-CD\nv0:1:\n"
		"v1: 10.0.1.1/24 02-00-5E-10-AB-CE\na-longest-name0:\na-longest-name:\n");
	// Each device's own; and a default route need not lead to a gateway.
	ASSERT_DEVICES(TWO_DEVICES "ip addr add 10.0.0.1/24 dev v0; ip addr add 10.0.1.1/24 dev v1;"
				   "ip route add default via 10.0.0.254 metric 5;"
				   "ip route add default via 10.0.1.254 metric 9",
		"lo:\nv0: 10.0.0.1/24 gw 10.0.0.254 02-00-5E-10-AB-CD\nv0:1:\n"
		"v1: 10.0.1.1/24 gw 10.0.1.254 02-00-5E-10-AB-CE\n"
		"a-longest-name0:\na-longest-name:\n");
	ASSERT_DEVICES(TWO_DEVICES "ip addr add 10.0.0.1/24 dev v0; ip route add default dev v0",
		"lo:\nv0: 10.0.0.1/24 02-00-5E-10-AB-CD\nv0:1:\n"
		"v1: 02-00-5E-10-AB-CE\na-longest-name0:\na-longest-name:\n");
}

// Half of the world is no default route, though its destination is 0.0.0.0 as well.
static void
half_default_route(void)
{
	ASSERT_DEVICES(TWO_DEVICES
		"ip addr add 10.0.0.1/24 dev v0; ip route add 0.0.0.0/1 via 10.0.0.77",
		"lo:\nv0: 10.0.0.1/24 02-00-5E-10-AB-CD\nv0:1:\n"
		"v1: 02-00-5E-10-AB-CE\na-longest-name0:\na-longest-name:\n");
	ASSERT_DEVICES(TWO_DEVICES
		"ip addr add 10.0.0.1/24 dev v0; ip route add 0.0.0.0/1 via 10.0.0.77;"
		"ip route add default via 10.0.0.254",
		"lo:\nv0: 10.0.0.1/24 gw 10.0.0.254 02-00-5E-10-AB-CD\nv0:1:\n"
		"v1: 02-00-5E-10-AB-CE\na-longest-name0:\na-longest-name:\n");
}

static void
look_at_names(struct strbuf *out)
{
	static const char *const names[] = {"v0", "v0:ip", "v0:bcast", "v0:gw", "v1:gw", "v0:eth"};
	static const struct name_scope nobody = {.names = NULL, .element_name = ""};
	struct ip6_prefix p6;
	struct ip6_addr a6;
	struct mac_addr mac;
	struct ip_prefix p;
	struct ip_addr a;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		strbuf_addf(out, "%s ", names[i]);
		if (addrname_ip(nobody, names[i], &a))
			text_ip(out, a);
		strbuf_addc(out, '\n');
	}
	if (addrname_ip_prefix(nobody, "v0:net", &p))
		text_prefix(out, p);
	strbuf_addc(out, '\n');
	if (addrname_ip6(nobody, "v0:ip6", &a6))
		text_ip6(out, &a6);
	strbuf_addc(out, '\n');
	if (addrname_ip6_prefix(nobody, "v0:ip6net", &p6))
		text_ip6_prefix(out, &p6);
	strbuf_addc(out, '\n');
	if (addrname_mac(nobody, "v0:ether", &mac))
		text_mac(out, mac.bytes);
	strbuf_addc(out, '\n');
}

// addrname.h: a device's real gateway comes before the network's first address.
static void
names_of_devices(void)
{
	assert_sees(TWO_DEVICES
		"ip addr add 10.1.2.3/20 dev v0; ip addr add 10.2.0.9/24 dev v1;"
		"ip addr add 2001:db8::5/48 dev v0 nodad; ip route add default via 10.1.15.1",
		look_at_names,
		"v0 10.1.2.3\nv0:ip 10.1.2.3\nv0:bcast 10.1.15.255\nv0:gw 10.1.15.1\n"
		"v1:gw 10.2.0.1\nv0:eth \n10.1.2.3/20\n2001:db8::5\n2001:db8::5/48\n"
		"02-00-5E-10-AB-CD\n",
		__LINE__);
}

UNIT_SUITE(ifaddr, UNIT_CASE(devices_without_addresses), UNIT_CASE(addresses),
	UNIT_CASE(ip6_addresses), UNIT_CASE(gateways), UNIT_CASE(half_default_route),
	UNIT_CASE(names_of_devices))
