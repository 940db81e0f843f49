// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What FromDPDK and ToDPDK share: the PORT argument and the handlers of a port.

#include "io/io.h"
#include "src/element.h"

struct rss_types { // RTE_ETH_RSS_... bits; 0: the default
	uint64_t bits;
};
extern const struct arg_type arg_rss_types; // words out of ip, tcp, udp, sctp

// Puts device arguments that were cut at their commas together again: FromDPDK(net_tap0,iface=t0)
// reads as the user meant it. For element_class.join_args.
void port_join_args(struct strvec *args);

// Handlers of the port itself; `number` of the row is the offset of the element's struct io_port *.
#define PORT_HANDLERS(struct_name)                                                                 \
	PORT_HANDLER("device", port_read_device, struct_name, HANDLER_CALM,                        \
		"number (or name) of the port"),                                                   \
		PORT_HANDLER("duplex", port_read_duplex, struct_name, 0,                           \
			"1 full, 0 half, -1 link down"),                                           \
		PORT_HANDLER("autoneg", port_read_autoneg, struct_name, 0,                         \
			"1 if the link was negotiated"),                                           \
		PORT_HANDLER("speed", port_read_speed, struct_name, 0, "link speed in Mb/s"),      \
		PORT_HANDLER("carrier", port_read_carrier, struct_name, 0, "1 if the link is up"), \
		PORT_HANDLER("driver", port_read_driver, struct_name, HANDLER_CALM,                \
			"name of the DPDK driver"),                                                \
		PORT_HANDLER("mac", port_read_mac, struct_name, 0, "hardware address"),            \
		PORT_HANDLER("xstats", port_read_xstats, struct_name, HANDLER_PARAM,               \
			"extended statistics; with a name the value of that one"),                 \
		PORT_HANDLER("hw_count", port_read_hw_count, struct_name, 0,                       \
			"packets that the device counted in this direction"),                      \
		PORT_HANDLER("hw_bytes", port_read_hw_bytes, struct_name, 0,                       \
			"bytes that the device counted in this direction"),                        \
		PORT_HANDLER("hw_errors", port_read_hw_errors, struct_name, 0,                     \
			"errors that the device counted in this direction")

#define PORT_HANDLER(handler_name, read_function, struct_name, handler_flags, text)    \
	{                                                                              \
		.name = handler_name, .read = read_function, .flags = (handler_flags), \
		.number = offsetof(struct struct_name, port), .help = text             \
	}

int port_read_device(const struct handler_read *call);
int port_read_duplex(const struct handler_read *call);
int port_read_autoneg(const struct handler_read *call);
int port_read_speed(const struct handler_read *call);
int port_read_carrier(const struct handler_read *call);
int port_read_driver(const struct handler_read *call);
int port_read_mac(const struct handler_read *call);
int port_read_xstats(const struct handler_read *call);
// In the direction that the element's class has: with an input it sends.
int port_read_hw_count(const struct handler_read *call);
int port_read_hw_bytes(const struct handler_read *call);
int port_read_hw_errors(const struct handler_read *call);

static inline struct io_port *
port_of(const struct handler_read *call)
{
	return *(struct io_port **)((uint8_t *)call->element + call->row->number);
}
