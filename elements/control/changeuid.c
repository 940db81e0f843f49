// SPDX-License-Identifier: BSD-3-Clause
// ChangeUID: gives up the rights of a set-uid program once devices are open.

#include <string.h>
#include <unistd.h>

#include "src/element.h"

// The group first, which only root may change.
static int
changeuid_initialize(struct element *e, struct errh *errh)
{
	(void)e;
	if (setgid(getgid()) != 0 || setuid(getuid()) != 0)
		return errh_error(errh, "could not drop privilege: %s", strerror(errno));
	return 0;
}

static const struct element_class changeuid_class = {
	.name = "ChangeUID",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_LAST,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.initialize = changeuid_initialize,
	.group = "control",
	.brief = "gives up the rights of a set-uid program",
	.manual =
		"Where clickd is installed set-uid, all threads go on with the rights of the user who\n"
		"started it, after the other elements are initialized. A hot swap cannot open new\n"
		"devices afterwards.",
	.example = "ChangeUID;",
};
ELEMENT_CLASS(changeuid_class)
