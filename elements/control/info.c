// SPDX-License-Identifier: BSD-3-Clause
// ClickyInfo, DevirtualizeInfo: arguments for other programs, which are ignored here.

#include "src/element.h"

#define INFO_CLASS(id, class_name, for_whom)                                                 \
	static const struct element_class id##_class = {                                     \
		.name = class_name,                                                          \
		.ports = "0/0",                                                              \
		.processing = "a/a",                                                         \
		.flags = ELEMENT_ANY_CONFIG,                                                 \
		.phase = PHASE_INFO,                                                         \
		.lcores = LCORES_ANY,                                                        \
		.size = sizeof(struct element),                                              \
		.group = "control",                                                          \
		.brief = "arguments for " for_whom ", ignored here",                         \
		.manual = "Takes any arguments and does nothing, so that configurations\n"   \
			  "with it run. It is for " for_whom ", which read the text alone.", \
		.example = class_name "(anything at all);",                                  \
	};                                                                                   \
	ELEMENT_CLASS(id##_class)

INFO_CLASS(clickyinfo, "ClickyInfo", "programs that draw configurations")
INFO_CLASS(devirtualizeinfo, "DevirtualizeInfo", "Click's code generators")
