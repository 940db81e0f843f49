// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// For tests of io/: a machine, ports, and what is reported as text. Devices are named once in the
// whole program, since DPDK does not forget them.

#include "io/io.h"
#include "src/errh.h"
#include "test/unit/rig.h"

extern struct errh port_errh; // collects what ASSERT_SAID() checks

void port_rig_start(void);
void port_rig_stop(void); // closes all ports; no packet may be missing
// Without any remark.
struct io_port *port_rig_open(const char *spec);
const char *port_rig_said(void); // since the last port_rig_forget()
void port_rig_forget(void);
// Packets that the test has made and freed itself are not in a router's balance.
void port_rig_settle(void);

#define ASSERT_SAID(want)                           \
	do {                                        \
		ASSERT_TEXT(port_rig_said(), want); \
		port_rig_forget();                  \
	} while (0)
