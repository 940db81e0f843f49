// SPDX-License-Identifier: BSD-3-Clause
#include "elements/device/hosttun.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "src/chatter.h"
#include "src/clock.h"
#include "src/router.h"

enum { ROOM_SIZE = 65536 + 64 }; // the longest packet of any MTU, with a link header

static void
tun_ready(struct fd_watch *watch, uint32_t events)
{
	struct hosttun *t = (struct hosttun *)((uintptr_t)watch - offsetof(struct hosttun, watch));

	(void)events;
	task_schedule(&t->task);
}

void
hosttun_init(struct hosttun *t)
{
	t->fd = -1;
}

void
hosttun_attach(struct hosttun *t, struct element *e, task_fn *run)
{
	element_task_init(e, &t->task, run);
	t->task.is_input = true;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same_options(const struct tun_options *a, const struct tun_options *b)
{
	return same_text(a->name, b->name) && a->tap == b->tap && a->addr_be == b->addr_be &&
	       a->mask_be == b->mask_be && a->gateway_be == b->gateway_be && a->mtu == b->mtu &&
	       (a->mac == NULL) == (b->mac == NULL) &&
	       (a->mac == NULL || memcmp(a->mac, b->mac, 6) == 0);
}

static bool
will_take(const struct hosttun *t, const struct element *e, size_t at)
{
	const struct router *before = e->router->predecessor;
	struct element *old = before != NULL ? router_find(before, element_name(e)) : NULL;

	return old != NULL && old->class == e->class &&
	       same_options(&t->options, &((struct hosttun *)((uint8_t *)old + at))->options);
}

int
hosttun_open(struct hosttun *t, struct element *e, size_t at, struct errh *errh)
{
	fdpacket_room_init(&t->room, ROOM_SIZE);
	if (will_take(t, e, at))
		return 0;
	t->fd = tun_open(&t->options, t->name, errh);
	return t->fd < 0 ? -EINVAL : 0;
}

void
hosttun_close(struct hosttun *t)
{
	hosttun_retire(t);
	task_fini(&t->task);
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	fdpacket_room_fini(&t->room);
}

// The task reads until nothing is left, so one event each time that something comes is enough.
void
hosttun_start(struct hosttun *t)
{
	int err;

	if (t->fd < 0 || t->task.home == NULL)
		return;
	t->watch = (struct fd_watch){.fd = t->fd, .events = EPOLLIN | EPOLLET, .ready = tun_ready};
	err = lcore_watch(t->task.home, &t->watch);
	if (err != 0)
		chatter("%s: cannot wait for packets: %s", t->name, strerror(-err));
}

void
hosttun_retire(struct hosttun *t)
{
	lcore_unwatch(&t->watch);
}

void
hosttun_take(struct hosttun *t, struct hosttun *old)
{
	if (t->fd >= 0)
		return;
	t->fd = old->fd;
	memcpy(t->name, old->name, sizeof(t->name));
	old->fd = -1;
}

bool
hosttun_read(struct hosttun *t, uint32_t headroom, unsigned n, struct batch *b)
{
	int64_t now = clock_now();
	bool more = true;

	b->n = 0;
	while (more && n-- > 0) {
		ssize_t len = read(t->fd, t->room.bytes, t->room.size);
		struct packet *p;

		if (len < 0) {
			more = false;
			continue;
		}
		p = fdpacket_make(&t->room, headroom, (uint32_t)len);
		if (unlikely(p == NULL))
			continue; // counted by the pool
		packet_set_timestamp(p, now);
		b->pkt[b->n++] = p;
	}
	lcore_count_received(b->n);
	return more;
}
