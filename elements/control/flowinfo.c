// SPDX-License-Identifier: BSD-3-Clause
// FlowInfo: says where packets can go within elements.

#include <stdlib.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/flow.h"
#include "src/mem.h"

struct flowinfo {
	struct element element;
	struct strvec texts; // "ELEMENT CODE"
};

// What is wrong is reported and left out, but does not keep the router from running.
static void
add_entry(struct element *base, const struct strvec *words, struct errh *errh)
{
	struct element *other = element_find(base, words->v[0]);

	if (words->n != 2 || !flow_code_is_valid(words->v[1])) {
		errh_error(errh, "expected 'ELEMENT CODE'");
	} else if (other == NULL) {
		errh_error(errh, "'%s' does not name an element", words->v[0]);
	} else {
		free(other->info->flow);
		other->info->flow = mem_strdup(words->v[1]);
	}
}

static int
flowinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct flowinfo *e = (struct flowinfo *)base;

	(void)args;
	for (size_t i = 0; i < e->texts.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->texts.v[i], &words);
		if (words.n > 0)
			add_entry(base, &words, errh);
		strvec_fini(&words);
	}
	return 0;
}

static const struct arg flowinfo_args[] = {
	ARG(flowinfo, texts, "ELEMENT", ARG_REST,
		.help = "`ELEMENT CODE`: an element's flow code; any number of them"),
	ARGS_END,
};

static const struct element_class flowinfo_class = {
	.name = "FlowInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowinfo),
	.configure = flowinfo_configure,
	.args = flowinfo_args,
	.group = "control",
	.brief = "says where packets can go within elements",
	.manual =
		"A flow code has a letter for each port, inputs/outputs, the last one being repeated:\n"
		"packets can go from an input to the outputs with the same letter. [ab] is several\n"
		"letters, [^ab] all others, # the port's own number. Elements that look for what lies\n"
		"upstream or downstream (empty and full Queues) then see the element so; push and pull\n"
		"are settled before. Mistakes are reported but do not keep the router from running.",
	.example = "Idle -> t :: Tee -> Discard; t[1] -> Discard; FlowInfo(t x/xy);",
};
ELEMENT_CLASS(flowinfo_class)
