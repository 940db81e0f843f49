// SPDX-License-Identifier: BSD-3-Clause
// The write handlers that elements with an ARP cache have.

#include <errno.h>

#include "elements/ethernet/arpcache.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"

// What is written.
struct written {
	struct ip_addr ip;
	struct mac_addr mac;
};

static const struct arg insert_args[] = {
	ARG(written, ip, "IP", ARG_MANDATORY),
	ARG(written, mac, "ETH", ARG_MANDATORY),
	ARGS_END,
};
static const struct arg delete_args[] = {
	ARG(written, ip, "IP", ARG_MANDATORY),
	ARGS_END,
};

int
arp_cache_write(struct arp_cache *c, const struct handler_write *call)
{
	bool insert = call->row->number == ARP_WRITE_INSERT;
	struct written w = {.mac = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}};
	struct strvec words = {0};
	int err;

	if (call->row->number == ARP_WRITE_CLEAR) {
		arp_cache_clear(c, ARP_CLEARED);
		return 0;
	}
	confstr_split_words(call->text, &words);
	err = args_parse(insert ? insert_args : delete_args, &w, &words, call->element, call->errh);
	strvec_fini(&words);
	if (err == 0)
		arp_cache_insert(c, w.ip.be, w.mac.bytes, clock_steady(), NULL);
	return err;
}

int
arp_limits_check(const struct arp_limits *limits, struct errh *errh)
{
	if (limits->slim_factor == 0)
		return errh_error(errh, "CAPACITY_SLIM_FACTOR cannot be zero");
	return 0;
}
