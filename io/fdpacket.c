// SPDX-License-Identifier: BSD-3-Clause
#include "io/fdpacket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/mem.h"

enum { SEGMENTS_MAX = 128 }; // of 65535 bytes in the smallest buffers that there are

void
fdpacket_room_init(struct fdpacket_room *room, uint32_t size)
{
	room->bytes = mem_zalloc(size);
	room->size = size;
}

void
fdpacket_room_fini(struct fdpacket_room *room)
{
	free(room->bytes);
	room->bytes = NULL;
}

struct packet *
fdpacket_make(const struct fdpacket_room *room, uint32_t headroom, uint32_t len)
{
	struct packet *p = packet_make(headroom, room->bytes, len);

	if (likely(p != NULL))
		packet_thread.n_replaced++;
	return p;
}

// false: too many segments.
static bool
collect(const struct packet *p, int64_t off, struct iovec *v, int *n)
{
	*n = 0;
	for (const struct rte_mbuf *m = &p->mbuf; m != NULL; m = m->next) {
		if (off >= m->data_len) {
			off -= m->data_len;
			continue;
		}
		if (*n == SEGMENTS_MAX)
			return false;
		v[*n].iov_base = rte_pktmbuf_mtod_offset(m, uint8_t *, off);
		v[(*n)++].iov_len = (size_t)(m->data_len - off);
		off = 0;
	}
	return true;
}

int
fdpacket_write(int fd, const struct packet *p, int32_t off)
{
	struct iovec v[SEGMENTS_MAX];
	uint32_t len = packet_length_from(p, off);
	ssize_t done;
	int n;

	if (-(int64_t)off > (int64_t)packet_headroom(p) || !collect(p, off, v, &n))
		return -EINVAL;
	done = writev(fd, v, n);
	if (done < 0)
		return -errno;
	return (uint32_t)done == len ? 0 : -EMSGSIZE;
}

ssize_t
fdpacket_send(
	int fd, const struct packet *p, uint32_t off, const struct sockaddr *to, socklen_t to_len)
{
	struct sockaddr_storage addr;
	struct iovec v[SEGMENTS_MAX];
	struct msghdr msg = {.msg_iov = v};
	ssize_t done;
	int n;

	if (!collect(p, off, v, &n) || to_len > sizeof(addr))
		return -EINVAL;
	if (to != NULL) {
		memcpy(&addr, to, to_len);
		msg.msg_name = &addr;
		msg.msg_namelen = to_len;
	}
	msg.msg_iovlen = (size_t)n;
	done = sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	return done < 0 ? -errno : done;
}
