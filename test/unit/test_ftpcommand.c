// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/ftpcommand.h"

#include <string.h>

#include <rte_byteorder.h>

#include "test/unit/unit.h"

static void
good_ones(void)
{
	static const struct {
		const char *text;
		uint32_t start, len;
	} cases[] = {
		{"PORT 10,0,0,1,4,1\r\n", 5, 12},
		{"port   10,0,0,1,4,1\n", 7, 12},
		{"Port 010,0,0,1,004,1\rmore", 5, 15},
	};
	struct ftp_port c;

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		const char *text = cases[i].text;

		CU_ASSERT_TRUE(ftp_port_parse(&c, (const uint8_t *)text, strlen(text)));
		CU_ASSERT_EQUAL(c.addr, RTE_BE32(0x0a000001));
		CU_ASSERT_EQUAL(c.port, RTE_BE16(1025));
		CU_ASSERT_EQUAL(c.start, cases[i].start);
		CU_ASSERT_EQUAL(c.len, cases[i].len);
		// Not without the line end.
		for (size_t n = 0; n < cases[i].start + cases[i].len; n++)
			CU_ASSERT_FALSE(ftp_port_parse(&c, (const uint8_t *)text, n));
	}
}

static void
bad_ones(void)
{
	static const char *const cases[] = {"", "PORT", "PORT \n", "PORTS 1,2,3,4,5,6\n",
		"PORT1,2,3,4,5,6\n", " PORT 1,2,3,4,5,6\n", "PORT 1,2,3,4,5\n",
		"PORT 1,2,3,4,5,6,7\n", "PORT 1,2,3,4,5,256\n", "PORT 1,2,3,4,5,6 \n",
		"PORT 1, 2,3,4,5,6\n", "PORT 1,2,3,4,5,-6\n", "PORT ,2,3,4,5,6\n",
		"PORT 1,2,3,4,5,0006\n"};
	struct ftp_port c;

	for (size_t i = 0; i < RTE_DIM(cases); i++)
		CU_ASSERT_FALSE(ftp_port_parse(&c, (const uint8_t *)cases[i], strlen(cases[i])));
}

static void
written(void)
{
	char text[FTP_PORT_TEXT_MAX];

	CU_ASSERT_EQUAL(ftp_port_write(text, RTE_BE32(0x01000001), RTE_BE16(1025)), 11);
	ASSERT_TEXT(text, "1,0,0,1,4,1");
	CU_ASSERT_EQUAL(ftp_port_write(text, UINT32_MAX, UINT16_MAX), 23);
	ASSERT_TEXT(text, "255,255,255,255,255,255");
}

UNIT_SUITE(ftpcommand, UNIT_CASE(good_ones), UNIT_CASE(bad_ones), UNIT_CASE(written))
