// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summaryform.h"

#include <inttypes.h>
#include <string.h>

#include <rte_byteorder.h>

#include "src/clock.h"
#include "src/strbuf.h"
#include "src/text.h"

// ---- numbers

bool
summary_read_number(const char *text, uint64_t max, uint64_t *v)
{
	return *text >= '0' && *text <= '9' && text_read_uint64(text, v) == 0 && *v <= max;
}

void
summary_print_number(const struct summary_value *v, struct strbuf *out)
{
	strbuf_addf(out, "%" PRIu64, v->number);
}

static bool
parse_u8(char *text, struct summary_value *v)
{
	return summary_read_number(text, UINT8_MAX, &v->number);
}

static bool
parse_u16(char *text, struct summary_value *v)
{
	return summary_read_number(text, UINT16_MAX, &v->number);
}

static bool
parse_u32(char *text, struct summary_value *v)
{
	return summary_read_number(text, UINT32_MAX, &v->number);
}

static bool
parse_u64(char *text, struct summary_value *v)
{
	return summary_read_number(text, UINT64_MAX, &v->number);
}

const struct summary_form summary_u8 = {
	.size = 1, .print = summary_print_number, .parse = parse_u8};
const struct summary_form summary_u16 = {
	.size = 2, .print = summary_print_number, .parse = parse_u16};
const struct summary_form summary_u32 = {
	.size = 4, .print = summary_print_number, .parse = parse_u32};
const struct summary_form summary_u64 = {
	.size = 8, .print = summary_print_number, .parse = parse_u64};

// ---- times

bool
summary_read_time(const char *text, int64_t *ns)
{
	// Without units and exponents.
	return text[strspn(text, "0123456789.")] == '\0' && text_read_timespan(text, ns) == 0;
}

static bool
parse_time(char *text, struct summary_value *v)
{
	int64_t ns;

	if (!summary_read_time(text, &ns))
		return false;
	v->number = (uint64_t)ns;
	return true;
}

static void
print_time(const struct summary_value *v, struct strbuf *out)
{
	text_timestamp(out, (int64_t)v->number);
}

static void
put32(uint8_t *to, uint32_t v)
{
	v = rte_cpu_to_be_32(v);
	memcpy(to, &v, sizeof(v));
}

static uint32_t
get32(const uint8_t *from)
{
	uint32_t v;

	memcpy(&v, from, sizeof(v));
	return rte_be_to_cpu_32(v);
}

static void
pack_time(const struct summary_value *v, uint8_t *to)
{
	put32(to, (uint32_t)(v->number / CLOCK_S));
	put32(to + 4, (uint32_t)(v->number % CLOCK_S / CLOCK_US));
}

static void
unpack_time(const uint8_t *from, struct summary_value *v)
{
	v->number = (uint64_t)get32(from) * CLOCK_S + (uint64_t)get32(from + 4) * CLOCK_US;
}

static void
pack_ntime(const struct summary_value *v, uint8_t *to)
{
	put32(to, (uint32_t)(v->number % CLOCK_S));
	put32(to + 4, (uint32_t)(v->number / CLOCK_S));
}

static void
unpack_ntime(const uint8_t *from, struct summary_value *v)
{
	v->number = get32(from) + (uint64_t)get32(from + 4) * CLOCK_S;
}

const struct summary_form summary_time = {.size = 8,
	.print = print_time,
	.parse = parse_time,
	.pack = pack_time,
	.unpack = unpack_time};
const struct summary_form summary_ntime = {.size = 8,
	.print = print_time,
	.parse = parse_time,
	.pack = pack_ntime,
	.unpack = unpack_ntime};

// ---- addresses: host order in number

static void
print_ip(const struct summary_value *v, struct strbuf *out)
{
	text_ip(out, (struct ip_addr){rte_cpu_to_be_32((uint32_t)v->number)});
}

static bool
parse_ip(char *text, struct summary_value *v)
{
	struct ip_addr a;

	if (text_read_ip(text, &a) != 0)
		return false;
	v->number = rte_be_to_cpu_32(a.be);
	return true;
}

const struct summary_form summary_ip_address = {.size = 4, .print = print_ip, .parse = parse_ip};
