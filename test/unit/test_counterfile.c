// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/unit/rig.h"

static char *
make_name(void)
{
	char name[] = "/tmp/counterfile.XXXXXX";
	int fd = mkstemp(name);

	CU_ASSERT(fd >= 0);
	close(fd);
	return strdup(name);
}

static void
counts_in_a_file(void)
{
	char *name = make_name(), conf[128];
	uint64_t words[4];
	struct rig *r;
	FILE *f;

	snprintf(conf, sizeof(conf), "CounterFile(%s)", name);
	r = rig_new(conf, 1, 1);
	rig_push_hex(r, 0, "0102");
	rig_push_hex(r, 0, "010203");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "byte_count", "5");
	rig_free(r);
	f = fopen(name, "r");
	CU_ASSERT_EQUAL(fread(words, 1, sizeof(words), f), 32);
	CU_ASSERT_EQUAL(fgetc(f), EOF);
	fclose(f);
	CU_ASSERT_EQUAL(words[0], 2);
	CU_ASSERT_EQUAL(words[2], 5);
	// Another one goes on.
	r = rig_new_pull(conf, 1, 1);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "byte_count", "6");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	rig_push_hex(r, 0, "01");
	rig_pull(r, 0, 1);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "byte_count", "0");
	rig_free(r);
	unlink(name);
	free(name);
}

static void
one_by_one(void)
{
	char *name = make_name(), conf[128];
	struct packet *p[2];
	struct rig *r;

	snprintf(conf, sizeof(conf),
		"RigIn(0) -> e :: CounterFile(%s, BATCH_PRECISE true) -> s :: BatchStats"
		" -> RigOut(0);",
		name);
	r = rig_config(conf);
	p[0] = rig_hex("01");
	p[1] = rig_hex("02");
	rig_push_batch(r, 0, p, 2);
	ASSERT_READ(r, "s.max", "1");
	ASSERT_READ(r, "count", "2");
	rig_free(r);
	snprintf(conf, sizeof(conf), "CounterFile(%s, BATCH_PRECISE true)", name);
	r = rig_new_pull(conf, 1, 1);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_free(r);
	unlink(name);
	free(name);
}

// What others keep behind the counts stays there.
static void
longer_files(void)
{
	char *name = make_name(), conf[128], bytes[64];
	struct rig *r;
	FILE *f = fopen(name, "w");

	memset(bytes, 0, 32);
	memset(bytes + 32, 7, 32);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, 64, f), 64);
	fclose(f);
	snprintf(conf, sizeof(conf), "CounterFile(%s)", name);
	r = rig_new(conf, 1, 1);
	rig_push_hex(r, 0, "0102");
	ASSERT_READ(r, "count", "1");
	rig_free(r);
	f = fopen(name, "r");
	CU_ASSERT_EQUAL(fread(bytes, 1, 64, f), 64);
	CU_ASSERT_EQUAL(fgetc(f), EOF);
	fclose(f);
	CU_ASSERT_EQUAL(bytes[63], 7);
	unlink(name);
	free(name);
}

static void
arguments(void)
{
	ASSERT_ERRORS("CounterFile", 1, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS(
		"CounterFile(/nonexistent/x)", 1, 1, "/nonexistent/x: No such file or directory\n");
	ASSERT_ERRORS("CounterFile(/dev/null)", 1, 1, "/dev/null: Invalid argument\n");
}

UNIT_SUITE(counterfile, UNIT_CASE(counts_in_a_file), UNIT_CASE(one_by_one), UNIT_CASE(longer_files),
	UNIT_CASE(arguments))
