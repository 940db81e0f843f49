// SPDX-License-Identifier: BSD-3-Clause
#include "io/fdpacket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "mbuf-bridge/packet_pool.h"
#include "test/unit/rig.h"

struct pair {
	int fd[2];
	uint8_t got[65536];
};

static ssize_t
written(struct pair *pair, const struct packet *p, int32_t off)
{
	CU_ASSERT_EQUAL(fdpacket_write(pair->fd[0], p, off), 0);
	return read(pair->fd[1], pair->got, sizeof(pair->got));
}

static void
writes(void)
{
	struct rig *r = rig_config("Idle -> Discard;");
	struct pair *pair = calloc(1, sizeof(*pair));
	struct packet *p = rig_hex("0102030405");
	struct packet *parts = rig_segments("0102030405", 2);

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair->fd), 0);
	CU_ASSERT_EQUAL(written(pair, p, 0), 5);
	CU_ASSERT_EQUAL(memcmp(pair->got, "\1\2\3\4\5", 5), 0);
	CU_ASSERT_EQUAL(written(pair, parts, 0), 5);
	CU_ASSERT_EQUAL(memcmp(pair->got, "\1\2\3\4\5", 5), 0);
	CU_ASSERT_EQUAL(written(pair, parts, 3), 2);
	CU_ASSERT_EQUAL(memcmp(pair->got, "\4\5", 2), 0);
	packet_pull(p, 2);
	CU_ASSERT_EQUAL(written(pair, p, -1), 4);
	CU_ASSERT_EQUAL(memcmp(pair->got, "\2\3\4\5", 4), 0);
	// Not in front of the buffer.
	CU_ASSERT_EQUAL(fdpacket_write(pair->fd[0], p, -5000), -EINVAL);
	CU_ASSERT_EQUAL(fdpacket_write(-1, p, 0), -EBADF);
	packet_free(p);
	packet_free(parts);
	packet_thread.n_generated -= 2;
	close(pair->fd[0]);
	close(pair->fd[1]);
	free(pair);
	rig_free(r);
}

static void
makes_packets_that_count_as_received(void)
{
	struct rig *r = rig_config("Idle -> Discard;");
	uint64_t n = packet_thread.n_generated - packet_thread.n_replaced;
	struct fdpacket_room room;
	struct packet *p;

	fdpacket_room_init(&room, 4096);
	CU_ASSERT_EQUAL(room.size, 4096);
	memcpy(room.bytes, "\1\2\3", 3);
	p = fdpacket_make(&room, 30, 3);
	rig_assert_hex(__FILE__, __LINE__, p, "010203");
	CU_ASSERT_EQUAL(packet_headroom(p), 30);
	packet_free(p);
	p = fdpacket_make(&room, 0, 4096);
	CU_ASSERT_EQUAL(packet_length(p), 4096);
	packet_free(p);
	CU_ASSERT_EQUAL(packet_thread.n_generated - packet_thread.n_replaced, n);
	fdpacket_room_fini(&room);
	rig_free(r);
}

static void
sends(void)
{
	struct rig *r = rig_config("Idle -> Discard;");
	struct packet *p = rig_hex("0102030405"), *parts = rig_segments("0102030405", 2);
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(to);
	uint8_t got[16];
	int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0);
	ssize_t n;

	CU_ASSERT_EQUAL_FATAL(bind(a, (struct sockaddr *)&to, sizeof(sa_family_t)), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(a, (struct sockaddr *)&to, &len), 0);
	CU_ASSERT_EQUAL(fdpacket_send(b, parts, 1, (struct sockaddr *)&to, len), 4);
	CU_ASSERT_EQUAL(read(a, got, sizeof(got)), 4);
	CU_ASSERT_EQUAL(memcmp(got, "\2\3\4\5", 4), 0);
	CU_ASSERT_EQUAL(fdpacket_send(b, p, 5, (struct sockaddr *)&to, len), 0);
	CU_ASSERT_EQUAL(read(a, got, sizeof(got)), 0);
	CU_ASSERT_EQUAL(fdpacket_send(b, p, 0, NULL, 0), -ENOTCONN);
	CU_ASSERT_EQUAL_FATAL(connect(b, (struct sockaddr *)&to, len), 0);
	CU_ASSERT_EQUAL(fdpacket_send(b, p, 0, NULL, 0), 5);
	do // nobody reads
		n = fdpacket_send(b, p, 0, NULL, 0);
	while (n == 5);
	CU_ASSERT_EQUAL(n, -EAGAIN);
	packet_free(p);
	packet_free(parts);
	packet_thread.n_generated -= 2;
	close(a);
	close(b);
	rig_free(r);
}

UNIT_SUITE(fdpacket, UNIT_CASE(writes), UNIT_CASE(makes_packets_that_count_as_received),
	UNIT_CASE(sends))
