// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Programs that bytes are passed through, such as zcat: a child process without a shell.

#include <sys/types.h>

// Starts program without arguments, found by PATH, with a pipe at one end, of which *fd is ours: we
// read what it makes of in_fd, or write what it passes on to out_fd; the other of these two is -1
// and the given one stays open here. 0 or -errno, among them -ENOENT: no such program.
int filter_open(const char *program, int in_fd, int out_fd, int *fd, pid_t *pid);
// Waits for its end, which comes when our end of the pipe is closed. 0: it succeeded.
int filter_wait(pid_t pid);
