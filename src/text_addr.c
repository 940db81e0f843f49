// SPDX-License-Identifier: BSD-3-Clause
#include "src/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/strbuf.h"

// A decimal number of one to three digits up to max; NULL if there is none.
static const char *
read_small(const char *s, unsigned max, unsigned *v)
{
	const char *begin = s;

	for (*v = 0; *s >= '0' && *s <= '9' && s < begin + 3; s++)
		*v = *v * 10 + (unsigned)(*s - '0');
	return s == begin || *v > max || (*s >= '0' && *s <= '9') ? NULL : s;
}

// One to four bytes with dots between; the missing ones are zero.
static const char *
read_ip_part(const char *s, uint32_t *host_order, unsigned *n)
{
	unsigned byte;

	*host_order = 0;
	*n = 0;
	for (;;) {
		s = read_small(s, 255, &byte);
		if (s == NULL)
			return NULL;
		*host_order |= byte << (24 - 8 * *n);
		++*n;
		if (*s != '.' || *n == 4)
			return s;
		s++;
	}
}

int
text_read_ip(const char *text, struct ip_addr *a)
{
	uint32_t v;
	unsigned n;
	const char *end = read_ip_part(text, &v, &n);

	if (end == NULL || *end != '\0' || n != 4)
		return -EINVAL;
	a->be = htonl(v);
	return 0;
}

static uint32_t
mask_of(unsigned len)
{
	return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static int
read_mask(const char *text, struct ip_addr *mask)
{
	unsigned len;
	const char *end = read_small(text, 32, &len);

	if (end == NULL || *end != '\0')
		return text_read_ip(text, mask);
	mask->be = htonl(mask_of(len));
	return 0;
}

int
text_read_prefix(const char *text, struct ip_prefix *p, bool allow_addr)
{
	struct ip_addr mask = {.be = UINT32_MAX};
	uint32_t v;
	unsigned n;
	const char *end = read_ip_part(text, &v, &n);

	if (end == NULL)
		return -EINVAL;
	if (*end == '\0') {
		if (!allow_addr || n != 4)
			return -EINVAL;
	} else if (*end != '/' || read_mask(end + 1, &mask) < 0) {
		return -EINVAL;
	}
	// Only bytes which the mask leaves out may be missing.
	if ((ntohl(mask.be) & ~mask_of(8 * n)) != 0)
		return -EINVAL;
	p->addr.be = htonl(v);
	p->mask = mask;
	return 0;
}

int
text_read_ip6(const char *text, struct ip6_addr *a)
{
	struct in6_addr in6;

	if (inet_pton(AF_INET6, text, &in6) != 1)
		return -EINVAL;
	memcpy(a->bytes, &in6, sizeof(a->bytes));
	return 0;
}

// The length of a contiguous mask, -EINVAL if it is not.
static int
ip6_mask_len(const struct ip6_addr *mask)
{
	int len = 0;

	while (len < 128 && (mask->bytes[len / 8] & (0x80 >> len % 8)) != 0)
		len++;
	for (int i = len; i < 128; i++) {
		if ((mask->bytes[i / 8] & (0x80 >> i % 8)) != 0)
			return -EINVAL;
	}
	return len;
}

static int
read_ip6_len(const char *text)
{
	struct ip6_addr mask;
	unsigned len;
	const char *end = read_small(text, 128, &len);

	if (end != NULL && *end == '\0')
		return (int)len;
	if (text_read_ip6(text, &mask) < 0)
		return -EINVAL;
	return ip6_mask_len(&mask);
}

int
text_read_ip6_prefix(const char *text, struct ip6_prefix *p, bool allow_addr)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN];
	struct ip6_addr a;
	int len;

	if (slash == NULL) {
		if (!allow_addr || text_read_ip6(text, &p->addr) < 0)
			return -EINVAL;
		p->len = 128;
		return 0;
	}
	if ((size_t)(slash - text) >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	len = read_ip6_len(slash + 1);
	if (len < 0 || text_read_ip6(addr, &a) < 0)
		return -EINVAL;
	p->addr = a;
	p->len = (uint8_t)len;
	return 0;
}

static int
hex_value(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

int
text_read_mac(const char *text, uint8_t bytes[6])
{
	const char *s = text;
	uint8_t mac[6];
	char separator = '\0';

	for (int i = 0; i < 6; i++) {
		if (i == 1 && (*s == '-' || *s == ':'))
			separator = *s;
		if (i > 0 && (separator == '\0' || *s++ != separator))
			return -EINVAL;
		if (hex_value(*s) < 0)
			return -EINVAL;
		mac[i] = (uint8_t)hex_value(*s++);
		if (hex_value(*s) >= 0)
			mac[i] = (uint8_t)(mac[i] << 4 | hex_value(*s++));
	}
	if (*s != '\0')
		return -EINVAL;
	memcpy(bytes, mac, sizeof(mac));
	return 0;
}

void
text_ip(struct strbuf *out, struct ip_addr a)
{
	uint32_t v = ntohl(a.be);

	strbuf_addf(out, "%u.%u.%u.%u", v >> 24, v >> 16 & 0xff, v >> 8 & 0xff, v & 0xff);
}

void
text_prefix(struct strbuf *out, struct ip_prefix p)
{
	uint32_t mask = ntohl(p.mask.be);
	unsigned len = (unsigned)__builtin_popcount(mask);

	text_ip(out, p.addr);
	strbuf_addc(out, '/');
	if (mask == mask_of(len))
		strbuf_addf(out, "%u", len);
	else
		text_ip(out, p.mask);
}

void
text_mac(struct strbuf *out, const uint8_t b[6])
{
	strbuf_addf(out, "%02X-%02X-%02X-%02X-%02X-%02X", b[0], b[1], b[2], b[3], b[4], b[5]);
}

static unsigned
ip6_group(const struct ip6_addr *a, int i)
{
	return (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
}

// The first longest run of at least two zero groups; *len 0 if there is none.
static int
ip6_zero_run(const struct ip6_addr *a, int *len)
{
	int at = 0;

	*len = 1;
	for (int i = 0; i < 8; i++) {
		int j = i;

		while (j < 8 && ip6_group(a, j) == 0)
			j++;
		if (j - i > *len) {
			*len = j - i;
			at = i;
		}
	}
	if (*len == 1)
		*len = 0;
	return at;
}

void
text_ip6(struct strbuf *out, const struct ip6_addr *a)
{
	int len, at = ip6_zero_run(a, &len);
	struct ip_addr ip;

	memcpy(&ip.be, a->bytes + 12, sizeof(ip.be));
	if (at == 0 && len == 8) {
		strbuf_adds(out, "::");
		return;
	}
	if (at == 0 && (len >= 6 || (len == 5 && ip6_group(a, 5) == 0xffff))) {
		strbuf_adds(out, len >= 6 ? "::" : "::ffff:");
		text_ip(out, ip);
		return;
	}
	for (int i = 0; i < 8; i++) {
		if (len > 0 && i == at) {
			strbuf_adds(out, "::");
			i += len - 1;
			continue;
		}
		if (i > 0 && (len == 0 || i != at + len))
			strbuf_addc(out, ':');
		strbuf_addf(out, "%x", ip6_group(a, i));
	}
}

void
text_ip6_prefix(struct strbuf *out, const struct ip6_prefix *p)
{
	text_ip6(out, &p->addr);
	strbuf_addf(out, "/%u", p->len);
}
