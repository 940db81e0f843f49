// SPDX-License-Identifier: BSD-3-Clause
// SATable: stands in configurations for the security associations, which routing tables hold.

#include "src/element.h"

static const struct element_class satable_class = {
	.name = "SATable",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.group = "ipsec",
	.brief = "stands for the IPsec security associations",
	.manual =
		"Does nothing: each RadixIPsecLookup holds the security associations of its own routes.\n"
		"Configurations of Click may have it.",
	.example = "SATable; Idle -> RadixIPsecLookup(0/0 0) -> Discard;",
};
ELEMENT_CLASS(satable_class)
