// SPDX-License-Identifier: BSD-3-Clause
// RandomUDPIPEncap: puts UDP and IP headers in front of packets, of flows chosen at random.

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <rte_random.h>

#include "elements/tcpudp/udpip.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"

struct random_flow {
	struct udpip udpip;
	uint32_t dst_be;
	uint32_t aggregate;
	bool has_aggregate;
	uint32_t until; // random numbers up to this one, and above the flow's before, choose it
};

struct randomudpipencap {
	struct element element;
	struct random_flow *flows; // owned
	uint32_t n_flows;
	_Atomic uint16_t next_id;
	struct strvec texts; // arguments
};

enum { NO_ROOM };

// The first flow whose `until` is not below the number; the last one's is UINT32_MAX.
static inline const struct random_flow *
choose(const struct random_flow *flows, uint32_t n, uint32_t random)
{
	uint32_t low = 0, high = n - 1;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (flows[middle].until < random)
			low = middle + 1;
		else
			high = middle;
	}
	return &flows[low];
}

static inline int
randomudpipencap_packet(struct randomudpipencap *e, struct packet **pp)
{
	const struct random_flow *f = choose(e->flows, e->n_flows, (uint32_t)rte_rand());
	uint16_t id = atomic_fetch_add_explicit(&e->next_id, 1, memory_order_relaxed);

	if (unlikely(!udpip_packet(&f->udpip, pp, id, f->dst_be, false)))
		return DROP(NO_ROOM);
	if (f->has_aggregate)
		packet_set_anno_u32(*pp, ANNO_AGGREGATE, f->aggregate);
	return 0;
}

ELEMENT_DECIDE(randomudpipencap, randomudpipencap, randomudpipencap_packet)

// ---- configuration

enum { SRC, SPORT, DST, DPORT, PROB, CHECKSUM, AGGREGATE, N_WORDS };

static int
read_flow(struct random_flow *f, double *prob, const struct strvec *words, struct element *e,
	struct errh *errh)
{
	struct udp_port sport = {0}, dport = {0};
	struct ip_addr src = {0}, dst = {0};
	bool checksum = true;
	int err = 0;

	*prob = 1;
	err |= args_parse_value(&arg_ip_addr, words->v[SRC], &src, "SRC", e, errh);
	err |= args_parse_value(&arg_udp_port, words->v[SPORT], &sport, "SPORT", e, errh);
	err |= args_parse_value(&arg_ip_addr, words->v[DST], &dst, "DST", e, errh);
	err |= args_parse_value(&arg_udp_port, words->v[DPORT], &dport, "DPORT", e, errh);
	if (words->n > PROB)
		err |= args_parse_value(&arg_double, words->v[PROB], prob, "PROB", e, errh);
	if (words->n > CHECKSUM)
		err |= args_parse_value(
			&arg_bool, words->v[CHECKSUM], &checksum, "CHECKSUM", e, errh);
	f->has_aggregate = words->n > AGGREGATE;
	if (f->has_aggregate)
		err |= args_parse_value(
			&arg_uint32, words->v[AGGREGATE], &f->aggregate, "AGGREGATE", e, errh);
	if (err == 0 && !(*prob >= 0 && isfinite(*prob)))
		err = errh_error(errh, "PROB: must not be negative");
	f->dst_be = dst.be;
	udpip_init(&f->udpip, src, sport.number, dport.number, UDPIP_TTL, checksum);
	return err;
}

// The part of the random numbers that is each flow's.
static void
share_numbers(struct randomudpipencap *e, const double *prob, double sum)
{
	double until = 0;

	for (uint32_t i = 0; i < e->n_flows; i++) {
		until += prob[i] / sum;
		e->flows[i].until = (uint32_t)(RTE_MIN(until, 1.0) * UINT32_MAX);
	}
	e->flows[e->n_flows - 1].until = UINT32_MAX;
}

static int
randomudpipencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct randomudpipencap *e = (struct randomudpipencap *)base;
	double *prob = mem_zalloc(e->texts.n * sizeof(*prob)), sum = 0;
	int err = 0;

	(void)args;
	e->flows = mem_zalloc(e->texts.n * sizeof(*e->flows));
	for (size_t i = 0; i < e->texts.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->texts.v[i], &words);
		if (words.n < PROB || words.n > N_WORDS)
			err = errh_error(errh,
				"argument %zu should be 'SRC SPORT DST DPORT [PROB [CHECKSUM "
				"[AGGREGATE]]]'",
				i + 1);
		else if (read_flow(&e->flows[e->n_flows], &prob[e->n_flows], &words, base, errh) !=
			 0)
			err = -EINVAL;
		else
			sum += prob[e->n_flows++];
		strvec_fini(&words);
	}
	if (err == 0 && e->n_flows == 0)
		err = errh_error(errh, "no flows given");
	else if (err == 0 && !(sum > 0))
		err = errh_error(errh, "no flow has a PROB above 0");
	if (err == 0)
		share_numbers(e, prob, sum);
	free(prob);
	return err;
}

static void
randomudpipencap_cleanup(struct element *base)
{
	free(((struct randomudpipencap *)base)->flows);
}

static const struct arg randomudpipencap_args[] = {
	ARG(randomudpipencap, texts, "FLOW", ARG_REST,
		.help = "any number of `SRC SPORT DST DPORT [PROB [CHECKSUM [AGGREGATE]]]`"),
	ARGS_END,
};

static const char *const randomudpipencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class randomudpipencap_class = {
	.name = "RandomUDPIPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct randomudpipencap),
	.push = randomudpipencap_push,
	.pull = randomudpipencap_pull,
	.decide = randomudpipencap_decide,
	.configure = randomudpipencap_configure,
	.cleanup = randomudpipencap_cleanup,
	.args = randomudpipencap_args,
	.drops = randomudpipencap_drops,
	.writes = "AGGREGATE",
	.group = "tcpudp",
	.brief = "puts UDP and IP headers of random flows in front of packets",
	.manual =
		"As UDPIPEncap, with one of several flows for each packet, chosen at random: PROB (1\n"
		"if not given) says how often in relation to the others. CHECKSUM false leaves the\n"
		"UDP checksum out; AGGREGATE becomes the packet's annotation.",
	.example =
		"Idle -> RandomUDPIPEncap(10.0.0.1 1000 10.0.0.2 53 0.9, 10.0.0.1 1001 10.0.0.3 53 0.1)\n"
		"-> Discard;",
};
ELEMENT_CLASS(randomudpipencap_class)
