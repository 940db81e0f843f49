// SPDX-License-Identifier: BSD-3-Clause
#include "elements/queue/stride.h"

#include <errno.h>
#include <stdlib.h>

#include "src/mem.h"
#include "src/strbuf.h"

// ---- the list

void
stride_insert(struct stride *s, struct stride_client *c)
{
	struct stride_client **at = &s->first;

	while (*at != NULL && (int32_t)((*at)->pass - c->pass) < 0)
		at = &(*at)->next;
	c->next = *at;
	*at = c;
}

static void
take_out(struct stride *s, const struct stride_client *c)
{
	struct stride_client **at = &s->first;

	while (*at != NULL && *at != c)
		at = &(*at)->next;
	if (*at != NULL)
		*at = c->next;
}

void
stride_advance(struct stride *s, struct stride_client *end)
{
	struct stride_client *c = s->first, *next;

	s->first = end;
	for (; c != end; c = next) {
		next = c->next;
		c->pass += c->stride;
		stride_insert(s, c);
	}
}

static void
set_tickets(struct stride *s, struct stride_client *c, int32_t tickets)
{
	bool was_listed = c->tickets > 0;

	c->tickets = tickets;
	if (tickets == 0) {
		take_out(s, c);
		return;
	}
	c->stride = STRIDE_1 / (uint32_t)tickets;
	if (was_listed)
		return;
	c->pass = (s->first != NULL ? s->first->pass : 0) + c->stride;
	stride_insert(s, c);
}

// ---- configuration

// Of the port's argument; -1, reported, if it is none.
static int32_t
read_tickets(const char *text, unsigned port, const char *what, struct errh *errh)
{
	int64_t tickets;
	int err = text_read_int64(text, &tickets);

	if (err != 0 && err != -ERANGE) {
		errh_error(errh, "argument %u should be number of tickets (integer)", port);
		return -1;
	}
	if (tickets < 0) {
		errh_error(errh, "argument %u (number of tickets) must be >= 0", port);
		return -1;
	}
	if (tickets > STRIDE_TICKETS_MAX) {
		errh_warning(errh, "%s %u's tickets reduced to %d", what, port, STRIDE_TICKETS_MAX);
		tickets = STRIDE_TICKETS_MAX;
	}
	return (int32_t)tickets;
}

static void
create_clients(struct stride *s, unsigned n)
{
	s->clients = mem_zalloc(n * sizeof(*s->clients));
	s->n = n;
	for (unsigned i = 0; i < n; i++)
		s->clients[i].port = (uint16_t)i;
}

// All begin one stride from 0, and of those with the same pass the first port is first.
static void
start_clients(struct stride *s, const int32_t *tickets)
{
	for (unsigned i = s->n; i-- > 0;) {
		struct stride_client *c = &s->clients[i];

		c->tickets = tickets[i];
		if (c->tickets == 0)
			continue;
		c->stride = c->pass = STRIDE_1 / (uint32_t)c->tickets;
		stride_insert(s, c);
	}
}

int
stride_configure(struct stride_element *e, unsigned n_ports, const char *what, struct errh *errh)
{
	int32_t *tickets;
	int err = 0;

	if (e->tickets.n != n_ports)
		return errh_error(errh, "need %u arguments, one per %s port", n_ports, what);
	tickets = mem_zalloc(n_ports * sizeof(*tickets));
	for (unsigned i = 0; i < n_ports; i++) {
		tickets[i] = read_tickets(e->tickets.v[i], i, what, errh);
		if (tickets[i] < 0)
			err = -EINVAL;
	}
	if (err == 0 && e->stride.clients == NULL) {
		create_clients(&e->stride, n_ports);
		start_clients(&e->stride, tickets);
	} else if (err == 0) {
		for (unsigned i = 0; i < n_ports; i++)
			set_tickets(&e->stride, &e->stride.clients[i], tickets[i]);
	}
	free(tickets);
	return err;
}

int
stride_config_text(struct element *e, struct strbuf *out)
{
	const struct stride *s = &((struct stride_element *)e)->stride;

	for (unsigned i = 0; i < s->n; i++)
		strbuf_addf(out, "%s%d", i > 0 ? ", " : "", s->clients[i].tickets);
	return 0;
}

// The turn, not the tickets: those are what the new configuration is for.
int
stride_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct stride *s = &((struct stride_element *)base)->stride;
	const struct stride *old = &((struct stride_element *)old_base)->stride;

	(void)errh;
	if (base->class != old_base->class || s->n != old->n)
		return 0;
	s->first = NULL;
	for (unsigned i = s->n; i-- > 0;) {
		if (old->clients[i].tickets > 0)
			s->clients[i].pass = old->clients[i].pass;
		else if (old->first != NULL)
			s->clients[i].pass = old->first->pass + s->clients[i].stride;
		if (s->clients[i].tickets > 0)
			stride_insert(s, &s->clients[i]);
	}
	return 0;
}

void
stride_fini(struct stride *s)
{
	free(s->clients);
	*s = (struct stride){0};
}

// ---- handlers

static struct stride_client *
client_of(struct element *e, uintptr_t port)
{
	return &((struct stride_element *)e)->stride.clients[port];
}

static int
read_client(const struct handler_read *call)
{
	strbuf_addf(call->out, "%d", client_of(call->element, call->row->number)->tickets);
	return 0;
}

static int
write_client(const struct handler_write *call)
{
	struct stride_element *e = (struct stride_element *)call->element;
	int64_t tickets;
	int err = text_read_int64(call->text, &tickets);

	if (err != 0 && err != -ERANGE)
		return errh_error(call->errh, "tickets value must be integer");
	if (tickets < 0)
		return errh_error(call->errh, "number of tickets must be >= 0");
	set_tickets(&e->stride, client_of(call->element, call->row->number),
		(int32_t)RTE_MIN(tickets, (int64_t)STRIDE_TICKETS_MAX));
	return 0;
}

void
stride_add_handlers(struct element *e)
{
	static const struct handler row = {.read = read_client,
		.write = write_client,
		.help = "tickets of the port: its share of the packets; 0: it gets none"};
	const struct stride *s = &((struct stride_element *)e)->stride;

	for (unsigned i = 0; i < s->n; i++) {
		char *name = mem_printf("tickets%u", i);

		element_add_handler(e, name, &row, i);
		free(name);
	}
}

const struct arg stride_args[] = {
	ARG(stride_element, tickets, "TICKETS", ARG_REST,
		.help = "tickets of each port, in their order: its share of the packets, 0 to "
			"32768"),
	ARGS_END,
};
