// SPDX-License-Identifier: BSD-3-Clause
// What needs no interface; test/netns/host has the rest.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/tun.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

#define ASSERT_CHECK(config, want)                        \
	do {                                              \
		char *errors_ = rig_check_errors(config); \
                                                          \
		ASSERT_TEXT(errors_, want);               \
		free(errors_);                            \
	} while (0)

#define CONTEXT(class) "config:1: While configuring 'e :: " class "':\n  "

static void
arguments_of_both(void)
{
	static const char *const classes[] = {"KernelTun", "KernelTap"};
	static const char *const wrong[][2] = {
		{"", "ADDR: required argument missing"},
		{"10.0.0.1", "ADDR: parse error"},
		{"10.0.0.1/24, 10.0.1.1", "bad GATEWAY"},
		{"10.0.0.1/24, x", "GATEWAY: parse error"},
		{"10.0.0.1/24, HEADROOM 2049", "HEADROOM too big"},
		{"10.0.0.1/24, BURST 0", "BURST must be >= 1"},
		{"10.0.0.1/24, MTU 20", "MTU must be greater than 20"},
		{"10.0.0.1/24, MTU 65536", "MTU must be greater than 20"},
		{"10.0.0.1/24, ETHER x", "ETHER: parse error"},
		{"10.0.0.1/24, IGNORE_QUEUE_OVERFLOWS x", "IGNORE_QUEUE_OVERFLOWS: parse error"},
		{"10.0.0.1/24, 10.0.0.2, x", "too many arguments"},
	};

	for (unsigned c = 0; c < RTE_DIM(classes); c++) {
		for (unsigned i = 0; i < RTE_DIM(wrong); i++) {
			struct strbuf config = STRBUF_INIT, want = STRBUF_INIT;

			strbuf_addf(&config, "e :: %s(%s) -> Discard;", classes[c], wrong[i][0]);
			strbuf_addf(&want, "config:1: While configuring 'e :: %s':\n  %s\n",
				classes[c], wrong[i][1]);
			ASSERT_CHECK(strbuf_text(&config), strbuf_text(&want));
			strbuf_fini(&config);
			strbuf_fini(&want);
		}
	}
}

// An element whose arguments were refused has opened nothing, and closes nothing.
static void
closes_nobody_elses(void)
{
	static const char *const configs[] = {"e :: KernelTun -> Discard;",
		"e :: KernelTap(x) -> Discard;", "e :: FromHost(t, x) -> Discard;",
		"e :: RawSocket(nosuch) -> Discard;", "e :: Socket(nosuch) -> Discard;"};
	bool is_open = fcntl(STDIN_FILENO, F_GETFD) >= 0;

	for (unsigned i = 0; i < RTE_DIM(configs); i++) {
		free(rig_check_errors(configs[i]));
		CU_ASSERT_EQUAL(fcntl(STDIN_FILENO, F_GETFD) >= 0, is_open);
	}
}

static void
arguments_of_one(void)
{
	ASSERT_CHECK("e :: KernelTun(10.0.0.1/24, ETHER 02:00:00:00:00:01) -> Discard;",
		CONTEXT("KernelTun") "ETHER: only with TAP, IP packets have no hardware address\n");
	ASSERT_CHECK(
		"e :: KernelTun(10.0.0.1/24, TAP true, ETHER 02:00:00:00:00:01) -> Discard;", "");
	ASSERT_CHECK("e :: KernelTap(10.0.0.1/24, TAP true) -> Discard;",
		CONTEXT("KernelTap") "TAP: unknown argument\n");
	ASSERT_CHECK("e :: KernelTap(10.0.0.1/24, 10.0.0.2, DEV_NAME t, MTU 9000) -> Discard;", "");
}

static void
arguments_of_hosts(void)
{
	ASSERT_CHECK("e :: FromHost -> Discard;", CONTEXT("FromHost") "must specify device name\n");
	ASSERT_CHECK("e :: FromHost(t, 10.0.0.1/24, GATEWAY 10.0.1.1) -> Discard;",
		CONTEXT("FromHost") "bad GATEWAY\n");
	ASSERT_CHECK("e :: FromHost(t, x) -> Discard;", CONTEXT("FromHost") "DST: parse error\n");
	ASSERT_CHECK("e :: FromHost(t, HEADROOM 3000) -> Discard;",
		CONTEXT("FromHost") "HEADROOM too large\n");
	ASSERT_CHECK("e :: FromHost(t, MTU 67) -> Discard;",
		CONTEXT("FromHost") "MTU: out of range, bound 68\n");
	ASSERT_CHECK(
		"Idle -> e :: ToHost;", CONTEXT("ToHost") "DEVNAME: required argument missing\n");
	ASSERT_CHECK("e :: FromHost(t, 10.0.0.1/24) -> Discard; Idle -> ToHost(t);", "");
}

static void
to_host_needs_from_host(void)
{
	char *errors = rig_config_errors("Idle -> e :: ToHost(t);");

	ASSERT_TEXT(errors,
		"config:1: While initializing 'e :: ToHost':\n"
		"  ToHost(t) requires an initialized FromHost with the same dev_name\n");
	free(errors);
}

static void
long_names_are_refused(void)
{
	struct strbuf errors = STRBUF_INIT;
	char name[IFNAMSIZ];
	struct errh errh;
	struct tun_options o = {.name = "a-name-of-16-let"};

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_TRUE(tun_open(&o, name, &errh) < 0);
	// Where there are no tun devices at all, it says that.
	if (strbuf_text(&errors)[0] == 'd')
		ASSERT_TEXT(strbuf_text(&errors), "device name 'a-name-of-16-let' too long\n");
	CU_ASSERT_EQUAL(errh.n_errors, 1);
	strbuf_fini(&errors);
}

UNIT_SUITE(kerneltun, UNIT_CASE(closes_nobody_elses), UNIT_CASE(arguments_of_both),
	UNIT_CASE(arguments_of_one), UNIT_CASE(arguments_of_hosts),
	UNIT_CASE(to_host_needs_from_host), UNIT_CASE(long_names_are_refused))
