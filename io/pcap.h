// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// libpcap on a kernel interface: the baseline path. Two copies a packet, as user-level Click has
// them: from the kernel's ring into our packet, and back through a send call.

#include <stdbool.h>
#include <stdint.h>

struct errh;
struct io_queue;
struct io_stats;
struct packet;

struct pcap_options {
	const char *interface;
	unsigned snaplen;
	bool promisc;
	bool outbound; // also what this host sends
	const char *filter; // BPF expression; NULL: all
	uint32_t headroom;
	bool immediate; // hand packets over as they come; false: when the kernel's block is full
	unsigned timeout_ms; // that a block which is not full may wait; 0: half a second
	unsigned buffer_kib; // kernel ring; 0: libpcap's default
};

struct pcap_device;

// NULL, reported: no such interface, no permission (with the cure), a filter that does not compile.
struct pcap_device *pcap_device_open(const struct pcap_options *options, struct errh *errh);
void pcap_device_close(struct pcap_device *d); // NULL is fine
int pcap_device_fd(const struct pcap_device *d);
int pcap_device_datalink(const struct pcap_device *d); // DLT_...
// At most n packets that wait; never blocks. Timestamp, packet type and the MAC header are set,
// EXTRA_LENGTH holds what snaplen cut off. *error: the read failed (told to errno).
unsigned pcap_device_receive(struct pcap_device *d, struct packet **pkts, unsigned n, bool *error);
// 0; -EAGAIN or -ENOBUFS: no room, try again later; other -errno. The packet stays the caller's.
// Another thread may receive meanwhile.
int pcap_device_send(struct pcap_device *d, struct packet *p);
// Drops of the kernel's ring since it was opened; false: unknown.
bool pcap_device_drops(struct pcap_device *d, uint64_t *n);
// The text of the last failure; the name of the link type ("ETHER"). Borrowed.
const char *pcap_device_error(const struct pcap_device *d);
const char *pcap_device_encap(const struct pcap_device *d);
uint64_t pcap_device_no_memory(const struct pcap_device *d);
