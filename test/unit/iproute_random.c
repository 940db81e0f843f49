// SPDX-License-Identifier: BSD-3-Clause
// Random route tables against one that is searched from end to end.

#include <stdlib.h>

#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

enum { NAIVE_MAX = 64 };

struct naive {
	struct {
		uint32_t addr, gw; // host order
		unsigned len, port;
	} route[NAIVE_MAX];
	unsigned n;
};

static int
naive_find(const struct naive *t, uint32_t addr, unsigned len)
{
	for (unsigned i = 0; i < t->n; i++) {
		if (t->route[i].addr == addr && t->route[i].len == len)
			return (int)i;
	}
	return -1;
}

static uint32_t
mask_of(unsigned len)
{
	return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static void
naive_text(const struct naive *t, uint32_t dst, struct strbuf *packet, struct strbuf *lookup)
{
	int best = -1;

	for (unsigned i = 0; i < t->n; i++) {
		if ((dst & mask_of(t->route[i].len)) == t->route[i].addr &&
			(best < 0 || t->route[i].len > t->route[best].len))
			best = (int)i;
	}
	strbuf_clear(packet);
	strbuf_clear(lookup);
	if (best < 0) {
		strbuf_adds(packet, "-");
		strbuf_adds(lookup, "-1");
		return;
	}
	strbuf_addf(packet, "%u ", t->route[best].port);
	strbuf_addf(lookup, "%u", t->route[best].port);
	if (t->route[best].gw != 0) {
		dst = t->route[best].gw;
		strbuf_addc(lookup, ' ');
		text_ip(lookup, (struct ip_addr){.be = __builtin_bswap32(dst)});
	}
	text_ip(packet, (struct ip_addr){.be = __builtin_bswap32(dst)});
}

static void
compare_with_naive(struct rig *r, const struct naive *t, unsigned *seed)
{
	struct strbuf packet = STRBUF_INIT, lookup = STRBUF_INIT, dst = STRBUF_INIT;

	for (unsigned i = 0; i < 12; i++) {
		uint32_t a = 10u << 24 | ((unsigned)rand_r(seed) & 0x0103ff);

		if (i == 0)
			a = (uint32_t)rand_r(seed);
		strbuf_clear(&dst);
		text_ip(&dst, (struct ip_addr){.be = __builtin_bswap32(a)});
		naive_text(t, a, &packet, &lookup);
		ASSERT_TEXT(iproute_push(r, strbuf_text(&dst)), strbuf_text(&packet));
		ASSERT_TEXT(rig_read_param(r, "lookup", strbuf_text(&dst)), strbuf_text(&lookup));
	}
	strbuf_fini(&packet);
	strbuf_fini(&lookup);
	strbuf_fini(&dst);
}

// Adds a route to t, or changes one; out becomes its text.
static void
random_route(struct naive *t, unsigned *seed, struct strbuf *out)
{
	unsigned len = (unsigned)rand_r(seed) % 33, i = t->n;
	uint32_t addr = (10u << 24 | ((unsigned)rand_r(seed) & 0x0103ff)) & mask_of(len);
	uint32_t gw = rand_r(seed) % 3 == 0 ? 0 : (unsigned)rand_r(seed) % 4;
	int at = naive_find(t, addr, len);

	if (at >= 0)
		i = (unsigned)at;
	else
		t->n++;
	t->route[i].addr = addr;
	t->route[i].len = len;
	t->route[i].gw = gw;
	t->route[i].port = (unsigned)rand_r(seed) % 4;
	strbuf_clear(out);
	text_ip(out, (struct ip_addr){.be = __builtin_bswap32(addr)});
	strbuf_addf(out, "/%u 0.0.0.%u %u", len, gw, t->route[i].port);
}

static void
random_tables(const struct iproute_facts *facts)
{
	struct strbuf routes = STRBUF_INIT, one = STRBUF_INIT;
	unsigned seed = 21;

	for (unsigned n = 1; n < NAIVE_MAX; n += 9) {
		struct naive t = {0};
		struct rig *r;

		strbuf_clear(&routes);
		while (t.n < n) {
			struct naive before = t;

			random_route(&t, &seed, &one);
			if (t.n == before.n) // of equal prefixes the first would stay
				t = before;
			else
				strbuf_addf(&routes, "%s%s", before.n > 0 ? ", " : "",
					strbuf_text(&one));
		}
		r = iproute_rig(facts, strbuf_text(&routes), 4);
		compare_with_naive(r, &t, &seed);
		rig_free(r);
	}
	strbuf_fini(&routes);
	strbuf_fini(&one);
}

static void
random_changes(const struct iproute_facts *facts)
{
	struct strbuf one = STRBUF_INIT;
	struct rig *r = iproute_rig(facts, "", 4);
	struct naive t = {0};
	unsigned seed = 22;

	for (unsigned round = 0; round < 400; round++) {
		// Grows for a while, then shrinks.
		bool grow =
			t.n == 0 ||
			(t.n < NAIVE_MAX && rand_r(&seed) % 100 < (round / 100 % 2 == 0 ? 80 : 25));

		if (grow) {
			random_route(&t, &seed, &one);
			ASSERT_TEXT(rig_write(r, "set", strbuf_text(&one)), "");
		} else {
			unsigned i = (unsigned)rand_r(&seed) % t.n;

			strbuf_clear(&one);
			text_ip(&one, (struct ip_addr){.be = __builtin_bswap32(t.route[i].addr)});
			strbuf_addf(&one, "/%u", t.route[i].len);
			ASSERT_TEXT(rig_write(r, "remove", strbuf_text(&one)), "");
			t.route[i] = t.route[--t.n];
		}
		compare_with_naive(r, &t, &seed);
	}
	strbuf_fini(&one);
	rig_free(r);
}

void
iproute_random_cases(const struct iproute_facts *facts)
{
	random_tables(facts);
	if (facts->changes)
		random_changes(facts);
}
