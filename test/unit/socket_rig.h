// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Clients of ControlSocket and ChatterSocket, in the test's own thread: the rig runs in between.

#include <stddef.h>

struct rig;

// An element that keeps the rig's loop polling.
#define TICK "tick :: Script(label a, wait 1ms, goto a);"

char *socket_name(void); // of a file that does not exist; caller frees
// Non-blocking connections; -1 if refused.
int connect_unix(const char *name);
int connect_tcp(unsigned port);
// Everything that can be read now, after the rig has run for some rounds; "<closed>" at the end if
// the other side has closed. Caller frees.
char *receive(struct rig *r, int fd);
// Sends the text (len bytes of it) and returns what comes back.
char *talk_bytes(struct rig *r, int fd, const char *bytes, size_t len);
char *talk(struct rig *r, int fd, const char *text);
#define ASSERT_TALK(r, fd, text, want)          \
	do {                                    \
		char *got_ = talk(r, fd, text); \
                                                \
		ASSERT_TEXT(got_, want);        \
		free(got_);                     \
	} while (0)
