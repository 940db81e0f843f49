// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/flow/portpool.h"
#include "src/clock.h"
#include "src/element.h"
#include "test/unit/flowpacket.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/rig.h"

// FlowIPNAT, FlowNAPTLoadBalancer and their reverse sides.

#define CLIENT 0x0a000001u
#define SERVER 0x02000002u
#define OURS 0x01000009u

#define NAT(args)                                                                       \
	"RigIn(0) -> m :: FlowIPManager(TIMEOUT 20) -> e :: FlowIPNAT(1.0.0.9" args ")" \
	"-> RigOut(0); RigIn(1) -> r :: FlowIPNATReverse(e) -> RigOut(1);"

#define LB(args)                                                                                \
	"RigIn(0) -> m :: FlowIPManager(TIMEOUT 20) -> e :: FlowNAPTLoadBalancer("              \
	"DST 3.0.0.1, DST 3.0.0.2, DST 3.0.0.3, SIP 1.0.0.9, SIP 1.0.0.8, SIP 1.0.0.9" args ")" \
	"-> RigOut(0); RigIn(1) -> r :: FlowNAPTLoadBalancerReverse(e) -> RigOut(1);"

static void
out(struct rig *r, uint16_t sport, uint8_t flags)
{
	rig_push(r, 0,
		flowpacket_make(&(struct flowpacket){.src = CLIENT,
			.dst = SERVER,
			.sport = sport,
			.dport = 80,
			.flags = flags,
			.data = "abc"}));
}

// The port of the packet that came out last.
static uint16_t
port_of(struct rig *r)
{
	struct flowpacket f = flowpacket_read(rig_packet(r, 0, rig_count(r, 0) - 1));

	CU_ASSERT_EQUAL(f.src, OURS);
	CU_ASSERT_EQUAL(f.dst, SERVER);
	CU_ASSERT_EQUAL(f.dport, 80);
	return f.sport;
}

static void
answer(struct rig *r, uint32_t from, uint16_t sport, uint16_t dport, uint8_t flags)
{
	rig_push(r, 1,
		flowpacket_make(&(struct flowpacket){
			.src = from, .dst = OURS, .sport = sport, .dport = dport, .flags = flags}));
}

static void
translates(void)
{
	struct rig *r = rig_config(NAT(""));
	uint16_t tcp, udp;
	struct flowpacket f;

	out(r, 1000, FLOW_SYN);
	tcp = port_of(r);
	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(port_of(r), tcp);
	out(r, 1001, FLOW_SYN);
	CU_ASSERT_NOT_EQUAL(port_of(r), tcp);
	out(r, 1000, 0);
	udp = port_of(r);
	CU_ASSERT(tcp >= 1024 && udp >= 1024);
	answer(r, SERVER, 80, tcp, FLOW_ACK);
	answer(r, SERVER, 80, udp, 0);
	for (unsigned i = 0; i < 2; i++) {
		f = flowpacket_read(rig_packet(r, 1, i));
		CU_ASSERT_EQUAL(f.src, SERVER);
		CU_ASSERT_EQUAL(f.dst, CLIENT);
		CU_ASSERT_EQUAL(f.sport, 80);
		CU_ASSERT_EQUAL(f.dport, 1000);
		CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, i), ANNO_DST_IP),
			rte_cpu_to_be_32(CLIENT));
	}
	// Strangers, and ports that nobody has.
	answer(r, SERVER + 1, 80, tcp, FLOW_ACK);
	answer(r, SERVER, 81, tcp, FLOW_ACK);
	answer(r, SERVER, 80, 60000, FLOW_ACK);
	rig_push_hex(r, 1, "45");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(element_drops(rig_find(r, "r"), 0), 4);
	rig_free(r);
}

// In one batch of a flow too, each packet has its own fate.
static void
batches(void)
{
	struct rig *r = rig_config(NAT(", ACCEPT_NONSYN false"));
	struct packet *p[4];
	static const uint8_t flags[] = {FLOW_ACK, FLOW_SYN, FLOW_ACK, FLOW_ACK};

	for (unsigned i = 0; i < 4; i++)
		p[i] = flowpacket_make(
			&(struct flowpacket){.src = CLIENT, .sport = 7, .flags = flags[i]});
	packet_data_rw(p[2])[32] = 0xf0;
	rig_push_batch(r, 0, p, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 0)).flags, FLOW_SYN);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 0)).sport,
		flowpacket_read(rig_packet(r, 0, 2)).sport);
	rig_free(r);
}

// What others hold of a packet stays as it was.
static void
clones(void)
{
	static const char *const configs[] = {NAT(""), LB("")};

	for (unsigned i = 0; i < 2; i++) {
		struct rig *r = rig_config(configs[i]);
		struct packet *p = flowpacket_make(&(struct flowpacket){
			.src = CLIENT, .dst = SERVER, .sport = 5, .flags = FLOW_SYN});
		struct flowpacket f;

		rig_push(r, 0, packet_clone(p));
		f = flowpacket_read(p);
		CU_ASSERT_EQUAL(f.src, CLIENT);
		CU_ASSERT_EQUAL(f.dst, SERVER);
		CU_ASSERT_EQUAL(f.sport, 5);
		f = flowpacket_read(rig_packet(r, 0, 0));
		CU_ASSERT_EQUAL(f.src, OURS);
		rig_push(r, 0, p);
		p = flowpacket_make(&(struct flowpacket){.src = f.dst,
			.dst = f.src,
			.sport = f.dport,
			.dport = f.sport,
			.flags = FLOW_ACK});
		rig_push(r, 1, packet_clone(p));
		CU_ASSERT_EQUAL(flowpacket_read(p).dst, OURS);
		CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 1, 0)).dst, CLIENT);
		rig_push(r, 1, p);
		rig_free(r);
	}
}

static void
refused(void)
{
	struct rig *r = rig_config(NAT(", ACCEPT_NONSYN false"));
	struct packet *p = flowpacket_make(&(struct flowpacket){.sport = 1});

	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	ASSERT_READ(r, "m.count", "0");
	out(r, 1000, FLOW_SYN);
	out(r, 1000, FLOW_ACK);
	out(r, 1001, 0); // UDP
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	packet_data_rw(p)[6] = 0x20; // a fragment
	rig_push(r, 0, p);
	p = flowpacket_make(&(struct flowpacket){.sport = 1});
	packet_data_rw(p)[9] = 1; // ICMP
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	rig_free(r);
	flowpacket_truncations(NAT(""), 2);
	flowpacket_truncations(LB(", STATE true"), 2);
}

// Ports are given back, and the one that was given back first comes first.
static void
ports_run_out(void)
{
	struct rig *r = rig_config(NAT(""));
	uint32_t n = 0;

	for (uint32_t i = 0; i < 65536; i++) {
		rig_push(r, 0,
			flowpacket_make(&(struct flowpacket){
				.src = CLIENT + i / 1000, .sport = (uint16_t)(i % 1000)}));
		n += rig_count(r, 0);
		rig_clear(r);
	}
	CU_ASSERT_EQUAL(n, 64512);
	CU_ASSERT_EQUAL(rig_drops(r, 3), 1024);
	out(r, 2000, FLOW_SYN); // TCP has its own
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 25 * CLOCK_S);
	ASSERT_READ(r, "m.count", "0");
	out(r, 2000, 0);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

// Flows that stayed behind on an lcore that sends no more give their ports to those that do.
static void
ports_of_strays(void)
{
	struct router *r = lcores_rig("Idle -> Discard;", 2);
	static const struct port_user user = {.addr = 1, .port = 2};
	struct port_pool pool = {0};
	uint16_t ports[3], port;
	unsigned n = 0;

	port_pool_init(&pool);
	port_pool_deal(&pool, 1);
	lcores_rig_become(0);
	for (unsigned i = 0; i < 3; i++)
		ports[i] = port_pool_take(&pool, 6, &user);
	port_pool_deal(&pool, 2);
	lcores_rig_become(1);
	while (port_pool_take(&pool, 6, &user) != 0)
		n++;
	CU_ASSERT_EQUAL(n, 64512 - 3);
	lcores_rig_become(0);
	for (unsigned i = 0; i < 3; i++)
		port_pool_give_back(&pool, 6, ports[i]);
	lcores_rig_become(1);
	for (n = 0; (port = port_pool_take(&pool, 6, &user)) != 0; n++)
		CU_ASSERT(port == ports[0] || port == ports[1] || port == ports[2]);
	CU_ASSERT_EQUAL(n, 3);
	port_pool_give_back(&pool, 6, ports[0]);
	CU_ASSERT_EQUAL(port_pool_take(&pool, 6, &user), ports[0]);
	lcores_rig_become(0);
	port_pool_give_back(&pool, 6, ports[1]);
	port_pool_deal(&pool, 1); // strays are dealt out as well
	CU_ASSERT_EQUAL(port_pool_take(&pool, 6, &user), ports[1]);
	port_pool_fini(&pool);
	lcores_rig_free(r);
}

static void
follows_connections(void)
{
	struct rig *r = rig_config(NAT(", STATE true"));
	uint16_t port;

	out(r, 1000, FLOW_SYN);
	port = port_of(r);
	out(r, 1000, FLOW_FIN | FLOW_ACK);
	answer(r, SERVER, 80, port, FLOW_ACK);
	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(port_of(r), port);
	ASSERT_READ(r, "m.count", "1");
	answer(r, SERVER, 80, port, FLOW_FIN | FLOW_ACK);
	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(port_of(r), port);
	ASSERT_READ(r, "m.count", "0");
	answer(r, SERVER, 80, port, FLOW_ACK);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	out(r, 1000, FLOW_SYN);
	CU_ASSERT_NOT_EQUAL(port_of(r), port);
	out(r, 1000, FLOW_RST);
	ASSERT_READ(r, "m.count", "0");
	rig_free(r);
	// Without STATE it stays until it is idle.
	r = rig_config(NAT(""));
	out(r, 1000, FLOW_SYN);
	out(r, 1000, FLOW_RST);
	ASSERT_READ(r, "m.count", "1");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(NAT(""));
	uint16_t port;
	char *errors;

	out(r, 1000, FLOW_SYN);
	port = port_of(r);
	errors = rig_swap(r, NAT(", STATE true"));
	ASSERT_TEXT(errors, "");
	free(errors);
	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(port_of(r), port);
	answer(r, SERVER, 80, port, FLOW_ACK);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	out(r, 1001, FLOW_SYN);
	CU_ASSERT_NOT_EQUAL(port_of(r), port);
	rig_free(r);
}

// ---- FlowNAPTLoadBalancer

static void
balances(void)
{
	struct rig *r = rig_config(LB(""));
	struct flowpacket f[4];

	for (uint16_t i = 0; i < 4; i++) {
		out(r, 1000 + i % 3, i < 3 ? FLOW_SYN : FLOW_ACK);
		f[i] = flowpacket_read(rig_packet(r, 0, i));
		CU_ASSERT_EQUAL(f[i].dst, 0x03000001u + i % 3);
		CU_ASSERT_EQUAL(f[i].src, i == 1 ? 0x01000008u : 0x01000009u);
		CU_ASSERT_EQUAL(f[i].dport, 80);
		CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, i), ANNO_DST_IP),
			rte_cpu_to_be_32(f[i].dst));
	}
	CU_ASSERT_EQUAL(f[0].sport, f[3].sport);
	CU_ASSERT_NOT_EQUAL(f[0].sport, f[2].sport); // of the same address
	ASSERT_READ(r, "conn", "3");
	ASSERT_READ(r, "open", "3");
	for (unsigned i = 0; i < 3; i++) {
		struct flowpacket back = {.src = f[i].dst,
			.dst = f[i].src,
			.sport = 80,
			.dport = f[i].sport,
			.flags = FLOW_ACK};

		rig_push(r, 1, flowpacket_make(&back));
		back = flowpacket_read(rig_packet(r, 1, i));
		CU_ASSERT_EQUAL(back.src, SERVER);
		CU_ASSERT_EQUAL(back.dst, CLIENT);
		CU_ASSERT_EQUAL(back.sport, 80);
		CU_ASSERT_EQUAL(back.dport, 1000 + i);
	}
	// Of another server, of no address of ours, and no packet.
	rig_push(r, 1,
		flowpacket_make(&(struct flowpacket){.src = f[1].dst,
			.dst = f[0].src,
			.sport = 80,
			.dport = f[0].sport,
			.flags = 16}));
	rig_push(r, 1, flowpacket_make(&(struct flowpacket){.src = f[1].dst}));
	rig_push_hex(r, 1, "45");
	CU_ASSERT_EQUAL(element_drops(rig_find(r, "r"), 0), 3);
	rig_run_for(r, 25 * CLOCK_S);
	ASSERT_READ(r, "conn", "3");
	ASSERT_READ(r, "open", "0");
	rig_free(r);
}

static void
balancer_swap(void)
{
	struct rig *r = rig_config(LB(""));
	struct flowpacket f;
	char *errors;

	out(r, 1000, FLOW_SYN);
	f = flowpacket_read(rig_packet(r, 0, 0));
	errors = rig_swap(r, LB(", LB_MODE hash"));
	ASSERT_TEXT(errors, "");
	free(errors);
	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 1)).dst, f.dst);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 1)).sport, f.sport);
	ASSERT_READ(r, "open", "1");
	// Other servers: flows begin anew.
	errors =
		rig_swap(r, "RigIn(0) -> m :: FlowIPManager(TIMEOUT 20)"
			    "-> e :: FlowNAPTLoadBalancer(DST 4.0.0.1, SIP 1.0.0.1) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	out(r, 1000, FLOW_ACK);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 2)).dst, 0x04000001u);
	ASSERT_READ(r, "conn", "2");
	ASSERT_READ(r, "open", "1");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("FlowIPNAT", 1, 1, "SIP: required argument missing\n");
	ASSERT_ERRORS("FlowIPNAT(1.0.0.1)", 1, 1,
		"needs a FlowIPManager in front of it, without a Queue in between\n");
	ASSERT_ERRORS("FlowIPNATReverse(e)", 1, 1, "NAT must be a FlowIPNAT\n");
	ASSERT_ERRORS(
		"FlowNAPTLoadBalancerReverse(e)", 1, 1, "LB must be a FlowNAPTLoadBalancer\n");
	ASSERT_ERRORS("FlowNAPTLoadBalancer(DST 1.0.0.1, DST 1.0.0.2, SIP 1.0.0.3)", 1, 1,
		"The number of SIP must match DST\n");
	ASSERT_ERRORS(
		"FlowNAPTLoadBalancer(DST x, SIP y)", 1, 1, "DST: parse error\nSIP: parse error\n");
	errors = rig_config_errors("Idle -> FlowIPManager -> f :: FlowCounter;"
				   "Idle -> FlowIPManager -> f -> Discard;");
	ASSERT_TEXT(errors, "config:1: While initializing 'f :: FlowCounter':\n"
			    "  more than one FlowIPManager in front of it\n");
	free(errors);
}

UNIT_SUITE(flowipnat, UNIT_CASE(translates), UNIT_CASE(batches), UNIT_CASE(clones),
	UNIT_CASE(refused), UNIT_CASE(ports_run_out), UNIT_CASE(ports_of_strays),
	UNIT_CASE(follows_connections), UNIT_CASE(hot_swap), UNIT_CASE(balances),
	UNIT_CASE(balancer_swap), UNIT_CASE(arguments))
