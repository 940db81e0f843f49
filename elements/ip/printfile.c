// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/printfile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "src/errh.h"
#include "src/strbuf.h"

int
print_file_open(struct print_file *f, const char *name, struct errh *errh)
{
	f->name = name;
	if (name == NULL)
		return 0;
	f->file = fopen(name, "ae");
	if (f->file == NULL)
		return errh_error(errh, "%s: %s", name, strerror(errno));
	return 0;
}

void
print_file_start(struct print_file *f)
{
	// What is no file (a terminal, a pipe) cannot be emptied, and needs not.
	if (f->file != NULL && !f->begun && ftruncate(fileno(f->file), 0) != 0)
		clearerr(f->file);
	f->begun = true;
}

void
print_file_take(struct print_file *f, struct print_file *old)
{
	if (f->file == NULL || old->file == NULL || strcmp(f->name, old->name) != 0)
		return;
	fclose(f->file);
	f->file = old->file;
	f->begun = old->begun;
	old->file = NULL;
}

void
print_file_add(const struct print_file *f, struct strbuf *line)
{
	strbuf_addc(line, '\n');
	fwrite(line->data, 1, line->len, f->file);
}

void
print_file_close(struct print_file *f)
{
	if (f->file != NULL)
		fclose(f->file);
	f->file = NULL;
}
