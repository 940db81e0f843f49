// SPDX-License-Identifier: BSD-3-Clause
#include "src/chatter.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "src/strbuf.h"

static pthread_mutex_t chatter_lock = PTHREAD_MUTEX_INITIALIZER;
static struct chatter_listener *chatter_listeners; // under chatter_lock

// NULL for the channel of all that has no other.
static const char *
named(const char *channel)
{
	return channel == NULL || *channel == '\0' || strcmp(channel, "default") == 0 ? NULL
										      : channel;
}

static bool
hears(const struct chatter_listener *l, const char *channel)
{
	const char *own = named(l->channel);

	return channel == NULL || own == NULL ? channel == own : strcmp(channel, own) == 0;
}

static void __attribute__((format(printf, 2, 0)))
say(const char *channel, const char *fmt, va_list ap)
{
	struct strbuf sb = STRBUF_INIT;
	bool print = channel == NULL;

	strbuf_vaddf(&sb, fmt, ap);
	pthread_mutex_lock(&chatter_lock);
	for (struct chatter_listener *l = chatter_listeners; l != NULL; l = l->next) {
		if (!hears(l, channel))
			continue;
		l->line(l, strbuf_text(&sb));
		print |= l->echo;
	}
	strbuf_addc(&sb, '\n');
	if (print)
		fwrite(sb.data, 1, sb.len, stderr);
	pthread_mutex_unlock(&chatter_lock);
	strbuf_fini(&sb);
}

void
chatter_va(const char *fmt, va_list ap)
{
	say(NULL, fmt, ap);
}

void
chatter(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(NULL, fmt, ap);
	va_end(ap);
}

void
chatter_on(const char *channel, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(named(channel), fmt, ap);
	va_end(ap);
}

void
chatter_listen(struct chatter_listener *listener)
{
	pthread_mutex_lock(&chatter_lock);
	listener->next = chatter_listeners;
	chatter_listeners = listener;
	pthread_mutex_unlock(&chatter_lock);
}

void
chatter_unlisten(struct chatter_listener *listener)
{
	struct chatter_listener **at = &chatter_listeners;

	pthread_mutex_lock(&chatter_lock);
	while (*at != NULL && *at != listener)
		at = &(*at)->next;
	if (*at != NULL)
		*at = listener->next;
	pthread_mutex_unlock(&chatter_lock);
}
