// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/procroute.h"

#include <inttypes.h>
#include <net/route.h>
#include <stdio.h>

#include <rte_byteorder.h>

bool
procroute_read(const char *line, struct procroute *r)
{
	uint32_t dst_be, gw_be, mask_be;
	unsigned flags;

	// Addresses are printed as numbers of this machine.
	if (sscanf(line, "%15s %8" SCNx32 " %8" SCNx32 " %8x %*s %*s %*s %8" SCNx32, r->device,
		    &dst_be, &gw_be, &flags, &mask_be) != 5)
		return false;
	if (!(flags & RTF_UP) || (flags & RTF_REJECT))
		return false;
	r->route = (struct route){
		.addr = rte_be_to_cpu_32(dst_be & mask_be),
		.mask = rte_be_to_cpu_32(mask_be),
		.gw = {flags & RTF_GATEWAY ? gw_be : 0},
		.port = ROUTE_NO_PORT,
	};
	return true;
}
