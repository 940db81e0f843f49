// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ethernet/bpdu.h"

#include <inttypes.h>
#include <string.h>

#include <rte_byteorder.h>

#include "mbuf-bridge/packet.h"
#include "src/strbuf.h"

enum { FRAME_SIZE = 60, HEAD_SIZE = 21, CONFIG_LEN = 38, TCN_LEN = 7 };
enum { TYPE_CONFIG = 0, TYPE_TCN = 0x80 };

struct bpdu_head {
	uint8_t dst[6], src[6];
	uint8_t len[2]; // of what follows
	uint8_t llc[3];
	uint8_t protocol[2], version, type;
};
static_assert(sizeof(struct bpdu_head) == HEAD_SIZE, "no padding");

struct bpdu_config {
	uint8_t flags;
	uint8_t root[8], cost[4], bridge[8], port[2];
	uint8_t message_age[2], max_age[2], hello_time[2], forward_delay[2];
};
static_assert(sizeof(struct bpdu_config) == CONFIG_LEN - TCN_LEN, "no padding");

static const uint8_t group_address[6] = {0x01, 0x80, 0xc2, 0, 0, 0}, llc[3] = {0x42, 0x42, 0x03};

int
bpdu_compare(const struct bpdu_vector *a, const struct bpdu_vector *b)
{
	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	if (a->bridge != b->bridge)
		return a->bridge < b->bridge ? -1 : 1;
	return (a->port > b->port) - (a->port < b->port);
}

// ---- numbers in network order

static uint64_t
get(const uint8_t *bytes, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v = v << 8 | bytes[i];
	return v;
}

static void
put(uint8_t *bytes, unsigned n, uint64_t v)
{
	for (; n-- > 0; v >>= 8)
		bytes[n] = (uint8_t)v;
}

#define GET(field) get(field, sizeof(field))
#define PUT(field, v) put(field, sizeof(field), v)

// ---- frames

bool
bpdu_read(const struct packet *p, struct bpdu *b)
{
	struct bpdu_head head;
	struct bpdu_config config;

	*b = (struct bpdu){0};
	if (!packet_read(p, 0, &head, sizeof(head)) ||
		memcmp(head.dst, group_address, sizeof(head.dst)) != 0 ||
		memcmp(head.llc, llc, sizeof(llc)) != 0 || GET(head.protocol) != 0 ||
		head.version != 0)
		return false;
	b->is_tcn = head.type == TYPE_TCN;
	if (b->is_tcn)
		return GET(head.len) >= TCN_LEN;
	if (head.type != TYPE_CONFIG || GET(head.len) < CONFIG_LEN ||
		!packet_read(p, sizeof(head), &config, sizeof(config)))
		return false;
	b->flags = config.flags;
	b->vector = (struct bpdu_vector){GET(config.root), (uint32_t)GET(config.cost),
		GET(config.bridge), (uint16_t)GET(config.port)};
	b->message_age = (uint16_t)GET(config.message_age);
	b->max_age = (uint16_t)GET(config.max_age);
	b->hello_time = (uint16_t)GET(config.hello_time);
	b->forward_delay = (uint16_t)GET(config.forward_delay);
	return true;
}

static void
write_config(const struct bpdu *b, struct bpdu_config *config)
{
	config->flags = b->flags;
	PUT(config->root, b->vector.root);
	PUT(config->cost, b->vector.cost);
	PUT(config->bridge, b->vector.bridge);
	PUT(config->port, b->vector.port);
	PUT(config->message_age, b->message_age);
	PUT(config->max_age, b->max_age);
	PUT(config->hello_time, b->hello_time);
	PUT(config->forward_delay, b->forward_delay);
}

struct packet *
bpdu_make(const struct bpdu *b, struct mac_addr src)
{
	struct packet *p = packet_alloc(PACKET_CLICK_HEADROOM, FRAME_SIZE);
	struct bpdu_head *head;

	if (p == NULL)
		return NULL;
	memset(packet_data_rw(p), 0, FRAME_SIZE);
	head = (void *)packet_data_rw(p);
	memcpy(head->dst, group_address, sizeof(head->dst));
	memcpy(head->src, src.bytes, sizeof(head->src));
	memcpy(head->llc, llc, sizeof(llc));
	PUT(head->len, b->is_tcn ? TCN_LEN : CONFIG_LEN);
	head->type = b->is_tcn ? TYPE_TCN : TYPE_CONFIG;
	if (!b->is_tcn)
		write_config(b, (void *)(head + 1));
	packet_set_mac(p, 0);
	return p;
}

void
bpdu_vector_text(const struct bpdu_vector *v, struct strbuf *out)
{
	strbuf_addf(out, "%016" PRIx64 " %" PRIu32 " %016" PRIx64 " %u", v->root, v->cost,
		v->bridge, v->port);
}
