// SPDX-License-Identifier: BSD-3-Clause
#include "elements/aqm/aqm.h"

#include <inttypes.h>

#include "src/lcore.h"
#include "src/strbuf.h"

int
aqm_find_queues(struct aqm *e, bool downstream, struct errh *errh)
{
	if (e->queue_names.text != NULL)
		return storage_set_named(&e->queues, &e->element, e->queue_names.text, errh);
	if (downstream)
		storage_set_downstream(&e->queues, &e->element, 0);
	else
		storage_set_upstream(&e->queues, &e->element, 0);
	return e->queues.n > 0 ? 0 : errh_error(errh, "no nearby Queues");
}

int
aqm_initialize(struct element *e, struct errh *errh)
{
	return aqm_find_queues((struct aqm *)e, element_output_is_push(e, 0), errh);
}

void
aqm_cleanup(struct element *e)
{
	storage_set_fini(&((struct aqm *)e)->queues);
}

struct lcore *
aqm_lcore(const struct element *e)
{
	uint64_t lcores = e->info->push_lcores | e->info->pull_lcores;

	return lcores != 0 ? lcores_at((unsigned)__builtin_ctzll(lcores)) : element_home(e);
}

void
aqm_queues_text(const struct aqm *e, struct strbuf *out)
{
	strbuf_adds(out, "QUEUES");
	for (size_t i = 0; i < e->queues.n; i++)
		strbuf_addf(out, " %s", element_name(e->queues.v[i]));
}

int
aqm_read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ((struct aqm *)call->element)->n_drops);
	return 0;
}

int
aqm_read_queues(const struct handler_read *call)
{
	const struct aqm *e = (struct aqm *)call->element;

	for (size_t i = 0; i < e->queues.n; i++)
		strbuf_addf(call->out, "%s\n", element_name(e->queues.v[i]));
	return 0;
}

const char *const aqm_drops[] = {[AQM_DROPPED] = "dropped early", NULL};
