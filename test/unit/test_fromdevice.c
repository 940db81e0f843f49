// SPDX-License-Identifier: BSD-3-Clause
// FromDevice and ToDevice. With the rights for it they use the loopback interface, where what the
// one sends comes back to the other; the tests in test/netns run them between two hosts.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elements/device/method.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
methods(void)
{
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(method_check("PCAP", &errh), 0);
	CU_ASSERT_EQUAL(method_check("pcap", &errh), 0);
	ASSERT_TEXT(strbuf_text(&errors), "");
	CU_ASSERT_TRUE(method_check("linux", &errh) < 0);
	CU_ASSERT_TRUE(method_check("NETMAP", &errh) < 0);
	CU_ASSERT_TRUE(method_check("DEVBPF", &errh) < 0);
	CU_ASSERT_TRUE(method_check("PCAPFD", &errh) < 0);
	CU_ASSERT_TRUE(method_check("PCA", &errh) < 0);
	ASSERT_TEXT(strbuf_text(&errors), "bad METHOD: LINUX is not supported, only PCAP\n"
					  "bad METHOD: NETMAP is not supported, only PCAP\n"
					  "bad METHOD: DEVBPF is not supported, only PCAP\n"
					  "bad METHOD: PCAPFD is not supported, only PCAP\n"
					  "bad METHOD\n");
	strbuf_fini(&errors);
}

static void
arguments(void)
{
	ASSERT_ERRORS("FromDevice", 0, 1, "DEVNAME: required argument missing\n");
	ASSERT_ERRORS("FromDevice(\"\")", 0, 1, "interface not set\n");
	ASSERT_ERRORS("FromDevice(lo, perhaps)", 0, 1, "PROMISC: parse error\n");
	ASSERT_ERRORS("FromDevice(lo, true, 13)", 0, 1, "SNAPLEN out of range\n");
	ASSERT_ERRORS("FromDevice(lo, SNAPLEN 65536)", 0, 1, "SNAPLEN out of range\n");
	ASSERT_ERRORS("FromDevice(lo, HEADROOM 2001)", 0, 1, "HEADROOM out of range\n");
	ASSERT_ERRORS("FromDevice(lo, BURST 0)", 0, 1, "BURST out of range\n");
	ASSERT_ERRORS("FromDevice(lo, METHOD XYZ)", 0, 1, "bad METHOD\n");
	ASSERT_ERRORS("FromDevice(lo, METHOD NETMAP)", 0, 1,
		"bad METHOD: NETMAP is not supported, only PCAP\n");
	ASSERT_ERRORS("FromDevice(lo, TIMESTAMP 3)", 0, 1, "TIMESTAMP: parse error\n");
	ASSERT_ERRORS("FromDevice(lo, false, 100, 5)", 0, 1, "too many arguments\n");
	ASSERT_ERRORS("FromDevice(lo, NOSUCH 1)", 0, 1, "NOSUCH: unknown argument\n");
	// Two errors at once.
	ASSERT_ERRORS("FromDevice(\"\", METHOD XYZ)", 0, 1, "interface not set\nbad METHOD\n");
}

#define ASSERT_CHECK(config, want)                        \
	do {                                              \
		char *errors_ = rig_check_errors(config); \
                                                          \
		ASSERT_TEXT(errors_, want);               \
		free(errors_);                            \
	} while (0)

// Of ToDevice, whose input pulls.
static void
arguments_of_todevice(void)
{
#define CONTEXT "config:1: While configuring 't :: ToDevice':\n  "
	ASSERT_CHECK(
		"Idle -> Queue -> t :: ToDevice", CONTEXT "DEVNAME: required argument missing\n");
	ASSERT_CHECK("Idle -> Queue -> t :: ToDevice(\"\")", CONTEXT "interface not set\n");
	ASSERT_CHECK("Idle -> Queue -> t :: ToDevice(lo, BURST 0)", CONTEXT "bad BURST\n");
	ASSERT_CHECK("Idle -> Queue -> t :: ToDevice(lo, METHOD LINUX)",
		CONTEXT "bad METHOD: LINUX is not supported, only PCAP\n");
	ASSERT_CHECK("Idle -> Queue -> t :: ToDevice(lo, DEBUG 9)", CONTEXT "DEBUG: parse error\n");
	ASSERT_CHECK("Idle -> Queue -> t :: ToDevice(lo, 1)", CONTEXT "too many arguments\n");
	ASSERT_CHECK("Idle -> Queue -> t :: ToDevice(lo)", "");
#undef CONTEXT
}

static void
one_writer(void)
{
	char *errors = rig_config_errors("Idle -> Queue -> a :: ToDevice(nosuchif0);\n"
					 "Idle -> Queue -> b :: ToDevice(nosuchif1);\n"
					 "Idle -> Queue -> c :: ToDevice(nosuchif0);");

	ASSERT_TEXT(errors, "config:3: While initializing 'c :: ToDevice':\n"
			    "  duplicate writer for device 'nosuchif0'\n");
	free(errors);
}

static void
interfaces_that_are_not_there(void)
{
	char *errors = rig_config_errors("f :: FromDevice(nosuchif0) -> Discard");

	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "While initializing 'f :: FromDevice':\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "nosuchif0"));
	free(errors);
	errors = rig_config_errors("Idle -> Queue -> t :: ToDevice(nosuchif0)");
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "While initializing 't :: ToDevice':\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "nosuchif0"));
	free(errors);
}

static void
filters_that_do_not_compile(void)
{
	char *errors =
		rig_config_errors("f :: FromDevice(lo, BPF_FILTER \"no filter\") -> Discard");

	CU_ASSERT_TRUE(strstr(errors, "  BPF_FILTER: ") != NULL ||
		       strstr(errors, "  run as root, or with CAP_NET_RAW") != NULL);
	free(errors);
}

// ---- on the loopback interface

#define FRAME "02020202020204040404040488b5636c69636b64206465766963652074657374"

static bool
may_open(void)
{
	char *errors = rig_config_errors("FromDevice(lo) -> Discard");
	bool may = *errors == '\0';

	if (!may)
		CU_ASSERT_PTR_NOT_NULL(strstr(errors, "run as root, or with CAP_NET_RAW"));
	free(errors);
	return may;
}

// Rounds until that many packets have come out, with a long deadline.
static void
run_until(struct rig *r, unsigned output, unsigned n)
{
	for (unsigned tries = 0; rig_count(r, output) < n && tries < 20000; tries++) {
		rig_run(r, 1);
		if (rig_count(r, output) < n)
			usleep(1000);
	}
	CU_ASSERT_EQUAL(rig_count(r, output), n);
}

static void
from_one_to_the_other(void)
{
	struct rig *r;
	struct packet *p;

	if (!may_open())
		return;
	r = rig_config("RigIn -> q :: Queue -> t :: ToDevice(lo, BURST 4);"
		       "e :: FromDevice(lo, BPF_FILTER \"ether proto 0x88b5\", HEADROOM 40) ->"
		       "RigOut");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "encap", "ETHER");
	ASSERT_READ(r, "kernel_drops", "0");
	ASSERT_READ(r, "t.q", "false");
	ASSERT_READ(r, "t.signal", "empty*");
	ASSERT_READ(r, "t.scheduled", "true");
	for (unsigned i = 0; i < 6; i++)
		rig_push(r, 0, i % 2 ? rig_segments(FRAME, 6) : rig_hex(FRAME));
	run_until(r, 0, 6);
	for (unsigned i = 0; i < 6; i++) {
		p = rig_packet(r, 0, i);
		rig_assert_hex(__FILE__, __LINE__, p, FRAME);
		// Rounded up to a multiple of four, and two.
		CU_ASSERT_EQUAL(packet_headroom(p), 42);
		CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
		CU_ASSERT_TRUE(packet_timestamp(p) > 0);
	}
	ASSERT_READ(r, "count", "6");
	ASSERT_READ(r, "q.length", "0");
	CU_ASSERT_TRUE(atoi(rig_read(r, "t.pulls")) >= 6);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "t.debug", "false");
	ASSERT_TEXT(rig_write(r, "t.debug", "true"), "");
	ASSERT_READ(r, "t.debug", "true");
	rig_free(r);
}

#define IP_FRAME                                           \
	"020202020202040404040404080045000014000000004063" \
	"00007f0000017f0000020000000000000000000000000000"

// With FORCE_IP frames of other protocols leave by output 1.
static void
ip_packets_only(void)
{
	struct rig *r;

	if (!may_open())
		return;
	r = rig_config("RigIn -> Queue -> ToDevice(lo);"
		       "e :: FromDevice(lo, FORCE_IP true, BPF_FILTER "
		       "\"ether src 04:04:04:04:04:04\"); e [0] -> RigOut(0); e [1] -> RigOut(1)");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rig_push_hex(r, 0, FRAME);
	rig_push_hex(r, 0, IP_FRAME);
	run_until(r, 0, 1);
	run_until(r, 1, 1);
	rig_expect_hex(r, 1, 0, FRAME);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 14);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 34);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), htonl(0x7f000002));
	rig_free(r);
}

// Sent packets go on to output 0, those that the kernel refuses to output 1.
static void
outputs_of_todevice(void)
{
	struct rig *r;

	if (!may_open())
		return;
	r = rig_config("RigIn -> Queue -> e :: ToDevice(lo); e [0] -> RigOut(0);"
		       "e [1] -> RigOut(1)");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rig_push_hex(r, 0, FRAME);
	rig_push_hex(r, 0, "");
	run_until(r, 0, 1);
	run_until(r, 1, 1);
	rig_assert_hex(__FILE__, __LINE__, rig_packet(r, 0, 0), FRAME);
	CU_ASSERT_EQUAL(strncmp(rig_chatter(r), "ToDevice(lo): ", 14), 0);
	rig_free(r);
	// Without it they are dropped by name.
	r = rig_config("RigIn -> Queue -> e :: ToDevice(lo)");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rig_push_hex(r, 0, "");
	for (unsigned tries = 0; tries < 100 && rig_drops(r, 0) == 0; tries++)
		rig_run(r, 1);
	ASSERT_READ(r, "drop_reasons", "1\tsend failed\n0\tnot sent before the end\n");
	rig_free(r);
}

static void
without_timestamps(void)
{
	struct rig *r;

	if (!may_open())
		return;
	r = rig_config("RigIn -> Queue -> ToDevice(lo);"
		       "e :: FromDevice(lo, BPF_FILTER \"ether proto 0x88b5\", TIMESTAMP false,"
		       "SNAPLEN 20) -> RigOut");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rig_push_hex(r, 0, FRAME);
	run_until(r, 0, 1);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 20);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 12);
	rig_free(r);
}

// A hot swap in the middle: what the reader has is the new element's.
static void
swapped(void)
{
	static const char config[] =
		"RigIn -> Queue -> t :: ToDevice(lo);"
		"e :: FromDevice(lo, BPF_FILTER \"ether proto 0x88b5\") -> RigOut";
	struct rig *r;
	int pulls;
	char *errors;

	if (!may_open())
		return;
	r = rig_config(config);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rig_push_hex(r, 0, FRAME);
	run_until(r, 0, 1);
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, FRAME);
	pulls = atoi(rig_read(r, "t.pulls"));
	free(rig_swap(r, config));
	CU_ASSERT(pulls > 0 && atoi(rig_read(r, "t.pulls")) >= pulls);
	run_until(r, 0, 4);
	ASSERT_READ(r, "count", "4");
	// Another filter is another capture.
	errors = rig_swap(r,
		"RigIn -> Queue -> ToDevice(lo); e :: FromDevice(lo, BPF_FILTER \"ether proto "
		"0x88b6\") -> RigOut");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, FRAME);
	rig_push_hex(r, 0, "02020202020204040404040488b60102");
	run_until(r, 0, 5);
	rig_assert_hex(__FILE__, __LINE__, rig_packet(r, 0, 4), "02020202020204040404040488b60102");
	ASSERT_READ(r, "count", "5");
	ASSERT_READ(r, "no_memory", "0");
	rig_free(r);
}

UNIT_SUITE(fromdevice, UNIT_CASE(methods), UNIT_CASE(arguments), UNIT_CASE(arguments_of_todevice),
	UNIT_CASE(one_writer), UNIT_CASE(interfaces_that_are_not_there),
	UNIT_CASE(filters_that_do_not_compile), UNIT_CASE(from_one_to_the_other),
	UNIT_CASE(ip_packets_only), UNIT_CASE(outputs_of_todevice), UNIT_CASE(without_timestamps),
	UNIT_CASE(swapped))
