// SPDX-License-Identifier: BSD-3-Clause
// Any bytes to a ControlSocket, in pieces whose size the first byte gives: every command gets an
// answer of the protocol's form, nothing else is sent, and the connection closes at the end.
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "elements/control/controlsocket.h"
#include "io/eal.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/config.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { ROUNDS_MAX = 100000, POOL_PACKETS = 1023 };

static const char config_text[] =
	"cs :: ControlSocket(UNIX, /tmp/clickd-fuzz-control, RETRIES 1, RETRY_WARNINGS false);"
	"s :: RatedSource(ACTIVE false) -> c :: Counter -> q :: Queue(10) -> Unqueue -> Discard;"
	"t :: Script(TYPE PASSIVE, return $(add $1 1)); sw :: Switch; Idle -> sw -> Discard;"
	"rt :: RadixIPLookup(1.0.0.0/8 0); Idle -> rt -> Discard;"
	"f :: IPFilter(allow all); Idle -> f -> Discard; arp :: ARPTable; Idle -> p :: Paint(1) -> Discard";

static bool
is_class(const char *name)
{
	return element_class_find(name) != NULL;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct eal_options eal = {.no_huge = true, .bytes = 64 << 20};
	struct errh errh;

	(void)argc;
	(void)argv;
	clock_simulate(1000000000 * CLOCK_S);
	lcores_init(0, NULL, false);
	errh_init_stderr(&errh);
	if (eal_start(&eal, &errh) != 0 || packet_pool_create(0, POOL_PACKETS, 32) != 0)
		abort();
	packet_thread_attach(0);
	return 0;
}

static struct router *
make_router(void)
{
	struct config_env env = {.is_class = is_class};
	struct plan plan = {.cache = 32};
	struct config config;
	struct errh errh;
	struct router *r;

	errh_init_silent(&errh);
	if (config_parse(&config, config_text, "config", &env, &errh) != 0)
		abort();
	r = router_create(&config, &errh);
	if (r == NULL || router_configure(r, &errh) != 0 || router_prepare(r, &plan, &errh) != 0 ||
		router_initialize(r, &errh) != 0)
		abort();
	plan_fini(&plan);
	router_start(r);
	return r;
}

static bool
some_rounds(void *arg)
{
	return (*(int *)arg)-- > 0;
}

static void
run(int rounds)
{
	lcore_run(lcores_control(), some_rounds, &rounds);
}

// What has been answered. Returns false once the other side has closed.
static bool
receive(int fd, struct strbuf *answers)
{
	char bytes[65536];
	ssize_t n;

	for (;;) {
		n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n <= 0)
			return n < 0;
		strbuf_add(answers, bytes, (size_t)n);
	}
}

static bool
is_code(const char *s)
{
	return isdigit((unsigned char)s[0]) && isdigit((unsigned char)s[1]) &&
	       isdigit((unsigned char)s[2]) && (s[3] == ' ' || s[3] == '-');
}

// Lines of codes and printable text; DATA and so many bytes behind some of them.
static void
check_answers(const struct strbuf *answers)
{
	const char *s = strbuf_text(answers), *end = s + answers->len, *line;
	unsigned long n;

	line = "Click::ControlSocket/1.3\r\n";
	assert(answers->len >= strlen(line) && strncmp(s, line, strlen(line)) == 0);
	for (s += strlen(line); s < end; s = line + 2) {
		line = memmem(s, (size_t)(end - s), "\r\n", 2);
		assert(line != NULL);
		if (line - s > 5 && strncmp(s, "DATA ", 5) == 0) {
			n = strtoul(s + 5, NULL, 10);
			assert(n <= (size_t)(end - line - 2));
			line += n;
			continue;
		}
		assert(line - s >= 4 && is_code(s));
		for (; s < line; s++)
			assert(*s == '\t' || ((unsigned char)*s >= ' ' && *s != 0x7f));
	}
}

// Writing handlers change it, so that it is not for ever; nor for one input only, which takes
// longer than the input.
static struct router *
current_router(void)
{
	static struct router *r;
	static unsigned n_used;

	if (r != NULL && n_used++ % 64 != 0)
		return r;
	router_destroy(r);
	r = make_router();
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size > 0 && data[0] > 0 ? data[0] : 65536, at = 1;
	struct router *r = current_router();
	struct strbuf answers = STRBUF_INIT;
	bool is_open = true;
	int fds[2], rounds = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0 ||
		control_client_add((struct controlsocket *)router_find(r, "cs"), fds[0]) != 0)
		abort();
	while (at < size && is_open) {
		ssize_t n = send(
			fds[1], data + at, size - at < piece ? size - at : piece, MSG_NOSIGNAL);

		at += n > 0 ? (size_t)n : 0;
		is_open = n >= 0;
		run(2);
		is_open = receive(fds[1], &answers) && is_open;
		assert(++rounds < ROUNDS_MAX);
	}
	shutdown(fds[1], SHUT_WR);
	while (is_open) {
		run(2);
		is_open = receive(fds[1], &answers);
		assert(++rounds < ROUNDS_MAX);
	}
	check_answers(&answers);
	close(fds[1]);
	strbuf_fini(&answers);
	return 0;
}
