// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "test/unit/rig.h"
#include "test/unit/socket_rig.h"

enum { NOT_CONNECTED, REFUSED, NO_ROOM, SEND_FAILED, HELD_AT_END };
enum { ROUNDS = 64 };

static struct sockaddr_in
localhost(unsigned port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

// A socket of the test's, on a free port.
static int
bound_socket(int type, unsigned *port)
{
	struct sockaddr_in addr = localhost(0);
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	*port = ntohs(addr.sin_port);
	return fd;
}

static unsigned
free_port(int type)
{
	unsigned port;

	close(bound_socket(type, &port));
	return port;
}

static struct rig *
open_rig(const char *fmt, unsigned port)
{
	char *config = mem_printf(fmt, port);
	struct rig *r = rig_config(config);

	free(config);
	rig_run(r, ROUNDS);
	return r;
}

static void
send_to(int fd, unsigned port, const char *text)
{
	struct sockaddr_in to = localhost(port);

	CU_ASSERT_EQUAL(sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof(to)),
		(ssize_t)strlen(text));
}

// What there is to read now; "-" if nothing.
static const char *
got(int fd)
{
	static char text[4096];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return n < 0 ? "-" : text;
}

static void
datagram_server(void)
{
	unsigned port = free_port(SOCK_DGRAM), mine, other;
	int fd = bound_socket(SOCK_DGRAM, &mine), fd2 = bound_socket(SOCK_DGRAM, &other);
	struct rig *r = open_rig("RigIn(0) -> e :: Socket(UDP, 127.0.0.1, %u, SNAPLEN 4)"
				 "-> RigOut(0);" TICK,
		port);

	rig_push_hex(r, 0, "78"); // nobody has sent yet
	CU_ASSERT_EQUAL(rig_drops(r, NOT_CONNECTED), 1);
	send_to(fd, port, "abc");
	send_to(fd, port, "");
	send_to(fd, port, "abcdefg");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_expect_hex(r, 0, 0, "616263");
	rig_expect_hex(r, 0, 1, "");
	rig_expect_hex(r, 0, 2, "61626364");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 0);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 2), ANNO_EXTRA_LENGTH), 3);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 28);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) >= 1000000000 * CLOCK_S);
	rig_push(r, 0, rig_segments("58595a", 1));
	ASSERT_TEXT(got(fd), "XYZ");
	ASSERT_TEXT(got(fd2), "-");
	send_to(fd2, port, "q");
	rig_run(r, ROUNDS);
	rig_push_hex(r, 0, "61");
	ASSERT_TEXT(got(fd2), "a");
	ASSERT_TEXT(got(fd), "-");
	rig_free(r);
	close(fd);
	close(fd2);
}

static void
datagram_client(void)
{
	unsigned port, own = free_port(SOCK_DGRAM);
	int fd = bound_socket(SOCK_DGRAM, &port);
	char *config = mem_printf("RigIn(0) -> e :: Socket(udp, 127.0.0.1, %u, 127.0.0.1, %u, "
				  "CLIENT true, TIMESTAMP false, HEADROOM 100) -> RigOut(0);" TICK,
		port, own);
	struct rig *r = rig_config(config);
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char byte;

	rig_push_hex(r, 0, "61");
	CU_ASSERT_EQUAL(recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&from, &len), 1);
	CU_ASSERT_EQUAL(ntohs(from.sin_port), own);
	send_to(fd, own, "answer");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "616e73776572");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 100);
	rig_free(r);
	free(config);
	close(fd);
}

static void
datagrams_to_the_annotation(void)
{
	unsigned port;
	int fd = bound_socket(SOCK_DGRAM, &port);
	struct rig *r = open_rig("RigIn(0) -> e :: Socket(UDP, 0.0.0.0, %u);", port);
	struct packet *p = rig_hex("6162");

	packet_set_anno_u32(p, ANNO_DST_IP, htonl(INADDR_LOOPBACK));
	rig_push(r, 0, p);
	ASSERT_TEXT(got(fd), "ab");
	CU_ASSERT_EQUAL(lcore_self->n_sent, 1);
	rig_free(r);
	close(fd);
}

static void
stream_server(void)
{
	char *name = socket_name();
	char *config = mem_printf("RigIn(0) -> e :: Socket(UNIX, %s, VERBOSE true)"
				  "-> RigOut(0);" TICK,
		name);
	struct rig *r = rig_config(config);
	int a, b;

	rig_push_hex(r, 0, "61");
	CU_ASSERT_EQUAL(rig_drops(r, NOT_CONNECTED), 1);
	a = connect_unix(name);
	b = connect_unix(name); // waits for its turn
	rig_run(r, ROUNDS);
	rig_push_hex(r, 0, "616263");
	ASSERT_TEXT(got(a), "abc");
	CU_ASSERT_EQUAL(send(b, "second", 6, 0), 6);
	CU_ASSERT_EQUAL(send(a, "first", 5, 0), 5);
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "6669727374");
	close(a);
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 1, "7365636f6e64");
	rig_push_hex(r, 0, "62");
	ASSERT_TEXT(got(b), "b");
	ASSERT_TEXT(rig_chatter(r), "e :: Socket: opened connection from\n"
				    "e :: Socket: closed connection\n"
				    "e :: Socket: opened connection from\n");
	rig_free(r);
	ASSERT_TEXT(got(b), "");
	CU_ASSERT_EQUAL(access(name, F_OK), -1);
	close(b);
	free(config);
	free(name);
}

static void
tcp_both_ways(void)
{
	unsigned port = free_port(SOCK_STREAM);
	struct rig *r = open_rig("e :: Socket(TCP, 127.0.0.1, %1$u) -> RigOut(0); RigIn(0) -> e;"
				 "RigIn(1) -> c :: Socket(TCP, 127.0.0.1, %1$u, CLIENT true)"
				 "-> RigOut(1);" TICK,
		port);

	rig_push_hex(r, 1, "0102");
	rig_push_hex(r, 1, "03");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1); // a stream has no bounds
	rig_expect_hex(r, 0, 0, "010203");
	rig_push_hex(r, 0, "0405");
	rig_run(r, ROUNDS);
	rig_expect_hex(r, 1, 0, "0405");
	rig_free(r);
}

// With nobody who reads, a pusher gives up after a second, and a puller keeps the packet.
static void
no_room(void)
{
	char *name = socket_name();
	char *config = mem_printf("RigIn(0) -> e :: Socket(UNIX, %s, SNDBUF 4096)"
				  "-> RigOut(0);" TICK,
		name);
	struct rig *r = rig_config(config);
	char bytes[1000] = "", read_bytes[1000];
	int fd = connect_unix(name);
	unsigned sent = 0, received = 0;

	rig_run(r, ROUNDS);
	while (rig_drops(r, NO_ROOM) == 0 && sent < 1000) {
		rig_push(r, 0, packet_make(0, bytes, sizeof(bytes)));
		sent++;
	}
	CU_ASSERT_EQUAL(rig_drops(r, NO_ROOM), 1);
	rig_push(r, 0, packet_make(0, bytes, sizeof(bytes))); // does not wait again
	CU_ASSERT_EQUAL(rig_drops(r, NO_ROOM), 2);
	while (recv(fd, read_bytes, sizeof(read_bytes), MSG_DONTWAIT) > 0)
		received++;
	CU_ASSERT_TRUE(received > 0 && received < sent);
	rig_push(r, 0, packet_make(0, bytes, sizeof(bytes)));
	CU_ASSERT_EQUAL(rig_drops(r, NO_ROOM), 2);
	rig_free(r);
	close(fd);
	free(config);
	free(name);
}

static void
pulls_and_keeps(void)
{
	char *name = socket_name();
	char *config = mem_printf("RigIn(0) -> q :: Queue(100) -> e :: Socket(UNIX, %s, "
				  "SNDBUF 4096) -> RigOut(0);" TICK,
		name);
	struct rig *r = rig_config(config);
	char bytes[1000] = "", buffer[1000];
	unsigned long total = 0;
	int fd;

	for (unsigned i = 0; i < 50; i++) {
		bytes[0] = (char)i;
		rig_push(r, 0, packet_make(0, bytes, sizeof(bytes)));
	}
	rig_run(r, ROUNDS);
	ASSERT_READ(r, "q.length", "50"); // waits for somebody to connect
	fd = connect_unix(name);
	rig_run(r, ROUNDS);
	CU_ASSERT_TRUE(atoi(rig_read(r, "q.length")) > 0);
	CU_ASSERT_TRUE(atoi(rig_read(r, "q.length")) < 50);
	for (unsigned i = 0; i < 200; i++) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);

		if (n > 0 && total % sizeof(bytes) == 0)
			CU_ASSERT_EQUAL(buffer[0], (char)(total / sizeof(bytes)));
		total += n > 0 ? (unsigned long)n : 0;
		rig_run(r, 4);
	}
	CU_ASSERT_EQUAL(total, 50 * sizeof(bytes));
	ASSERT_READ(r, "q.length", "0");
	ASSERT_READ(r, "tickets", "1024");
	rig_free(r);
	close(fd);
	free(config);
	free(name);
}

static void
the_other_side_is_gone(void)
{
	char *name = socket_name();
	char *config = mem_printf("RigIn(0) -> e :: Socket(UNIX, %s);", name);
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	struct rig *r;

	strcpy(addr.sun_path, name);
	CU_ASSERT_EQUAL_FATAL(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	CU_ASSERT_EQUAL_FATAL(listen(listener, 1), 0);
	r = rig_config(config);
	fd = accept(listener, NULL, NULL);
	rig_push_hex(r, 0, "61");
	ASSERT_TEXT(got(fd), "a");
	close(fd);
	rig_push_hex(r, 0, "62");
	CU_ASSERT_EQUAL(rig_drops(r, SEND_FAILED), 1);
	ASSERT_TEXT(rig_chatter(r), "e :: Socket: send: Broken pipe\n");
	rig_push_hex(r, 0, "63");
	CU_ASSERT_EQUAL(rig_drops(r, NOT_CONNECTED), 1);
	rig_free(r);
	close(listener);
	unlink(name);
	free(config);
	free(name);
}

static void
allows_and_denies(void)
{
	unsigned port = free_port(SOCK_DGRAM), mine, tcp = free_port(SOCK_STREAM);
	int fd = bound_socket(SOCK_DGRAM, &mine);
	struct rig *r = open_rig("t :: RadixIPLookup(127.0.0.0/8 0); Idle -> t -> Discard;"
				 "e :: Socket(UDP, 127.0.0.1, %u, DENY t) -> RigOut(0);"
				 "RigIn(0) -> e;" TICK,
		port);

	send_to(fd, port, "abc");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, REFUSED), 1);
	rig_push_hex(r, 0, "61"); // is not answered either
	CU_ASSERT_EQUAL(rig_drops(r, NOT_CONNECTED), 1);
	rig_free(r);
	r = open_rig("t :: RadixIPLookup(127.0.0.0/8 0); Idle -> t -> Discard;"
		     "e :: Socket(UDP, 127.0.0.1, %u, DENY t, ALLOW t) -> RigOut(0);" TICK,
		port);
	send_to(fd, port, "abc");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	close(fd);
	r = open_rig("t :: RadixIPLookup(127.0.0.0/8 0); Idle -> t -> Discard;"
		     "e :: Socket(TCP, 127.0.0.1, %u, DENY t) -> RigOut(0);" TICK,
		tcp);
	fd = connect_tcp(tcp);
	rig_run(r, ROUNDS);
	ASSERT_TEXT(got(fd), "");
	rig_free(r);
	close(fd);
}

static void
abstract_names(void)
{
	char *config =
		mem_printf("e :: Socket(UNIX_DGRAM, \"\\<00>clickd-test-%d\") -> RigOut(0);"
			   "RigIn(0) -> c :: Socket(UNIX_DGRAM, \"\\<00>clickd-test-%d\");" TICK,
			(int)getpid(), (int)getpid());
	struct rig *r = rig_config(config);

	rig_push_hex(r, 0, "616263");
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "616263");
	rig_free(r);
	free(config);
}

static void
survives_a_hot_swap(void)
{
	char *name = socket_name();
	char *config = mem_printf("RigIn(0) -> e :: Socket(UNIX, %s) -> RigOut(0);" TICK, name);
	struct rig *r = rig_config(config);
	int fd = connect_unix(name);
	char *errors;

	rig_run(r, ROUNDS);
	rig_push_hex(r, 0, "61");
	ASSERT_TEXT(got(fd), "a");
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "62");
	ASSERT_TEXT(got(fd), "b");
	CU_ASSERT_EQUAL(send(fd, "c", 1, 0), 1);
	rig_run(r, ROUNDS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	CU_ASSERT_EQUAL(access(name, F_OK), -1);
	close(fd);
	free(config);
	free(name);
}

static void
configuration_errors(void)
{
	char name[128], *config;

	ASSERT_ERRORS("Socket()", 0, 1, "TYPE: required argument missing\n");
	ASSERT_ERRORS("FromSocket(SCTP, 1.2.3.4, 5)", 0, 1, "unknown socket type `SCTP'\n");
	ASSERT_ERRORS("Socket(TCP)", 0, 1,
		"ADDR: required argument missing\nPORT: required argument missing\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, nosuchport)", 0, 1, "PORT: parse error\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5, 1.2.3.4, x)", 0, 1, "LOCAL_PORT: parse error\n");
	ASSERT_ERRORS("Socket(UNIX)", 0, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS("Socket(UNIX, \"\")", 0, 1, "remote filename is empty\n");
	ASSERT_ERRORS("Socket(UNIX, a, b, c)", 0, 1, "too many arguments\n");
	memset(name, 'x', 108);
	name[108] = '\0';
	config = mem_printf("Socket(UNIX_DGRAM, a, %s)", name);
	ASSERT_ERRORS(config, 0, 1,
		"local filename "
		"'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxx' too long\n");
	free(config);
	ASSERT_ERRORS(
		"Socket(UDP, 1.2.3.4, 5, SNAPLEN 0)", 0, 1, "SNAPLEN: out of range, bound 1\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5, HEADROOM 3000)", 0, 1,
		"HEADROOM: out of range, bound 2048\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5, ALLOW x)", 0, 1, "x is not an IPRouteTable\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5, DENY e)", 0, 1, "e is not an IPRouteTable\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5, PROPER true)", 0, 1,
		"PROPER: not supported, it is a service of PlanetLab\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5, CLIENT false)", 1, 0,
		"CLIENT false: a server needs an output\n");
	ASSERT_ERRORS("Socket(UDP, 1.2.3.4, 5)", 0, 1, "bind: Cannot assign requested address\n");
	ASSERT_ERRORS("Socket(UNIX, /nosuch/file)", 0, 1, "bind: No such file or directory\n");
	ASSERT_ERRORS("Socket(UNIX, /nosuch/file, CLIENT true)", 0, 1,
		"connect: No such file or directory\n");
}

UNIT_SUITE(socket, UNIT_CASE(datagram_server), UNIT_CASE(datagram_client),
	UNIT_CASE(datagrams_to_the_annotation), UNIT_CASE(stream_server), UNIT_CASE(tcp_both_ways),
	UNIT_CASE(no_room), UNIT_CASE(pulls_and_keeps), UNIT_CASE(the_other_side_is_gone),
	UNIT_CASE(allows_and_denies), UNIT_CASE(abstract_names), UNIT_CASE(survives_a_hot_swap),
	UNIT_CASE(configuration_errors))
