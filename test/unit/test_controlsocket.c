// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elements/control/controlsocket.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"
#include "test/unit/socket_rig.h"

#define GREETING "Click::ControlSocket/1.3\r\n"

// A rig with a Unix ControlSocket e, one client that has been greeted, and elements to play with.
struct fixture {
	struct rig *r;
	char *name;
	int fd;
};

static struct fixture
setup(const char *keywords)
{
	struct fixture f = {.name = socket_name()};
	char *config =
		mem_printf("e :: ControlSocket(UNIX, %s%s); c :: Counter;" TICK
			   "s :: InfiniteSource(ACTIVE false, DATA \"\\<0001>\") -> c -> Discard;"
			   "p :: Script(TYPE PROXY, goto w $write, returnq \"<$0|$args>\", "
			   "label w, end); "
			   "x :: Script(TYPE PASSIVE, errorq \"{cserr:540}No \\<e4> here\")",
			f.name, keywords);

	f.r = rig_config(config);
	f.fd = connect_unix(f.name);
	CU_ASSERT(f.fd >= 0);
	ASSERT_TALK(f.r, f.fd, "", GREETING);
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
reads(void)
{
	struct fixture f = setup("");

	ASSERT_TALK(f.r, f.fd, "READ c.count\r\n", "200 Read handler 'c.count' OK\r\nDATA 1\r\n0");
	ASSERT_TALK(f.r, f.fd, "get c.name\n", "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	ASSERT_TALK(f.r, f.fd, "  ReAd   .driver \r",
		"200 Read handler '.driver' OK\r\nDATA 9\r\nuserlevel");
	ASSERT_TALK(f.r, f.fd, "\r\n\n \nREAD driver\r\n",
		"200 Read handler 'driver' OK\r\nDATA 9\r\nuserlevel");
	ASSERT_TALK(f.r, f.fd, "READ 0.driver\n",
		"200 Read handler '0.driver' OK\r\nDATA 9\r\nuserlevel");
	ASSERT_TALK(
		f.r, f.fd, "READ 2.class\n", "200 Read handler '2.class' OK\r\nDATA 7\r\nCounter");
	ASSERT_TALK(f.r, f.fd, "READ p.add 1  2 \n", "200 Read handler 'p.add' OK\r\nDATA 1\r\n3");
	ASSERT_READ(f.r, "filename", f.name);
	teardown(&f);
}

static void
refuses_reads(void)
{
	struct fixture f = setup("");

	ASSERT_TALK(f.r, f.fd, "READ nope.x\n", "510 No element named 'nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ 99.x\n", "510 No element named '99'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ c.nope\n", "511 No handler named 'c.nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ nope\n", "511 No handler named 'nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ c.\n", "511 No handler named 'c.'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ x.cat /etc/passwd\n", "511 No handler named 'x.cat'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ c.reset\n", "530 Handler 'c.reset' write-only\r\n");
	ASSERT_TALK(f.r, f.fd, "READ\n", "500 Wrong number of arguments\r\n");
	ASSERT_TALK(f.r, f.fd, "READ c.count 1\n",
		"590-Read handler 'c.count' error:\r\n"
		"590 read handler 'c.count' does not take parameters\r\n");
	ASSERT_TALK(f.r, f.fd, "READ c.\001\377\n", "511 No handler named 'c.\\001\\377'\r\n");
	ASSERT_TALK(f.r, f.fd, "READ x.run\n",
		"540-Read handler 'x.run' error:\r\n540 No \\344 here\r\n");
	ASSERT_TALK(f.r, f.fd, "bogus x\n", "501 Command 'BOGUS' unimplemented\r\n");
	teardown(&f);
}

static void
writes(void)
{
	struct fixture f = setup("");

	ASSERT_TALK(f.r, f.fd, "WRITE c.reset\r\n", "200 Write handler 'c.reset' OK\r\n");
	ASSERT_TALK(f.r, f.fd, "set s.limit 5\r\n", "200 Write handler 's.limit' OK\r\n");
	ASSERT_READ(f.r, "s.limit", "5");
	ASSERT_TALK(f.r, f.fd, "WRITE s.tickets 0\n",
		"220-Write handler 's.tickets' OK with warnings:\r\n"
		"220 warning: tickets pinned at 1\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE s.tickets x\n",
		"520-Write handler 's.tickets' error:\r\n520 syntax error\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE x.run\n",
		"540-Write handler 'x.run' error:\r\n540 No \\344 here\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE x.goto error\n", "520 Write handler 'x.goto' error\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE c.count 1\n", "530 Handler 'c.count' read-only\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE nope.x 1\n", "510 No element named 'nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE\n", "500 Wrong number of arguments\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKREAD c.count\n", "200 Read handler 'c.count' OK\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKREAD c.reset\n", "511 Handler 'c.reset' not readable\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKWRITE c.count\n", "511 Handler 'c.count' not writable\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKWRITE c.reset\n", "200 Write handler 'c.reset' OK\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKWRITE c.nope\n", "511 No handler named 'c.nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKREAD c.count 1\n", "500 Wrong number of arguments\r\n");
	teardown(&f);
}

static void
data_behind_the_line(void)
{
	struct fixture f = setup("");
	char *got;

	ASSERT_TALK(f.r, f.fd,
		"WRITEDATA s.data 4\r\na\nb!READDATA p.length 5\nxx\r\nxREAD p.add 1\n",
		"200 Write handler 's.data' OK\r\n"
		"200 Read handler 'p.length' OK\r\nDATA 1\r\n5"
		"200 Read handler 'p.add' OK\r\nDATA 1\r\n1");
	ASSERT_READ(f.r, "s.data", "a\nb!");
	ASSERT_TALK(f.r, f.fd, "SETDATA s.data 0\nREAD p.length ab\n",
		"200 Write handler 's.data' OK\r\n200 Read handler 'p.length' OK\r\nDATA 1\r\n2");
	ASSERT_TALK(f.r, f.fd, "WRITEUNTIL s.data\r\nl1\r\nl2\n\r\n",
		"200 Write handler 's.data' OK\r\n");
	ASSERT_READ(f.r, "s.data", "l1\r\nl2\n");
	ASSERT_TALK(f.r, f.fd,
		"WRITEUNTIL s.data EOF\rx\rEOF2\rEOF \t\rREADUNTIL p.first .\na\n.\n",
		"200 Write handler 's.data' OK\r\n200 Read handler 'p.first' OK\r\nDATA 1\r\na");
	ASSERT_READ(f.r, "s.data", "x\rEOF2\r");
	ASSERT_TALK(f.r, f.fd, "WRITEDATA s.data x\n", "500 Syntax error in 'writedata'\r\n");
	ASSERT_TALK(f.r, f.fd, "ReadData s.data -1\n", "500 Syntax error in 'readdata'\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITEDATA s.data\n", "500 Wrong number of arguments\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITEDATA s.data 1 2\n", "500 Wrong number of arguments\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITEUNTIL s.data a b\n", "500 Wrong number of arguments\r\n");
	got = talk_bytes(f.r, f.fd, "WRITEDATA s.data 3\na\0b", 22);
	ASSERT_TEXT(got, "520-Write handler 's.data' error:\r\n520 value has a NUL byte\r\n");
	free(got);
	got = talk_bytes(f.r, f.fd, "READ c.co\0unt\n", 14);
	ASSERT_TEXT(got, "500 Bad command syntax\r\n");
	free(got);
	teardown(&f);
}

static void
llrpc_and_help(void)
{
	struct fixture f = setup("");
	char *got;

	ASSERT_TALK(f.r, f.fd, "LLRPC c#1f\n", "501 Cannot call LLRPC 'c#1f' remotely\r\n");
	ASSERT_TALK(f.r, f.fd, "LLRPC c#1f 4\nabcdLLRPC nope#1\n",
		"501 Cannot call LLRPC 'c#1f' remotely\r\n510 No element named 'nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "LLRPC c\n", "500 Syntax error in LLRPC name 'c'\r\n");
	ASSERT_TALK(f.r, f.fd, "LLRPC c#x\n", "500 Syntax error in LLRPC name 'c#x'\r\n");
	ASSERT_TALK(f.r, f.fd, "LLRPC c#1 x\n", "500 Syntax error in 'llrpc'\r\n");
	got = talk(f.r, f.fd, "help\n");
	CU_ASSERT_EQUAL(strncmp(got, "200-Commands supported:\r\n200-READ ", 33), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(got, "\r\n200 QUIT"));
	free(got);
	teardown(&f);
}

static void
lines_come_in_pieces(void)
{
	static const char commands[] =
		"READ c.name\r\nWRITEDATA s.data 3\r\na\r\nREADUNTIL p.length "
		"stop\r\nab\r\nstop\r\nREAD c.name\r";
	struct fixture f = setup("");
	struct strbuf all = STRBUF_INIT;

	for (const char *c = commands; *c != '\0'; c++) {
		char *got = talk_bytes(f.r, f.fd, c, 1);

		strbuf_adds(&all, got);
		free(got);
	}
	ASSERT_TEXT(strbuf_text(&all), "200 Read handler 'c.name' OK\r\nDATA 1\r\nc"
				       "200 Write handler 's.data' OK\r\n"
				       "200 Read handler 'p.length' OK\r\nDATA 1\r\n4"
				       "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	ASSERT_READ(f.r, "s.data", "a\r\n");
	strbuf_fini(&all);
	teardown(&f);
}

// How many commands have been answered after so many rounds.
static unsigned
answers(struct fixture *f, unsigned rounds)
{
	char buffer[1000];
	ssize_t n;

	rig_run(f->r, rounds);
	n = recv(f->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	CU_ASSERT(n <= 0 || n % 39 == 0);
	return n < 0 ? 0 : (unsigned)n / 39;
}

static void
one_command_a_round(void)
{
	struct fixture f = setup("");
	unsigned n = 0, most = 0, n_all = 0;

	CU_ASSERT_EQUAL(send(f.fd, "READ c.name\nREAD c.name\nREAD c.name\n", 36, 0), 36);
	for (unsigned i = 0; i < 20; i++) {
		n = answers(&f, 1);
		n_all += n;
		most = n > most ? n : most;
	}
	CU_ASSERT_EQUAL(most, 1);
	CU_ASSERT_EQUAL(n_all, 3);
	teardown(&f);
}

static void
end_of_input(void)
{
	struct fixture f = setup("");

	send(f.fd, "READ c.name", 11, 0);
	shutdown(f.fd, SHUT_WR);
	ASSERT_TALK(f.r, f.fd, "", "200 Read handler 'c.name' OK\r\nDATA 1\r\nc<closed>");
	close(f.fd);
	f.fd = connect_unix(f.name);
	send(f.fd, "WRITEDATA s.data 10\nabc", 23, 0);
	shutdown(f.fd, SHUT_WR);
	ASSERT_TALK(f.r, f.fd, "", GREETING "500 Not enough data\r\n<closed>");
	close(f.fd);
	f.fd = connect_unix(f.name);
	send(f.fd, "WRITEUNTIL s.data X\nabc\nX", 25, 0);
	shutdown(f.fd, SHUT_WR);
	ASSERT_TALK(f.r, f.fd, "", GREETING "200 Write handler 's.data' OK\r\n<closed>");
	close(f.fd);
	f.fd = connect_unix(f.name);
	send(f.fd, "READUNTIL s.data X\nabc", 22, 0);
	shutdown(f.fd, SHUT_WR);
	ASSERT_TALK(f.r, f.fd, "", GREETING "500 Not enough data\r\n<closed>");
	close(f.fd);
	f.fd = connect_unix(f.name);
	ASSERT_TALK(f.r, f.fd, "QUIT\nREAD c.name\n", GREETING "200 Goodbye!\r\n<closed>");
	close(f.fd);
	f.fd = connect_unix(f.name);
	ASSERT_TALK(f.r, f.fd, "close now\n",
		GREETING "500 Bad command syntax\r\n200 Goodbye!\r\n<closed>");
	teardown(&f);
}

static void
large_data(void)
{
	struct fixture f = setup("");
	size_t len = (16 << 20) + 100;
	char *text = mem_zalloc(len + 1), *got;

	memset(text, 'x', len);
	got = talk(f.r, f.fd, "WRITEDATA s.data 16777216\n");
	ASSERT_TEXT(got, "");
	free(got);
	got = talk_bytes(f.r, f.fd, text, 16 << 20);
	ASSERT_TEXT(got, "200 Write handler 's.data' OK\r\n");
	free(got);
	ASSERT_TALK(f.r, f.fd, "WRITE s.data x\n", "200 Write handler 's.data' OK\r\n");
	// More than that is thrown away, and the connection goes on.
	got = talk(f.r, f.fd, "WRITEDATA s.data 16777317\n");
	ASSERT_TEXT(got, "521 Data too large for write handler 's.data'\r\n");
	free(got);
	got = talk_bytes(f.r, f.fd, text, len);
	ASSERT_TEXT(got, "");
	free(got);
	ASSERT_TALK(f.r, f.fd, "xREAD s.data\n", "200 Read handler 's.data' OK\r\nDATA 1\r\nx");
	// So is a line without an end, but that is the end.
	send(f.fd, "READ c.name ", 12, 0);
	got = talk_bytes(f.r, f.fd, text, len - 50);
	ASSERT_TEXT(got, "500 Line too long\r\n<closed>");
	free(got);
	close(f.fd);
	f.fd = connect_unix(f.name);
	got = talk(f.r, f.fd, "WRITEUNTIL s.data\n");
	free(got);
	got = talk_bytes(f.r, f.fd, text, (16 << 20) + 1);
	ASSERT_TEXT(got, "521 Data too large for write handler 's.data'\r\n<closed>");
	free(got);
	free(text);
	teardown(&f);
}

static void
slow_readers(void)
{
	struct fixture f = setup("");
	size_t n_sent = 0, n_received = 0;
	char *data = mem_zalloc(60001), *write, buffer[65536];
	unsigned n_stuck = 0;
	ssize_t n;

	memset(data, 'y', 60000);
	write = mem_printf("WRITEDATA s.data 60000\n%s", data);
	free(talk(f.r, f.fd, write));
	// Nobody reads: the commands must stop being taken before they have all been answered.
	while (n_stuck < 1000 && n_sent < 10000000) {
		n = send(f.fd, "READ s.data\n", 12, MSG_DONTWAIT);
		n_sent += n > 0 ? (size_t)n : 0;
		n_stuck = n > 0 ? 0 : n_stuck + 1;
		rig_run(f.r, 2);
	}
	CU_ASSERT(n_stuck > 0);
	CU_ASSERT_EQUAL(n_sent % 12, 0);
	// All of them are answered when the client reads at last.
	for (n_stuck = 0; n_stuck < 1000; n_stuck++) {
		rig_run(f.r, 2);
		n = recv(f.fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		n_received += n > 0 ? (size_t)n : 0;
		n_stuck = n > 0 ? 0 : n_stuck;
	}
	CU_ASSERT_EQUAL(n_received,
		n_sent / 12 * (strlen("200 Read handler 's.data' OK\r\nDATA 60000\r\n") + 60000));
	free(write);
	free(data);
	teardown(&f);
}

static void
many_clients(void)
{
	enum { N = 400 };
	struct fixture f = setup("");
	int fds[N];

	for (unsigned i = 0; i < N; i++) {
		fds[i] = connect_unix(f.name);
		CU_ASSERT(fds[i] >= 0);
		if (i % 8 == 0)
			rig_run(f.r, 8);
		send(fds[i], "READ c.na", 9, MSG_NOSIGNAL);
	}
	for (unsigned i = 0; i < N; i++) {
		if (i % 3 == 0) {
			close(fds[i]);
			continue;
		}
		ASSERT_TALK(f.r, fds[i], "me\n",
			GREETING "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	}
	ASSERT_TALK(f.r, f.fd, "READ c.name\n", "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	teardown(&f);
	for (unsigned i = 0; i < N; i++) {
		if (i % 3 != 0)
			close(fds[i]);
	}
}

static void
read_only(void)
{
	struct fixture f = setup(", READONLY true");

	ASSERT_TALK(f.r, f.fd, "READ c.name\n", "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	ASSERT_TALK(f.r, f.fd, "WRITE c.reset\n", "530 Permission denied for 'c.reset'\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE c.count\n", "530 Handler 'c.count' read-only\r\n");
	ASSERT_TALK(f.r, f.fd, "WRITE c.nope\n", "511 No handler named 'c.nope'\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKWRITE c.reset\n", "530 Permission denied for 'c.reset'\r\n");
	ASSERT_TALK(f.r, f.fd, "LLRPC c#1\n", "530 Permission denied for 'c#1'\r\n");
	teardown(&f);
}

static void
proxies(void)
{
	struct fixture f = setup(", PROXY p");

	ASSERT_TALK(f.r, f.fd, "READ a.b x\n", "200 Read handler 'a.b' OK\r\nDATA 7\r\n<a.b|x>");
	ASSERT_TALK(f.r, f.fd, "READ global\n",
		"200 Read handler 'global' OK\r\nDATA 10\r\n<.global|>");
	ASSERT_TALK(f.r, f.fd, "WRITE 0.x 1\n", "200 Write handler '0.x' OK\r\n");
	ASSERT_TALK(f.r, f.fd, "CHECKREAD q.r\n", "200 Read handler 'q.r' OK\r\n");
	teardown(&f);
	f = setup(", PROXY c");
	ASSERT_TALK(f.r, f.fd, "READ a.b\n", "511 No proxied handler named 'a.b'\r\n");
	teardown(&f);
}

static void
verbose(void)
{
	struct fixture f = setup(", VERBOSE true");
	const char *chatter = rig_chatter(f.r);

	CU_ASSERT_EQUAL(strncmp(chatter, "e :: ControlSocket: opened connection ", 38), 0);
	ASSERT_TALK(f.r, f.fd, "QUIT\n", "200 Goodbye!\r\n<closed>");
	CU_ASSERT_EQUAL(strncmp(rig_chatter(f.r), "e :: ControlSocket: closed connection ", 38), 0);
	teardown(&f);
}

static void
stops_and_answers(void)
{
	struct fixture f = setup("");

	ASSERT_TALK(f.r, f.fd, "WRITE stop\n", "200 Write handler 'stop' OK\r\n");
	CU_ASSERT_TRUE(rig_stopped(f.r));
	teardown(&f);
}

static void
too_many_large_commands(void)
{
	enum { N = 20 };
	struct fixture f = setup("");
	char *text = mem_zalloc(100001);
	unsigned n_refused = 0;
	int fds[N];

	memset(text, 'x', 100000);
	for (unsigned i = 0; i < N; i++) {
		char *got;

		fds[i] = connect_unix(f.name);
		free(talk(f.r, fds[i], "WRITEDATA s.data 200000\n"));
		got = talk(f.r, fds[i], text);
		if (strcmp(got, "500 Too many large commands at once\r\n<closed>") == 0)
			n_refused++;
		else
			ASSERT_TEXT(got, "");
		free(got);
	}
	CU_ASSERT_EQUAL(n_refused, N - 16);
	for (unsigned i = 0; i < N; i++)
		close(fds[i]);
	// They have made room.
	ASSERT_TALK(f.r, f.fd, "", "");
	free(talk(f.r, f.fd, "WRITEDATA s.data 200000\n"));
	ASSERT_TALK(f.r, f.fd, text, "");
	ASSERT_TALK(f.r, f.fd, text, "200 Write handler 's.data' OK\r\n");
	free(text);
	teardown(&f);
}

static void
closes_who_is_stuck(void)
{
	struct fixture f = setup("");
	struct controlsocket *e = (struct controlsocket *)rig_element(f.r);
	int half = connect_unix(f.name);

	ASSERT_TALK(f.r, half, "READ c.na", GREETING);
	rig_run_for(f.r, 61 * CLOCK_S);
	control_sweep(&e->sweep);
	ASSERT_TALK(f.r, half, "", "<closed>");
	// One that has nothing begun may stay for ever.
	ASSERT_TALK(f.r, f.fd, "READ c.name\n", "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	close(half);
	teardown(&f);
}

// An element whose handler ends the ControlSocket `e`, as a hot swap does.
static int
write_cleanup(const struct handler_write *call)
{
	element_cleanup(router_find(call->router, "e"));
	return 0;
}

static const struct handler saboteur_handlers[] = {
	{.name = "cleanup", .write = write_cleanup}, HANDLERS_END};

static const struct element_class saboteur_class = {.name = "Saboteur",
	.ports = "0/0",
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.handlers = saboteur_handlers,
	.group = "test",
	.brief = "ends a ControlSocket out of its own command",
	.manual = "For tests.",
	.example = "Saboteur;"};
ELEMENT_CLASS(saboteur_class)

static void
ends_in_its_own_command(void)
{
	char *name = socket_name();
	char *config = mem_printf("e :: ControlSocket(UNIX, %s); x :: Saboteur;" TICK, name);
	struct rig *r = rig_config(config);
	int fd = connect_unix(name), other = connect_unix(name);

	ASSERT_TALK(r, other, "READ x.class\nREAD",
		GREETING "200 Read handler 'x.class' OK\r\nDATA 8\r\nSaboteur");
	ASSERT_TALK(r, fd, "WRITE x.cleanup\nREAD x.class\nREAD x.class\n",
		GREETING "200 Write handler 'x.cleanup' OK\r\n<closed>");
	ASSERT_TALK(r, other, "", "<closed>");
	close(fd);
	close(other);
	rig_free(r);
	free(config);
	free(name);
}

static void
survives_nonsense(void)
{
	static const char *const pieces[] = {"READ", "WRITE", "DATA", "UNTIL", " ", "c.count",
		"s.data", "\r", "\n", "\r\n", "1", "99999999999", "LLRPC", "c#1", "CHECK", "HELP",
		"\t", "p.x", "-", "0", "x"};
	struct fixture f = setup("");
	unsigned seed = 1, n_talks = 0;

	for (unsigned i = 0; i < 20000; i++) {
		const char *piece;

		seed = seed * 1103515245 + 12345;
		piece = pieces[(seed >> 16) % (sizeof(pieces) / sizeof(pieces[0]))];
		if (send(f.fd, piece, strlen(piece) + (seed >> 8) % 50 / 49,
			    MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ||
			i % 64 == 0) {
			free(receive(f.r, f.fd));
			n_talks++;
		}
	}
	CU_ASSERT(n_talks > 300);
	close(f.fd);
	f.fd = connect_unix(f.name);
	ASSERT_TALK(
		f.r, f.fd, "READ c.name\n", GREETING "200 Read handler 'c.name' OK\r\nDATA 1\r\nc");
	teardown(&f);
}

UNIT_SUITE(controlsocket, UNIT_CASE(reads), UNIT_CASE(refuses_reads), UNIT_CASE(writes),
	UNIT_CASE(data_behind_the_line), UNIT_CASE(llrpc_and_help), UNIT_CASE(lines_come_in_pieces),
	UNIT_CASE(one_command_a_round), UNIT_CASE(end_of_input), UNIT_CASE(large_data),
	UNIT_CASE(slow_readers), UNIT_CASE(many_clients), UNIT_CASE(read_only), UNIT_CASE(proxies),
	UNIT_CASE(verbose), UNIT_CASE(stops_and_answers), UNIT_CASE(too_many_large_commands),
	UNIT_CASE(closes_who_is_stuck), UNIT_CASE(ends_in_its_own_command),
	UNIT_CASE(survives_nonsense))
