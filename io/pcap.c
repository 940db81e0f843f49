// SPDX-License-Identifier: BSD-3-Clause
#include "io/pcap.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "io/driver.h"
#include "io/pcap_reader.h"
#include "io/pcap_spec.h"
#include "mbuf-bridge/packet.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/counter.h"
#include "src/errh.h"
#include "src/mem.h"

enum { READ_TIMEOUT_MS = 500, FRAME_MAX = 65535 };

struct pcap_device {
	pcap_t *pcap; // owned
	uint32_t headroom; // of packets
	bool nanoseconds;
	uint64_t n_no_memory;
	uint8_t *linear; // owned: FRAME_MAX bytes, for packets of several segments
};

// ---- data path

// What pcap_dispatch() fills.
struct receive {
	struct pcap_device *device;
	struct packet **pkts;
	unsigned n;
};

static enum packet_type
type_of(const uint8_t *frame, uint32_t len)
{
	static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	if (len < 6 || !(frame[0] & 1))
		return PACKET_HOST;
	return memcmp(frame, broadcast, 6) == 0 ? PACKET_BROADCAST : PACKET_MULTICAST;
}

static void
receive_one(u_char *arg, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct receive *r = (struct receive *)arg;
	struct packet *p = packet_make(r->device->headroom, bytes, header->caplen);
	int64_t fraction = header->ts.tv_usec;

	if (p == NULL) {
		__atomic_fetch_add(&r->device->n_no_memory, 1, __ATOMIC_RELAXED);
		return;
	}
	packet_thread.n_replaced++; // it stands for one that the device received
	packet_set_timestamp(p, header->ts.tv_sec * INT64_C(1000000000) +
					(r->device->nanoseconds ? fraction : fraction * 1000));
	packet_set_mac(p, 0);
	packet_set_type(p, type_of(bytes, header->caplen));
	if (header->len > header->caplen)
		packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, header->len - header->caplen);
	r->pkts[r->n++] = p;
}

unsigned
pcap_device_receive(struct pcap_device *d, struct packet **pkts, unsigned n, bool *error)
{
	struct receive r = {.device = d, .pkts = pkts};

	*error = pcap_dispatch(d->pcap, (int)n, receive_one, (u_char *)&r) < 0;
	return r.n;
}

int
pcap_device_send(struct pcap_device *d, struct packet *p)
{
	const uint8_t *bytes = packet_data(p);
	uint32_t len = packet_length(p);

	if (!packet_is_linear(p)) {
		if (!packet_read(p, 0, d->linear, len))
			return -EMSGSIZE;
		bytes = d->linear;
	}
	errno = 0;
	if (pcap_inject(d->pcap, bytes, len) >= 0)
		return 0;
	return errno != 0 ? -errno : -EIO;
}

// ---- open and close

static int
activate(struct pcap_device *d, const struct pcap_options *o, struct errh *errh)
{
	int err;

	pcap_set_snaplen(d->pcap, (int)o->snaplen);
	pcap_set_promisc(d->pcap, o->promisc);
	pcap_set_timeout(d->pcap, o->timeout_ms > 0 ? (int)o->timeout_ms : READ_TIMEOUT_MS);
	pcap_set_immediate_mode(d->pcap, o->immediate);
	if (o->buffer_kib > 0)
		pcap_set_buffer_size(d->pcap, (int)o->buffer_kib * 1024);
	d->nanoseconds = pcap_set_tstamp_precision(d->pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
	err = pcap_activate(d->pcap);
	if (err == PCAP_ERROR_NO_SUCH_DEVICE && io_check_interface(o->interface, errh) != 0)
		return -EINVAL;
	if (err < 0)
		return errh_error(errh, "%s: %s%s", o->interface,
			err == PCAP_ERROR ? pcap_geterr(d->pcap) : pcap_statustostr(err),
			err == PCAP_ERROR_PERM_DENIED ? "\nrun as root, or with CAP_NET_RAW" : "");
	return 0;
}

static int
set_filter(struct pcap_device *d, const char *filter, struct errh *errh)
{
	struct bpf_program program;
	int err = 0;

	if (pcap_compile(d->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return errh_error(errh, "BPF_FILTER: %s", pcap_geterr(d->pcap));
	if (pcap_setfilter(d->pcap, &program) < 0)
		err = errh_error(errh, "BPF_FILTER: %s", pcap_geterr(d->pcap));
	pcap_freecode(&program);
	return err;
}

static int
setup(struct pcap_device *d, const struct pcap_options *o, struct errh *errh)
{
	char text[PCAP_ERRBUF_SIZE];

	if (activate(d, o, errh) != 0)
		return -EINVAL;
	// Interfaces that have no direction ("any") give both.
	pcap_setdirection(d->pcap, o->outbound ? PCAP_D_INOUT : PCAP_D_IN);
	if (pcap_setnonblock(d->pcap, 1, text) < 0)
		return errh_error(errh, "%s: %s", o->interface, text);
	return set_filter(d, o->filter ? o->filter : "", errh);
}

struct pcap_device *
pcap_device_open(const struct pcap_options *o, struct errh *errh)
{
	struct pcap_device *d = mem_zalloc(sizeof(*d));
	char text[PCAP_ERRBUF_SIZE];

	d->headroom = o->headroom;
	d->linear = mem_zalloc(FRAME_MAX);
	d->pcap = pcap_create(o->interface, text);
	if (d->pcap == NULL)
		errh_error(errh, "%s: %s", o->interface, text);
	if (d->pcap == NULL || setup(d, o, errh) != 0) {
		pcap_device_close(d);
		return NULL;
	}
	return d;
}

void
pcap_device_close(struct pcap_device *d)
{
	if (d == NULL)
		return;
	if (d->pcap != NULL)
		pcap_close(d->pcap);
	free(d->linear);
	free(d);
}

int
pcap_device_fd(const struct pcap_device *d)
{
	return pcap_get_selectable_fd(d->pcap);
}

int
pcap_device_datalink(const struct pcap_device *d)
{
	return pcap_datalink(d->pcap);
}

const char *
pcap_device_error(const struct pcap_device *d)
{
	return pcap_geterr(d->pcap);
}

const char *
pcap_device_encap(const struct pcap_device *d)
{
	switch (pcap_datalink(d->pcap)) {
	case DLT_EN10MB:
		return "ETHER";
	case DLT_RAW:
		return "IP";
	case DLT_LINUX_SLL:
		return "SLL";
	case DLT_NULL:
		return "NULL";
	default:
		return pcap_datalink_val_to_name(pcap_datalink(d->pcap));
	}
}

bool
pcap_device_drops(struct pcap_device *d, uint64_t *n)
{
	struct pcap_stat stat;

	if (pcap_stats(d->pcap, &stat) != 0)
		return false;
	*n = stat.ps_drop;
	return true;
}

uint64_t
pcap_device_no_memory(const struct pcap_device *d)
{
	return counter_read(&d->n_no_memory);
}

// ---- as the driver of a port in IO_PCAP mode

struct pcap_port {
	struct pcap_device *device; // owned
	struct pcap_reader *reader; // owned
};

// The interface below a device string, which may be its name with what pcap_spec_read() knows. New
// string. NULL: there is none, reported.
static char *
interface_of(const char *spec, struct errh *errh)
{
	char *iface = io_kernel_interface(spec), *name;

	if (iface != NULL)
		return iface;
	name = mem_strndup(spec, strcspn(spec, ","));
	if (if_nametoindex(name) != 0)
		return name;
	free(name);
	errh_error(errh,
		"port '%s' does not stand on a kernel interface, which --io pcap needs\n"
		"use a device such as net_af_packet0,iface=veth1, or another --io mode",
		spec);
	return NULL;
}

static int
port_open(struct io_port *port, struct errh *errh)
{
	struct pcap_options checked = {0};
	char *iface = interface_of(port->spec, errh);
	int err = iface == NULL ? -EINVAL : io_check_interface(iface, errh);

	if (err == 0 && strncmp(port->spec, "net_", 4) != 0)
		err = pcap_spec_check(port->spec, errh);
	if (err == 0)
		err = pcap_spec_read(port->spec, &checked, errh);
	if (err == 0) {
		free(port->name);
		port->name = mem_strdup(iface);
		port->n_rx_desc = port->n_tx_desc = 0;
		port->n_own_packets = PCAP_READER_CAPACITY + PCAP_READER_BURST;
	}
	free(iface);
	return err;
}

static void
port_close(struct io_port *port)
{
	struct pcap_port *p = port->private;

	if (p == NULL)
		return;
	pcap_reader_destroy(p->reader);
	pcap_device_close(p->device);
	free(p);
	port->private = NULL;
}

static int
port_start(struct io_port *port, struct errh *errh)
{
	struct pcap_options o = {.interface = port->name,
		.snaplen = 2046,
		.promisc = port->promisc != 0,
		.headroom = PACKET_HEADROOM,
		.immediate = true};
	struct pcap_port *p;

	if (port->private != NULL)
		return 0;
	port->private = p = mem_zalloc(sizeof(*p));
	pcap_spec_read(port->spec, &o, errh);
	p->device = pcap_device_open(&o, errh);
	if (p->device != NULL)
		p->reader = pcap_reader_create(p->device);
	if (p->reader != NULL)
		return 0;
	if (p->device != NULL)
		errh_error(errh, "%s: no memory for a ring", port->name);
	port_close(port);
	return -EINVAL;
}

static void
port_end(struct io_port *port)
{
	struct pcap_port *p = port->private;

	if (p != NULL)
		pcap_reader_stop(p->reader);
}

static void
port_info(const struct io_port *port, struct io_info *info)
{
	*info = (struct io_info){
		.name = port->name, .driver = "pcap", .max_rx_queues = 1, .max_tx_queues = 1};
}

static unsigned
port_receive(struct io_queue *q, struct packet **pkts, unsigned n)
{
	struct io_port *port = q->driver;
	struct pcap_port *p = port->private;

	return p != NULL ? pcap_reader_take(p->reader, pkts, n) : 0;
}

static unsigned
port_send(struct io_queue *q, struct packet **pkts, unsigned n)
{
	struct io_port *port = q->driver;
	struct pcap_port *p = port->private;
	unsigned sent = 0;

	while (sent < n && pcap_device_send(p->device, pkts[sent]) == 0)
		sent++;
	packet_free_bulk(pkts, sent);
	return sent;
}

static void
port_rx(struct io_port *port, unsigned queue, struct io_queue *q)
{
	(void)queue;
	*q = (struct io_queue){.rx = port_receive, .driver = port};
}

static void
port_tx(struct io_port *port, unsigned queue, struct io_queue *q)
{
	(void)queue;
	*q = (struct io_queue){.tx = port_send, .driver = port};
}

static int
port_begin(struct io_port *port, bool (*ready)(void *arg), void *arg)
{
	struct pcap_port *p = port->private;

	return pcap_reader_start(p->reader, ready, arg);
}

static bool
port_stats(const struct io_port *port, struct io_stats *stats)
{
	struct pcap_port *p = port->private;

	*stats = (struct io_stats){0};
	if (p == NULL)
		return false;
	stats->rx_missed_unknown = !pcap_device_drops(p->device, &stats->rx_missed);
	stats->rx_nombuf = pcap_device_no_memory(p->device);
	stats->rx_errors = pcap_reader_errors(p->reader);
	return true;
}

const struct io_driver io_pcap_driver = {
	.name = "pcap",
	.open = port_open,
	.close = port_close,
	.start = port_start,
	.stop = port_end,
	.info = port_info,
	.rx = port_rx,
	.tx = port_tx,
	.rx_begin = port_begin,
	.rx_end = port_end,
	.stats = port_stats,
};
