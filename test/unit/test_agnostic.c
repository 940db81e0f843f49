// SPDX-License-Identifier: BSD-3-Clause
// What all elements that change or sort packets owe: the same in a pull context as in a push
// context, the same for packets that are cut into segments, and no touch to the bytes that a packet
// shares with another one.
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

// From 10.0.0.1 port 1000 to 10.0.0.2 port 2000; a ping likewise.
#define UDP                                                                                         \
	"4500003c 00070000 401166a8 0a000001 0a000002 03e807d0 0028998d 61626364 65666768 61626364" \
	"65666768 61626364 65666768 61626364 65666768"
#define TCP                                                                                     \
	"45000030 00070000 400666bf 0a000001 0a000002 03e807d0 00000001 00000002 50100064 fe15" \
	"0000 61626364 65666768"
#define PING "45000020 00070000 400166d4 0a000001 0a000002 08003336 00010002 61626364"
#define MACS "020000000002 020000000001"
#define ETHER_UDP MACS "0800" UDP
#define TAGGED_UDP MACS "8100 6007 0800" UDP
#define WHO_HAS \
	"ffffffffffff 020000000001 0806 0001080006040001 020000000001 0a000001 000000000000 0a000002"
#define VXLAN                                                                               \
	"4500003c 00070000 401166a8 0a000001 0a000002 03e812b5 0028 0000 08000000 00002a00" \
	"61626364 65666768 61626364 65666768 61626364 6566"
#define IP6_ROUTED                                                                            \
	"60000000 00342bff" IP6_A IP6_B "1104 0401 0100 0000" IP6_A IP6_B "03e807d0 000cd3e2" \
	"61626364"
#define SOLICIT                                                  \
	"3333ff000002 020000000001 86dd 60000000 00203aff" IP6_A \
	"ff020000 00000000 00000001 ff000002"                    \
	"8700 1c27 00000000" IP6_B "0101 020000000001"

#define ROUTES "10.0.0.0/24 10.0.0.7 1, 0/0 0"

enum kind { PLAIN, IPV4, IPV6, ETHER, ETHER_IPV4 };

struct agnostic {
	const char *element;
	const char *hex;
	enum kind kind; // of the packet: header places
	unsigned n_out;
	bool pushes; // only
};

static const struct agnostic agnostic[] = {
	{"CheckIPHeader", UDP, PLAIN, 2},
	{"CheckIPHeader2", UDP, PLAIN, 2},
	{"DecIPTTL", UDP, IPV4, 2},
	{"FixIPSrc(10.0.0.7)", UDP, IPV4, 1},
	{"GetIPAddress(16)", UDP, IPV4, 1},
	{"GetIPAddress(IP src, ANNO 4)", UDP, IPV4, 1},
	{"IPEncap(4, 10.0.1.1, DST_ANNO)", UDP, PLAIN, 1},
	{"IPGWOptions(10.0.0.7)", UDP, IPV4, 2},
	{"IPInputCombo(7)", ETHER_UDP, ETHER, 1},
	{"IPMirror", UDP, IPV4, 1},
	{"MarkIPCE", "45020014 00070000 40ff0000 0a000001 0a000002", IPV4, 1},
	{"MarkIPHeader(14)", ETHER_UDP, ETHER, 1},
	{"ResetIPChecksum", UDP, IPV4, 1},
	{"SetIPAddress(10.0.0.7)", UDP, IPV4, 1},
	{"SetIPChecksum", "45000014 00070000 40ff0000 0a000001 0a000002", IPV4, 1},
	{"SetIPDSCP(46)", UDP, IPV4, 1},
	{"SetIPECN(ECT(0))", UDP, IPV4, 1},
	{"StoreIPAddress(10.0.0.7, src)", UDP, IPV4, 2},
	{"StoreIPAddress(10.0.0.7, 2)", UDP, IPV4, 2},
	{"StripIPHeader", UDP, IPV4, 1},
	{"TruncateIPPayload(8)", UDP, IPV4, 1},
	{"CheckICMPHeader", PING, IPV4, 2},
	{"ICMPIPEncap(10.0.0.1, 10.0.0.2, unreachable, host)", UDP, PLAIN, 1},
	{"ICMPPingEncap(10.0.0.1, 10.0.0.2)", "61626364", PLAIN, 1},
	{"ICMPPingResponder", PING, IPV4, 2},
	{"ARPResponder(10.0.0.2 2:0:0:0:0:9)", WHO_HAS, ETHER, 2},
	{"CheckARPHeader(14)", WHO_HAS, ETHER, 2},
	{"EnsureEther(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2)", UDP, IPV4, 1},
	{"EtherEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2)", UDP, IPV4, 1},
	{"EtherMirror", ETHER_UDP, ETHER, 1},
	{"EtherRewrite(2:0:0:0:0:8, 2:0:0:0:0:9)", ETHER_UDP, ETHER_IPV4, 1},
	{"EtherVLANEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2, VLAN_ID 7)", UDP, IPV4, 1},
	{"GetEtherAddress(0, src)", ETHER_UDP, ETHER, 2},
	{"HostEtherFilter(2:0:0:0:0:2)", ETHER_UDP, ETHER, 2},
	{"SetVLANAnno(VLAN_ID 7)", ETHER_UDP, ETHER, 1},
	{"StoreEtherAddress(2:0:0:0:0:9, src)", ETHER_UDP, ETHER, 2},
	{"StripEtherVLANHeader", TAGGED_UDP, ETHER, 2},
	{"VLANDecap", TAGGED_UDP, ETHER_IPV4, 1},
	{"VLANEncap(VLAN_ID 7)", ETHER_UDP, ETHER_IPV4, 1},
	{"CheckTCPHeader", TCP, IPV4, 2},
	{"CheckUDPHeader", UDP, IPV4, 2},
	{"DynamicUDPIPEncap(10.0.0.1, 1000, 10.0.0.2, 2000)", "61626364", PLAIN, 1},
	{"RFC2507Comp", TCP, IPV4, 1},
	{"SetTCPChecksum", TCP, IPV4, 1},
	{"SetUDPChecksum", UDP, IPV4, 2},
	{"UDPIPEncap(10.0.0.1, 1000, 10.0.0.2, 2000)", "61626364", PLAIN, 1},
	{"AdjustTimestamp(1)", UDP, IPV4, 1},
	{"AggregateCounter", UDP, IPV4, 1},
	{"AggregateCounterVector(MASK 15)", UDP, IPV4, 1},
	{"AggregateFirst", UDP, IPV4, 2},
	{"AggregateHash(BITS 8)", UDP, IPV4, 2},
	{"AggregateIP(ip dst/24)", UDP, IPV4, 2},
	{"AggregateIPAddrPair", UDP, IPV4, 2},
	{"AggregateIPFlows", UDP, IPV4, 2},
	{"AggregateLength", UDP, IPV4, 1},
	{"AggregatePacketCounter", UDP, IPV4, 1},
	{"AggregatePaint(BITS 4)", UDP, IPV4, 1},
	{"AnonymizeIPAddr(SEED false)", UDP, IPV4, 2},
	{"EraseIPPayload", UDP, IPV4, 1},
	{"SetTimestampDelta(TYPE FIRST)", UDP, IPV4, 1},
	{"StoreTimestamp(4)", UDP, IPV4, 1},
	{"StoreTimestamp(TAIL true)", UDP, IPV4, 1},
	{"StoreUDPTimeSeqRecord(0)", UDP, IPV4, 1},
	{"StoreUDPTimeSeqRecord(0, DELTA true)", UDP, IPV4, 1},
	{"TimeFilter(START_AFTER 1)", UDP, IPV4, 2},
	{"TimeRange", UDP, IPV4, 1},
	{"TimestampAccum", UDP, IPV4, 1},
	{"CheckIP6Header", IP6_UDP, PLAIN, 2},
	{"DecIP6HLIM", IP6_UDP, IPV6, 2},
	{"GetIP6Address(24)", IP6_UDP, IPV6, 1},
	{"ICMP6Error(2001:db8::7, 1, 0)", IP6_UDP, IPV6, 1},
	{"IP6Encap(41, 2001:db8::7, 2001:db8::8)", IP6_UDP, PLAIN, 1},
	{"IP6Mirror", IP6_UDP, IPV6, 1},
	{"IP6NDAdvertiser(2001:db8::2 2:0:0:0:0:9)", SOLICIT, ETHER, 1},
	{"IP6SRDecap(true)", IP6_ROUTED, IPV6, 1},
	{"IP6SREncap(2001:db8::3)", IP6_UDP, IPV6, 1},
	{"IP6SRProcess(2001:db8::2)", IP6_ROUTED, IPV6, 1},
	{"MarkIP6Header(0)", IP6_UDP, PLAIN, 1},
	{"ProtocolTranslator46", UDP, IPV4, 1},
	{"SetIP6Address(2001:db8::9)", IP6_UDP, IPV6, 1},
	{"SetIP6DSCP(46)", IP6_UDP, IPV6, 1},
	{"SetTransportChecksumIP6", IP6_UDP, IPV6, 1},
	{"StripIP6Header", IP6_UDP, IPV6, 1},
	{"UDPIP6Encap(2001:db8::1, 1000, 2001:db8::2, 2000)", "61626364", PLAIN, 1},
	{"IPsecEncap(50)", UDP, PLAIN, 1},
	{"CheckGREHeader", "00000800" UDP, PLAIN, 2},
	{"GREEncap(0x0800)", UDP, IPV4, 1},
	{"StripGREHeader", "00000800" UDP, PLAIN, 1},
	{"GTPDecap", "30ff003c 00000007" UDP, PLAIN, 1},
	{"GTPEncap(7)", UDP, IPV4, 1},
	{"VXLANDecap(42)", VXLAN, IPV4, 2},
	{"VXLANEncap(42, 10.0.0.1, 10.0.0.2)", ETHER_UDP, ETHER, 1},
	{"IPRateMonitor(PACKETS, 0.5, 1000)", UDP, IPV4, 1},
	{"IPsecAuthSHA1(0)", UDP, PLAIN, 1},
	{"RFC2507Decomp", "00" TCP, PLAIN, 1},
	{"Suppressor", UDP, IPV4, 1},
	{"TimestampAccumMP", UDP, IPV4, 1},
	{"AggregateFilter(allow 77, deny all)", UDP, IPV4, 2, .pushes = true},
	{"DirectIPLookup(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"IPFragmenter(36)", UDP, IPV4, 2, .pushes = true},
	{"IPOutputCombo(7, 10.0.0.7, 1500)", UDP, IPV4, 5, .pushes = true},
	{"LinearIPLookup(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"LookupIP6Route(::/0 2001:db8::7 0)", IP6_UDP, IPV6, 1, .pushes = true},
	{"LookupIPRouteMP(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"RadixIPLookup(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"RangeIPLookup(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"SortedIPLookup(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"StaticIPLookup(" ROUTES ")", UDP, IPV4, 2, .pushes = true},
	{"TCPFragmenter(MTU 44)", TCP, IPV4, 1, .pushes = true},
};

static void
prepare(struct packet *p, enum kind kind)
{
	packet_set_timestamp(p, 999999995 * CLOCK_S);
	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(0x0a000009));
	packet_set_anno_u8(p, ANNO_PAINT, 3);
	packet_set_anno_u32(p, ANNO_AGGREGATE, 77);
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, 999999990 * CLOCK_S);
	if (kind == IPV4)
		packet_set_network(p, 0, 20);
	else if (kind == IPV6)
		packet_set_network(p, 0, 40);
	else if (kind == ETHER_IPV4)
		packet_set_network(p, 14, 20);
	if (kind == ETHER || kind == ETHER_IPV4)
		packet_set_mac(p, 0);
}

// Places in front of the data are known only as long as the packet is in one segment.
static int
place(int32_t off)
{
	return off < 0 ? -1 : off;
}

static void
add_packet(struct strbuf *out, const struct packet *p)
{
	uint8_t byte;

	strbuf_addf(out, "%ld %d %d ", (long)packet_timestamp(p), place(packet_mac_offset(p)),
		place(packet_network_offset(p)));
	for (unsigned at = 0; at < PACKET_ANNO_SIZE; at += 8)
		strbuf_addf(out, "%lx,", (unsigned long)packet_anno_u64(p, at));
	for (uint32_t at = 0; packet_read(p, at, &byte, 1); at++)
		strbuf_addf(out, "%s%02x", at % 4 == 0 ? " " : "", byte);
	strbuf_addc(out, '\n');
}

// All that came out. Caller frees.
static char *
outcome(struct rig *r, unsigned n_out)
{
	struct strbuf out = STRBUF_INIT;

	for (unsigned port = 0; port < n_out; port++) {
		strbuf_addf(&out, "[%u]\n", port);
		for (unsigned i = 0; i < rig_count(r, port); i++)
			add_packet(&out, rig_packet(r, port, i));
	}
	return strbuf_steal(&out);
}

// What comes of a packet in segments of size bytes; 0: in one. Caller frees.
static char *
outcome_of(const struct agnostic *a, bool pull, unsigned size)
{
	struct rig *r = (pull ? rig_new_pull : rig_new)(a->element, 1, a->n_out);
	struct packet *p;
	char *text;

	if (r == NULL)
		return mem_strdup("does not configure");
	p = size == 0 ? rig_hex(a->hex) : rig_segments(a->hex, size);
	prepare(p, a->kind);
	rig_push(r, 0, p);
	if (pull)
		rig_pull(r, 0, 8);
	text = outcome(r, a->n_out);
	rig_free(r);
	return text;
}

static void
expect_same(const struct agnostic *a, const char *what, char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		printf("\n%s, %s", a->element, what);
	ASSERT_TEXT(got, want);
	free(got);
}

static void
in_any_context(void)
{
	for (size_t i = 0; i < RTE_DIM(agnostic); i++) {
		const struct agnostic *a = &agnostic[i];
		char *want = outcome_of(a, false, 0);

		// Something comes out, or the test would say nothing.
		CU_ASSERT_PTR_NOT_NULL(strstr(want, " "));
		if (strstr(want, " ") == NULL)
			printf("\n%s: nothing comes out", a->element);
		if (!a->pushes)
			expect_same(a, "pulled", outcome_of(a, true, 0), want);
		free(want);
	}
}

static void
in_segments(void)
{
	static const unsigned sizes[] = {1, 7, 21, 34};

	for (size_t i = 0; i < RTE_DIM(agnostic); i++) {
		const struct agnostic *a = &agnostic[i];
		char *want = outcome_of(a, false, 0);

		for (unsigned s = 0; s < RTE_DIM(sizes); s++)
			expect_same(a, "cut", outcome_of(a, false, sizes[s]), want);
		free(want);
	}
}

// The element gets one of two packets with the same bytes, `first` the one that Tee sends first.
static void
share(const struct agnostic *a, bool first, const char *want)
{
	struct strbuf config = STRBUF_INIT, kept = STRBUF_INIT, untouched = STRBUF_INIT;
	struct packet *p;
	struct rig *r;

	strbuf_addf(&config, "RigIn -> t :: Tee(2); t [%d] -> e :: %s; t [%d] -> RigOut(9);",
		!first, a->element, first);
	for (unsigned port = 0; port < a->n_out; port++)
		strbuf_addf(&config, "e [%u] -> RigOut(%u);", port, port);
	r = rig_config(strbuf_text(&config));
	p = rig_hex(a->hex);
	prepare(p, a->kind);
	add_packet(&untouched, p);
	rig_push(r, 0, p);
	expect_same(a, "shared", outcome(r, a->n_out), want);
	CU_ASSERT_EQUAL(rig_count(r, 9), 1);
	add_packet(&kept, rig_packet(r, 9, 0));
	expect_same(a, "the other one", strbuf_steal(&kept), strbuf_text(&untouched));
	rig_free(r);
	strbuf_fini(&untouched);
	strbuf_fini(&config);
}

static void
shared(void)
{
	for (size_t i = 0; i < RTE_DIM(agnostic); i++) {
		char *want = outcome_of(&agnostic[i], false, 0);

		share(&agnostic[i], true, want);
		share(&agnostic[i], false, want);
		free(want);
	}
}

UNIT_SUITE(agnostic, UNIT_CASE(in_any_context), UNIT_CASE(in_segments), UNIT_CASE(shared))
