// SPDX-License-Identifier: BSD-3-Clause
#include "src/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "test/unit/rig.h"

// ReportValue(TEXT): reading `value`, `raw` and `bad` gives the bytes of TEXT; `bad` fails behind
// them.
struct report_value {
	struct element element;
	struct data text;
};

static int
read_value(const struct handler_read *call)
{
	const struct report_value *e = (struct report_value *)call->element;

	strbuf_add(call->out, e->text.bytes, e->text.len);
	return 0;
}

static int
read_bad(const struct handler_read *call)
{
	read_value(call);
	return errh_error(call->errh, "this cannot be read");
}

static int
write_value(const struct handler_write *call)
{
	(void)call;
	return 0;
}

static const struct arg report_value_args[] = {
	ARG(report_value, text, "TEXT", ARG_OPTIONAL, .def = "\"\""),
	ARGS_END,
};

static const struct handler report_value_handlers[] = {
	{.name = "value", .read = read_value},
	{.name = "raw", .read = read_value, .flags = HANDLER_RAW},
	{.name = "bad", .read = read_bad},
	{.name = "put", .write = write_value},
	HANDLERS_END,
};

static const struct element_class report_value_class = {
	.name = "ReportValue",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct report_value),
	.args = report_value_args,
	.handlers = report_value_handlers,
	.group = "test",
	.brief = "values that a test reports",
	.example = "ReportValue(5);",
};
ELEMENT_CLASS(report_value_class)

static struct router *
router_of(struct rig *r, const char *name)
{
	struct element *e = rig_find(r, name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	return e->router;
}

// Reports the handlers whose names stand in words.
static void
assert_handlers(
	struct rig *r, const char *words, const char *want, const char *want_errors, int line)
{
	struct strbuf out = STRBUF_INIT, errors = STRBUF_INIT;
	struct strvec names = {0};
	struct errh errh;
	char *copy = mem_strdup(words), *rest = NULL;
	int ret;

	for (char *word = strtok_r(copy, " ", &rest); word != NULL;
		word = strtok_r(NULL, " ", &rest))
		strvec_add(&names, word);
	free(copy);
	errh_init_strbuf(&errh, &errors);
	ret = report_handlers(router_of(r, "e"), &names, &out, &errh);
	CU_ASSERT_EQUAL(ret, *want_errors ? -EINVAL : 0);
	CU_ASSERT_EQUAL(strlen(strbuf_text(&out)), out.len);
	unit_assert_text(__FILE__, line, strbuf_text(&out), want);
	unit_assert_text(__FILE__, line, strbuf_text(&errors), want_errors);
	strvec_fini(&names);
	strbuf_fini(&out);
	strbuf_fini(&errors);
}

#define ASSERT_HANDLERS(r, words, want) assert_handlers(r, words, want, "", __LINE__)
#define ASSERT_HANDLER_ERRORS(r, words, want, errors) \
	assert_handlers(r, words, want, errors, __LINE__)

static void
one_value(void)
{
	struct rig *r = rig_config("e :: ReportValue(5); line :: ReportValue(\"a\\n\");"
				   "none :: ReportValue; two :: ReportValue(\"a\\nb\")");

	// A line end is added where there is none, but not to nothing and not to bytes.
	ASSERT_HANDLERS(r, "e.value", "5\n");
	ASSERT_HANDLERS(r, "line.value", "a\n");
	ASSERT_HANDLERS(r, "two.value", "a\nb\n");
	ASSERT_HANDLERS(r, "none.value", "");
	ASSERT_HANDLERS(r, "e.raw", "5");
	ASSERT_HANDLERS(r, "line.raw", "a\n");
	ASSERT_HANDLERS(r, "version", CLICKD_VERSION "\n");
	ASSERT_HANDLERS(r, ".version", CLICKD_VERSION "\n");
	ASSERT_HANDLERS(r, "e.class", "ReportValue\n");
	ASSERT_HANDLERS(r, "", "");
	rig_free(r);
}

static void
several_values(void)
{
	struct rig *r = rig_config("e :: ReportValue(5); a/x :: ReportValue(6);"
				   "a/y :: ReportValue; i :: Idle");

	ASSERT_HANDLERS(r, "e.value a/x.value", "e.value:\n5\n\na/x.value:\n6\n\n");
	ASSERT_HANDLERS(r, "e.raw e.raw", "e.raw:\n5\ne.raw:\n5\n");
	ASSERT_HANDLERS(r, "version .version",
		"version:\n" CLICKD_VERSION "\n\nversion:\n" CLICKD_VERSION "\n\n");
	ASSERT_HANDLERS(r, "a/y.value e.value", "a/y.value:\n\ne.value:\n5\n\n");
	rig_free(r);
}

static void
patterns(void)
{
	struct rig *r = rig_config("e :: ReportValue(5); a/x :: ReportValue(6);"
				   "a/y :: ReportValue(7); i :: Idle");

	// Names are printed even if a pattern matches one element alone; what has no such handler
	// is no match.
	ASSERT_HANDLERS(r, "*.value", "e.value:\n5\n\na/x.value:\n6\n\na/y.value:\n7\n\n");
	ASSERT_HANDLERS(r, "a/*.value", "a/x.value:\n6\n\na/y.value:\n7\n\n");
	ASSERT_HANDLERS(r, "a/[x].value", "a/x.value:\n6\n\n");
	ASSERT_HANDLERS(r, "?.value", "e.value:\n5\n\n");
	ASSERT_HANDLERS(
		r, "ReportValue.value", "e.value:\n5\n\na/x.value:\n6\n\na/y.value:\n7\n\n");
	ASSERT_HANDLERS(r, "Idle.class", "i.class:\nIdle\n\n");
	ASSERT_HANDLERS(r, "Idle.class e.raw", "i.class:\nIdle\n\ne.raw:\n5\n");
	// Written ones are none that can be read.
	ASSERT_HANDLER_ERRORS(r, "*.put", "", "no element '*'\n");
	ASSERT_HANDLER_ERRORS(r, "z*.value", "", "no element 'z*'\n");
	ASSERT_HANDLER_ERRORS(r, "Idle.value", "", "no element 'Idle'\n");
	rig_free(r);
}

// Names come first, those that the language makes included.
static void
names_before_classes(void)
{
	struct rig *r = rig_config("e :: ReportValue(5); Report :: ReportValue(6);"
				   "ReportValue(7); c :: { y :: ReportValue(8); ReportValue(9) }");

	ASSERT_HANDLERS(r, "Report.value", "6\n");
	ASSERT_HANDLERS(r, "ReportValue@3.value", "7\n");
	ASSERT_HANDLERS(r, "c/y.value", "8\n");
	ASSERT_HANDLERS(r, "c/*@*.value", "c/ReportValue@2.value:\n9\n\n");
	rig_free(r);
}

static void
handler_errors(void)
{
	struct rig *r = rig_config("e :: ReportValue(5); i :: Idle; s :: Script(TYPE PASSIVE)");

	ASSERT_HANDLER_ERRORS(r, "nope.value", "", "no element 'nope'\n");
	ASSERT_HANDLER_ERRORS(r, "e.nope", "", "no 'e.nope' handler\n");
	ASSERT_HANDLER_ERRORS(r, "e.", "", "no 'e.' handler\n");
	ASSERT_HANDLER_ERRORS(r, "e.value.x", "", "no 'e.value.x' handler\n");
	ASSERT_HANDLER_ERRORS(r, "e", "", "no 'e' handler\n");
	ASSERT_HANDLER_ERRORS(r, ".", "", "no '' handler\n");
	ASSERT_HANDLER_ERRORS(r, "e.put", "", "'e.put' is a write handler\n");
	ASSERT_HANDLER_ERRORS(r, "stop", "", "'stop' is a write handler\n");
	ASSERT_HANDLER_ERRORS(r, "e.bad", "", "this cannot be read\n");
	ASSERT_HANDLER_ERRORS(r, "s.cat", "", "no 's.cat' handler\n");
	ASSERT_HANDLER_ERRORS(r, "*.cat", "", "no element '*'\n");
	// The others are reported all the same.
	ASSERT_HANDLER_ERRORS(r, "e.value e.bad nope.x e.raw", "e.value:\n5\n\ne.raw:\n5\n",
		"this cannot be read\nno element 'nope'\n");
	rig_free(r);
}

static void
values_with_nul(void)
{
	struct rig *r = rig_config("e :: ReportValue(\\<41 00 42>)");
	struct strbuf out = STRBUF_INIT;
	struct strvec names = {0};
	struct errh errh;

	errh_init_silent(&errh);
	strvec_add(&names, "e.value");
	CU_ASSERT_EQUAL(report_handlers(router_of(r, "e"), &names, &out, &errh), 0);
	CU_ASSERT_EQUAL(out.len, 4);
	CU_ASSERT_EQUAL(memcmp(strbuf_text(&out), "A\0B\n", 4), 0);
	strvec_fini(&names);
	strbuf_fini(&out);
	rig_free(r);
}

static void
assert_status(const char *text, int want, int line)
{
	struct strbuf config = STRBUF_INIT, errors = STRBUF_INIT;
	struct errh errh;
	struct rig *r;
	char *got, *wanted;

	strbuf_addf(&config, "e :: ReportValue(%s)", text);
	r = rig_config(strbuf_text(&config));
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	errh_init_strbuf(&errh, &errors);
	strbuf_clear(&config);
	strbuf_addf(
		&config, "%s: %d", text, report_exit_status(router_of(r, "e"), "e.value", &errh));
	got = strbuf_steal(&config);
	strbuf_addf(&config, "%s: %d", text, want);
	wanted = strbuf_steal(&config);
	unit_assert_text(__FILE__, line, got, wanted);
	ASSERT_TEXT(strbuf_text(&errors), "");
	free(got);
	free(wanted);
	strbuf_fini(&errors);
	rig_free(r);
}

#define ASSERT_STATUS(text, want) assert_status(text, want, __LINE__)

static void
exit_status(void)
{
	ASSERT_STATUS("0", 0);
	ASSERT_STATUS("1", 1);
	ASSERT_STATUS("255", 255);
	ASSERT_STATUS("0x10", 16);
	// No status has more than 8 bits, and 0 means success.
	ASSERT_STATUS("300", 44);
	ASSERT_STATUS("256", 1);
	ASSERT_STATUS("4294967296", 1);
	ASSERT_STATUS("99999999999999999999", 255);
	ASSERT_STATUS("\"-1\"", 255);
	ASSERT_STATUS("\"-256\"", 1);
	ASSERT_STATUS("true", 0);
	ASSERT_STATUS("yes", 0);
	ASSERT_STATUS("false", 1);
	ASSERT_STATUS("no", 1);
	// Space and comments around do not matter.
	ASSERT_STATUS("\" 7\\n\"", 7);
	ASSERT_STATUS("\"/* x */ true // y\"", 0);
	ASSERT_STATUS("\"\"", 255);
	ASSERT_STATUS("maybe", 255);
	ASSERT_STATUS("\"5 5\"", 255);
	ASSERT_STATUS("1.5", 255);
}

static void
assert_no_status(struct rig *r, const char *handler, const char *want, int line)
{
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(report_exit_status(router_of(r, "e"), handler, &errh), 255);
	unit_assert_text(__FILE__, line, strbuf_text(&errors), want);
	strbuf_fini(&errors);
}

static void
exit_status_errors(void)
{
	struct rig *r = rig_config("e :: ReportValue(0)");

	assert_no_status(r, "e.nope", "no 'e.nope' read handler\n", __LINE__);
	assert_no_status(r, "e.put", "no 'e.put' read handler\n", __LINE__);
	assert_no_status(r, "nope.x", "no element named 'nope'\n", __LINE__);
	assert_no_status(r, "", "no '' read handler\n", __LINE__);
	// With a value of 0 all the same.
	assert_no_status(r, "e.bad", "this cannot be read\n", __LINE__);
	rig_free(r);
}

static void
assert_balance(struct rig *r, const char *want, int line)
{
	struct strbuf out = STRBUF_INIT;

	report_balance(router_of(r, "e"), &out);
	unit_assert_text(__FILE__, line, strbuf_text(&out), want);
	strbuf_fini(&out);
}

#define ASSERT_BALANCE(r, want) assert_balance(r, want, __LINE__)

static void
balance(void)
{
	struct rig *r = rig_config("RigIn(0) -> t :: Tee -> e :: Queue(2) -> RigOut(0);"
				   "t [1] -> s :: Switch(-1) -> RigOut(1)");

	packet_thread.n_failed = 0; // of tests before
	ASSERT_BALANCE(r, "packets: received 0 + generated 0 = sent 0 + dropped 0 + held 0\n");
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	ASSERT_BALANCE(r, "packets: received 0 + generated 4 = sent 0 + dropped 2 + held 2\n"
			  "             2 dropped by s: no output chosen\n");
	rig_push_hex(r, 0, "03");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_BALANCE(r, "packets: received 0 + generated 6 = sent 1 + dropped 4 + held 1\n"
			  "             1 dropped by e: queue full\n"
			  "             3 dropped by s: no output chosen\n");
	// One packet is said to be sent that was not; what is said is taken back.
	lcore_count_sent(1);
	ASSERT_BALANCE(r, "packets: received 0 + generated 6 = sent 2 + dropped 4 + held 1"
			  "  (NOT BALANCED)\n"
			  "             1 dropped by e: queue full\n"
			  "             3 dropped by s: no output chosen\n");
	lcore_count_sent((uint64_t)-1);
	rig_free(r);
}

// Allocations that found no packet stand for themselves: nothing is missing because of them.
static void
empty_pool(void)
{
	struct rig *r = rig_config("e :: Idle");
	struct packet *p, **packets = NULL;
	size_t n = 0, cap = 0;
	char *want;

	packet_thread.n_failed = 0;
	while ((p = packet_alloc(0, 0)) != NULL) {
		packets = mem_grow(packets, n, &cap, sizeof(struct packet *));
		packets[n++] = p;
	}
	want = mem_printf("packets: received 0 + generated %zu = sent 0 + dropped 0 + held 0"
			  "  (NOT BALANCED)\n"
			  "             1 not made: the pool was empty (--mbufs N)\n",
		n);
	ASSERT_BALANCE(r, want);
	free(want);
	for (size_t i = 0; i < n; i++)
		packet_free(packets[i]);
	free(packets);
	packet_thread.n_generated = packet_thread.n_failed = 0;
	rig_free(r);
}

static void
leaks(void)
{
	struct rig *r = rig_config("e :: Idle");
	struct strbuf errors = STRBUF_INIT;
	struct packet *packets[3];
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	report_leaks(&errh);
	ASSERT_TEXT(strbuf_text(&errors), "");
	for (int i = 0; i < 3; i++)
		packets[i] = rig_hex("00");
	report_leaks(&errh);
	ASSERT_TEXT(
		strbuf_text(&errors), "warning: 3 packets are missing from the pool of node 0\n");
	CU_ASSERT_EQUAL(errh.n_warnings, 1);
	CU_ASSERT_EQUAL(errh.n_errors, 0);
	for (int i = 0; i < 3; i++)
		packet_free(packets[i]);
	packet_thread.n_generated = 0;
	strbuf_clear(&errors);
	report_leaks(&errh);
	ASSERT_TEXT(strbuf_text(&errors), "");
	strbuf_fini(&errors);
	rig_free(r);
}

static void
plans(void)
{
	struct rig *r = rig_config("e :: Idle -> Discard");
	struct strbuf out = STRBUF_INIT;
	struct plan plan = {0};

	report_plan(&plan, router_of(r, "e"), true, &out);
	ASSERT_TEXT(
		strbuf_text(&out), "clickd " CLICKD_VERSION ", hugepages\n  lcore 0, control\n");
	strbuf_clear(&out);
	plan_add_packets(&plan, 0, 1000, "a line of the plan");
	plan.n_wanted = 4096;
	report_plan(&plan, router_of(r, "e"), false, &out);
	ASSERT_TEXT(strbuf_text(&out),
		"clickd " CLICKD_VERSION ", no hugepages\n  lcore 0, control\n"
		"      1000 packets, node 0: a line of the plan\n  pool of node 0: 4096 packets (--mbufs)\n");
	strbuf_fini(&out);
	plan_fini(&plan);
	rig_free(r);
}

UNIT_SUITE(report, UNIT_CASE(one_value), UNIT_CASE(several_values), UNIT_CASE(patterns),
	UNIT_CASE(names_before_classes), UNIT_CASE(handler_errors), UNIT_CASE(values_with_nul),
	UNIT_CASE(exit_status), UNIT_CASE(exit_status_errors), UNIT_CASE(balance),
	UNIT_CASE(empty_pool), UNIT_CASE(leaks), UNIT_CASE(plans))
