// SPDX-License-Identifier: BSD-3-Clause
#include "src/element.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"

// ---- elements that send packets where their first byte says

enum { SORT_BAD, SORT_WORSE };

struct elementsort {
	struct element element;
};

// 0 ... 9: an output; f0, f1: a drop; ff: taken.
static inline int
sort_packet(struct elementsort *e, struct packet **pp)
{
	uint8_t byte = packet_data(*pp)[0];

	if (byte == 0xff) {
		element_drop(&e->element, SORT_WORSE, *pp);
		return PACKET_TAKEN;
	}
	return byte >= 0xf0 ? DROP(byte - 0xf0) : byte;
}
ELEMENT_DECIDE(elementsort, elementsort, sort_packet)

struct elementsplit {
	struct element element;
};

static void
elementsplit_push(struct element *base, unsigned port, struct batch *b)
{
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		int d = sort_packet((struct elementsort *)base, &b->pkt[i]);

		decision[i] = d == PACKET_TAKEN ? INT16_MIN : (int16_t)d;
	}
	element_split(base, b, decision);
}

static const char *const sort_drops[] = {[SORT_BAD] = "bad", [SORT_WORSE] = "worse", NULL};

static const struct element_class elementsort_class = {.name = "ElementSort",
	.ports = "1/1-",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct elementsort),
	.push = elementsort_push,
	.pull = elementsort_pull,
	.decide = elementsort_decide,
	.drops = sort_drops,
	.group = "test",
	.brief = "sorts by ELEMENT_DECIDE",
	.example = "Idle -> ElementSort -> Discard;"};
ELEMENT_CLASS(elementsort_class)

static const struct element_class elementsplit_class = {.name = "ElementSplit",
	.ports = "1/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct elementsplit),
	.push = elementsplit_push,
	.drops = sort_drops,
	.group = "test",
	.brief = "sorts by element_split",
	.example = "Idle -> ElementSplit -> Discard;"};
ELEMENT_CLASS(elementsplit_class)

static void
push_bytes(struct rig *r, const char *bytes, unsigned n)
{
	struct packet *p[BATCH_MAX];

	for (unsigned i = 0; i < n; i++) {
		uint8_t two[2] = {(uint8_t)bytes[i], (uint8_t)i};

		p[i] = packet_make(PACKET_HEADROOM, two, sizeof(two));
	}
	rig_push_batch(r, 0, p, n);
}

// The places in the batch of what came out of an output.
static void
assert_places(const char *file, int line, struct rig *r, unsigned output, const char *want)
{
	struct strbuf sb = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, output); i++)
		strbuf_addf(&sb, "%u ", packet_data(rig_packet(r, output, i))[1]);
	unit_assert_text(file, line, strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

#define ASSERT_PLACES(r, output, want) assert_places(__FILE__, __LINE__, r, output, want)

static void
assert_order(const char *file, int line, struct rig *r, const char *want)
{
	char *order = rig_order(r);

	unit_assert_text(file, line, order, want);
	free(order);
}

#define ASSERT_ORDER(r, want) assert_order(__FILE__, __LINE__, r, want)

#define MIXED "\0\0\2\1\1\xf0\0\xff\xf1\2"

// Runs of neighbours, so that the order between outputs is that of the batch.
static void
decisions_keep_the_order(void)
{
	struct rig *r = rig_new("ElementSort", 1, 3);

	push_bytes(r, MIXED, 10);
	ASSERT_ORDER(r, "0 0 2 1 1 0 2");
	ASSERT_PLACES(r, 0, "0 1 6 ");
	ASSERT_PLACES(r, 1, "3 4 ");
	ASSERT_PLACES(r, 2, "2 9 ");
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 1);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_WORSE), 2);
	ASSERT_READ(r, "drop_reasons", "1\tbad\n2\tworse\n");
	rig_clear(r);
	// The first packet already goes elsewhere, and all are dropped.
	push_bytes(r, "\1\0", 2);
	ASSERT_ORDER(r, "1 0");
	push_bytes(r, "\xf0\xf0\xff", 3);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 3);
	rig_free(r);
}

// A puller gets output 0; the other ones are pushed to at once.
static void
decisions_of_a_puller(void)
{
	struct rig *r = rig_new_pull("ElementSort", 1, 3);

	push_bytes(r, MIXED, 10);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	ASSERT_PLACES(r, 0, "0 1 6 ");
	ASSERT_PLACES(r, 1, "3 4 ");
	ASSERT_PLACES(r, 2, "2 9 ");
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 1);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_WORSE), 2);
	rig_free(r);
}

static void
splits_by_output(void)
{
	struct rig *r = rig_new("ElementSplit", 1, 3);

	CU_ASSERT_FALSE(rig_element(r)->split_runs);
	push_bytes(r, MIXED, 10);
	// One batch for each output, in the order of their first packets.
	ASSERT_ORDER(r, "0 0 0 2 2 1 1");
	ASSERT_PLACES(r, 0, "0 1 6 ");
	ASSERT_PLACES(r, 1, "3 4 ");
	ASSERT_PLACES(r, 2, "2 9 ");
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 1);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_WORSE), 2);
	rig_clear(r);
	push_bytes(r, "\2\2\2", 3);
	ASSERT_PLACES(r, 2, "0 1 2 ");
	push_bytes(r, "\xf0\xf0\xf0", 3);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 4);
	rig_free(r);
}

// A whole batch, whose bits fill a word.
static void
splits_a_full_batch(void)
{
	struct rig *r = rig_new("ElementSplit", 1, 3);
	char bytes[BATCH_MAX];

	for (unsigned i = 0; i < BATCH_MAX; i++)
		bytes[i] = (char)(i % 3);
	push_bytes(r, bytes, BATCH_MAX);
	CU_ASSERT_EQUAL(rig_count(r, 0), 22);
	CU_ASSERT_EQUAL(rig_count(r, 1), 21);
	CU_ASSERT_EQUAL(rig_count(r, 2), 21);
	for (unsigned i = 0; i < 21; i++)
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 2, i))[1], 3 * i + 2);
	rig_free(r);
}

// Branches that meet again get runs.
static void
splits_by_run(void)
{
	struct rig *r = rig_config("RigIn -> e :: ElementSplit; n :: Null -> RigOut;"
				   "e [0] -> n; e [1] -> n; e [2] -> n");

	CU_ASSERT_TRUE(rig_element(r)->split_runs);
	push_bytes(r, MIXED, 10);
	ASSERT_PLACES(r, 0, "0 1 2 3 4 6 9 ");
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 1);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_WORSE), 2);
	push_bytes(r, "\xf0\1", 2);
	ASSERT_PLACES(r, 0, "0 1 2 3 4 6 9 1 ");
	rig_free(r);
}

static void
outputs_that_may_be_missing(void)
{
	struct rig *r = rig_new("ElementSort", 1, 2);
	struct element *e = rig_element(r);

	CU_ASSERT_EQUAL(element_output_or_drop(e, 1, SORT_WORSE), 1);
	CU_ASSERT_EQUAL(element_output_or_drop(e, 2, SORT_WORSE), DROP(SORT_WORSE));
	element_push_checked(e, 1, rig_hex("01"), SORT_BAD);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	element_push_checked(e, 2, rig_hex("01"), SORT_BAD);
	CU_ASSERT_EQUAL(rig_drops(r, SORT_BAD), 1);
	CU_ASSERT_TRUE(element_output_is_push(e, 1));
	CU_ASSERT_FALSE(element_output_is_push(e, 2));
	CU_ASSERT_FALSE(element_input_is_pull(e, 0));
	CU_ASSERT_FALSE(element_input_is_pull(e, 1));
	rig_free(r);
}

static void
drops_of_all_lcores(void)
{
	struct router *r = lcores_rig("e :: ElementSort -> Discard; Idle -> e", 2);
	struct element *e = router_find(r, "e");
	struct batch b;

	for (unsigned i = 0; i < 3; i++) {
		lcores_rig_become(i);
		for (unsigned k = 0; k <= i; k++)
			element_drop(e, SORT_WORSE, packet_make(PACKET_HEADROOM, "x", 1));
	}
	b.n = 2;
	b.pkt[0] = packet_make(PACKET_HEADROOM, "x", 1);
	b.pkt[1] = packet_make(PACKET_HEADROOM, "x", 1);
	element_drop_batch(e, SORT_BAD, &b);
	CU_ASSERT_EQUAL(b.n, 0);
	CU_ASSERT_EQUAL(element_drops(e, SORT_WORSE), 6);
	CU_ASSERT_EQUAL(element_drops(e, SORT_BAD), 2);
	CU_ASSERT_EQUAL(element_n_drop_reasons(e->class), 2);
	CU_ASSERT_EQUAL(element_n_drop_reasons(element_class_find("RigIn")), 0);
	lcores_rig_free(r);
}

// ---- names

static void
finds_from_inside_out(void)
{
	struct rig *r = rig_config("x :: Idle; a :: { x :: Idle; b :: { y :: Idle; x :: Idle } };"
				   "z :: Idle");
	struct element *y = rig_find(r, "a/b/y");
	char *scope;

	CU_ASSERT_PTR_EQUAL(element_find(y, "x"), rig_find(r, "a/b/x"));
	CU_ASSERT_PTR_EQUAL(element_find(rig_find(r, "a/x"), "x"), rig_find(r, "a/x"));
	CU_ASSERT_PTR_EQUAL(element_find(rig_find(r, "z"), "x"), rig_find(r, "x"));
	CU_ASSERT_PTR_EQUAL(element_find(y, "z"), rig_find(r, "z"));
	CU_ASSERT_PTR_EQUAL(element_find(rig_find(r, "a/x"), "b/y"), y);
	CU_ASSERT_PTR_EQUAL(element_find(y, "a/x"), rig_find(r, "a/x"));
	CU_ASSERT_PTR_NULL(element_find(y, "w"));
	CU_ASSERT_PTR_NULL(element_find(rig_find(r, "z"), "b/y"));
	scope = element_scope(y);
	ASSERT_TEXT(scope, "a/b/");
	free(scope);
	scope = element_scope(rig_find(r, "z"));
	ASSERT_TEXT(scope, "");
	free(scope);
	CU_ASSERT_STRING_EQUAL(element_name(y), "a/b/y");
	rig_free(r);
}

// ---- where it lives

static void
homes(void)
{
	struct rig *r = rig_config("StaticThreadSched(a -1, b 0); a :: Idle; b :: Idle; c :: Idle");

	CU_ASSERT_PTR_NULL(element_home(rig_find(r, "a")));
	CU_ASSERT_PTR_NULL(element_home_fixed(rig_find(r, "a")));
	CU_ASSERT_PTR_EQUAL(element_home(rig_find(r, "b")), lcores_control());
	CU_ASSERT_PTR_EQUAL(element_home_fixed(rig_find(r, "b")), lcores_control());
	CU_ASSERT_PTR_EQUAL(element_home(rig_find(r, "c")), lcores_control());
	CU_ASSERT_PTR_NULL(element_home_fixed(rig_find(r, "c")));
	element_timer_carries(rig_find(r, "c"), NULL);
	CU_ASSERT_EQUAL(rig_find(r, "c")->info->own_lcores, 0);
	element_timer_carries(rig_find(r, "c"), lcores_control());
	CU_ASSERT_EQUAL(rig_find(r, "c")->info->own_lcores, 1);
	rig_free(r);
}

static void
tickets(void)
{
	struct rig *r = rig_config("ScheduleInfo(a 0.5, b 3, z 0);"
				   "a :: InfiniteSource(LIMIT 0) -> Discard;"
				   "b :: InfiniteSource(LIMIT 0) -> Discard;"
				   "c :: InfiniteSource(LIMIT 0) -> Discard;"
				   "z :: InfiniteSource(LIMIT 1) -> Discard");

	CU_ASSERT_EQUAL(element_tickets(rig_find(r, "a")), 512);
	CU_ASSERT_EQUAL(element_tickets(rig_find(r, "b")), 3072);
	CU_ASSERT_EQUAL(element_tickets(rig_find(r, "c")), 1024);
	CU_ASSERT_EQUAL(element_tickets(rig_find(r, "z")), 0);
	ASSERT_READ(r, "a.tickets", "512");
	// Without any it never runs.
	ASSERT_READ(r, "z.home_thread", "-1");
	rig_run(r, 5);
	ASSERT_READ(r, "z.count", "0");
	rig_free(r);
}

// ---- configured again

static const char *
replace(struct rig *r, const char *argument, const char *value)
{
	static struct strbuf errors;
	struct errh errh;

	strbuf_clear(&errors);
	errh_init_strbuf(&errh, &errors);
	element_replace_argument(rig_element(r), argument, value, &errh);
	return strbuf_text(&errors);
}

static void
replaces_one_argument(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 10, BURST 2) -> Discard");

	// There was none: behind the others.
	ASSERT_TEXT(replace(r, "ACTIVE", "false"), "");
	ASSERT_READ(r, "config", "LIMIT 10, BURST 2, ACTIVE false");
	// Its keyword goes away wherever it is, as often as it is there.
	ASSERT_TEXT(replace(r, "LIMIT", "20"), "");
	ASSERT_READ(r, "config", "BURST 2, ACTIVE false, LIMIT 20");
	ASSERT_TEXT(rig_write(r, "config", "\"data\", 5, 3, LIMIT 4, LIMIT 6"), "");
	ASSERT_TEXT(replace(r, "LIMIT", "7"), "");
	ASSERT_READ(r, "config", "\"data\", 5, 3, LIMIT 7");
	rig_free(r);
	// In its place.
	r = rig_config("e :: InfiniteSource(\"data\", 5, 3) -> Discard");
	ASSERT_TEXT(replace(r, "LIMIT", "6"), "");
	ASSERT_READ(r, "config", "\"data\", 6, 3");
	ASSERT_READ(r, "limit", "6");
	ASSERT_TEXT(replace(r, "BURST", "x"), "BURST: invalid number\n");
	ASSERT_READ(r, "config", "\"data\", 6, 3");
	ASSERT_READ(r, "burst", "3");
	rig_free(r);
}

static void
stays_as_it_was(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 10, BURST 2) -> Discard");

	ASSERT_TEXT(rig_write(r, "config", "LIMIT 5, BURST 1, STOP true, END_CALL stop"),
		"END_CALL and STOP are mutually exclusive\n");
	ASSERT_READ(r, "config", "LIMIT 10, BURST 2");
	ASSERT_READ(r, "limit", "10");
	ASSERT_READ(r, "burst", "2");
	ASSERT_TEXT(rig_write(r, "config", "LIMIT 5, NOSUCH 1"), "NOSUCH: unknown argument\n");
	ASSERT_READ(r, "limit", "10");
	rig_free(r);
}

static void
not_while_it_runs(void)
{
	struct rig *r = rig_new("Strip(1)", 1, 1);
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(element_reconfigure(rig_element(r), "2", &errh), -EINVAL);
	ASSERT_TEXT(strbuf_text(&errors), "cannot reconfigure e :: Strip live\n");
	strbuf_fini(&errors);
	ASSERT_TEXT(rig_write(r, "config", "2"), "no 'e.config' write handler\n");
	ASSERT_READ(r, "config", "1");
	rig_free(r);
}

UNIT_SUITE(element, UNIT_CASE(decisions_keep_the_order), UNIT_CASE(decisions_of_a_puller),
	UNIT_CASE(splits_by_output), UNIT_CASE(splits_a_full_batch), UNIT_CASE(splits_by_run),
	UNIT_CASE(outputs_that_may_be_missing), UNIT_CASE(drops_of_all_lcores),
	UNIT_CASE(finds_from_inside_out), UNIT_CASE(homes), UNIT_CASE(tickets),
	UNIT_CASE(replaces_one_argument), UNIT_CASE(stays_as_it_was), UNIT_CASE(not_while_it_runs))
