// SPDX-License-Identifier: BSD-3-Clause
// With the right to open raw sockets: through the kernel's loopback.
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/element.h"
#include "test/unit/rig.h"
#include "test/unit/socket_rig.h"

enum { NOT_IP, RUNT, SEND_FAILED, HELD_AT_END };
enum { ROUNDS = 64 };

static bool
may_open(void)
{
	int fd = socket(AF_INET, SOCK_RAW, 254);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

// From 127.0.0.1 to 127.0.0.1, protocol 254, 3 bytes of data.
#define LOOP "4500001700010000 40fe0000 7f000001 7f000001 616263"

static void
there_and_back(void)
{
	struct rig *r;
	const struct packet *p;

	if (!may_open())
		return;
	r = rig_config("RigIn(0) -> q :: Queue -> e :: RawSocket(254) -> RigOut(0);" TICK);
	rig_push(r, 0, rig_segments(LOOP, 7));
	rig_push_hex(r, 0, "45000013");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_drops(r, RUNT), 1);
	ASSERT_TEXT(rig_chatter(r), "e :: RawSocket: runt IP packet (4 bytes)\n");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL_FATAL(packet_length(p), 23);
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 12, "\x7f\0\0\1\x7f\0\0\1abc", 11), 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), htonl(INADDR_LOOPBACK));
	CU_ASSERT_EQUAL(packet_headroom(p), 28);
	CU_ASSERT_TRUE(packet_timestamp(p) > 0);
	ASSERT_READ(r, "tickets", "1024");
	rig_free(r);
}

static void
cuts(void)
{
	struct rig *r;

	if (!may_open())
		return;
	r = rig_config("RigIn(0) -> q :: Queue -> RawSocket(254);"
		       "e :: RawSocket(254, SNAPLEN 21, HEADROOM 50) -> RigOut(0);"
		       "f :: RawSocket(254, SNAPLEN 19) -> RigOut(1);" TICK);
	rig_push_hex(r, 0, LOOP);
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 21);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 50);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(element_drops(rig_find(r, "f"), NOT_IP), 1);
	rig_free(r);
}

// The kernel does not take a header that is longer than the packet.
static void
send_fails(void)
{
	struct rig *r;

	if (!may_open())
		return;
	r = rig_config("RigIn(0) -> q :: Queue -> e :: RawSocket(254);" TICK);
	rig_push_hex(r, 0, "4f000014 00010000 40fe0000 7f000001 7f000001");
	rig_push_hex(r, 0, "4f000014 00010000 40fe0000 7f000001 7f000001");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_drops(r, SEND_FAILED), 2);
	CU_ASSERT_EQUAL(strncmp(rig_chatter(r), "e :: RawSocket: sendto: ", 24), 0);
	rig_free(r);
}

// What has come and was not read yet is the new element's.
static void
survives_a_hot_swap(void)
{
	static const char config[] = "e :: RawSocket(254) -> RigOut(0);" TICK;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct packet *p;
	struct rig *r;
	int fd;

	if (!may_open())
		return;
	r = rig_config(config);
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	p = rig_hex(LOOP);
	CU_ASSERT_EQUAL(sendto(fd, packet_data(p), 23, 0, (struct sockaddr *)&to, sizeof(to)), 23);
	close(fd);
	packet_free(p);
	packet_thread.n_generated--;
	free(rig_swap(r, config));
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("RawSocket()", 0, 1, "TYPE: required argument missing\n");
	ASSERT_ERRORS("RawSocket(nosuch)", 0, 1, "TYPE: parse error\n");
	ASSERT_ERRORS("RawSocket(UDP, 65536)", 0, 1, "PORT: out of range, bound 65535\n");
	ASSERT_ERRORS(
		"RawSocket(UDP, SNAPLEN 65536)", 0, 1, "SNAPLEN: out of range, bound 65535\n");
	ASSERT_ERRORS(
		"RawSocket(UDP, HEADROOM 2049)", 0, 1, "HEADROOM: out of range, bound 2048\n");
	if (!may_open())
		ASSERT_ERRORS("RawSocket(UDP)", 0, 1, "socket: Operation not permitted\n");
}

UNIT_SUITE(rawsocket, UNIT_CASE(there_and_back), UNIT_CASE(cuts), UNIT_CASE(send_fails),
	UNIT_CASE(survives_a_hot_swap), UNIT_CASE(configuration_errors))
