// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How libpcap is to be used for a port, behind a comma in the device string of --io pcap:
// "eth0,immediate=0,buffer=32768,timeout=1" hands packets over when a block of the kernel's ring is
// full (TPACKET_V3) or after 1 ms, and has 32 MiB for them.

struct errh;
struct pcap_options;

// Changes what the string names, of these three. 0, or -EINVAL reported.
int pcap_spec_read(const char *spec, struct pcap_options *o, struct errh *errh);
// Whether all that follows the interface's name is one of them. 0, or -EINVAL reported.
int pcap_spec_check(const char *spec, struct errh *errh);
