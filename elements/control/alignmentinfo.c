// SPDX-License-Identifier: BSD-3-Clause
// AlignmentInfo: says where in memory words the packets of elements begin.

#include "elements/control/alignmentinfo.h"

#include <stdlib.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"

struct alignment_entry {
	const struct element *element; // borrowed
	struct alignment *inputs; // owned
	size_t n_inputs;
};

struct alignmentinfo {
	struct element element;
	struct strvec texts; // "ELEMENT MODULUS OFFSET..."
	struct alignment_entry *entries; // owned
	size_t n_entries;
};

static const struct element_class alignmentinfo_class;

static const struct alignment_entry *
find_entry(const struct router *r, const struct element *e)
{
	struct element *other;

	for (size_t i = 0; (other = router_element(r, i)) != NULL; i++) {
		const struct alignmentinfo *info = (struct alignmentinfo *)other;

		for (size_t k = 0; other->class == &alignmentinfo_class && k < info->n_entries;
			k++) {
			if (info->entries[k].element == e)
				return &info->entries[k];
		}
	}
	return NULL;
}

bool
alignmentinfo_find(const struct element *e, unsigned input, struct alignment *a)
{
	const struct alignment_entry *entry = find_entry(e->router, e);

	if (entry == NULL || input >= entry->n_inputs)
		return false;
	*a = entry->inputs[input];
	return true;
}

static bool
read_pair(const char *modulus_text, const char *offset_text, struct alignment *a)
{
	uint64_t modulus, offset;

	if (text_read_uint64(modulus_text, &modulus) != 0 ||
		text_read_uint64(offset_text, &offset) != 0 || modulus == 0 ||
		modulus > UINT16_MAX || offset >= modulus)
		return false;
	*a = (struct alignment){(uint32_t)modulus, (uint32_t)offset};
	return true;
}

static bool
is_same(const struct alignment_entry *a, const struct alignment_entry *b)
{
	if (a->n_inputs != b->n_inputs)
		return false;
	for (size_t i = 0; i < a->n_inputs; i++) {
		if (a->inputs[i].modulus != b->inputs[i].modulus ||
			a->inputs[i].offset != b->inputs[i].offset)
			return false;
	}
	return true;
}

// What is wrong is reported and left out, but does not keep the router from running.
static void
add_entry(struct alignmentinfo *e, const struct strvec *words, struct errh *errh)
{
	struct alignment_entry entry = {.n_inputs = (words->n - 1) / 2};
	const struct alignment_entry *old;
	bool good = words->n % 2 == 1;

	entry.element = element_find(&e->element, words->v[0]);
	entry.inputs = mem_zalloc((entry.n_inputs + 1) * sizeof(*entry.inputs));
	for (size_t i = 0; good && i < entry.n_inputs; i++)
		good = read_pair(words->v[2 * i + 1], words->v[2 * i + 2], &entry.inputs[i]);
	if (!good) {
		errh_error(errh, "expected 'ELEMENT MODULUS OFFSET [MODULUS OFFSET...]'");
	} else if (entry.element == NULL) {
		errh_error(errh, "'%s' does not name an element", words->v[0]);
		good = false;
	} else if ((old = find_entry(e->element.router, entry.element)) != NULL) {
		if (!is_same(old, &entry))
			errh_error(errh, "conflicting AlignmentInfo for '%s'", words->v[0]);
		good = false;
	}
	if (good)
		e->entries[e->n_entries++] = entry;
	else
		free(entry.inputs);
}

static int
alignmentinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct alignmentinfo *e = (struct alignmentinfo *)base;

	(void)args;
	e->entries = mem_zalloc((e->texts.n + 1) * sizeof(*e->entries));
	for (size_t i = 0; i < e->texts.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->texts.v[i], &words);
		if (words.n > 0)
			add_entry(e, &words, errh);
		strvec_fini(&words);
	}
	return 0;
}

static void
alignmentinfo_cleanup(struct element *base)
{
	struct alignmentinfo *e = (struct alignmentinfo *)base;

	for (size_t i = 0; i < e->n_entries; i++)
		free(e->entries[i].inputs);
	free(e->entries);
}

static const struct arg alignmentinfo_args[] = {
	ARG(alignmentinfo, texts, "ELEMENT", ARG_REST,
		.help = "`ELEMENT MODULUS OFFSET [MODULUS OFFSET...]`: packets on its inputs, one "
			"pair for each, begin OFFSET bytes behind a multiple of MODULUS"),
	ARGS_END,
};

static const struct element_class alignmentinfo_class = {
	.name = "AlignmentInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_INFO,
	.lcores = LCORES_ANY,
	.size = sizeof(struct alignmentinfo),
	.configure = alignmentinfo_configure,
	.cleanup = alignmentinfo_cleanup,
	.args = alignmentinfo_args,
	.group = "control",
	.brief = "says where in memory words the packets of elements begin",
	.manual =
		"Written into configurations by Click's tool for aligning packets. Classifier lays\n"
		"its words accordingly, which its handler `program` shows; it gives the same results\n"
		"without. Mistakes are reported but do not keep the router from running.",
	.example = "Idle -> c :: Classifier(12/0800) -> Discard; AlignmentInfo(c 4 2);",
};
ELEMENT_CLASS(alignmentinfo_class)
