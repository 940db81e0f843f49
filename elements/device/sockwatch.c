// SPDX-License-Identifier: BSD-3-Clause
#include "elements/device/sockwatch.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>

static void
ready(struct fd_watch *watch, uint32_t events)
{
	struct sockwatch *w = (struct sockwatch *)watch;

	if (w->reader != NULL && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		task_schedule(w->reader);
	if (w->writer != NULL && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
		task_schedule(w->writer);
}

int
sockwatch_start(struct sockwatch *w, int fd, struct lcore *home)
{
	uint32_t events = EPOLLET;

	if (fd < 0 || home == NULL)
		return 0;
	if (w->reader != NULL)
		events |= EPOLLIN;
	if (w->writer != NULL)
		events |= EPOLLOUT;
	w->watch = (struct fd_watch){.fd = fd, .events = events, .ready = ready};
	return lcore_watch(home, &w->watch);
}

void
sockwatch_stop(struct sockwatch *w)
{
	lcore_unwatch(&w->watch);
}
