// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "elements/dump/md5.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static void
expect(const char *text, size_t n, const char *want)
{
	struct strbuf got = STRBUF_INIT;
	uint8_t digest[MD5_SIZE];

	md5_digest(text, n, digest);
	strbuf_addhex(&got, digest, MD5_SIZE);
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
}

// The suite of RFC 1321.
static void
digests(void)
{
	static const char digits[] = "1234567890123456789012345678901234567890"
				     "1234567890123456789012345678901234567890";
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	expect("", 0, "d41d8cd98f00b204e9800998ecf8427e");
	expect("a", 1, "0cc175b9c0f1b6a831c399e269772661");
	expect("abc", 3, "900150983cd24fb0d6963f7d28e17f72");
	expect("message digest", 14, "f96b697d7cb7938d525a2f31aaf161d0");
	expect(letters, 62, "d174ab98d277d9f5a5611c2c9f419d9f");
	expect(digits, 80, "57edf4a22be3c955ac49da2e2107b67a");
}

// Where the length does not fit into the last block any more.
static void
block_ends(void)
{
	static const char zeroes[128];

	expect(zeroes, 55, "c9ea3314b91c9fd4e38f9432064fd1f2");
	expect(zeroes, 56, "e3c4dd21a9171fd39d208efa09bf7883");
	expect(zeroes, 64, "3b5d3c7d207e37dceeedd301e35e2e58");
	expect(zeroes, 128, "f09f35a5637839458e462e6350ecbce4");
}

UNIT_SUITE(md5, UNIT_CASE(digests), UNIT_CASE(block_ends))
