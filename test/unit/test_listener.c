// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"
#include "test/unit/socket_rig.h"

#define GREETING "Click::ControlSocket/1.3\r\n"

// A TCP socket that listens at a free port.
static int
take_port(unsigned *port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);

	CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	CU_ASSERT_EQUAL(listen(fd, 1), 0);
	getsockname(fd, (struct sockaddr *)&addr, &len);
	*port = ntohs(addr.sin_port);
	return fd;
}

static void
listens_at_a_port(void)
{
	struct rig *r = rig_config("e :: ControlSocket(TCP, 0);" TICK);
	unsigned port = (unsigned)atoi(rig_read(r, "port"));
	int fd = connect_tcp(port);

	CU_ASSERT(port > 0 && fd >= 0);
	ASSERT_TALK(r, fd, "READ e.class\n",
		GREETING "200 Read handler 'e.class' OK\r\nDATA 13\r\nControlSocket");
	close(fd);
	rig_free(r);
	CU_ASSERT_EQUAL(connect_tcp(port), -1);
}

// Whether a socket with that port listens on all addresses, from the kernel's own list.
static bool
listens_everywhere(unsigned port)
{
	char line[256], want[32];
	struct strbuf sb = STRBUF_INIT;
	FILE *f = fopen("/proc/net/tcp", "re");
	bool found = false;

	strbuf_addf(&sb, " 00000000:%04X 00000000:0000 0A", port);
	strncpy(want, strbuf_text(&sb), sizeof(want) - 1);
	want[sizeof(want) - 1] = '\0';
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		found |= strstr(line, want) != NULL;
	if (f != NULL)
		fclose(f);
	strbuf_fini(&sb);
	return found;
}

static void
listens_on_localhost_only(void)
{
	struct rig *r = rig_config("e :: ControlSocket(TCP, 0); f :: ControlSocket(tcp, PORT 0, "
				   "LOCALHOST false); g :: ChatterSocket(TCP, 0)");

	CU_ASSERT_FALSE(listens_everywhere((unsigned)atoi(rig_read(r, "port"))));
	CU_ASSERT_TRUE(listens_everywhere((unsigned)atoi(rig_read(r, "f.port"))));
	CU_ASSERT_FALSE(listens_everywhere((unsigned)atoi(rig_read(r, "g.port"))));
	rig_free(r);
}

static void
takes_the_next_port(void)
{
	unsigned port;
	int taken = take_port(&port);
	char *config = mem_printf("e :: ControlSocket(TCP, %u+)", port), *errors;
	struct rig *r = rig_config(config);
	unsigned got = (unsigned)atoi(rig_read(r, "port"));

	CU_ASSERT(got > port && got <= port + 11);
	rig_free(r);
	free(config);
	config = mem_printf("e :: ControlSocket(TCP, %u)", port);
	errors = rig_config_errors(config);
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ControlSocket':\n"
			    "  bind: Address already in use\n");
	free(errors);
	free(config);
	close(taken);
}

static void
tries_again(void)
{
	unsigned port;
	int taken = take_port(&port), fd;
	char *config = mem_printf("e :: ControlSocket(TCP, %u, RETRIES 2);" TICK, port), *errors;
	struct rig *r = rig_config(config);

	rig_run_for(r, 3 * CLOCK_S / 2);
	ASSERT_TEXT(rig_chatter(r), "config:1: While initializing 'e :: ControlSocket':\n"
				    "  warning: bind: Address already in use (1 try left)\n");
	close(taken);
	rig_run_for(r, CLOCK_S);
	ASSERT_TEXT(rig_chatter(r), "");
	fd = connect_tcp(port);
	ASSERT_TALK(r, fd, "", GREETING);
	close(fd);
	rig_free(r);
	free(config);

	taken = take_port(&port);
	config = mem_printf(
		"e :: ControlSocket(TCP, %u, RETRIES 2, RETRY_WARNINGS false);" TICK, port);
	r = rig_config(config);
	rig_run_for(r, 3 * CLOCK_S / 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_TEXT(rig_chatter(r), "config:1: While initializing 'e :: ControlSocket':\n"
				    "  bind: Address already in use\n");
	rig_free(r);
	free(config);

	config = mem_printf("e :: ControlSocket(TCP, %u, RETRIES 2)", port);
	errors = rig_config_errors(config);
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ControlSocket':\n"
			    "  warning: bind: Address already in use (2 tries left)\n");
	free(errors);
	free(config);
	close(taken);
}

static void
unix_sockets_are_private(void)
{
	char *name = socket_name();
	char *config = mem_printf("e :: ControlSocket(UNIX, FILENAME %s)", name);
	mode_t mask = umask(0);
	struct rig *r = rig_config(config);
	struct stat st;

	CU_ASSERT_EQUAL(stat(name, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0660);
	ASSERT_READ(r, "filename", name);
	// The process's own mask is what it was.
	CU_ASSERT_EQUAL(umask(mask), 0);
	rig_free(r);
	CU_ASSERT_NOT_EQUAL(stat(name, &st), 0);
	free(config);
	free(name);
}

static void
files_that_are_in_the_way(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char *name = socket_name();
	char *config = mem_printf("e :: ControlSocket(UNIX, %s)", name), *errors;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct rig *r;

	strncpy(addr.sun_path, name, sizeof(addr.sun_path) - 1);
	CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	CU_ASSERT_EQUAL(listen(fd, 1), 0);
	// Somebody listens there.
	errors = rig_config_errors(config);
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ControlSocket':\n"
			    "  bind: Address already in use\n");
	free(errors);
	CU_ASSERT_EQUAL(access(name, F_OK), 0);
	// Nobody does any more.
	close(fd);
	r = rig_config(config);
	CU_ASSERT_PTR_NOT_NULL(r);
	rig_free(r);
	// A file that is no socket stays.
	fd = open(name, O_CREAT | O_WRONLY, 0600);
	close(fd);
	errors = rig_config_errors(config);
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ControlSocket':\n"
			    "  bind: Address already in use\n");
	free(errors);
	CU_ASSERT_EQUAL(access(name, F_OK), 0);
	unlink(name);
	free(config);
	config = mem_printf("e :: ControlSocket(UNIX, /nonexistent%s)", name);
	errors = rig_config_errors(config);
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ControlSocket':\n"
			    "  bind: No such file or directory\n");
	free(errors);
	free(config);
	free(name);
}

static void
uses_a_descriptor(void)
{
	struct rig *r;
	char *config;
	int fds[2];

	CU_ASSERT_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	config = mem_printf("e :: ControlSocket(SOCKET, %d);" TICK, fds[1]);
	r = rig_config(config);
	ASSERT_TALK(r, fds[0], "READ e.name\nQUIT\n",
		GREETING "200 Read handler 'e.name' OK\r\nDATA 1\r\ne200 Goodbye!\r\n<closed>");
	rig_free(r);
	close(fds[0]);
	free(config);
	ASSERT_ERRORS("ControlSocket(SOCKET, 9999)", 0, 0, "socket: Bad file descriptor\n");
	ASSERT_ERRORS("ControlSocket(SOCKET, 2)", 0, 0, "socket: Socket operation on non-socket\n");
}

static void
keeps_a_descriptor_over_a_hot_swap(void)
{
	struct rig *r;
	char *config, *errors;
	int fds[2];

	CU_ASSERT_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	config = mem_printf("e :: ControlSocket(SOCKET, %d);" TICK, fds[1]);
	r = rig_config(config);
	ASSERT_TALK(r, fds[0], "READ e.na", GREETING);
	for (unsigned i = 0; i < 2; i++) {
		errors = rig_swap(r, config);
		ASSERT_TEXT(errors, "");
		free(errors);
		ASSERT_TALK(
			r, fds[0], "me\nREAD e.na", "200 Read handler 'e.name' OK\r\nDATA 1\r\ne");
	}
	// One that does not start leaves it alone.
	errors = rig_swap(r, "e :: ControlSocket(SOCKET, 9999); Error;");
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "socket: Bad file descriptor"));
	free(errors);
	ASSERT_TALK(r, fds[0], "me\n", "200 Read handler 'e.name' OK\r\nDATA 1\r\ne");
	rig_free(r);
	close(fds[0]);
	free(config);
}

static void
swap(struct rig *r, const char *to, const char *from, const char *want)
{
	struct element *e = rig_find(r, to), *old = rig_find(r, from);
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	e->class->take_state(e, old, &errh);
	ASSERT_TEXT(strbuf_text(&errors), want);
	strbuf_fini(&errors);
}

static void
hands_connections_over(void)
{
	char *name = socket_name();
	char *config =
		mem_printf("a :: ControlSocket(UNIX, %s); b :: ControlSocket(UNIX, %s, RETRIES 3, "
			   "READONLY true); c :: ControlSocket(TCP, 0); d :: Counter; "
			   "Idle -> d -> Discard;" TICK,
			name, name);
	// What the second one says while the first one still has the address.
	char *errors = rig_config_errors(config);
	struct rig *r;
	int fd, second;

	ASSERT_TEXT(errors, "config:1: While initializing 'b :: ControlSocket':\n"
			    "  warning: bind: Address already in use (3 tries left)\n");
	free(errors);
	r = rig_config(config);
	fd = connect_unix(name);
	ASSERT_TALK(r, fd, "READ d.na", GREETING);
	swap(r, "c", "a", "");
	ASSERT_TALK(
		r, fd, "me\nWRITEDATA d.reset 2\nx", "200 Read handler 'd.name' OK\r\nDATA 1\r\nd");
	swap(r, "b", "a", "");
	ASSERT_TALK(r, fd, "x", "530 Permission denied for 'd.reset'\r\n");
	second = connect_unix(name);
	ASSERT_TALK(
		r, second, "WRITE d.reset\n", GREETING "530 Permission denied for 'd.reset'\r\n");
	rig_run_for(r, 10 * CLOCK_S);
	ASSERT_TEXT(rig_chatter(r), "");
	close(fd);
	close(second);
	rig_free(r);
	CU_ASSERT_NOT_EQUAL(access(name, F_OK), 0);
	free(config);
	free(name);
}

static void
arguments(void)
{
	char long_name[200];

	ASSERT_ERRORS("ControlSocket", 0, 0, "TYPE: required argument missing\n");
	ASSERT_ERRORS("ControlSocket(FOO, 1)", 0, 0, "unknown socket type 'FOO'\n");
	ASSERT_ERRORS("ChatterSocket(SOCKET, 1)", 0, 0, "unknown socket type `SOCKET'\n");
	ASSERT_ERRORS("ControlSocket(TCP)", 0, 0, "PORT: required argument missing\n");
	ASSERT_ERRORS("ControlSocket(TCP, x y)", 0, 0, "PORT requires TCP port\n");
	ASSERT_ERRORS("ControlSocket(TCP, 65536)", 0, 0, "PORT requires TCP port\n");
	ASSERT_ERRORS("ControlSocket(TCP, +)", 0, 0, "PORT requires TCP port\n");
	ASSERT_ERRORS("ControlSocket(TCP, 80, 81)", 0, 0, "too many arguments\n");
	ASSERT_ERRORS("ControlSocket(TCP, 80, FILENAME x)", 0, 0, "FILENAME: unknown argument\n");
	ASSERT_ERRORS("ControlSocket(UNIX)", 0, 0, "FILENAME: required argument missing\n");
	ASSERT_ERRORS(
		"ControlSocket(UNIX, x, LOCALHOST true)", 0, 0, "LOCALHOST: unknown argument\n");
	ASSERT_ERRORS("ControlSocket(SOCKET, x)", 0, 0, "FD: invalid number\n");
	ASSERT_ERRORS(
		"ControlSocket(TCP, 80, PROXY nope)", 0, 0, "PROXY: does not name an element\n");
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	char *config = mem_printf("ControlSocket(UNIX, /%s)", long_name);

	ASSERT_ERRORS(config, 0, 0, "filename too long\n");
	free(config);
}

UNIT_SUITE(listener, UNIT_CASE(listens_at_a_port), UNIT_CASE(listens_on_localhost_only),
	UNIT_CASE(takes_the_next_port), UNIT_CASE(tries_again), UNIT_CASE(unix_sockets_are_private),
	UNIT_CASE(files_that_are_in_the_way), UNIT_CASE(uses_a_descriptor),
	UNIT_CASE(keeps_a_descriptor_over_a_hot_swap), UNIT_CASE(hands_connections_over),
	UNIT_CASE(arguments))
