// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

// The child dies of a broken pipe like any filter, even though we ignore that signal.
static void
set_signals(posix_spawnattr_t *attr)
{
	sigset_t set;

	sigemptyset(&set);
	posix_spawnattr_setsigmask(attr, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(attr, &set);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int
start(const char *program, int in_fd, int out_fd, pid_t *pid)
{
	char *const argv[] = {(char *)(uintptr_t)program, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&actions, in_fd, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	set_signals(&attr);
	err = posix_spawnp(pid, program, &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

int
filter_open(const char *program, int in_fd, int out_fd, int *fd, pid_t *pid)
{
	int ends[2], err;
	bool reads = in_fd >= 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	err = start(program, reads ? in_fd : ends[0], reads ? ends[1] : out_fd, pid);
	close(ends[reads ? 1 : 0]);
	if (err != 0)
		close(ends[reads ? 0 : 1]);
	else
		*fd = ends[reads ? 0 : 1];
	return err;
}

int
filter_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}
