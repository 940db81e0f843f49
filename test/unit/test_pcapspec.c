// SPDX-License-Identifier: BSD-3-Clause
#include "io/pcap_spec.h"

#include <errno.h>

#include "io/pcap.h"
#include "src/strbuf.h"
#include "test/unit/port_rig.h"

static struct pcap_options
read_good(const char *spec)
{
	struct pcap_options o = {.immediate = true};

	CU_ASSERT_EQUAL(pcap_spec_read(spec, &o, &port_errh), 0);
	ASSERT_SAID("");
	return o;
}

static void
reads(void)
{
	struct pcap_options o;

	port_rig_start();
	o = read_good("eth0");
	CU_ASSERT_TRUE(o.immediate);
	CU_ASSERT_EQUAL(o.buffer_kib, 0);
	CU_ASSERT_EQUAL(o.timeout_ms, 0);
	o = read_good("eth0,immediate=0,buffer=32768,timeout=1");
	CU_ASSERT_FALSE(o.immediate);
	CU_ASSERT_EQUAL(o.buffer_kib, 32768);
	CU_ASSERT_EQUAL(o.timeout_ms, 1);
	o = read_good("net_af_packet0,iface=v0,framecnt=512,buffer=100");
	CU_ASSERT_TRUE(o.immediate);
	CU_ASSERT_EQUAL(o.buffer_kib, 100);
	port_rig_stop();
}

static void
refuses(void)
{
	struct pcap_options o = {0};

	port_rig_start();
	CU_ASSERT_EQUAL(pcap_spec_read("eth0,immediate=2", &o, &port_errh), -EINVAL);
	ASSERT_SAID("port 'eth0,immediate=2': immediate takes a number from 0 to 1, not '2'\n");
	CU_ASSERT_EQUAL(pcap_spec_read("eth0,buffer=32M", &o, &port_errh), -EINVAL);
	ASSERT_SAID("port 'eth0,buffer=32M': buffer takes a number from 0 to 1048576, not '32M'\n");
	CU_ASSERT_EQUAL(pcap_spec_read("eth0,timeout=", &o, &port_errh), -EINVAL);
	ASSERT_SAID("port 'eth0,timeout=': timeout takes a number from 0 to 60000, not ''\n");
	port_rig_stop();
}

static void
checks_words(void)
{
	port_rig_start();
	CU_ASSERT_EQUAL(pcap_spec_check("eth0", &port_errh), 0);
	CU_ASSERT_EQUAL(pcap_spec_check("eth0,timeout=1,immediate=0,buffer=7", &port_errh), 0);
	ASSERT_SAID("");
	CU_ASSERT_EQUAL(pcap_spec_check("eth0,ring=5", &port_errh), -EINVAL);
	ASSERT_SAID("port 'eth0,ring=5': 'ring=5' is none of immediate=0|1, buffer=KIB, "
		    "timeout=MS\n");
	CU_ASSERT_EQUAL(pcap_spec_check("eth0,immediate", &port_errh), -EINVAL);
	ASSERT_SAID("port 'eth0,immediate': 'immediate' is none of immediate=0|1, buffer=KIB, "
		    "timeout=MS\n");
	CU_ASSERT_EQUAL(pcap_spec_check("eth0,timeouts=1,buffer=1", &port_errh), -EINVAL);
	ASSERT_SAID("port 'eth0,timeouts=1,buffer=1': 'timeouts=1' is none of immediate=0|1, "
		    "buffer=KIB, timeout=MS\n");
	port_rig_stop();
}

UNIT_SUITE(pcapspec, UNIT_CASE(reads), UNIT_CASE(refuses), UNIT_CASE(checks_words))
