// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The receiving half of the libpcap path: a thread of its own that sleeps in the kernel until the
// device has packets, copies them out of the kernel's ring, and keeps them in a ring of ours until
// the graph takes them. When that ring is full it stops reading, and the kernel's ring fills up
// and counts what it drops.

#include <stdbool.h>
#include <stdint.h>

struct packet;
struct pcap_device;

enum { PCAP_READER_CAPACITY = 512, PCAP_READER_BURST = 64 };

struct pcap_reader;

// NULL: no memory. The device must outlive it.
struct pcap_reader *pcap_reader_create(struct pcap_device *d);
// Ends the thread if it runs; frees what nobody has taken. NULL is fine.
void pcap_reader_destroy(struct pcap_reader *r);

// From now on the thread reads, and calls ready() each time packets have come. ready() runs on that
// thread, and again a little later if it returns false. 0 or -errno. Packets of the time before are
// announced too.
int pcap_reader_start(struct pcap_reader *r, bool (*ready)(void *arg), void *arg);
// The thread has ended when this returns. What it has read can still be taken. No harm if it does
// not run.
void pcap_reader_stop(struct pcap_reader *r);

// At most n packets; never blocks. One thread at a time.
unsigned pcap_reader_take(struct pcap_reader *r, struct packet **pkts, unsigned n);
// Attempts to read that failed.
uint64_t pcap_reader_errors(const struct pcap_reader *r);
