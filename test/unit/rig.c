// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/eal.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/hotswap.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"

enum { POOL_PACKETS = 8191, START_S = 1000000000 };

// ---- the test's ends as element classes

struct captured {
	struct packet **v; // owned array of owned packets
	size_t n, cap;
	size_t first; // taken so far
};

struct rig_in {
	struct element element;
	uint32_t number;
	struct captured waiting; // for pulls
};

struct rig_out {
	struct element element;
	uint32_t number;
};

struct rig {
	struct router *router;
	struct captured out[RIG_OUTPUTS_MAX];
	struct strbuf order, text, chatter, read_chatter;
	struct chatter_listener listener;
	struct rig_in *ins[RIG_INPUTS_MAX];
	struct rig_out *outs[RIG_OUTPUTS_MAX];
};

static struct rig *current; // the rig whose elements run

static void
captured_add(struct captured *c, struct packet *p)
{
	c->v = mem_grow(c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n++] = p;
}

static void
captured_clear(struct captured *c)
{
	for (size_t i = c->first; i < c->n; i++)
		packet_free(c->v[i]);
	free(c->v);
	*c = (struct captured){0};
}

static void
rig_in_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct captured *c = &((struct rig_in *)base)->waiting;

	(void)port;
	b->n = 0;
	while (b->n < max && b->n < BATCH_MAX && c->first < c->n)
		b->pkt[b->n++] = c->v[c->first++];
}

static void
rig_in_cleanup(struct element *base)
{
	captured_clear(&((struct rig_in *)base)->waiting);
}

static void
rig_out_push(struct element *base, unsigned port, struct batch *b)
{
	struct rig_out *e = (struct rig_out *)base;

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		captured_add(&current->out[e->number], b->pkt[i]);
		strbuf_addf(&current->order, "%s%u", current->order.len > 0 ? " " : "", e->number);
	}
	lcore_count_sent(b->n);
}

static const struct arg rig_in_args[] = {
	ARG(rig_in, number, "N", ARG_OPTIONAL, .def = "0", .max = RIG_INPUTS_MAX - 1), ARGS_END};
static const struct arg rig_out_args[] = {
	ARG(rig_out, number, "N", ARG_OPTIONAL, .def = "0", .max = RIG_OUTPUTS_MAX - 1), ARGS_END};

static const struct element_class rig_in_class = {.name = "RigIn",
	.ports = "0/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rig_in),
	.pull = rig_in_pull,
	.cleanup = rig_in_cleanup,
	.args = rig_in_args,
	.group = "test",
	.brief = "packets that a test gives",
	.example = "RigIn -> Discard;"};
ELEMENT_CLASS(rig_in_class)

static const struct element_class rig_out_class = {.name = "RigOut",
	.ports = "1/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rig_out),
	.push = rig_out_push,
	.args = rig_out_args,
	.group = "test",
	.brief = "packets that a test takes",
	.example = "Idle -> RigOut;"};
ELEMENT_CLASS(rig_out_class)

// ---- life

static void
start_machine(void)
{
	struct eal_options eal = {.no_huge = true, .bytes = 320 << 20};
	struct errh errh;

	clock_simulate(START_S * CLOCK_S);
	if (eal_is_running()) {
		lcores_init(0, NULL, false);
		packet_thread_attach(0);
		return;
	}
	lcores_init(0, NULL, false);
	errh_init_stderr(&errh);
	if (eal_start(&eal, &errh) != 0 || packet_pool_create(0, POOL_PACKETS, 64) != 0) {
		fprintf(stderr, "unit-tests: EAL does not start\n");
		abort();
	}
	packet_thread_attach(0);
}

static void
stop_machine(void)
{
	lcores_fini();
	clock_real();
}

static bool
is_class(const char *name)
{
	return element_class_find(name) != NULL;
}

// Beside a running one, unless that is NULL.
static struct router *
make_router(const char *text, struct router *running, struct errh *errh)
{
	struct config_env env = {.is_class = is_class};
	struct plan plan = {.cache = 64};
	struct config config;
	struct router *r;
	int err;

	if (config_parse(&config, text, "config", &env, errh) != 0) {
		config_fini(&config);
		return NULL;
	}
	r = running != NULL ? router_create_beside(running, &config, errh)
			    : router_create(&config, errh);
	if (r == NULL)
		return NULL;
	err = router_configure(r, errh);
	if (err == 0)
		err = router_prepare(r, &plan, errh);
	if (err == 0)
		err = router_initialize(r, errh);
	plan_fini(&plan);
	if (err != 0) {
		router_destroy(r);
		return NULL;
	}
	if (running == NULL)
		router_start(r);
	return r;
}

static void
listen_line(struct chatter_listener *listener, const char *line)
{
	struct rig *r = (struct rig *)((char *)listener - offsetof(struct rig, listener));

	strbuf_addf(&r->chatter, "%s\n", line);
}

static void
find_ends(struct rig *r)
{
	struct element *e;

	for (size_t i = 0; (e = router_element(r->router, i)) != NULL; i++) {
		if (e->class == &rig_in_class)
			r->ins[((struct rig_in *)e)->number] = (struct rig_in *)e;
		else if (e->class == &rig_out_class)
			r->outs[((struct rig_out *)e)->number] = (struct rig_out *)e;
	}
}

struct rig *
rig_config(const char *config)
{
	struct rig *r = mem_zalloc(sizeof(*r));
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	start_machine();
	packet_thread.n_generated = packet_thread.n_replaced = 0;
	errh_init_strbuf(&errh, &errors);
	r->listener.line = listen_line;
	chatter_listen(&r->listener);
	current = r;
	r->router = make_router(config, NULL, &errh);
	if (r->router == NULL) {
		ASSERT_TEXT(strbuf_text(&errors), "");
		rig_free(r);
		r = NULL;
	} else {
		find_ends(r);
	}
	strbuf_fini(&errors);
	return r;
}

char *
rig_swap(struct rig *r, const char *config)
{
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	r->router->successor = make_router(config, r->router, &errh);
	if (r->router->successor != NULL) {
		hotswap(&r->router);
		memset(r->ins, 0, sizeof(r->ins));
		memset(r->outs, 0, sizeof(r->outs));
		find_ends(r);
	}
	return strbuf_steal(&errors);
}

static char *
build_config(const char *element, unsigned n_in, unsigned n_out)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addf(&sb, "e :: %s;\n", element);
	for (unsigned i = 0; i < n_in; i++)
		strbuf_addf(&sb, "RigIn(%u) -> [%u] e;\n", i, i);
	for (unsigned i = 0; i < n_out; i++)
		strbuf_addf(&sb, "e [%u] -> RigOut(%u);\n", i, i);
	return strbuf_steal(&sb);
}

// pull_in, pull_out: forces the context with PullNull, which agnostic elements take over.
static struct rig *
new_in_context(const char *element, unsigned n_in, unsigned n_out, bool pull_in, bool pull_out)
{
	struct strbuf sb = STRBUF_INIT;
	struct rig *r;

	strbuf_addf(&sb, "e :: %s;\n", element);
	for (unsigned i = 0; i < n_in; i++)
		strbuf_addf(&sb, "RigIn(%u) -> %s [%u] e;\n", i, pull_in ? "PullNull ->" : "", i);
	for (unsigned i = 0; i < n_out; i++)
		strbuf_addf(&sb, "e [%u] -> %s RigOut(%u);\n", i,
			pull_out && i == 0 ? "PullNull ->" : "", i);
	r = rig_config(strbuf_text(&sb));
	strbuf_fini(&sb);
	return r;
}

struct rig *
rig_new(const char *element, unsigned n_in, unsigned n_out)
{
	return new_in_context(element, n_in, n_out, false, false);
}

struct rig *
rig_new_pull(const char *element, unsigned n_in, unsigned n_out)
{
	return new_in_context(element, n_in, n_out, true, true);
}

struct rig *
rig_new_queue(const char *element, unsigned n_in, unsigned n_out)
{
	return new_in_context(element, n_in, n_out, false, true);
}

struct rig *
rig_new_unqueue(const char *element, unsigned n_in, unsigned n_out)
{
	return new_in_context(element, n_in, n_out, true, false);
}

// received (what the test gave) + generated = sent (captured) + dropped + held
static void
check_balance(struct rig *r)
{
	struct router_balance b;
	uint64_t waiting = 0;

	for (unsigned i = 0; i < RIG_INPUTS_MAX; i++) {
		if (r->ins[i] != NULL)
			waiting += r->ins[i]->waiting.n - r->ins[i]->waiting.first;
	}
	router_balance(r->router, &b);
	if (b.received + b.generated != b.sent + b.dropped + b.held + waiting)
		printf("\nbalance: received %lu + generated %lu != sent %lu + dropped %lu + held %lu\n",
			b.received, b.generated, b.sent, b.dropped, b.held + waiting);
	CU_ASSERT_EQUAL(b.received + b.generated, b.sent + b.dropped + b.held + waiting);
}

void
rig_free(struct rig *r)
{
	struct packet_pool_info info;

	if (r == NULL)
		return;
	if (r->router != NULL)
		check_balance(r);
	router_destroy(r->router);
	rig_clear(r);
	chatter_unlisten(&r->listener);
	strbuf_fini(&r->order);
	strbuf_fini(&r->text);
	strbuf_fini(&r->chatter);
	strbuf_fini(&r->read_chatter);
	free(r);
	current = NULL;
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_free, POOL_PACKETS);
	stop_machine();
}

char *
rig_config_errors(const char *config)
{
	struct strbuf errors = STRBUF_INIT;
	struct packet_pool_info info;
	struct errh errh;

	start_machine();
	errh_init_strbuf(&errh, &errors);
	router_destroy(make_router(config, NULL, &errh));
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_free, POOL_PACKETS);
	stop_machine();
	return strbuf_steal(&errors);
}

char *
rig_check_errors(const char *text)
{
	struct config_env env = {.is_class = is_class};
	struct strbuf errors = STRBUF_INIT;
	struct router *r = NULL;
	struct config config;
	struct errh errh;

	start_machine();
	errh_init_strbuf(&errh, &errors);
	if (config_parse(&config, text, "config", &env, &errh) != 0)
		config_fini(&config);
	else
		r = router_create(&config, &errh);
	if (r != NULL)
		router_configure(r, &errh);
	router_destroy(r);
	stop_machine();
	return strbuf_steal(&errors);
}

char *
rig_errors(const char *element, unsigned n_in, unsigned n_out)
{
	char *config = build_config(element, n_in, n_out), *all = rig_config_errors(config);
	struct strbuf sb = STRBUF_INIT;
	char *save = NULL;

	for (char *line = strtok_r(all, "\n", &save); line != NULL;
		line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, ": While ") != NULL)
			continue;
		strbuf_addf(&sb, "%s\n", line + strspn(line, " "));
	}
	free(all);
	free(config);
	return strbuf_steal(&sb);
}

struct element *
rig_element(struct rig *r)
{
	return router_find(r->router, "e");
}

struct element *
rig_find(struct rig *r, const char *name)
{
	return router_find(r->router, name);
}

// ---- packets

static size_t
read_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t n = 0;
	unsigned byte;

	while (*hex != '\0' && n < size) {
		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		if (sscanf(hex, "%2x", &byte) != 1 || hex[1] == '\0') {
			CU_FAIL("bad hex in a test");
			break;
		}
		bytes[n++] = (uint8_t)byte;
		hex += 2;
	}
	return n;
}

struct packet *
rig_hex(const char *hex)
{
	uint8_t bytes[4096];
	size_t n = read_hex(hex, bytes, sizeof(bytes));

	return packet_make(PACKET_HEADROOM, bytes, (uint32_t)n);
}

struct packet *
rig_segments(const char *hex, unsigned size)
{
	uint8_t bytes[4096];
	size_t n = read_hex(hex, bytes, sizeof(bytes)), first = RTE_MIN(n, (size_t)size);
	struct packet *p = packet_make(PACKET_HEADROOM, bytes, (uint32_t)first);

	for (size_t at = first; at < n; at += size) {
		uint32_t len = (uint32_t)RTE_MIN((size_t)size, n - at);
		struct rte_mbuf *m = rte_pktmbuf_alloc(packet_thread.pool);

		memcpy(rte_pktmbuf_append(m, (uint16_t)len), bytes + at, len);
		rte_pktmbuf_lastseg(&p->mbuf)->next = m;
		p->mbuf.nb_segs++;
		p->mbuf.pkt_len += len;
	}
	return p;
}

void
rig_push_batch(struct rig *r, unsigned input, struct packet **pkts, unsigned n)
{
	struct rig_in *in = r->ins[input];
	struct batch b;

	current = r;
	for (unsigned at = 0; at < n; at += b.n) {
		b.n = (uint16_t)RTE_MIN(n - at, (unsigned)BATCH_MAX);
		memcpy(b.pkt, pkts + at, b.n * sizeof(*pkts));
		if (element_output_is_push(&in->element, 0)) {
			unsigned n_now = b.n;

			element_push(&in->element, 0, &b);
			lcore_task_done(lcore_self);
			b.n = (uint16_t)n_now;
		} else {
			for (unsigned i = 0; i < b.n; i++)
				captured_add(&in->waiting, b.pkt[i]);
		}
	}
}

void
rig_push(struct rig *r, unsigned input, struct packet *p)
{
	rig_push_batch(r, input, &p, 1);
}

void
rig_push_hex(struct rig *r, unsigned input, const char *hex)
{
	rig_push(r, input, rig_hex(hex));
}

unsigned
rig_count(struct rig *r, unsigned output)
{
	return (unsigned)(r->out[output].n - r->out[output].first);
}

struct packet *
rig_packet(struct rig *r, unsigned output, unsigned i)
{
	struct captured *c = &r->out[output];

	return c->first + i < c->n ? c->v[c->first + i] : NULL;
}

struct packet *
rig_take(struct rig *r, unsigned output)
{
	struct captured *c = &r->out[output];

	return c->first < c->n ? c->v[c->first++] : NULL;
}

void
rig_clear(struct rig *r)
{
	for (unsigned i = 0; i < RIG_OUTPUTS_MAX; i++)
		captured_clear(&r->out[i]);
	strbuf_clear(&r->order);
}

unsigned
rig_pull(struct rig *r, unsigned output, unsigned max)
{
	struct element *e = &r->outs[output]->element;
	struct batch b;

	current = r;
	element_pull(e, 0, &b, max);
	for (unsigned i = 0; i < b.n; i++)
		captured_add(&r->out[output], b.pkt[i]);
	lcore_count_sent(b.n);
	lcore_task_done(lcore_self);
	return b.n;
}

char *
rig_order(struct rig *r)
{
	return mem_strdup(strbuf_text(&r->order));
}

void
rig_assert_hex(const char *file, int line, const struct packet *p, const char *hex)
{
	struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;
	uint8_t bytes[4096];
	size_t n;

	if (p == NULL) {
		unit_assert_text(file, line, NULL, hex);
		return;
	}
	n = read_hex(hex, bytes, sizeof(bytes));
	strbuf_addhex(&want, bytes, n);
	n = RTE_MIN((size_t)packet_length(p), sizeof(bytes));
	CU_ASSERT_TRUE(packet_read(p, 0, bytes, (uint32_t)n));
	strbuf_addhex(&got, bytes, n);
	unit_assert_text(file, line, strbuf_text(&got), strbuf_text(&want));
	strbuf_fini(&got);
	strbuf_fini(&want);
}

// ---- time

struct rounds {
	unsigned left;
	int64_t until_ns;
};

static bool
count_round(void *arg)
{
	struct rounds *rounds = arg;
	struct lcore *lcore = lcores_control();
	uint64_t one = 1;

	if (rounds->until_ns != 0 && clock_steady() >= rounds->until_ns)
		return false;
	// Nothing will ever happen: the loop would sleep for good.
	if (lcore->tasks.head == NULL && lcore->timers.n == 0 && lcore->requests == NULL) {
		if (rounds->until_ns != 0)
			clock_jump(rounds->until_ns);
		return false;
	}
	// Nothing more before the time is over.
	if (rounds->until_ns != 0 && lcore->tasks.head == NULL && lcore->requests == NULL &&
		timer_heap_next(&lcore->timers) > rounds->until_ns) {
		clock_jump(rounds->until_ns);
		return false;
	}
	// What runs in this round may be the last thing that ever does: no sleep for good behind
	// it.
	CU_ASSERT_TRUE(write(lcore->wake_fd, &one, sizeof(one)) == sizeof(one));
	// Without a timer to jump to, the loop would sleep until somebody wakes it.
	if (lcore->timers.n == 0)
		lcore_wake(lcore);
	return rounds->left-- > 0;
}

void
rig_run(struct rig *r, unsigned n)
{
	struct rounds rounds = {.left = n};

	current = r;
	lcore_run(lcores_control(), count_round, &rounds);
}

void
rig_run_for(struct rig *r, int64_t ns)
{
	struct rounds rounds = {.left = 1 << 24, .until_ns = clock_steady() + ns};

	current = r;
	lcore_run(lcores_control(), count_round, &rounds);
}

bool
rig_stopped(struct rig *r)
{
	return atomic_load(&r->router->run_count) <= 0;
}

// ---- handlers

static char *
full_name(const char *handler)
{
	return strchr(handler, '.') != NULL ? mem_strdup(handler) : mem_printf("e.%s", handler);
}

static int
read_into(struct rig *r, const char *handler, const char *param, struct errh *errh)
{
	char *name = full_name(handler);
	struct handler_target target;
	int err;

	current = r;
	strbuf_clear(&r->text);
	err = handler_find(r->router, NULL, name, HANDLER_READABLE, &target, errh);
	if (err == 0)
		err = handler_call_read(r->router, &target, param, &r->text, errh);
	free(name);
	return err;
}

const char *
rig_read_param(struct rig *r, const char *handler, const char *param)
{
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;
	int err;

	errh_init_strbuf(&errh, &errors);
	err = read_into(r, handler, param, &errh);
	ASSERT_TEXT(strbuf_text(&errors), "");
	strbuf_fini(&errors);
	return err < 0 ? NULL : strbuf_text(&r->text);
}

const char *
rig_read(struct rig *r, const char *handler)
{
	return rig_read_param(r, handler, NULL);
}

const char *
rig_read_error(struct rig *r, const char *handler, const char *param)
{
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	read_into(r, handler, param, &errh);
	strbuf_clear(&r->text);
	strbuf_adds(&r->text, strbuf_text(&errors));
	strbuf_fini(&errors);
	return strbuf_text(&r->text);
}

const char *
rig_write(struct rig *r, const char *handler, const char *value)
{
	char *name = full_name(handler);
	struct handler_target target;
	struct errh errh;

	current = r;
	strbuf_clear(&r->text);
	errh_init_strbuf(&errh, &r->text);
	if (handler_find(r->router, NULL, name, HANDLER_WRITABLE, &target, &errh) == 0)
		handler_call_write(r->router, &target, value, &errh);
	free(name);
	return strbuf_text(&r->text);
}

const char *
rig_chatter(struct rig *r)
{
	strbuf_clear(&r->read_chatter);
	strbuf_adds(&r->read_chatter, strbuf_text(&r->chatter));
	strbuf_clear(&r->chatter);
	return strbuf_text(&r->read_chatter);
}

uint64_t
rig_drops(struct rig *r, unsigned reason)
{
	return element_drops(rig_element(r), reason);
}

void
rig_truncations(const char *element, unsigned n_in, unsigned n_out, unsigned input, const char *hex,
	void (*prepare)(struct packet *p))
{
	uint8_t bytes[4096];
	size_t n = read_hex(hex, bytes, sizeof(bytes));
	struct rig *r = rig_new(element, n_in, n_out);

	for (size_t len = 0; r != NULL && len <= n; len++) {
		struct strbuf cut = STRBUF_INIT;

		strbuf_addhex(&cut, bytes, len);
		for (unsigned size = 0; size <= 1; size++) {
			struct packet *p = size == 0 ? rig_hex(strbuf_text(&cut))
						     : rig_segments(strbuf_text(&cut), size);

			if (prepare != NULL)
				prepare(p);
			rig_push(r, input, p);
		}
		strbuf_fini(&cut);
		rig_clear(r);
	}
	rig_free(r);
}
