// SPDX-License-Identifier: BSD-3-Clause
#include "src/report.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/compile.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/global_handler.h"
#include "src/handler.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/strvec.h"

enum { STATUS_NONE = 255 }; // what was read is no exit status

void
report_plan(const struct plan *plan, const struct router *r, bool hugepages, struct strbuf *out)
{
	strbuf_addf(
		out, "clickd %s, %s\n", CLICKD_VERSION, hugepages ? "hugepages" : "no hugepages");
	plan_text(plan, r, out);
	if (r->compiled != NULL) {
		strbuf_adds(out, "  compiled: ");
		compile_text(r, out);
		strbuf_addc(out, '\n');
	}
}

// ---- handlers

// As seen from outside, there are no private ones.
static int
find_handler(struct router *r, const char *name, struct handler_target *target, struct errh *errh)
{
	int err = handler_find(r, NULL, name, HANDLER_ANY, target, errh);

	if (err == 0 && (target->row->flags & HANDLER_PRIVATE))
		err = errh_error(errh, "no '%s' handler", name);
	return err;
}

static void
add_value(struct router *r, struct element *e, const char *name, bool with_name, struct strbuf *out,
	struct errh *errh)
{
	char *full = e ? mem_printf("%s.%s", element_name(e), name) : mem_printf(".%s", name);
	struct handler_target target;
	struct strbuf value = STRBUF_INIT;

	if (find_handler(r, full, &target, errh) == 0) {
		if (target.row->read == NULL)
			errh_error(errh, "'%s' is a write handler", e ? full : name);
		else if (handler_call_read(r, &target, NULL, &value, errh) == 0) {
			if (with_name)
				strbuf_addf(out, "%s:\n", e ? full : name);
			strbuf_add(out, strbuf_text(&value), value.len);
			if (value.len > 0 && !(target.row->flags & HANDLER_RAW) &&
				value.data[value.len - 1] != '\n')
				strbuf_addc(out, '\n');
			if (with_name)
				strbuf_addc(out, '\n');
		}
	}
	strbuf_fini(&value);
	free(full);
}

static bool
has_handler(struct router *r, struct element *e, const char *name)
{
	char *full = mem_printf("%s.%s", element_name(e), name);
	struct handler_target target;
	struct errh silent;
	int err;

	errh_init_silent(&silent);
	err = find_handler(r, full, &target, &silent);
	free(full);
	return err == 0 && target.row->read != NULL;
}

// The elements that a name stands for: one, those that match a pattern, or those of a class.
static size_t
matching(struct router *r, const char *name, const char *handler, struct element **found,
	bool *with_names)
{
	struct element *e = router_find(r, name);
	size_t n = 0;

	if (e != NULL) {
		found[0] = e;
		return 1;
	}
	*with_names = true;
	for (size_t i = 0; (e = router_element(r, i)) != NULL; i++) {
		if ((fnmatch(name, element_name(e), 0) == 0 || strcmp(name, e->class->name) == 0) &&
			has_handler(r, e, handler))
			found[n++] = e;
	}
	return n;
}

static void
no_element(const struct router *r, const char *name, struct errh *errh)
{
	errh_error(errh, "no element '%s'", name);
	errh_suggest(errh, router_suggest(r, name));
}

int
report_handlers(struct router *r, const struct strvec *names, struct strbuf *out, struct errh *errh)
{
	struct element **found = mem_zalloc((r->n_elements + 1) * sizeof(*found));
	unsigned n_errors = errh->n_errors;
	bool with_names = names->n > 1;

	for (size_t i = 0; i < names->n; i++) {
		const char *dot = strchr(names->v[i], '.');
		char *element = dot ? mem_strndup(names->v[i], (size_t)(dot - names->v[i])) : NULL;
		size_t n;

		if (element == NULL || *element == '\0') {
			add_value(r, NULL, dot ? dot + 1 : names->v[i], with_names, out, errh);
		} else {
			n = matching(r, element, dot + 1, found, &with_names);
			if (n == 0)
				no_element(r, element, errh);
			for (size_t k = 0; k < n; k++)
				add_value(r, found[k], dot + 1, with_names, out, errh);
		}
		free(element);
	}
	free(found);
	return errh->n_errors > n_errors ? -EINVAL : 0;
}

int
report_exit_status(struct router *r, const char *name, struct errh *errh)
{
	struct strbuf value = STRBUF_INIT;
	struct handler_target target;
	char *text;
	int64_t n;
	bool b;
	int status = STATUS_NONE;

	if (handler_find(r, NULL, name, HANDLER_READABLE, &target, errh) != 0 ||
		handler_call_read(r, &target, NULL, &value, errh) < 0) {
		strbuf_fini(&value);
		return STATUS_NONE;
	}
	text = confstr_uncomment(strbuf_text(&value));
	if (text_read_int64(text, &n) == 0)
		status = (n & 0xff) == 0 && n != 0 ? 1 : (int)(n & 0xff);
	else if (text_read_bool(text, &b) == 0)
		status = b ? 0 : 1;
	free(text);
	strbuf_fini(&value);
	return status;
}

// ---- the end

void
report_balance(const struct router *r, struct strbuf *out)
{
	struct router_balance b;
	struct element *e;

	router_balance(r, &b);
	strbuf_addf(out,
		"packets: received %" PRIu64 " + generated %" PRIu64 " = sent %" PRIu64
		" + dropped %" PRIu64 " + held %" PRIu64 "%s\n",
		b.received, b.generated, b.sent, b.dropped, b.held,
		b.received + b.generated == b.sent + b.dropped + b.held ? "" : "  (NOT BALANCED)");
	if (b.failed > 0)
		strbuf_addf(out, "  %12" PRIu64 " not made: the pool was empty (--mbufs N)\n",
			b.failed);
	for (size_t i = 0; (e = router_element(r, i)) != NULL; i++) {
		for (unsigned d = 0; d < element_n_drop_reasons(e->class); d++) {
			if (element_drops(e, d) > 0)
				strbuf_addf(out, "  %12" PRIu64 " dropped by %s: %s\n",
					element_drops(e, d), element_name(e), e->class->drops[d]);
		}
	}
}

void
report_leaks(struct errh *errh)
{
	struct packet_pool_info info;

	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (packet_pool_info(node, &info) && info.n_free != info.n_packets)
			errh_warning(errh, "%u packets are missing from the pool of node %u",
				info.n_packets - info.n_free, node);
	}
}
