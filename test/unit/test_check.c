// SPDX-License-Identifier: BSD-3-Clause
#include "src/check.h"

#include <stdlib.h>

#include "src/errh.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/unit.h"

static void
expect(const char *config, const char *want)
{
	struct router *r = lcores_rig_prepared(config, 0, NULL);
	struct strbuf said = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &said);
	check_router(r, &errh);
	ASSERT_TEXT(strbuf_text(&said), want);
	CU_ASSERT_EQUAL(errh.n_errors, 0);
	strbuf_fini(&said);
	lcores_rig_free(r);
}

static void
nothing_to_say(void)
{
	expect("InfiniteSource -> Counter -> Queue -> Unqueue -> Discard; Idle -> Discard",
		"config:1: warning: 'Discard@7 :: Discard' is unreachable: no source of packets "
		"leads to it\n");
	expect("InfiniteSource -> Counter -> Queue -> Unqueue -> Discard", "");
	expect("InfiniteSource -> c :: CheckIPHeader; c -> Discard; c [1] -> Discard", "");
	// Pings come by themselves.
	expect("Idle -> p :: ICMPPingSource(1.0.0.1, 1.0.0.2) -> Discard", "");
}

static void
unused_outputs(void)
{
	expect("InfiniteSource -> CheckIPHeader -> Discard",
		"config:1: warning: 'CheckIPHeader@2 :: CheckIPHeader' output 1 unused: packets "
		"for it are dropped\n");
	expect("InfiniteSource\n-> a :: CheckIPHeader -> b :: CheckPaint(1) -> DecIPTTL -> Discard",
		"config:2: warning: 'a :: CheckIPHeader' output 1 unused: packets for it are "
		"dropped; also of 'b', 'DecIPTTL@4'\n");
}

static void
unreachable_elements(void)
{
	expect("InfiniteSource -> s :: Switch -> Discard;\nIdle -> n :: Null -> d :: Discard",
		"config:2: warning: 'n :: Null' is unreachable: no source of packets leads to it\n"
		"config:2: warning: 'd :: Discard' is unreachable: no source of packets leads to "
		"it\n");
	// A loop that nothing leads into.
	expect("n :: Null -> m :: Null -> n; InfiniteSource -> Discard",
		"config:1: warning: 'n :: Null' is unreachable: no source of packets leads to it\n"
		"config:1: warning: 'm :: Null' is unreachable: no source of packets leads to "
		"it\n");
}

static void
annotations(void)
{
	// The reassembler has its own use for the bytes that Truncate leaves for Pad.
	expect("InfiniteSource -> t :: Truncate(20) -> r :: IPReassembler -> p :: Pad -> Discard",
		"config:1: warning: 'r :: IPReassembler' output 1 unused: packets for it are "
		"dropped\n"
		"config:1: warning: 'r :: IPReassembler' overwrites the annotation (bytes 28-31) "
		"that 't :: Truncate' sets for 'p :: Pad'\n");
	// In another order, or on another path, it does not matter.
	expect("InfiniteSource -> r :: IPReassembler -> Truncate(20) -> Pad -> Discard;"
	       "r [1] -> Discard",
		"");
	expect("InfiniteSource -> Tee -> Truncate(20) -> Pad -> Discard;"
	       "InfiniteSource -> r :: IPReassembler -> Discard; r [1] -> Discard",
		"");
	// Arguments that name one: a color across four bytes of an address.
	expect("InfiniteSource -> SetIPAddress(1.0.0.1, ANNO 20) -> g :: Paint(1, ANNO 21)"
	       "-> Discard",
		"");
	expect("InfiniteSource -> a :: SetIPAddress(1.0.0.1, ANNO 16) -> Discard", "");
	expect("InfiniteSource -> p :: Paint(3) -> a :: SetIPAddress(1.0.0.1, ANNO 16)"
	       "-> c :: PaintTee(3) -> Discard; c [1] -> Discard",
		"config:1: warning: 'a :: SetIPAddress' overwrites the annotation (bytes 16-16) "
		"that 'p :: Paint' sets for 'c :: PaintTee'\n");
	// The same one twice is what it is for.
	expect("InfiniteSource -> Paint(3) -> Paint(4) -> c :: PaintTee(3) -> Discard;"
	       "c [1] -> Discard",
		"");
}

UNIT_SUITE(check, UNIT_CASE(nothing_to_say), UNIT_CASE(unused_outputs),
	UNIT_CASE(unreachable_elements), UNIT_CASE(annotations))
