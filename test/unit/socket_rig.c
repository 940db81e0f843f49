// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/socket_rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

enum { ROUNDS = 64 };

char *
socket_name(void)
{
	static unsigned n;

	return mem_printf("/tmp/clickd-test-%d-%u.sock", (int)getpid(), n++);
}

static int
connect_to(int family, const struct sockaddr *addr, socklen_t len)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, addr, len) == 0)
		return fd;
	close(fd);
	return -1;
}

int
connect_unix(const char *name)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};

	strncpy(addr.sun_path, name, sizeof(addr.sun_path) - 1);
	return connect_to(AF_UNIX, (const struct sockaddr *)&addr, sizeof(addr));
}

int
connect_tcp(unsigned port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	return connect_to(AF_INET, (const struct sockaddr *)&addr, sizeof(addr));
}

char *
receive(struct rig *r, int fd)
{
	struct strbuf sb = STRBUF_INIT;
	char buffer[65536];
	ssize_t n;

	rig_run(r, ROUNDS);
	while ((n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		strbuf_add(&sb, buffer, (size_t)n);
		rig_run(r, 4);
	}
	if (n == 0)
		strbuf_adds(&sb, "<closed>");
	return strbuf_steal(&sb);
}

char *
talk_bytes(struct rig *r, int fd, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = send(fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
		rig_run(r, 4);
	}
	return receive(r, fd);
}

char *
talk(struct rig *r, int fd, const char *text)
{
	return talk_bytes(r, fd, text, strlen(text));
}
