// SPDX-License-Identifier: BSD-3-Clause
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/chatter.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"
#include "test/unit/socket_rig.h"

#define GREETING "Click::ChatterSocket/1.0\r\n"

struct fixture {
	struct rig *r;
	char *name;
	int fd;
};

static struct fixture
setup(const char *keywords, const char *greeting)
{
	struct fixture f = {.name = socket_name()};
	char *config = mem_printf("e :: ChatterSocket(UNIX, %s%s);" TICK, f.name, keywords);

	f.r = rig_config(config);
	chatter("before");
	f.fd = connect_unix(f.name);
	CU_ASSERT(f.fd >= 0);
	ASSERT_TALK(f.r, f.fd, "", greeting);
	free(config);
	return f;
}

static void
teardown(struct fixture *f)
{
	close(f->fd);
	rig_free(f->r);
	CU_ASSERT_NOT_EQUAL(access(f->name, F_OK), 0);
	free(f->name);
}

static void
copies_messages(void)
{
	struct fixture f = setup("", GREETING);
	struct errh errh;
	int second;

	chatter("one %d", 1);
	ASSERT_TALK(f.r, f.fd, "", "one 1\n");
	second = connect_unix(f.name);
	ASSERT_TALK(f.r, second, "", GREETING);
	errh_init_stderr(&errh);
	errh_error(&errh, "two\nlines");
	ASSERT_TALK(f.r, f.fd, "ignored\n", "two\nlines\n");
	ASSERT_TALK(f.r, second, "", "two\nlines\n");
	// One goes, the other one stays.
	close(f.fd);
	chatter("three");
	ASSERT_TALK(f.r, second, "", "three\n");
	f.fd = second;
	teardown(&f);
}

static void
without_greeting(void)
{
	struct fixture f = setup(", GREETING false, CHANNEL default, QUIET_CHANNEL false", "");

	chatter("x");
	ASSERT_TALK(f.r, f.fd, "", "x\n");
	teardown(&f);
}

static void
listens_to_its_channel(void)
{
	struct fixture f = setup(", CHANNEL other, QUIET_CHANNEL false", GREETING);

	chatter("x");
	chatter_on("default", "x");
	chatter_on("Other", "x");
	ASSERT_TALK(f.r, f.fd, "", "");
	chatter_on("other", "y %d", 1);
	ASSERT_TALK(f.r, f.fd, "", "y 1\n");
	teardown(&f);
	f = setup("", GREETING);
	chatter_on("other", "y");
	chatter_on("default", "x");
	chatter_on("", "z");
	ASSERT_TALK(f.r, f.fd, "", "x\nz\n");
	teardown(&f);
}

static void
drops_who_falls_behind(void)
{
	struct fixture f = setup("", GREETING);
	struct strbuf line = STRBUF_INIT;
	int quick = connect_unix(f.name);
	size_t n_quick = 0;
	char *got;

	for (unsigned i = 0; i < 1000; i++)
		strbuf_adds(&line, "0123456789");
	ASSERT_TALK(f.r, quick, "", GREETING);
	// What the kernel keeps for a client that does not read, and 500000 bytes.
	for (unsigned i = 0; i < 200; i++) {
		chatter("%s", strbuf_text(&line));
		got = receive(f.r, quick);
		n_quick += strlen(got);
		free(got);
	}
	CU_ASSERT_EQUAL(n_quick, 200 * (line.len + 1));
	got = receive(f.r, f.fd);
	CU_ASSERT(strlen(got) < 200 * (line.len + 1));
	CU_ASSERT_PTR_NOT_NULL(strstr(got, "<closed>"));
	free(got);
	close(quick);
	strbuf_fini(&line);
	teardown(&f);
}

// Those behind which nothing runs any more.
static void
sends_the_last_messages(void)
{
	struct fixture f = setup("", GREETING);
	char text[64];
	ssize_t n;

	chatter("good bye");
	rig_free(f.r);
	n = recv(f.fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	text[n > 0 ? n : 0] = '\0';
	ASSERT_TEXT(text, "good bye\n");
	close(f.fd);
	free(f.name);
}

static void *
chatter_much(void *arg)
{
	for (unsigned i = 0; i < 500; i++)
		chatter("%s %u", (const char *)arg, i);
	return NULL;
}

static void
many_threads(void)
{
	static char names[4][2] = {"a", "b", "c", "d"};
	struct fixture f = setup("", GREETING);
	pthread_t threads[4];
	unsigned n_lines = 0;
	char *got;

	for (unsigned i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, chatter_much, names[i]);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	got = receive(f.r, f.fd);
	for (const char *c = got; *c != '\0'; c++)
		n_lines += *c == '\n';
	CU_ASSERT_EQUAL(n_lines, 2000);
	free(got);
	teardown(&f);
}

static void
hands_clients_over(void)
{
	char *name = socket_name();
	char *config =
		mem_printf("a :: ChatterSocket(UNIX, %s); b :: ChatterSocket(UNIX, %s, RETRIES 3);"
			   "c :: ChatterSocket(TCP, 0);" TICK,
			name, name);
	struct rig *r = rig_config(config);
	struct element *a = rig_find(r, "a"), *b = rig_find(r, "b"), *c = rig_find(r, "c");
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;
	int fd = connect_unix(name);

	ASSERT_TALK(r, fd, "", GREETING);
	errh_init_strbuf(&errh, &errors);
	chatter("x");
	CU_ASSERT(c->class->take_state(c, a, &errh) < 0);
	CU_ASSERT_EQUAL(b->class->take_state(b, a, &errh), 0);
	chatter("y");
	ASSERT_TALK(r, fd, "", "x\ny\n");
	CU_ASSERT(b->class->take_state(b, a, &errh) < 0);
	ASSERT_TEXT(strbuf_text(&errors), "incompatible ChatterSockets\n"
					  "already initialized, can't take state\n");
	strbuf_fini(&errors);
	close(fd);
	rig_free(r);
	free(config);
	free(name);
}

UNIT_SUITE(chattersocket, UNIT_CASE(copies_messages), UNIT_CASE(without_greeting),
	UNIT_CASE(listens_to_its_channel), UNIT_CASE(drops_who_falls_behind),
	UNIT_CASE(sends_the_last_messages), UNIT_CASE(many_threads), UNIT_CASE(hands_clients_over))
