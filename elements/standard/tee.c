// SPDX-License-Identifier: BSD-3-Clause
// Tee, PullTee, Duplicate: send a copy of each packet to every output.

#include "src/element.h"

struct tee {
	struct element element;
	uint32_t n; // outputs that the configuration speaks of
	bool has_n;
	bool copies; // of the bytes too
	bool data_only;
};

static inline struct packet *
second_packet(const struct element *e, struct packet *p)
{
	if (((const struct tee *)e)->copies)
		return packet_copy(p, packet_headroom(p));
	return packet_clone(p);
}

// Clones of b's packets to the outputs from first on, in front of end. A clone for which there is
// no memory is left out; the pool's counters tell.
static void
push_clones(struct element *e, unsigned first, unsigned end, const struct batch *b)
{
	for (unsigned port = first; port < end; port++) {
		struct batch clones;

		clones.n = 0;
		for (unsigned i = 0; i < b->n; i++) {
			struct packet *clone = second_packet(e, b->pkt[i]);

			if (likely(clone != NULL))
				clones.pkt[clones.n++] = clone;
		}
		element_push(e, port, &clones);
	}
}

static void
push_all(struct element *e, struct batch *b)
{
	unsigned last = e->n_outputs - 1u;

	push_clones(e, 0, last, b);
	element_push(e, last, b);
}

static void
tee_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	if (likely(!e->split_runs)) {
		push_all(e, b);
		return;
	}
	// Where the outputs meet again, all copies of a packet come before those of the next.
	for (unsigned i = 0; i < b->n; i++) {
		struct batch one;

		batch_one(&one, b->pkt[i]);
		push_all(e, &one);
	}
}

static void
pulltee_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	if (likely(!e->split_runs)) {
		push_clones(e, 1, e->n_outputs, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		struct batch one;

		batch_one(&one, b->pkt[i]);
		push_clones(e, 1, e->n_outputs, &one);
	}
}

static int
tee_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct tee *e = (struct tee *)base;

	(void)args;
	if (e->has_n && e->n != base->n_outputs)
		return errh_error(
			errh, "%u outputs implies %u arms", base->n_outputs, base->n_outputs);
	return 0;
}

static const struct arg tee_args[] = {
	ARG(tee, n, "N", ARG_OPTIONAL, .given = ARG_GIVEN(tee, has_n),
		.help = "number of outputs; checked against those that are connected"),
	ARGS_END,
};

static const struct element_class tee_class = {
	.name = "Tee",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct tee),
	.push = tee_push,
	.configure = tee_configure,
	.args = tee_args,
	.group = "standard",
	.brief = "sends a copy of each packet to every output",
	.manual =
		"Output 0 gets its copy first and the last output the packet itself. Copies share\n"
		"the packet's bytes until somebody changes them.",
	.example = "Idle -> t :: Tee; t [0] -> Discard; t [1] -> Discard;",
};
ELEMENT_CLASS(tee_class)

static const struct element_class pulltee_class = {
	.name = "PullTee",
	.ports = "1/1-",
	.processing = "l/lh",
	.lcores = LCORES_ANY,
	.size = sizeof(struct tee),
	.pull = pulltee_pull,
	.configure = tee_configure,
	.args = tee_args,
	.group = "standard",
	.brief = "pushes copies of the packets that are pulled through it",
	.manual =
		"Each packet that is pulled out of output 0 is first pushed, as a copy, to outputs 1,\n"
		"2 and so on.",
	.example = "Idle -> Queue -> t :: PullTee -> Discard; t [1] -> Discard;",
};
ELEMENT_CLASS(pulltee_class)

// ---- Duplicate

static int
duplicate_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct tee *e = (struct tee *)base;

	e->copies = true;
	if (!e->data_only)
		return errh_error(errh, "DATA_ONLY false is not supported: headers that were "
					"stripped are not copied");
	return tee_configure(base, args, errh);
}

static const struct arg duplicate_args[] = {
	ARG(tee, n, "N", ARG_OPTIONAL, .given = ARG_GIVEN(tee, has_n),
		.help = "number of outputs; checked against those that are connected"),
	ARG(tee, data_only, "DATA_ONLY", ARG_KEYWORD, .def = "true",
		.help = "must be true: what is in front of a packet's data is not copied"),
	ARGS_END,
};

static const struct element_class duplicate_class = {
	.name = "Duplicate",
	.ports = "1/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct tee),
	.push = tee_push,
	.configure = duplicate_configure,
	.args = duplicate_args,
	.group = "standard",
	.brief = "sends a copy of each packet, bytes and all, to every output",
	.manual =
		"As Tee, but copies have bytes of their own from the beginning: elements behind it\n"
		"that write to packets need not copy them.",
	.example = "Idle -> d :: Duplicate; d [0] -> Discard; d [1] -> Discard;",
};
ELEMENT_CLASS(duplicate_class)
