// SPDX-License-Identifier: BSD-3-Clause
// What handlers show of an ARP cache, and write to it.

#include "elements/ethernet/arpcache.h"

#include <inttypes.h>
#include <string.h>

#include "elements/ethernet/arpentry.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strbuf.h"

uint32_t
arp_cache_held(const struct arp_cache *c)
{
	return c->n_packets;
}

uint64_t
arp_cache_drops(const struct arp_cache *c)
{
	uint64_t n = 0;

	for (unsigned reason = 0; reason < ARP_CACHE_DROPS; reason++)
		n += element_drops(c->owner, reason);
	return n;
}

static void
entry_text(
	const struct arp_cache *c, const struct arp_entry *entry, int64_t now, struct strbuf *out)
{
	uint8_t mac[sizeof(entry->mac)];

	memcpy(mac, &entry->mac, sizeof(mac));
	text_ip(out, (struct ip_addr){entry->ip_be});
	strbuf_addf(out, " %d ", entry->known && !arp_entry_is_expired(c, entry, now));
	text_mac(out, mac);
	strbuf_addc(out, ' ');
	text_timestamp(out, (now - entry->live_ns) / CLOCK_MS * CLOCK_MS);
	strbuf_addc(out, '\n');
}

// Both lists are sorted by age.
static void
table_text(struct arp_cache *c, int64_t now, struct strbuf *out)
{
	const struct arp_entry *known, *unknown;

	rte_spinlock_lock(&c->lock);
	known = TAILQ_FIRST(&c->known);
	unknown = TAILQ_FIRST(&c->unknown);
	while (known != NULL || unknown != NULL) {
		bool take_known =
			unknown == NULL || (known != NULL && known->live_ns < unknown->live_ns);

		entry_text(c, take_known ? known : unknown, now, out);
		if (take_known)
			known = TAILQ_NEXT(known, age);
		else
			unknown = TAILQ_NEXT(unknown, age);
	}
	rte_spinlock_unlock(&c->lock);
}

int
arp_cache_read(struct arp_cache *c, const struct handler_read *call)
{
	switch (call->row->number) {
	case ARP_READ_TABLE:
		table_text(c, clock_steady(), call->out);
		break;
	case ARP_READ_DROPS:
		strbuf_addf(call->out, "%" PRIu64, arp_cache_drops(c));
		break;
	case ARP_READ_COUNT:
		strbuf_addf(call->out, "%u", c->n_entries);
		break;
	case ARP_READ_LENGTH:
		strbuf_addf(call->out, "%u", arp_cache_held(c));
		break;
	}
	return 0;
}

// ---- writing

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
