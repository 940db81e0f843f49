// SPDX-License-Identifier: BSD-3-Clause
// The boxes around patterns, by the parser that makes them.
#include "elements/classify/filter_box.h"

#include <inttypes.h>

#include "elements/classify/filter.h"
#include "src/errh.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "test/unit/rig.h"

static const char *const names[] = {"src", "dst", "sport", "dport", "proto"};

// A line for each box, with the dimensions that are not whole; "=" in front: all in them matches.
static void
expect(const char *pattern, const char *want)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct filter_rules rules = {0};
	struct strbuf text = STRBUF_INIT, errors = STRBUF_INIT;
	struct strvec args = {0};
	struct errh errh;

	strbuf_addf(&text, "0 %s", pattern);
	strvec_add(&args, strbuf_text(&text));
	strbuf_clear(&text);
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(filter_read(&rules, &args, 1, rig_element(r), &errh), 0);
	ASSERT_TEXT(strbuf_text(&errors), "");
	if (rules.v[0].boxes.exact)
		strbuf_adds(&text, "= ");
	for (unsigned i = 0; i < rules.v[0].boxes.n; i++) {
		const struct box *b = &rules.v[0].boxes.v[i];

		for (unsigned d = 0; d < BOX_DIMS; d++) {
			if (b->low[d] != 0 || b->high[d] != box_dim_max[d])
				strbuf_addf(&text, "%s %" PRIx32 "-%" PRIx32 " ", names[d],
					b->low[d], b->high[d]);
		}
		strbuf_addc(&text, '\n');
	}
	ASSERT_TEXT(strbuf_text(&text), want);
	filter_rules_fini(&rules);
	strvec_fini(&args);
	strbuf_fini(&text);
	strbuf_fini(&errors);
	rig_free(r);
}

static void
tests(void)
{
	expect("all", "= \n");
	expect("src host 1.2.3.4", "= src 1020304-1020304 \n");
	expect("dst net 10.0.0.0/8", "= dst a000000-affffff \n");
	expect("src net 10.0.1.0 mask 255.0.255.0", "\n"); // no interval
	expect("host 1.2.3.4", "= src 1020304-1020304 \ndst 1020304-1020304 \n");
	expect("src and dst host 1.2.3.4", "= src 1020304-1020304 dst 1020304-1020304 \n");
	expect("src host != 1.2.3.4", "\n");
	expect("tcp", "= proto 6-6 \n");
	expect("ip proto 47", "= proto 2f-2f \n");
	expect("ip proto tcpudp", "= proto 6-6 \nproto 11-11 \n");
	expect("ip proto > 17", "= proto 12-ff \n");
	expect("dst port 80", "= dport 50-50 proto 6-6 \ndport 50-50 proto 11-11 \n");
	expect("dst udp port 80", "= dport 50-50 proto 11-11 \n");
	expect("dst port >= 1024", "= dport 400-ffff proto 6-6 \ndport 400-ffff proto 11-11 \n");
	expect("src port < 1024", "= sport 0-3ff proto 6-6 \nsport 0-3ff proto 11-11 \n");
	expect("src port != 80", "proto 6-6 \nproto 11-11 \n");
	expect("src port & 0xfff0 80", "= sport 50-5f proto 6-6 \nsport 50-5f proto 11-11 \n");
	expect("src port & 1 1", "proto 6-6 \nproto 11-11 \n");
	expect("port 5",
		"= sport 5-5 proto 6-6 \nsport 5-5 proto 11-11 \ndport 5-5 proto 6-6 \ndport 5-5 proto 11-11 \n");
	expect("src or dst port <= 5", "proto 6-6 \nproto 11-11 \n");
	expect("udp && dst port 9", "= dport 9-9 proto 11-11 \n"); // one box of two
	expect("ip ttl 5", "\n");
	expect("icmp type echo", "proto 1-1 \n");
	expect("syn", "proto 6-6 \n");
	expect("ip frag", "\n");
}

static void
combinations(void)
{
	expect("tcp and src net 10.0.0.0/8", "= src a000000-affffff proto 6-6 \n");
	expect("tcp && udp", "= "); // nothing is both
	expect("tcp || udp", "= proto 6-6 \nproto 11-11 \n");
	expect("not tcp", "\n");
	expect("!(tcp || udp) && src host 1.0.0.1", "src 1000001-1000001 \n");
	expect("(tcp || udp) && (src host 1.0.0.1 || src host 1.0.0.2)",
		"= src 1000001-1000001 proto 6-6 \nsrc 1000002-1000002 proto 6-6 \nsrc 1000001-1000001 proto 11-11 \nsrc 1000002-1000002 proto 11-11 \n");
	// Too many become one around them.
	expect("src host 1.0.0.1 or 1.0.0.2 or 1.0.0.5 or 1.0.0.7 or 1.0.0.9",
		"src 1000001-1000007 \nsrc 1000009-1000009 \n");
	expect("tcp ? src host 1.0.0.1 : dst host 1.0.0.2",
		"src 1000001-1000001 \ndst 1000002-1000002 \n");
	expect("false", "\n");
}

UNIT_SUITE(filterbox, UNIT_CASE(tests), UNIT_CASE(combinations))
