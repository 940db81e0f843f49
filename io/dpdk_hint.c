// SPDX-License-Identifier: BSD-3-Clause
// What to say when a device cannot be opened or started. Drivers return little more than -1; their
// logs, the rights of the process and the list of arguments in the driver's file tell more.

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/dpdk.h"
#include "io/eal.h"
#include "io/pmd_info.h"
#include "mbuf-bridge/packet.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"

char *
dpdk_driver_of(const char *name)
{
	size_t len = strlen(name);

	while (len > 0 && isdigit((unsigned char)name[len - 1]))
		len--;
	if (strncmp(name, "net_", 4) != 0 && strncmp(name, "eth_", 4) != 0)
		return NULL;
	return mem_strndup(name, len);
}

const char *
dpdk_driver_file(const char *driver)
{
	static const struct {
		const char *driver, *file;
	} other[] = {{"net_virtio_user", "net_virtio"}, {"net_bonding", "net_bond"},
		{"net_tun", "net_tap"}, {"eth_pcap", "net_pcap"}, {"eth_tap", "net_tap"},
		{"eth_af_packet", "net_af_packet"}, {"eth_null", "net_null"},
		{"eth_ring", "net_ring"}, {"eth_vhost", "net_vhost"}, {"eth_bond", "net_bond"}};

	for (size_t i = 0; i < RTE_DIM(other); i++) {
		if (strcmp(other[i].driver, driver) == 0)
			return other[i].file;
	}
	return driver;
}

bool
dpdk_is_pci_address(const char *text)
{
	unsigned domain, bus, device, function;
	char end;

	return sscanf(text, "%x:%x:%x.%x%c", &domain, &bus, &device, &function, &end) == 4 ||
	       sscanf(text, "%x:%x.%x%c", &bus, &device, &function, &end) == 3;
}

// ---- before the driver is asked

// net_null writes packets of any size into buffers of one size, without looking.
int
dpdk_check_size(const char *spec, struct errh *errh)
{
	const char *at = strncmp(spec, "net_null", 8) == 0 ? strchr(spec, ',') : NULL;
	unsigned long long n;
	char *end;

	for (; at != NULL; at = strchr(at + 1, ',')) {
		if (strncmp(at, ",size=", 6) != 0)
			continue;
		n = strtoull(at + 6, &end, 0);
		if (end == at + 6 || (*end != ',' && *end != '\0') || n == 0 ||
			n > PACKET_DATA_SIZE)
			return errh_error(errh,
				"%.*s: size takes a number from 1 to %u, not '%.*s'",
				(int)strcspn(spec, ","), spec, (unsigned)PACKET_DATA_SIZE,
				(int)strcspn(at + 6, ","), at + 6);
	}
	return 0;
}

// ---- afterwards

static char *
driver_arguments(const char *driver)
{
	char *path = eal_driver_path(dpdk_driver_file(driver)), *found = NULL;
	struct pmd_info info;

	if (pmd_info_open(&info, path) == 0) {
		found = pmd_info_arguments(&info, driver);
		pmd_info_close(&info);
	}
	free(path);
	return found;
}

static bool
needs_rights(const struct io_port *port)
{
	static const char *const drivers[] = {"net_tap", "net_tun", "net_af_packet", "net_af_xdp"};
	char *iface = io_kernel_interface(port->spec);
	bool needs = iface != NULL || dpdk_is_pci_address(port->name);

	for (size_t i = 0; i < RTE_DIM(drivers); i++)
		needs |= strncmp(port->name, drivers[i], strlen(drivers[i])) == 0;
	free(iface);
	return needs;
}

// By what the driver has logged.
static const char *
cure_of(const char *log)
{
	static const struct {
		const char *logged, *cure;
	} cures[] = {
		{"in use",
			"another program uses it: end that one, or give this device another name, "
			"socket or interface"},
		{"connect socket",
			"a memif client needs its server first: start the other side, or make this "
			"the server (role=server)"},
		{"ermission denied",
			"this user may not open it: run as one who may, or change its mode"},
		{"dump file", "the file is no capture, or is cut off: tcpdump -w makes them"},
		{"file format", "the file is no capture: tcpdump -w makes them"},
		{"No such file", "correct the path, or start the program that makes it first"},
		{"directory", "correct the path: there is no such directory"},
		{"for writing", "correct the path: nothing can be written there"},
	};

	for (size_t i = 0; i < RTE_DIM(cures); i++) {
		if (strstr(log, cures[i].logged) != NULL)
			return cures[i].cure;
	}
	return NULL;
}

static void
add_cure(const struct io_port *port, const char *log, struct strbuf *out)
{
	char *driver = dpdk_driver_of(port->name), *arguments = NULL;
	const char *cure = cure_of(log);

	if (geteuid() != 0 && needs_rights(port))
		strbuf_adds(out,
			"\nthis device needs more rights: run as root, or with CAP_NET_RAW "
			"and CAP_NET_ADMIN");
	if (cure == NULL && dpdk_is_pci_address(port->name))
		cure = "look for its address, and whether it is bound to vfio-pci, with: "
		       "scripts/nic status";
	if (cure == NULL && driver != NULL)
		arguments = driver_arguments(driver);
	if (cure != NULL)
		strbuf_addf(out, "\n%s", cure);
	else if (arguments != NULL)
		strbuf_addf(out, "\n%s takes: %s", driver, arguments);
	free(arguments);
	free(driver);
}

int
dpdk_report(
	const struct io_port *port, const char *what, int err, const char *log, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	// What a virtual device's driver returns is mostly -1, which is no error number.
	bool has_reason = err != -EPERM || dpdk_is_pci_address(port->name);

	if (log == NULL)
		log = "";
	strbuf_addf(&sb, "port '%s' cannot be %s: %s", port->spec, what,
		has_reason ? strerror(-err) : "its driver refuses it");
	add_cure(port, log, &sb);
	errh_error(errh, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	while (*log != '\0') {
		size_t len = strcspn(log, "\n");

		errh_message(errh, "  DPDK: %.*s", (int)len, log);
		log += len + (log[len] == '\n');
	}
	return -EINVAL;
}
