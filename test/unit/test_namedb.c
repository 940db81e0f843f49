// SPDX-License-Identifier: BSD-3-Clause
#include "src/namedb.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "src/addrname.h"
#include "src/mem.h"
#include "src/namedb_system.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/unit.h"

static bool
define(struct namedb *db, const char *scope, enum name_kind kind, const char *name, uint32_t number)
{
	union name_value value = {.number = number};

	return namedb_define(db, scope, kind, name, &value);
}

// -1: not found
static int64_t
number_of(const struct namedb *db, const char *from, enum name_kind kind, const char *name)
{
	union name_value value;

	return namedb_find(db, from, kind, name, &value) ? (int64_t)value.number : -1;
}

static void
scopes(void)
{
	struct namedb *db = namedb_create();

	CU_ASSERT_TRUE(define(db, "", NAME_TCP_PORT, "p", 1));
	CU_ASSERT_TRUE(define(db, "a/", NAME_TCP_PORT, "p", 2));
	CU_ASSERT_TRUE(define(db, "a/b/", NAME_TCP_PORT, "p", 3));
	CU_ASSERT_TRUE(define(db, "", NAME_UDP_PORT, "p", 4));
	CU_ASSERT_FALSE(define(db, "a/", NAME_TCP_PORT, "p", 9));
	CU_ASSERT_EQUAL(number_of(db, "x", NAME_TCP_PORT, "p"), 1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "p"), 1);
	CU_ASSERT_EQUAL(number_of(db, "a", NAME_TCP_PORT, "p"), 1);
	CU_ASSERT_EQUAL(number_of(db, "a/x", NAME_TCP_PORT, "p"), 2);
	CU_ASSERT_EQUAL(number_of(db, "ab/x", NAME_TCP_PORT, "p"), 1);
	CU_ASSERT_EQUAL(number_of(db, "a/b/c", NAME_TCP_PORT, "p"), 3);
	CU_ASSERT_EQUAL(number_of(db, "a/b/c/d/e", NAME_TCP_PORT, "p"), 3);
	CU_ASSERT_EQUAL(number_of(db, "a/c/d", NAME_TCP_PORT, "p"), 2);
	CU_ASSERT_EQUAL(number_of(db, "a/b/c", NAME_UDP_PORT, "p"), 4);
	CU_ASSERT_EQUAL(number_of(db, "a/b/c", NAME_IP_PROTO, "p"), -1);
	CU_ASSERT_EQUAL(number_of(db, "a/b/c", NAME_TCP_PORT, "pp"), -1);
	CU_ASSERT_EQUAL(number_of(db, "a/b/c", NAME_TCP_PORT, ""), -1);
	namedb_destroy(db);
	namedb_destroy(NULL);
}

static void
many(void)
{
	struct namedb *db = namedb_create();
	bool right = true;

	for (uint32_t i = 0; i < 20000; i++) {
		char *name = mem_printf("n%u", i);

		right &= define(db, i & 1 ? "s/" : "", NAME_IP_PROTO, name, i);
		free(name);
	}
	for (uint32_t i = 0; i < 20000; i++) {
		char *name = mem_printf("n%u", i);

		right &= number_of(db, "s/e", NAME_IP_PROTO, name) == i;
		right &= number_of(db, "e", NAME_IP_PROTO, name) == (i & 1 ? -1 : (int64_t)i);
		free(name);
	}
	CU_ASSERT_TRUE(right);
	namedb_destroy(db);
}

static void
builtin(void)
{
	struct namedb *db = namedb_create();

	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_IP_PROTO, "tcp"), 6);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_IP_PROTO, "tcpudp"), 256);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_TCP_PORT, "www"), 80);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_UDP_PORT, "www"), 80);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_UDP_PORT, "dns"), 53);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_TCP_OPTION, "urg"), 32);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_TYPE, "echo-reply"), 0);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_TYPE, "unreachable"), 3);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_CODE_UNREACHABLE, "needfrag"), 4);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_CODE_UNREACHABLE, "precedencecutoff"), 15);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_CODE_REDIRECT, "tosnet"), 2);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_CODE_TIMEEXCEEDED, "reassembly"), 1);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_CODE_PARAMETERPROBLEM, "length"), 2);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ICMP_CODE_REDIRECT, "needfrag"), -1);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ANNOTATION, "PAINT"), 16 | 1 << 8);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ANNOTATION, "FIRST_TIMESTAMP"), 32 | 8 << 8);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_ANNOTATION, "paint"), -1);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_IP, "tcp"), -1);
	CU_ASSERT_EQUAL(number_of(NULL, "", NAME_MAC, "tcp"), -1);
	// Definitions win over built-in names.
	CU_ASSERT_TRUE(define(db, "", NAME_TCP_PORT, "www", 8080));
	CU_ASSERT_EQUAL(number_of(db, "e", NAME_TCP_PORT, "www"), 8080);
	CU_ASSERT_EQUAL(number_of(db, "e", NAME_UDP_PORT, "www"), 80);
	ASSERT_TEXT(namedb_name(NAME_IP_PROTO, 6), "tcp");
	ASSERT_TEXT(namedb_name(NAME_ICMP_TYPE, 0), "echo-reply");
	ASSERT_TEXT(namedb_name(NAME_ICMP_CODE_REDIRECT, 1), "host");
	CU_ASSERT_PTR_NULL(namedb_name(NAME_IP_PROTO, 200));
	CU_ASSERT_PTR_NULL(namedb_name(NAME_IP, 0));
	namedb_destroy(db);
}

static void
system_files(void)
{
	static char services[] = "# comment\n"
				 "\n"
				 "gopher\t\t70/tcp\tgoph alias2 # gone 71/tcp\n"
				 "snack 5000/udp\n"
				 "snack 5001/udp\n"
				 "both 6000/tcp\n"
				 "both 6001/udp\n"
				 "other 7000/sctp\n"
				 "big 65536/tcp\n"
				 "bad x/tcp\n"
				 "long 11111111111111111/tcp\n"
				 "none\n"
				 "noslash 80\n"
				 "last 9/tcp";
	static char protocols[] = "ip\t0\tIP\n"
				  "fancy 77 FANCY # x\n"
				  "huge 256\n"
				  "odd seven\n";
	struct namedb *db = namedb_create();
	FILE *file = fmemopen(services, strlen(services), "r");

	namedb_read_services(db, file);
	fclose(file);
	file = fmemopen(protocols, strlen(protocols), "r");
	namedb_read_protocols(db, file);
	fclose(file);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "gopher"), 70);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "goph"), 70);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "alias2"), 70);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "gone"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_UDP_PORT, "snack"), 5000);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "snack"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "both"), 6000);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_UDP_PORT, "both"), 6001);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "other"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "big"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "bad"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "long"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "noslash"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_TCP_PORT, "last"), 9);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_IP_PROTO, "fancy"), 77);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_IP_PROTO, "FANCY"), 77);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_IP_PROTO, "IP"), 0);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_IP_PROTO, "huge"), -1);
	CU_ASSERT_EQUAL(number_of(db, "", NAME_IP_PROTO, "odd"), -1);
	namedb_destroy(db);
}

static void *
find_system(void *arg)
{
	union name_value value;

	*(bool *)arg = namedb_system_find(NAME_IP_PROTO, "no such protocol", &value) ||
		       namedb_system_find(NAME_TCP_PORT, "80", &value) ||
		       namedb_system_find(NAME_IP, "localhost", &value);
	return NULL;
}

static void
system_threads(void)
{
	pthread_t threads[4];
	bool found[4];

	for (int i = 0; i < 4; i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, find_system, &found[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT_FALSE(found[i]);
	}
}

static void
define_prefix(struct namedb *db, const char *name, const char *text)
{
	union name_value value = {0};

	CU_ASSERT_EQUAL(text_read_prefix(text, &value.prefix, true), 0);
	CU_ASSERT_TRUE(namedb_define(db, "", NAME_IP_PREFIX, name, &value));
}

static void
define_ip(struct namedb *db, const char *name, const char *text)
{
	union name_value value = {0};

	CU_ASSERT_EQUAL(text_read_ip(text, &value.ip), 0);
	CU_ASSERT_TRUE(namedb_define(db, "", NAME_IP, name, &value));
}

static void
assert_ip(struct name_scope scope, const char *name, const char *want)
{
	struct strbuf sb = STRBUF_INIT;
	struct ip_addr a;

	if (addrname_ip(scope, name, &a))
		text_ip(&sb, a);
	ASSERT_TEXT(strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

static void
assert_prefix(struct name_scope scope, const char *name, const char *want)
{
	struct strbuf sb = STRBUF_INIT;
	struct ip_prefix p;

	if (addrname_ip_prefix(scope, name, &p))
		text_prefix(&sb, p);
	ASSERT_TEXT(strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

static void
address_names(void)
{
	struct namedb *db = namedb_create();
	struct name_scope scope = {.names = db, .element_name = "e"};
	union name_value value = {.mac = {{2, 0, 0, 0, 0, 1}}};
	struct mac_addr m;
	struct ip6_addr a6;
	struct ip6_prefix p6;

	define_ip(db, "net", "18.26.4.24");
	define_prefix(db, "net", "18.26.4.24/16");
	define_ip(db, "gated", "10.0.0.9");
	define_prefix(db, "gated", "10.0.0.9/24");
	define_ip(db, "gated:gw", "10.0.0.254");
	CU_ASSERT_TRUE(namedb_define(db, "", NAME_MAC, "net", &value));
	assert_ip(scope, "net", "18.26.4.24");
	assert_ip(scope, "net:ip", "18.26.4.24");
	assert_ip(scope, "net:IP4", "18.26.4.24");
	assert_ip(scope, "net:bcast", "18.26.255.255");
	assert_ip(scope, "net:gw", "18.26.0.1");
	assert_ip(scope, "gated:gw", "10.0.0.254");
	assert_ip(scope, "gated:bcast", "10.0.0.255");
	assert_ip(scope, "net:eth", "");
	assert_ip(scope, "net:", "");
	assert_ip(scope, ":ip", "");
	assert_ip(scope, "", "");
	assert_ip(scope, "nothing:gw", "");
	assert_ip(scope, "nothing:bcast", "");
	assert_ip(scope, "a name that is longer than any device name", "");
	assert_prefix(scope, "net", "18.26.4.24/16");
	assert_prefix(scope, "net:ipnet", "18.26.4.24/16");
	assert_prefix(scope, "net:ip4net", "18.26.4.24/16");
	assert_prefix(scope, "net:Net", "18.26.4.24/16");
	assert_prefix(scope, "net:ip", "");
	assert_prefix(scope, "nothing", "");
	CU_ASSERT_TRUE(addrname_mac(scope, "net", &m));
	CU_ASSERT_TRUE(addrname_mac(scope, "net:eth", &m));
	CU_ASSERT_TRUE(addrname_mac(scope, "net:ether", &m));
	CU_ASSERT_TRUE(addrname_mac(scope, "net:Ethernet", &m));
	CU_ASSERT_EQUAL(m.bytes[5], 1);
	CU_ASSERT_FALSE(addrname_mac(scope, "gated", &m));
	CU_ASSERT_FALSE(addrname_ip6(scope, "net", &a6));
	value = (union name_value){0};
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::2/64", &value.ip6_prefix, false), 0);
	CU_ASSERT_TRUE(namedb_define(db, "", NAME_IP6_PREFIX, "net", &value));
	CU_ASSERT_TRUE(addrname_ip6_prefix(scope, "net:ip6net", &p6));
	CU_ASSERT_EQUAL(p6.len, 64);
	value.ip6 = p6.addr;
	CU_ASSERT_TRUE(namedb_define(db, "", NAME_IP6, "net", &value));
	CU_ASSERT_TRUE(addrname_ip6(scope, "net:ip6", &a6));
	CU_ASSERT_EQUAL(a6.bytes[15], 2);
	namedb_destroy(db);
}

// Behind the names stand the kernel's devices. Every network namespace has lo, but it may be down.
static void
device_names(void)
{
	struct name_scope scope = {.names = NULL, .element_name = "e"};
	struct ip_addr a;
	struct mac_addr m;

	CU_ASSERT_FALSE(addrname_mac(scope, "lo", &m));
	if (!addrname_ip(scope, "lo", &a))
		return;
	assert_ip(scope, "lo", "127.0.0.1");
	assert_ip(scope, "lo:ip", "127.0.0.1");
	assert_ip(scope, "lo:bcast", "127.255.255.255");
	assert_ip(scope, "lo:gw", "127.0.0.1");
	assert_prefix(scope, "lo:ipnet", "127.0.0.1/8");
}

UNIT_SUITE(namedb, UNIT_CASE(scopes), UNIT_CASE(many), UNIT_CASE(builtin), UNIT_CASE(system_files),
	UNIT_CASE(system_threads), UNIT_CASE(address_names), UNIT_CASE(device_names))
