// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Descriptions of fields in IP packets: "ip dst/24", "tcp[13] & 3", "transp sport".

#include <stdbool.h>
#include <stdint.h>

#include "src/strbuf.h"

struct errh;

enum ip_field_header {
	IP_FIELD_IP,
	IP_FIELD_TRANSPORT, // of proto
	IP_FIELD_DATA, // of TCP or UDP
};

enum { // protocols beside the numbers
	IP_FIELD_ANY = 256,
	IP_FIELD_TCPUDP = 257,
};

struct ip_field {
	enum ip_field_header header;
	uint32_t proto; // with IP_FIELD_TRANSPORT
	uint32_t bit, n_bits; // in the header; n_bits at most 32
};

// 0, or -EINVAL with the error reported:
//	unknown header or field 'X'	garbage after field specification
//	bad field range			field length too large, max 32
//	field specification does not fit within a single word
int ip_field_read(struct ip_field *f, const char *text, struct errh *errh);
// "ip", "tcp", "data" ...
void ip_field_header_text(const struct ip_field *f, struct strbuf *out);
