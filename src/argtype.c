// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype.h"

#include <stdarg.h>

#include "src/args.h"
#include "src/errh.h"
#include "src/strbuf.h"

int
arg_error(const struct arg_parse *p, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;
	int err;

	if (p->name != NULL)
		strbuf_addf(&sb, "%s: ", p->name);
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	err = errh_error(p->errh, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return err;
}

int
arg_range_error(const struct arg_parse *p, const char *bound_fmt, ...)
{
	struct strbuf bound = STRBUF_INIT;
	va_list ap;
	int err;

	if (p->row != NULL && p->row->range_error != NULL)
		return errh_error(p->errh, "%s", p->row->range_error);
	va_start(ap, bound_fmt);
	strbuf_vaddf(&bound, bound_fmt, ap);
	va_end(ap);
	err = arg_error(p, "out of range, bound %s", strbuf_text(&bound));
	strbuf_fini(&bound);
	return err;
}

bool
arg_has_bounds(const struct arg_parse *p)
{
	return p->row != NULL && p->row->min < p->row->max;
}
