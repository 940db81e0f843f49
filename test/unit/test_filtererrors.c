// SPDX-License-Identifier: BSD-3-Clause
// What the filter language refuses, with IPFilter.

#include <stdlib.h>

#include "elements/classify/program.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
expect_error(const char *file, int line, const char *rule, const char *want)
{
	char *config = mem_printf("IPFilter(\"%s\")", rule);
	char *got = rig_errors(config, 1, 1);

	unit_assert_text(file, line, got, want);
	free(got);
	free(config);
}
#define ERROR_OF(rule, want) expect_error(__FILE__, __LINE__, rule, "pattern 0: " want "\n")

static void
action_errors(void)
{
	ASSERT_ERRORS("IPFilter(allow tcp, , allow udp, 1)", 1, 1,
		"empty pattern 1\npattern 3: slot '1' out of range\n");
	ERROR_OF("-1 tcp", "slot '-1' out of range");
	ERROR_OF("99999999999999999999 tcp", "slot '99999999999999999999' out of range");
	ERROR_OF("foo tcp", "unknown slot ID 'foo'");
	ASSERT_ERRORS("IPFilter(allow tcp)", 1, 0,
		"pattern 0: 'allow' is meaningless, element has zero outputs\n");
	ASSERT_ERRORS("IPFilter(\"allow \\<00>\")", 1, 1, "pattern 0: NUL byte in pattern\n");
}

static void
qualifier_errors(void)
{
	ERROR_OF("allow host port 5", "type specified twice");
	ERROR_OF("allow src src 1.2.3.4", "'src' or 'dst' specified twice");
	ERROR_OF("allow src dst 1.2.3.4", "'src' or 'dst' specified twice");
	ERROR_OF("allow tcp udp", "transport protocol specified twice");
	ERROR_OF("allow tcp icmp type 5", "transport protocol specified twice");
	ERROR_OF("allow udp win 5", "transport protocol specified twice");
	ERROR_OF("allow echo", "'<none>  echo' is ambiguous; try 'port  echo', 'port  echo', "
			       "'icmp type  echo'");
	ERROR_OF("allow ttl www", "'ip ttl  www' is meaningless; try 'port  www', 'port  www'");
	ERROR_OF("allow udp syn", "'<none> udp syn' is meaningless; try 'tcp opt udp syn'");
	ERROR_OF("allow 5", "specify header field or 'port'");
	ERROR_OF("allow host 1.2.3.4 or 5", "specify header field or 'port'");
	ERROR_OF("allow src", "partial directive");
	ERROR_OF("allow ip", "partial directive");
}

static void
value_errors(void)
{
	ERROR_OF("allow ip proto", "'proto': value missing");
	ERROR_OF("allow tcp proto 5", "'proto': specified twice");
	ERROR_OF("allow proto & 1 tcpudp", "'proto': operator or mask not supported");
	ERROR_OF("allow proto > 256", "'proto': operator or mask not supported");
	ERROR_OF("allow ip proto 300", "'proto': out of range, bound 255");
	ERROR_OF("allow transp", "'proto': out of range, bound 255");
	ERROR_OF("allow proto -1", "'proto': out of range, bound 255");
	ERROR_OF("allow icmp port 5", "'port': bad protocol 1");
	ERROR_OF("allow dst port 70000", "'dst port': out of range, bound 65535");
	ERROR_OF("allow ip[0] = 256", "'ip[...]': out of range, bound 255");
	ERROR_OF("allow tcp[0:2] = 65536", "'tcp[...]': out of range, bound 65535");
	ERROR_OF("allow port", "'port': value missing");
	ERROR_OF("allow src port syn", "'port  syn' is meaningless; try 'tcp opt  syn'");
	ERROR_OF("allow ip ttl 300", "'ip ttl': out of range, bound 255");
	ERROR_OF("allow ip ttl & 300 = 4", "'ip ttl': mask out of range, bound 0xFF");
	ERROR_OF("allow ip ttl & 0 = 4", "zero mask ignored");
	ERROR_OF("allow host & 0.0.0.0 = 1.2.3.4", "zero mask ignored");
	ERROR_OF("allow ether host & 0:0:0:0:0:0 = 1:2:3:4:5:6", "zero mask ignored");
	ERROR_OF("allow ip ttl & 1.2.3.4 = 4", "'ip ttl': bad mask");
	ERROR_OF("allow ip ttl", "'ip ttl': value missing");
	ERROR_OF("allow tcp win", "'tcp win': value missing");
	ERROR_OF("allow icmp type", "'icmp type': value missing");
	ERROR_OF("allow transp[0]", "'transp[...]': value missing");
	ERROR_OF("allow ip ect & 1", "'ip ect': value missing");
	ERROR_OF("allow ip ect 4", "'ip ect': out of range, bound 3");
	ERROR_OF("allow ip ttl = foo", "dangling operator near 'foo'");
	ERROR_OF("allow ip ttl < or tcp", "dangling operator near 'or'");
	ERROR_OF("allow tcp opt & 5 syn", "'tcp opt': operator or mask not supported");
	ERROR_OF("allow tcp opt != syn", "'tcp opt': operator or mask not supported");
	ERROR_OF("allow tcp opt 256", "'tcp opt': out of range, bound 255");
	ERROR_OF("allow udp opt 1", "'tcp opt': bad protocol 17");
	ERROR_OF("allow tcp opt", "'tcp opt': value missing");
	ERROR_OF("allow ip frag 5", "'ip frag': value not supported");
	ERROR_OF("allow ip unfrag & 5", "'ip unfrag': operator or mask not supported");
	ERROR_OF("allow ip ce 3", "'ip ce': value not supported");
}

static void
address_errors(void)
{
	ERROR_OF("allow host 10.0.0.0 mask 255.255.255.0", "'ip host': address missing");
	ERROR_OF("allow src host 1.2.3.0/24", "'src ip host': address missing");
	ERROR_OF("allow net 1.2.3.4", "'ip net': address missing");
	ERROR_OF("allow src or dst net 5", "'src or dst ip net': address missing");
	ERROR_OF("allow net > 1.2.3.0/24", "'ip net': operator or mask not supported");
	ERROR_OF("allow src and dst host > 1.2.3.4",
		"'src and dst ip host': operator not supported");
	ERROR_OF("allow host & 1:2:3:4:5:6 = 1.2.3.4", "'ip host': bad mask");
	ERROR_OF("allow ether host & 255 = 1:2:3:4:5:6", "'ether host': bad mask");
	ERROR_OF("allow ether host 1.2.3.4", "'ether host': address missing");
	ERROR_OF("allow ip host 1:2:3:4:5:6", "'ip host': address missing");
	ERROR_OF("allow ether port 5", "'port': ip only");
	ERROR_OF("allow ether tcp", "'proto': ip only");
	ERROR_OF("allow dst ether ttl 5", "'dst ip ttl': ip only");
}

static void
bracket_errors(void)
{
	ERROR_OF(
		"allow tcp[0:5] = 1", "LEN in '[POS:LEN]' out of range, should be between 1 and 4");
	ERROR_OF(
		"allow tcp[0:0] = 1", "LEN in '[POS:LEN]' out of range, should be between 1 and 4");
	ERROR_OF("allow ip[3,2] = 1", "LEN in '[POS:LEN]' out of range, should be between 1 and 4");
	ERROR_OF("allow ip[2:99999999999999999999] = 1",
		"syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	ERROR_OF("allow ip[18446744073709551615:4] = 1",
		"POS in '[POS:LEN]' out of range, should be between 0 and 255");
	ERROR_OF("allow ip[256] = 1",
		"POS in '[POS:LEN]' out of range, should be between 0 and 255");
	ERROR_OF("allow tcp[65020] = 1",
		"POS in '[POS:LEN]' out of range, should be between 0 and 65019");
	ERROR_OF("allow tcp[2:3] = 1", "field [2:3] does not fit in a single word");
	ERROR_OF("allow ip[x] = 1", "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	ERROR_OF("allow ip[1:] = 1", "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	ERROR_OF("allow ip[1,] = 1", "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	ERROR_OF("allow ip[-1] = 1", "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	ERROR_OF("allow ip[", "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	ERROR_OF("allow ip[1 = 1", "missing ']'");
	ERROR_OF("allow [1] = 5", "empty term near '['");
	ASSERT_ERRORS("IPFilter(allow ip port[1] 5)", 1, 1,
		"pattern 0: 'port': value missing\npattern 0: empty term near '['\n");
	ASSERT_ERRORS("IPFilter(allow transp[65019] = 5)", 1, 1, "");
}

static void
structure_errors(void)
{
	ERROR_OF("allow tcp ? udp", "missing ':' in ternary expression");
	ERROR_OF("allow tcp ? (udp : icmp)", "missing ')'");
	ERROR_OF("allow tcp ? udp :", "missing expression");
	ERROR_OF("allow tcp ? : udp", "missing expression");
	ERROR_OF("allow tcp or", "missing expression");
	ERROR_OF("allow tcp and", "missing expression");
	ERROR_OF("allow or tcp", "missing expression");
	ERROR_OF("allow !", "missing expression after '!'");
	ERROR_OF("allow tcp and not", "missing expression after 'not'");
	ERROR_OF("allow ()", "missing expression after '('");
	ERROR_OF("allow (", "missing expression after '('");
	ERROR_OF("allow (tcp", "missing ')'");
	ERROR_OF("allow tcp)", "garbage after expression at ')'");
	ERROR_OF("allow tcp : udp", "garbage after expression at ':'");
	ERROR_OF("allow tcp ; udp", "empty term near ';'");
	ERROR_OF("allow tcp and and udp", "empty term near 'and'");
	// Several at once, in several patterns.
	ASSERT_ERRORS("IPFilter(allow host port 5 or port -1 or ttl 300, \"deny (\", x true)", 1, 1,
		"pattern 0: type specified twice\n"
		"pattern 0: 'port': out of range, bound 65535\n"
		"pattern 0: 'ip ttl': out of range, bound 255\n"
		"pattern 1: missing expression after '('\n"
		"pattern 2: unknown slot ID 'x'\n");
}

static void
warnings(void)
{
	ERROR_OF("allow port > 65535",
		"warning: relation '> 65535' is always false (range 0-65535)");
	ERROR_OF("allow port <= 65535",
		"warning: relation '<= 65535' is always true (range 0-65535)");
	ERROR_OF("allow ttl < 0", "warning: relation '< 0' is always false (range 0-255)");
	ERROR_OF("allow ttl >= 0", "warning: relation '>= 0' is always true (range 0-255)");
	ERROR_OF("allow ttl < 256", "warning: relation '< 256' is always true (range 0-255)");
	ERROR_OF("allow ttl & 15 >= 16", "warning: relation '>= 16' is always false (range 0-15)");
	ERROR_OF("allow src ip ttl 5", "warning: 'src ip ttl': 'src' or 'dst' ignored");
}

static char *
repeat(const char *before, unsigned n, const char *text, const char *after)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, before);
	for (unsigned i = 0; i < n; i++)
		strbuf_adds(&sb, text);
	strbuf_adds(&sb, after);
	return strbuf_steal(&sb);
}

static void
expect_deep(char *pattern, const char *want)
{
	char *config = mem_printf("IPFilter(\"allow %s\")", pattern);

	ASSERT_ERRORS(config, 1, 1, want);
	free(config);
	free(pattern);
}

static void
limits(void)
{
	expect_deep(repeat("", 100, "(", ""), "pattern 0: missing expression after '('\n");
	expect_deep(repeat("", 101, "( ", "tcp"), "pattern 0: expression nested too deeply\n");
	expect_deep(repeat("", 100000, "( ! ", "tcp"), "pattern 0: expression nested too deeply\n");
	expect_deep(
		repeat("", 100000, "tcp ? ", "tcp"), "pattern 0: expression nested too deeply\n");
	expect_deep(repeat("", 100, "(", "tcp"), "pattern 0: missing ')'\n");
	expect_deep(repeat("", 100001, "! ", "tcp"), "");
	expect_deep(repeat("", 2000, "udp ? ttl 5 : ", "tcp"), "");
	expect_deep(repeat("", PROGRAM_STEPS_MAX, "ttl 5 or ", "tcp"),
		"pattern 0: too many tests, at most 262144\n");
}

UNIT_SUITE(filtererrors, UNIT_CASE(action_errors), UNIT_CASE(qualifier_errors),
	UNIT_CASE(value_errors), UNIT_CASE(address_errors), UNIT_CASE(bracket_errors),
	UNIT_CASE(structure_errors), UNIT_CASE(warnings), UNIT_CASE(limits))
