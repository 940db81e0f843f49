// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/tcpdumpline.h"

#include <ctype.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/clock.h"

// ---- pieces of text. Each moves *s behind what it has read, or leaves it.

static void
skip_blanks(const char **s)
{
	*s += strspn(*s, " \t");
}

static bool
read_word(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n) != 0)
		return false;
	*s += n;
	return true;
}

static bool
read_number(const char **s, uint64_t max, uint64_t *n)
{
	const char *at = *s;

	for (*n = 0; isdigit((unsigned char)*at); at++) {
		*n = *n * 10 + (uint64_t)(*at - '0');
		if (*n > max)
			return false;
	}
	if (at == *s)
		return false;
	*s = at;
	return true;
}

// The number behind a word that stands somewhere in the text.
static bool
find_number(const char *text, const char *word, uint64_t max, uint64_t *n)
{
	const char *at = strstr(text, word);

	if (at == NULL)
		return false;
	at += strlen(word);
	return read_number(&at, max, n);
}

// ---- the time: SECONDS.FRACTION or [YYYY-MM-DD ]HH:MM:SS.FRACTION

static int64_t
read_fraction(const char **s)
{
	int64_t ns = 0, unit = CLOCK_S / 10;

	if (**s != '.')
		return 0;
	for (++*s; isdigit((unsigned char)**s); ++*s, unit /= 10)
		ns += (**s - '0') * unit;
	return ns;
}

enum { YEAR_MIN = 1970, YEAR_MAX = 2100 };

static bool
read_date(const char **s, int64_t *seconds)
{
	uint64_t year, month, day;
	const char *at = *s;
	struct tm tm = {0};

	if (!read_number(&at, YEAR_MAX, &year) || year < YEAR_MIN || *at++ != '-' ||
		!read_number(&at, 12, &month) || *at++ != '-' || !read_number(&at, 31, &day) ||
		*at != ' ')
		return false;
	tm.tm_year = (int)year - 1900;
	tm.tm_mon = (int)month - 1;
	tm.tm_mday = (int)day;
	*seconds = timegm(&tm);
	*s = at + 1;
	return true;
}

static bool
read_time(const char **s, int64_t *ns)
{
	int64_t seconds = 0;
	uint64_t n, minutes, rest;

	read_date(s, &seconds);
	if (!read_number(s, INT32_MAX, &n))
		return false;
	if (**s == ':') {
		++*s;
		if (n > 23 || !read_number(s, 59, &minutes) || *(*s)++ != ':' ||
			!read_number(s, 60, &rest))
			return false;
		n = n * 3600 + minutes * 60 + rest;
	}
	*ns = (seconds + (int64_t)n) * CLOCK_S + read_fraction(s);
	return **s == ' ';
}

// ---- addresses: A.B.C.D or A.B.C.D.PORT

static bool
read_address(const char **s, uint32_t *addr, uint16_t *port)
{
	uint64_t n;

	*addr = 0;
	for (unsigned i = 0; i < 4; i++) {
		if ((i > 0 && *(*s)++ != '.') || !read_number(s, 255, &n))
			return false;
		*addr = *addr << 8 | (uint32_t)n;
	}
	*port = 0;
	if (**s == '.' && isdigit((unsigned char)(*s)[1])) {
		++*s;
		if (!read_number(s, UINT16_MAX, &n))
			return false;
		*port = (uint16_t)n;
	}
	return true;
}

// ---- the IP header, as -v has it: (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP ...)

static void
read_ip_details(const char *text, struct tcpdump_line *l)
{
	const char *tos = strstr(text, "tos 0x");
	uint64_t n;

	if (tos != NULL)
		l->tos = (uint8_t)strtoul(tos + 4, NULL, 16);
	if (find_number(text, "ttl ", UINT8_MAX, &n)) {
		l->ttl = (uint8_t)n;
		l->has_ttl = true;
	}
	if (find_number(text, " id ", UINT16_MAX, &n))
		l->ip_id = (uint16_t)n;
	if (find_number(text, "offset ", UINT16_MAX, &n))
		l->frag_offset = (uint16_t)n;
	l->df = l->df || strstr(text, "[DF") != NULL || strstr(text, "(DF)") != NULL;
	l->mf = l->mf || strstr(text, "flags [+") != NULL;
	if (strstr(text, "proto UDP") != NULL)
		l->proto = IPPROTO_UDP;
	else if (strstr(text, "proto ICMP") != NULL)
		l->proto = IPPROTO_ICMP;
	else if (strstr(text, "proto TCP") != NULL)
		l->proto = IPPROTO_TCP;
}

// (frag ID:LENGTH@OFFSET+)
static void
read_fragment(const char *text, struct tcpdump_line *l)
{
	const char *at = strstr(text, "(frag ");
	uint64_t id, len, off;

	if (at == NULL)
		return;
	at += strlen("(frag ");
	if (!read_number(&at, UINT16_MAX, &id) || *at++ != ':' ||
		!read_number(&at, UINT16_MAX, &len) || *at++ != '@' ||
		!read_number(&at, UINT16_MAX, &off))
		return;
	l->ip_id = (uint16_t)id;
	l->frag_offset = (uint16_t)off;
	l->mf = *at == '+';
	if (off > 0) {
		l->has_length = true;
		l->length = (uint32_t)len;
	}
}

// ---- TCP

// Flags up to a character that is none. false: there is none at all.
static bool
read_flags(const char **s, uint8_t *flags)
{
	static const char letters[] = "FSRP.UEW";
	static const uint8_t bits[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80};
	const char *begin = *s, *letter;

	for (; **s != '\0' && (letter = strchr(letters, **s)) != NULL; ++*s)
		*flags |= bits[letter - letters];
	return *s > begin;
}

static void
add_option(struct tcpdump_line *l, uint8_t kind, uint8_t len, const uint32_t *words, unsigned n)
{
	uint8_t *to = l->options + l->n_options;

	if (l->n_options + len > sizeof(l->options))
		return;
	to[0] = kind;
	if (len > 1)
		to[1] = len;
	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < 4; k++)
			to[2 + 4 * i + k] = (uint8_t)(words[i] >> (24 - 8 * k));
	}
	l->n_options += len;
}

static void
read_option(const char *s, struct tcpdump_line *l)
{
	enum { NOP = 1, MSS = 2, WSCALE = 3, SACK_OK = 4, TIMESTAMP = 8 };
	uint64_t a, b;
	uint8_t *to = l->options + l->n_options;

	if (read_word(&s, "mss ") && read_number(&s, UINT16_MAX, &a)) {
		add_option(l, MSS, 4, NULL, 0);
		if (l->options + l->n_options == to + 4) {
			to[2] = (uint8_t)(a >> 8);
			to[3] = (uint8_t)a;
		}
	} else if (read_word(&s, "wscale ") && read_number(&s, UINT8_MAX, &a)) {
		add_option(l, WSCALE, 3, NULL, 0);
		if (l->options + l->n_options == to + 3)
			to[2] = (uint8_t)a;
	} else if (read_word(&s, "sackOK")) {
		add_option(l, SACK_OK, 2, NULL, 0);
	} else if (read_word(&s, "nop")) {
		add_option(l, NOP, 1, NULL, 0);
	} else if (read_word(&s, "TS val ") && read_number(&s, UINT32_MAX, &a) &&
		   read_word(&s, " ecr ") && read_number(&s, UINT32_MAX, &b)) {
		add_option(l, TIMESTAMP, 10, (const uint32_t[]){(uint32_t)a, (uint32_t)b}, 2);
	} else if (read_word(&s, "timestamp ") && read_number(&s, UINT32_MAX, &a) && *s++ == ' ' &&
		   read_number(&s, UINT32_MAX, &b)) {
		add_option(l, TIMESTAMP, 10, (const uint32_t[]){(uint32_t)a, (uint32_t)b}, 2);
	}
}

// Between brackets, separated by commas.
static void
read_options(const char *text, struct tcpdump_line *l)
{
	const char *at = strstr(text, "options [");

	at = at != NULL ? at + strlen("options [") : strchr(text, '<');
	if (at == NULL)
		return;
	at += *at == '<';
	while (*at != '\0' && *at != ']' && *at != '>') {
		read_option(at, l);
		at += strcspn(at, ",]>");
		at += *at == ',';
	}
}

// seq 1:2, or 1:2(1) in old versions
static void
read_seq(const char **s, struct tcpdump_line *l)
{
	uint64_t from, to, len;

	if (!read_number(s, UINT32_MAX, &from))
		return;
	l->has_seq = true;
	l->seq = (uint32_t)from;
	if (**s != ':')
		return;
	++*s;
	if (!read_number(s, UINT32_MAX, &to))
		return;
	l->has_length = true;
	l->length = (uint32_t)(to - from);
	if (**s == '(' && (++*s, read_number(s, UINT16_MAX, &len)))
		l->length = (uint32_t)len;
}

static bool
read_tcp(const char *s, struct tcpdump_line *l)
{
	bool new_style = read_word(&s, "Flags [");
	const char *seq;
	uint64_t n;

	if (!new_style && strchr("SFRPWEU.", *s) == NULL)
		return false;
	if (!read_flags(&s, &l->tcp_flags) && !(new_style && read_word(&s, "none")))
		return false;
	if (new_style ? *s != ']' : *s != ' ' && *s != '\0')
		return false;
	l->proto = IPPROTO_TCP;
	if (!new_style)
		l->tcp_flags &= 0xef; // a point is no flag at all there
	seq = new_style ? strstr(s, " seq ") : s;
	if (seq != NULL) {
		seq += new_style ? strlen(" seq ") : strspn(s, " ");
		read_seq(&seq, l);
	}
	if (find_number(s, " ack ", UINT32_MAX, &n)) {
		l->has_ack = true;
		l->ack = (uint32_t)n;
		l->tcp_flags |= 0x10;
	}
	l->has_window = find_number(s, " win ", UINT16_MAX, &n);
	l->window = l->has_window ? (uint16_t)n : 0;
	if (find_number(s, " urg ", UINT16_MAX, &n))
		l->urgent = (uint16_t)n;
	if (find_number(s, ", length ", UINT16_MAX, &n)) {
		l->has_length = true;
		l->length = (uint32_t)n;
	}
	read_options(s, l);
	return true;
}

// ---- the others

static bool
read_icmp(const char *s, struct tcpdump_line *l)
{
	static const struct {
		const char *text;
		uint8_t type, code;
	} kinds[] = {{"echo request", 8, 0}, {"echo reply", 0, 0}, {"host ", 3, 1}, {"net ", 3, 0},
		{"time exceeded", 11, 0}, {"redirect", 5, 1}};
	uint64_t n;

	if (!read_word(&s, "ICMP ") && !read_word(&s, "icmp: "))
		return false;
	l->proto = IPPROTO_ICMP;
	l->icmp_type = 3;
	l->icmp_code = strstr(s, " port ") != NULL ? 3 : strstr(s, "need to frag") != NULL ? 4 : 0;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strncmp(s, kinds[i].text, strlen(kinds[i].text)) != 0)
			continue;
		l->icmp_type = kinds[i].type;
		l->icmp_code = kinds[i].code;
		break;
	}
	l->has_length = find_number(s, ", length ", UINT16_MAX, &n);
	l->length = l->has_length && n >= 8 ? (uint32_t)n - 8 : 0;
	return true;
}

// What has ports and no flags; the data's length is at the end in some way.
static void
read_udp(const char *s, struct tcpdump_line *l)
{
	const char *bracket = strrchr(s, '(');
	uint64_t n = 0;

	l->proto = IPPROTO_UDP;
	if (find_number(s, "length ", UINT16_MAX, &n) || find_number(s, "udp ", UINT16_MAX, &n)) {
		l->has_length = true;
	} else if (bracket != NULL) {
		bracket++;
		l->has_length = read_number(&bracket, UINT16_MAX, &n) && *bracket == ')';
	}
	l->length = l->has_length ? (uint32_t)n : 0;
}

// SRC > DST: and what follows.
static enum tcpdump_result
read_packet(const char *s, struct tcpdump_line *l)
{
	skip_blanks(&s);
	if (!read_address(&s, &l->src, &l->sport) || !read_word(&s, " > ") ||
		!read_address(&s, &l->dst, &l->dport))
		return TCPDUMP_BAD;
	if (*s == ':')
		s++;
	skip_blanks(&s);
	read_fragment(s, l);
	if (strstr(s, "(ttl ") != NULL || strstr(s, "[tos ") != NULL || strstr(s, "(DF)") != NULL)
		read_ip_details(s, l);
	if (l->frag_offset > 0 || read_icmp(s, l) || read_tcp(s, l))
		return TCPDUMP_PACKET;
	if (l->sport != 0 || l->dport != 0)
		read_udp(s, l);
	return TCPDUMP_PACKET;
}

enum tcpdump_result
tcpdump_line_read(const char *text, struct tcpdump_line *l)
{
	// The second line of two is indented.
	if (isspace((unsigned char)*text))
		return l->timestamp_ns != 0 ? read_packet(text, l) : TCPDUMP_OTHER;
	*l = (struct tcpdump_line){0};
	if (!read_time(&text, &l->timestamp_ns))
		return TCPDUMP_BAD;
	skip_blanks(&text);
	if (!read_word(&text, "IP ") && !isdigit((unsigned char)*text))
		return TCPDUMP_OTHER; // ARP, IP6 ...
	if (*text != '(')
		return read_packet(text, l);
	read_ip_details(text, l);
	return TCPDUMP_HALF;
}
