// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packets through file descriptors, one in a call: tun devices, sockets.

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "mbuf-bridge/packet.h"

// Where a packet is read to before its length is known.
struct fdpacket_room {
	uint8_t *bytes; // owned
	uint32_t size;
};

void fdpacket_room_init(struct fdpacket_room *room, uint32_t size);
void fdpacket_room_fini(struct fdpacket_room *room);

// A packet of the first len bytes of the room, which counts as received and not as made. NULL: no
// memory.
struct packet *fdpacket_make(const struct fdpacket_room *room, uint32_t headroom, uint32_t len);

// Writes the packet from off on (negative: from what was stripped), which stays the caller's.
// Returns 0 or -errno; -EMSGSIZE: not all of it was taken.
int fdpacket_write(int fd, const struct packet *p, int32_t off);
// Sends the packet from off on through a socket, to an address (NULL: where it is connected to),
// without waiting. The packet stays the caller's. How many bytes were taken (a stream may take
// fewer than there are), or -errno, among them -EAGAIN: no room now.
ssize_t fdpacket_send(
	int fd, const struct packet *p, uint32_t off, const struct sockaddr *to, socklen_t to_len);
