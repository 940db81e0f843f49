// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "elements/iproute/procroute.h"
#include "test/unit/rig.h"

static void
lines(void)
{
	struct procroute r;

	CU_ASSERT_TRUE(
		procroute_read("eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0", &r));
	ASSERT_TEXT(r.device, "eth0");
	CU_ASSERT_EQUAL(r.route.addr, 0xc0a80200);
	CU_ASSERT_EQUAL(r.route.mask, 0xffffff00);
	CU_ASSERT_EQUAL(r.route.gw.be, 0);
	CU_ASSERT_TRUE(
		procroute_read("a\t00000000\t010200C0\t0003\t0\t0\t9\t00000000\t0\t0\t0", &r));
	CU_ASSERT_EQUAL(r.route.addr, 0);
	CU_ASSERT_EQUAL(r.route.mask, 0);
	CU_ASSERT_EQUAL(r.route.gw.be, rte_cpu_to_be_32(0xc0000201));
	// Down, refusing, a title, cut off, a name too long.
	CU_ASSERT_FALSE(
		procroute_read("a\t00000000\t010200C0\t0002\t0\t0\t9\t00000000\t0\t0\t0", &r));
	CU_ASSERT_FALSE(
		procroute_read("a\t00000000\t010200C0\t0201\t0\t0\t9\t00000000\t0\t0\t0", &r));
	CU_ASSERT_FALSE(procroute_read(
		"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask", &r));
	CU_ASSERT_FALSE(procroute_read("a\t00000000\t010200C0\t0003\t0\t0\t9", &r));
	CU_ASSERT_FALSE(procroute_read("", &r));
	CU_ASSERT_FALSE(procroute_read(
		"aaaaaaaaaaaaaaaaa\t00000000\t010200C0\t0003\t0\t0\t9\t00000000\t0\t0\t0", &r));
}

static void
without_routes(void)
{
	struct rig *r = rig_new("LinuxIPLookup(nosuchdevice)", 1, 2);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	r = rig_new("LinuxIPLookup(nosuchdevice)", 1, 1);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

// Whatever routes this machine has: the destination of each one's network leaves by its device.
static void
kernel_routes(void)
{
	FILE *f = fopen("/proc/net/route", "r");
	struct procroute found;
	char line[256], config[64];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		struct packet *p;
		struct rig *r;

		if (!procroute_read(line, &found))
			continue;
		snprintf(config, sizeof(config), "LinuxIPLookup(%s)", found.device);
		r = rig_new(config, 1, 2);
		p = rig_hex("01");
		packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(found.route.addr | 1));
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		if (rig_count(r, 0) == 1 && found.route.gw.be != 0)
			CU_ASSERT_NOT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP),
				rte_cpu_to_be_32(found.route.addr | 1));
		rig_free(r);
	}
	if (f != NULL)
		fclose(f);
}

static void
arguments(void)
{
	ASSERT_ERRORS("LinuxIPLookup", 1, 2, "need N or N+1 output ports\n");
	ASSERT_ERRORS("LinuxIPLookup(a, b)", 1, 1, "need N or N+1 output ports\n");
	ASSERT_ERRORS("LinuxIPLookup(a)", 1, 3, "need N or N+1 output ports\n");
}

UNIT_SUITE(linuxiplookup, UNIT_CASE(lines), UNIT_CASE(without_routes), UNIT_CASE(kernel_routes),
	UNIT_CASE(arguments))
