// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_tcp.h>

#include "src/element.h"
#include "test/unit/nat_rig.h"

// The client's packets come in at 0, the server's at 1.
#define FTP                                                                           \
	"e :: FTPPortMapper(rw, rw, 1); rw :: TCPRewriter(keep 0 1, pattern 1.0.0.1 " \
	"1024-65535# - - 0 1, drop, REPLY_ANNO 20);"                                  \
	"RigIn(0) -> e -> rw; RigIn(1) -> [2] rw; Idle -> [1] rw;"                    \
	"rw -> RigOut(0); rw [1] -> RigOut(1);"
#define CLIENT "10.0.0.5:5555 > 20.0.0.2:21"
#define SERVER "20.0.0.2:21 > 10.0.0.5:5555"
#define SACK(a, b) "0101050a000000" a "000000" b

static void
client(struct rig *r, uint32_t seq, uint32_t ack, const char *data)
{
	nat_push(r, 0,
		nat_tcp((struct nat_tcp){.ends = CLIENT,
			.flags = RTE_TCP_ACK_FLAG,
			.seq = seq,
			.ack = ack,
			.data = data}));
}

static void
server(struct rig *r, uint32_t ack, const char *options)
{
	nat_push(r, 1,
		nat_tcp((struct nat_tcp){.ends = SERVER,
			.flags = RTE_TCP_ACK_FLAG,
			.seq = 77,
			.ack = ack,
			.options = options}));
}

// "seq ack data" of the packet at an output, with " (bad sum)" if so.
static const char *
tcp_of(struct rig *r, unsigned output)
{
	static char text[300];
	uint8_t bytes[300] = {0};
	struct packet *p = rig_packet(r, output, 0);
	const struct rte_tcp_hdr *tcp = (void *)(bytes + 20);
	const struct rte_ipv4_hdr *ip = (void *)bytes;
	unsigned header;

	if (p == NULL)
		return "none";
	packet_read(p, 0, bytes, RTE_MIN(packet_length(p), (uint32_t)sizeof(bytes) - 1));
	header = 20 + (tcp->data_off >> 4) * 4u;
	CU_ASSERT_EQUAL(rte_be_to_cpu_16(ip->total_length), packet_length(p));
	snprintf(text, sizeof(text), "%u %u %s%s", rte_be_to_cpu_32(tcp->sent_seq),
		rte_be_to_cpu_32(tcp->recv_ack), (char *)bytes + header,
		strstr(nat_ends(p), "bad sum") != NULL ? " (bad sum)" : "");
	return text;
}

static void
commands_are_rewritten(void)
{
	struct rig *r = rig_config(FTP);
	struct packet *p = nat_syn(CLIENT);

	// A command in front of all mappings stays as it is.
	packet_set_anno_u8(p, 20, 9);
	nat_push(r, 0, p);
	ASSERT_OUT(r, "0 10.0.0.5:5555 > 20.0.0.2:21");
	client(r, 1, 100, "PORT 200,200,200,200,200,200\n");
	ASSERT_TEXT(tcp_of(r, 0), "1 100 PORT 1,0,0,1,4,0\n");
	client(r, 30, 100, "QUIT\n");
	ASSERT_TEXT(tcp_of(r, 0), "18 100 QUIT\n");
	server(r, 18, NULL);
	ASSERT_TEXT(tcp_of(r, 1), "77 30 ");
	server(r, 1, NULL);
	ASSERT_TEXT(tcp_of(r, 1), "77 1 ");
	server(r, 1, SACK("01", "12"));
	ASSERT_TEXT(tcp_of(r, 1), "77 1 ");
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 1, 0))[20 + 31], 30);
	// The data connection comes back to the client, with the annotation of the control one.
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 200.200.200.200:51400");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), 20), 9);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "rw.table"),
		"(10.0.0.5, 5555, 20.0.0.2, 21) => (10.0.0.5, 5555, 20.0.0.2, 21) seq -12 [*0 1] i0"));
	// Sent again it changes nothing more.
	client(r, 1, 100, "PORT 200,200,200,200,200,200\n");
	ASSERT_TEXT(tcp_of(r, 0), "1 100 PORT 1,0,0,1,4,0\n");
	client(r, 30, 100, "QUIT\n");
	ASSERT_TEXT(tcp_of(r, 0), "18 100 QUIT\n");
	// A second one: another port, longer than before.
	client(r, 30, 100, "port  1,1,1,1,1,1\r\n");
	ASSERT_TEXT(tcp_of(r, 0), "18 100 port  1,0,0,1,4,1\r\n");
	client(r, 49, 100, "QUIT\n");
	ASSERT_TEXT(tcp_of(r, 0), "37 100 QUIT\n");
	rig_free(r);
}

static void
packets_grow(void)
{
	const char *hex = nat_hex(nat_tcp(
		(struct nat_tcp){.ends = CLIENT, .seq = 1, .data = "PORT 1,1,1,1,1,1\r\nx"}));
	struct rig *r = rig_config(
		"e :: FTPPortMapper(rw, d, 0); rw :: IPRewriter(keep 0 1); d :: UDPRewriter(pattern "
		"211.211.211.211 50000-65535# - - 0 0); RigIn(0) -> e -> rw; Idle -> d -> Discard;"
		"rw -> RigOut(0); rw [1] -> RigOut(1);");

	nat_push(r, 0, nat_syn(CLIENT));
	for (unsigned size = 1; size < 70; size += 4) {
		struct packet *p = rig_segments(hex, size);

		packet_set_network(p, 0, 20);
		nat_push(r, 0, p);
		ASSERT_TEXT(tcp_of(r, 0), "1 0 PORT 211,211,211,211,195,80\r\nx");
	}
	client(r, 20, 100, "QUIT\n");
	ASSERT_TEXT(tcp_of(r, 0), "31 100 QUIT\n");
	ASSERT_READ(r, "d.size", "1");
	rig_free(r);
}

static void
others_pass(void)
{
	struct rig *r = rig_config(FTP);

	// No mapping of the control connection yet.
	client(r, 1, 100, "PORT 200,200,200,200,200,200\n");
	ASSERT_TEXT(tcp_of(r, 0), "1 100 PORT 200,200,200,200,200,200\n");
	client(r, 30, 100, "PORT 200,200,200,200,200\n");
	ASSERT_TEXT(tcp_of(r, 0), "30 100 PORT 200,200,200,200,200\n");
	client(r, 30, 100, "PORT 200,200,200,200,200,200");
	ASSERT_TEXT(tcp_of(r, 0), "30 100 PORT 200,200,200,200,200,200");
	rig_free(r);
	// No mapping of the data connection to be had.
	r = rig_config("e :: FTPPortMapper(rw, rw, 1); rw :: TCPRewriter(keep 0 0, drop);"
		       "RigIn(0) -> e -> rw; Idle -> [1] rw; rw -> RigOut(0)");
	nat_push(r, 0, nat_syn(CLIENT));
	client(r, 1, 100, "PORT 200,200,200,200,200,200\n");
	ASSERT_TEXT(tcp_of(r, 0), "1 100 PORT 200,200,200,200,200,200\n");
	rig_free(r);
	r = rig_config("e :: FTPPortMapper(rw, rw, 0); rw :: TCPRewriter(pass 0);"
		       "RigIn(0) -> e -> rw -> RigOut(0)");
	nat_push_udp(r, 0, CLIENT);
	ASSERT_OUT(r, "0 10.0.0.5:5555 > 20.0.0.2:21");
	nat_push(r, 0, rig_hex("00"));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
cut_up(void)
{
	const char *whole = nat_hex(nat_tcp((struct nat_tcp){.ends = CLIENT,
		.seq = 1,
		.data = "PORT 200,200,200,200,200,200\n",
		.options = "01010101"}));
	struct rig *r = rig_config(FTP);
	char hex[300];

	nat_push(r, 0, nat_syn(CLIENT));
	for (size_t n = 2; n <= strlen(whole); n += 2) {
		struct packet *p;

		snprintf(hex, n + 1, "%s", whole);
		p = rig_hex(hex);
		packet_set_network(p, 0, 20);
		nat_push(r, 0, p);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

// Like others: pulled, and with another packet that has the same bytes.
static void
pulled_and_shared(void)
{
	struct rig *r = rig_config(
		"rw :: TCPRewriter(keep 0 1, pattern 1.0.0.1 1024-65535# - - 0 1);"
		"RigIn(0) -> t :: Tee(2) -> Queue -> e :: FTPPortMapper(rw, rw, 1) -> Unqueue -> rw;"
		"t [1] -> RigOut(2); Idle -> [1] rw; rw -> RigOut(0); rw [1] -> RigOut(1);");

	nat_push(r, 0, nat_syn(CLIENT));
	rig_run(r, 2);
	rig_clear(r);
	client(r, 1, 100, "PORT 200,200,200,200,200,200\n");
	rig_run(r, 2);
	ASSERT_TEXT(tcp_of(r, 0), "1 100 PORT 1,0,0,1,4,0\n");
	ASSERT_TEXT(tcp_of(r, 2), "1 100 PORT 200,200,200,200,200,200\n");
	rig_free(r);
}

static void
swapped(void)
{
	struct rig *r = rig_config(FTP);
	char *errors;

	nat_push(r, 0, nat_syn(CLIENT));
	client(r, 1, 100, "PORT 200,200,200,200,200,200\n");
	ASSERT_TEXT(tcp_of(r, 0), "1 100 PORT 1,0,0,1,4,0\n");
	errors = rig_swap(r, FTP);
	ASSERT_TEXT(errors, "");
	free(errors);
	client(r, 30, 100, "QUIT\n");
	ASSERT_TEXT(tcp_of(r, 0), "18 100 QUIT\n");
	server(r, 18, NULL);
	ASSERT_TEXT(tcp_of(r, 1), "77 30 ");
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 200.200.200.200:51400");
	rig_free(r);
}

static void
errors(void)
{
#define REST \
	"; rw :: TCPRewriter(drop); u :: UDPRewriter(drop); Idle -> rw -> Discard; Idle -> u -> Discard"
	static const struct {
		const char *config, *want;
	} cases[] = {
		{"Idle -> FTPPortMapper(x, rw, 0) -> Discard",
			"  CONTROL_REWRITER: does not name an element\n"},
		{"Idle -> FTPPortMapper(u, rw, 0) -> Discard",
			"  CONTROL_REWRITER: element type mismatch, expected TCPRewriter\n"},
		{"Idle -> FTPPortMapper(rw, i, 0) -> Discard; i :: Idle",
			"  DATA_REWRITER: element type mismatch, expected IPRewriterBase\n"},
		{"Idle -> FTPPortMapper(rw, u, 1) -> Discard",
			"  DATA_REWRITER_INPUT out of range\n"},
		{"Idle -> FTPPortMapper(rw, u, -1) -> Discard",
			"  DATA_REWRITER_INPUT out of range\n"},
		// What is wrong with the rewriter itself is said there.
		{"Idle -> FTPPortMapper(bad, u, 1) -> Discard; Idle -> bad :: TCPRewriter(drop, "
		 "TCP_GUARANTEE x) -> Discard",
			"  TCP_GUARANTEE: parse error\n"},
		{"Idle -> FTPPortMapper(rw, u, 0) -> Discard",
			"  warning: control packet rewriter 'rw :: TCPRewriter' is not downstream\n"},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		char config[400], *text;

		snprintf(config, sizeof(config), "%s%s", cases[i].config, REST);
		text = rig_config_errors(config);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, cases[i].want));
		if (strstr(text, cases[i].want) == NULL)
			ASSERT_TEXT(text, cases[i].want);
		free(text);
	}
}

UNIT_SUITE(ftpportmapper, UNIT_CASE(commands_are_rewritten), UNIT_CASE(packets_grow),
	UNIT_CASE(others_pass), UNIT_CASE(cut_up), UNIT_CASE(pulled_and_shared), UNIT_CASE(swapped),
	UNIT_CASE(errors))
