// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/plan.h"
#include "test/unit/rig.h"

static void
asks_for_packets(void)
{
	struct rig *r = rig_config("e :: DPDKInfo(100000, MBUF_CACHE_SIZE 99);");
	struct plan plan = {.cache = 256};
	struct element *e = rig_element(r);

	CU_ASSERT_EQUAL(e->class->reserve(e, &plan, NULL), 0);
	CU_ASSERT_EQUAL(plan.n_least, 100000);
	CU_ASSERT_EQUAL(plan.cache, 99);
	CU_ASSERT_EQUAL(plan.n_wanted, 0);
	rig_free(r);
	r = rig_config("e :: DPDKInfo;");
	plan = (struct plan){.cache = 256};
	e = rig_element(r);
	CU_ASSERT_EQUAL(e->class->reserve(e, &plan, NULL), 0);
	CU_ASSERT_EQUAL(plan.n_least, 0);
	CU_ASSERT_EQUAL(plan.cache, 256);
	rig_free(r);
}

static void
tells_what_is_free(void)
{
	struct rig *r = rig_config("e :: DPDKInfo;");
	unsigned node, before, after;
	struct packet *p;

	CU_ASSERT_EQUAL(sscanf(rig_read(r, "pool_count"), "%u %u\n", &node, &before), 2);
	p = rig_hex("01");
	CU_ASSERT_EQUAL(sscanf(rig_read(r, "pool_count"), "%u %u\n", &node, &after), 2);
	CU_ASSERT_EQUAL(after, before - 1);
	packet_free(p);
	packet_thread.n_generated--;
	ASSERT_READ(r, "handlers",
		"pool_count\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("e :: DPDKInfo; f :: DPDKInfo;");

	ASSERT_TEXT(errors, "config:1: While configuring 'f :: DPDKInfo':\n"
			    "  There can be only one instance of DPDKInfo!\n");
	free(errors);
	ASSERT_ERRORS("DPDKInfo(x)", 0, 0, "NB_MBUF: invalid number\n");
	ASSERT_ERRORS("DPDKInfo(1, 2048)", 0, 0, "too many arguments\n");
	ASSERT_ERRORS("DPDKInfo(MBUF_SIZE 4096)", 0, 0, "MBUF_SIZE: unknown argument\n");
	ASSERT_ERRORS("DPDKInfo(MBUF_CACHE_SIZE 513)", 0, 0,
		"MBUF_CACHE_SIZE: out of range, bound 512\n");
}

UNIT_SUITE(
	dpdkinfo, UNIT_CASE(asks_for_packets), UNIT_CASE(tells_what_is_free), UNIT_CASE(arguments))
