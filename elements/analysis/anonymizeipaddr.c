// SPDX-License-Identifier: BSD-3-Clause
// AnonymizeIPAddr: replaces IP addresses by others, prefix by prefix.

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_random.h>

#include "elements/icmp/icmp_name.h"
#include "elements/ip/checksum.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strvec.h"

struct anonymizeipaddr {
	struct element element;
	uint64_t key;
	// By the bits in front (with a 1 before them): those of a preserved /8 do not change.
	bool kept[256];

	// Arguments.
	uint32_t class_bits;
	struct any preserve;
	bool seed;
};

enum { NO_IP, CLASS_ALL = 99, BITS = 32, ICMP_HEADER = 8 };

// ---- addresses

// One bit that depends on the key and on the first n bits of the address (Xu, Fan, Ammar and Moon,
// "Prefix-Preserving IP Address Anonymization", 2002), with a mixer in place of a cipher.
static inline uint32_t
flip(const struct anonymizeipaddr *e, uint32_t prefix, unsigned n)
{
	uint64_t v = e->key ^ ((uint64_t)n << 32 | prefix);

	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((v ^ v >> 31) & 1);
}

// Bits that tell the class: leading ones and the zero behind them, at most class_bits.
static unsigned
n_class_bits(const struct anonymizeipaddr *e, uint32_t a)
{
	unsigned ones = ~a == 0 ? BITS : (unsigned)__builtin_clz(~a);

	return RTE_MIN(ones + 1, e->class_bits);
}

static uint32_t
map_once(const struct anonymizeipaddr *e, uint32_t a)
{
	unsigned n = n_class_bits(e, a);
	uint32_t flips = 0;

	for (; n < BITS; n++) {
		uint32_t prefix = n > 0 ? a >> (BITS - n) : 0;

		if (n < 8 && e->kept[1u << n | prefix])
			continue;
		flips |= flip(e, prefix, n) << (BITS - 1 - n);
	}
	return a ^ flips;
}

// 0.0.0.0 and 255.255.255.255 stay, and nothing else becomes one of them.
static uint32_t
map_address(const struct anonymizeipaddr *e, rte_be32_t address)
{
	uint32_t a = rte_be_to_cpu_32(address);

	if (a == 0 || a == UINT32_MAX)
		return address;
	do
		a = map_once(e, a);
	while (a == 0 || a == UINT32_MAX);
	return rte_cpu_to_be_32(a);
}

// ---- data path

static void
change_header(const struct anonymizeipaddr *e, struct rte_ipv4_hdr *ip)
{
	rte_be32_t src = map_address(e, ip->src_addr), dst = map_address(e, ip->dst_addr);

	ip->hdr_checksum = checksum_update32(ip->hdr_checksum, ip->src_addr, src);
	ip->hdr_checksum = checksum_update32(ip->hdr_checksum, ip->dst_addr, dst);
	ip->src_addr = src;
	ip->dst_addr = dst;
}

// The header that an ICMP error quotes. Its checksum takes up the change, so that of the ICMP
// message stays right.
static void
change_quoted(const struct anonymizeipaddr *e, struct packet **pp, int32_t off)
{
	const uint8_t *icmp = packet_peek(pp, off, ICMP_HEADER);
	struct rte_ipv4_hdr *ip;

	if (icmp == NULL || !icmp_is_error(icmp[0]))
		return;
	ip = (void *)packet_edit(pp, off + ICMP_HEADER, sizeof(*ip));
	if (ip != NULL && ip->version_ihl >> 4 == 4)
		change_header(e, ip);
}

static inline int
anonymizeipaddr_packet(const struct anonymizeipaddr *e, struct packet **pp)
{
	int32_t network = packet_network_offset(*pp), transport;
	struct rte_ipv4_hdr *ip = NULL;
	bool icmp;

	if (network != PACKET_NO_HEADER)
		ip = (void *)packet_edit(pp, network, sizeof(*ip));
	if (ip == NULL || ip->version_ihl >> 4 != 4)
		return element_output_or_drop(&e->element, 1, NO_IP);
	change_header(e, ip);
	icmp = ip->next_proto_id == IPPROTO_ICMP &&
	       (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) == 0;
	transport = network + (ip->version_ihl & 0xf) * 4;
	if (icmp)
		change_quoted(e, pp, transport);
	return 0;
}

ELEMENT_DECIDE(anonymizeipaddr, anonymizeipaddr, anonymizeipaddr_packet)

// ---- configuration

static int
read_preserved(struct anonymizeipaddr *e, struct errh *errh)
{
	struct strvec words = {0};
	int err = 0;

	if (e->preserve.text != NULL)
		confstr_split_words(e->preserve.text, &words);
	for (size_t i = 0; i < words.n && err == 0; i++) {
		uint64_t net;

		if (text_read_uint64(words.v[i], &net) != 0 || net > 255)
			err = errh_error(errh, "PRESERVE_8 expects integer between 0 and 255");
		for (unsigned n = 0; err == 0 && n < 8; n++)
			e->kept[1u << n | net >> (8 - n)] = true;
	}
	strvec_fini(&words);
	return err;
}

static int
anonymizeipaddr_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct anonymizeipaddr *e = (struct anonymizeipaddr *)base;

	(void)args;
	if (e->class_bits == CLASS_ALL)
		e->class_bits = BITS;
	if (e->class_bits > BITS)
		return errh_error(errh, "CLASS must be between 0 and 32");
	if (e->seed)
		e->key = rte_rand();
	return read_preserved(e, errh);
}

static int
anonymizeipaddr_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct anonymizeipaddr *e = (struct anonymizeipaddr *)base;
	const struct anonymizeipaddr *old = (struct anonymizeipaddr *)old_base;

	(void)errh;
	if (e->seed && old->seed)
		e->key = old->key;
	return 0;
}

static const struct arg anonymizeipaddr_args[] = {
	ARG(anonymizeipaddr, class_bits, "CLASS", ARG_KEYWORD, .def = "0",
		.help = "how many of the leading bits that tell an address's class are kept; 99: "
			"all"),
	ARG(anonymizeipaddr, preserve, "PRESERVE_8", ARG_KEYWORD,
		.help = "/8 networks (first bytes) that stay themselves"),
	ARG(anonymizeipaddr, seed, "SEED", ARG_KEYWORD, .def = "true",
		.help = "false: the same addresses in each run"),
	ARGS_END,
};

static const char *const anonymizeipaddr_drops[] = {[NO_IP] = "no IP header", NULL};

static const struct element_class anonymizeipaddr_class = {
	.name = "AnonymizeIPAddr",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct anonymizeipaddr),
	.push = anonymizeipaddr_push,
	.pull = anonymizeipaddr_pull,
	.decide = anonymizeipaddr_decide,
	.configure = anonymizeipaddr_configure,
	.take_state = anonymizeipaddr_take_state,
	.args = anonymizeipaddr_args,
	.drops = anonymizeipaddr_drops,
	.group = "analysis",
	.brief = "replaces IP addresses by others, prefix by prefix",
	.manual =
		"Two addresses that share their first n bits share as many afterwards, and no two become\n"
		"the same. 0.0.0.0 and 255.255.255.255 stay. Source and destination are replaced, and\n"
		"those in the header that an ICMP error quotes; the IP checksum is updated, those of TCP\n"
		"and UDP are not.\n"
		"The mapping is computed, not stored, and good against curiosity, not against an attack.\n"
		"Packets without an IPv4 header leave by output 1 if it is connected.",
	.example = "Idle -> MarkIPHeader -> AnonymizeIPAddr(CLASS 4, PRESERVE_8 10 18) -> Discard;",
};
ELEMENT_CLASS(anonymizeipaddr_class)
