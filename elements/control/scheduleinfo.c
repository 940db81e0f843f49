// SPDX-License-Identifier: BSD-3-Clause
// ScheduleInfo: scales the share of an lcore's time that the tasks of elements get.

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/namemap.h"
#include "src/router.h"
#include "src/strbuf.h"

enum { FACTOR_BITS = 10 };

struct scheduleinfo {
	struct element element;
	struct strvec entries; // "ELEMENT FACTOR"
	struct ticket_info info;
	bool installed;
	char *scope; // owned: of the names, "a/b/"
	struct strvec names; // full names of elements and compounds, without a final '/'
	struct namemap told; // elements of which was told that they have too many
	struct namemap factors; // by name, with FACTOR_BITS behind the point
};

static struct scheduleinfo *
of_info(const struct ticket_info *info)
{
	return (struct scheduleinfo *)((uintptr_t)info - offsetof(struct scheduleinfo, info));
}

// The factor that the outermost ScheduleInfo gives a full name, and the length of that one's scope.
static bool
find_factor(const struct ticket_info *first, const char *name, uint64_t *factor, size_t *scope_len)
{
	bool found = false;

	for (; first != NULL; first = first->next) {
		const struct scheduleinfo *e = of_info(first);
		size_t value = namemap_get(&e->factors, name), len = strlen(e->scope);

		if (value == NAMEMAP_NONE || (found && len >= *scope_len))
			continue;
		found = true;
		*factor = value;
		*scope_len = len;
	}
	return found;
}

// The factors that count for a name, innermost first: its own, then that of the compound in which
// the ScheduleInfo stands that gave it (or of the next outer one, if none did), and so on.
static size_t
collect_factors(const struct ticket_info *first, const char *full_name, uint64_t **factors)
{
	char *name = mem_strdup(full_name), *slash;
	size_t n = 0, cap = 0, scope_len = 0;
	uint64_t factor;

	*factors = NULL;
	while (*name != '\0') {
		slash = strrchr(name, '/');
		if (find_factor(first, name, &factor, &scope_len)) {
			*factors = mem_grow(*factors, n, &cap, sizeof(**factors));
			(*factors)[n++] = factor;
			name[scope_len > 0 ? scope_len - 1 : 0] = '\0';
		} else {
			*(slash ? slash : name) = '\0';
		}
	}
	free(name);
	return n;
}

static void
warn_too_high(struct scheduleinfo *self, const struct element *e)
{
	struct errh_context ctx;
	struct errh errh;

	if (namemap_get(&self->told, element_name(e)) != NAMEMAP_NONE)
		return;
	namemap_set(&self->told, element_name(e), 0);
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "%s: While initializing '" ELEMENT_FMT "':", e->info->landmark,
		element_name(e), e->class->name);
	errh_warning(
		&errh, "ScheduleInfo too high; reduced to %d", TASK_TICKETS_MAX / TASK_TICKETS);
	errh_pop(&errh);
}

static uint32_t
scheduleinfo_tickets(struct ticket_info *info, const struct element *e, uint32_t tickets)
{
	uint64_t *factors, product = tickets;
	size_t n;

	// All of a router's ScheduleInfos belong together: the first in the list speaks for them.
	if (e->router->ticket_infos != info)
		return tickets;
	n = collect_factors(info, element_name(e), &factors);
	while (n-- > 0) {
		// Far above any limit, so that it cannot wrap around.
		product = RTE_MIN(product * RTE_MIN(factors[n], UINT64_C(1) << 31) >> FACTOR_BITS,
			UINT64_C(1) << 31);
	}
	free(factors);
	if (product > TASK_TICKETS_MAX) {
		warn_too_high(of_info(info), e);
		product = TASK_TICKETS_MAX;
	}
	return (uint32_t)product;
}

static void
read_entry(struct scheduleinfo *e, const char *text, struct errh *errh)
{
	struct strvec words = {0};
	uint64_t factor;
	size_t len;

	confstr_split_words(text, &words);
	if (words.n != 0 &&
		(words.n != 2 || text_read_fixed2(words.v[1], FACTOR_BITS, &factor) != 0)) {
		errh_error(errh, "expected 'ELEMENTNAME PARAM'");
	} else if (words.n != 0) {
		len = strlen(words.v[0]);
		if (len > 1 && words.v[0][len - 1] == '/')
			words.v[0][len - 1] = '\0';
		strvec_take(&e->names, mem_printf("%s%s", e->scope, words.v[0]));
		namemap_set(&e->factors, e->names.v[e->names.n - 1],
			(size_t)RTE_MIN(factor, UINT64_C(1) << 31));
	}
	strvec_fini(&words);
}

static int
scheduleinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct scheduleinfo *e = (struct scheduleinfo *)base;

	(void)args;
	e->scope = element_scope(base);
	for (size_t i = 0; i < e->entries.n; i++)
		read_entry(e, e->entries.v[i], errh);
	e->info.tickets = scheduleinfo_tickets;
	e->info.next = base->router->ticket_infos;
	base->router->ticket_infos = &e->info;
	e->installed = true;
	return 0;
}

static void
scheduleinfo_cleanup(struct element *base)
{
	struct scheduleinfo *e = (struct scheduleinfo *)base;
	struct ticket_info **at = &base->router->ticket_infos;

	while (e->installed && *at != NULL && *at != &e->info)
		at = &(*at)->next;
	if (e->installed && *at != NULL)
		*at = e->info.next;
	namemap_fini(&e->factors);
	namemap_fini(&e->told);
	strvec_fini(&e->names);
	free(e->scope);
}

static const struct arg scheduleinfo_args[] = {
	ARG(scheduleinfo, entries, "ELEMENT", ARG_REST,
		.help = "`ELEMENT FACTOR`: the element's task, or all tasks in the compound element, "
			"get FACTOR times the usual tickets; 0: they never run"),
	ARGS_END,
};

static const struct element_class scheduleinfo_class = {
	.name = "ScheduleInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct scheduleinfo),
	.configure = scheduleinfo_configure,
	.cleanup = scheduleinfo_cleanup,
	.args = scheduleinfo_args,
	.group = "control",
	.brief = "scales the share of time that tasks get",
	.manual =
		"Names are relative to the compound element in which the ScheduleInfo stands. The\n"
		"factors of an element and of the compound elements around it are multiplied. What an\n"
		"outer ScheduleInfo says of a name replaces what an inner one says, and the factors\n"
		"of the levels between the two do not count then. A compound element may be written\n"
		"with or without a final slash (in Click only the form with the slash works). Tasks\n"
		"have 1024 tickets times their factor, at most 32768.",
	.example = "s :: InfiniteSource(LIMIT 1) -> Discard; ScheduleInfo(s 0.5);",
};
ELEMENT_CLASS(scheduleinfo_class)
