// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/namedb.h"
#include "test/unit/rig.h"

static uint32_t
port(struct rig *r, const char *element, enum name_kind kind, const char *name)
{
	struct element *e = rig_find(r, element);
	union name_value value = {.number = 0};

	namedb_find_defined(element_names(e), element_name(e), kind, name, &value);
	return value.number;
}

static void
names_have_ports(void)
{
	struct rig *r = rig_config("e :: PortInfo(web 80/tcp www w3, both 4711 alias # no more, , "
				   "# comment, u 53/udp, six 6/6, raw 99/icmp, none 5/nonsense);"
				   "c :: { PortInfo(web 8080); x :: Idle }");

	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "web"), 80);
	CU_ASSERT_EQUAL(port(r, "e", NAME_UDP_PORT, "web"), 0);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "www"), 80);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "w3"), 80);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "both"), 4711);
	CU_ASSERT_EQUAL(port(r, "e", NAME_UDP_PORT, "both"), 4711);
	CU_ASSERT_EQUAL(port(r, "e", NAME_UDP_PORT, "alias"), 4711);
	CU_ASSERT_EQUAL(port(r, "e", NAME_UDP_PORT, "no"), 0);
	CU_ASSERT_EQUAL(port(r, "e", NAME_UDP_PORT, "u"), 53);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "u"), 0);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "six"), 6);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "raw"), 0);
	CU_ASSERT_EQUAL(port(r, "e", NAME_TCP_PORT, "none"), 0);
	CU_ASSERT_EQUAL(port(r, "c/x", NAME_TCP_PORT, "web"), 8080);
	rig_free(r);
}

static void
errors(void)
{
	ASSERT_ERRORS("PortInfo(web, x y/tcp, z 65536, n -1/tcp)", 0, 0,
		"expected 'NAME PORT/PROTO'\nexpected 'NAME PORT/PROTO'\n"
		"expected 'NAME PORT/PROTO'\nexpected 'NAME PORT/PROTO'\n");
	ASSERT_ERRORS("PortInfo(web 80, web 81/tcp, b)", 0, 0,
		"warning: 'web' is defined already, the earlier port holds\n"
		"expected 'NAME PORT/PROTO'\n");
	ASSERT_ERRORS("PortInfo", 0, 0, "");
}

UNIT_SUITE(portinfo, UNIT_CASE(names_have_ports), UNIT_CASE(errors))
