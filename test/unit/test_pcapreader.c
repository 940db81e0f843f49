// SPDX-License-Identifier: BSD-3-Clause
// io/pcap_reader.c, on the loopback interface where the rights allow that.
#include "io/pcap_reader.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "io/pcap.h"
#include "mbuf-bridge/packet.h"
#include "test/unit/port_rig.h"

// Seen by nobody else on this interface.
#define FRAME "02020202020204040404040488b5636c69636b64206120726561646572"

struct bench {
	struct pcap_device *device;
	struct pcap_reader *reader;
	_Atomic unsigned n_calls; // of ready()
};

// Not the first time, when it has to be told again.
static bool
count_call(void *arg)
{
	return atomic_fetch_add((_Atomic unsigned *)arg, 1) > 0;
}

static bool
setup(struct bench *b)
{
	struct pcap_options o = {.interface = "lo",
		.snaplen = 2046,
		.filter = "ether proto 0x88b5 and len == 29",
		.headroom = 30,
		.immediate = true};

	*b = (struct bench){0};
	port_rig_start();
	b->device = pcap_device_open(&o, &port_errh);
	if (b->device == NULL) {
		CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "CAP_NET_RAW"));
		port_rig_stop();
		return false;
	}
	b->reader = pcap_reader_create(b->device);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->reader);
	return true;
}

static void
teardown(struct bench *b)
{
	pcap_reader_destroy(b->reader);
	pcap_device_close(b->device);
	port_rig_settle();
	port_rig_stop();
}

static void
send_frames(struct bench *b, unsigned n)
{
	struct packet *p = rig_hex(FRAME);

	for (unsigned i = 0; i < n; i++)
		CU_ASSERT_EQUAL(pcap_device_send(b->device, p), 0);
	packet_free(p);
}

// Takes n packets, with a long deadline, and looks for more.
static void
take(struct bench *b, unsigned n)
{
	struct packet *pkts[16];
	unsigned got, n_taken = 0;

	for (unsigned tries = 0; n_taken < n && tries < 20000; tries++) {
		got = pcap_reader_take(b->reader, pkts, RTE_MIN(n - n_taken, 16u));
		for (unsigned i = 0; i < got; i++)
			rig_assert_hex(__FILE__, __LINE__, pkts[i], FRAME);
		packet_free_bulk(pkts, got);
		n_taken += got;
		if (got == 0)
			usleep(1000);
	}
	CU_ASSERT_EQUAL(n_taken, n);
	CU_ASSERT_EQUAL(pcap_reader_take(b->reader, pkts, 16), 0);
}

static void
reads_and_tells(void)
{
	struct bench b;

	if (!setup(&b))
		return;
	CU_ASSERT_EQUAL(pcap_reader_start(b.reader, count_call, &b.n_calls), 0);
	send_frames(&b, 3);
	take(&b, 3);
	for (unsigned tries = 0; atomic_load(&b.n_calls) < 2 && tries < 20000; tries++)
		usleep(1000);
	CU_ASSERT_TRUE(atomic_load(&b.n_calls) >= 2);
	CU_ASSERT_EQUAL(pcap_reader_errors(b.reader), 0);
	teardown(&b);
}

// Nothing is read by a reader that does not run; what is there is announced when it starts.
static void
stops_and_starts(void)
{
	struct bench b;

	if (!setup(&b))
		return;
	pcap_reader_stop(b.reader); // no harm
	send_frames(&b, 2);
	take(&b, 0);
	CU_ASSERT_EQUAL(pcap_reader_start(b.reader, count_call, &b.n_calls), 0);
	for (unsigned tries = 0; atomic_load(&b.n_calls) == 0 && tries < 20000; tries++)
		usleep(1000);
	pcap_reader_stop(b.reader);
	pcap_reader_stop(b.reader);
	atomic_store(&b.n_calls, 0);
	CU_ASSERT_EQUAL(pcap_reader_start(b.reader, count_call, &b.n_calls), 0);
	for (unsigned tries = 0; atomic_load(&b.n_calls) == 0 && tries < 20000; tries++)
		usleep(1000);
	CU_ASSERT_TRUE(atomic_load(&b.n_calls) >= 1);
	take(&b, 2);
	teardown(&b);
}

// With its ring full the reader leaves packets to the kernel, and goes on when there is room.
static void
waits_for_room(void)
{
	enum { N = PCAP_READER_CAPACITY + 100 };
	struct bench b;

	if (!setup(&b))
		return;
	CU_ASSERT_EQUAL(pcap_reader_start(b.reader, count_call, &b.n_calls), 0);
	send_frames(&b, N);
	usleep(100000);
	take(&b, N);
	// Left in the ring, and freed with it.
	send_frames(&b, N);
	usleep(100000);
	teardown(&b);
}

UNIT_SUITE(pcapreader, UNIT_CASE(reads_and_tells), UNIT_CASE(stops_and_starts),
	UNIT_CASE(waits_for_room))
