// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/script_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/strbuf.h"
#include "test/unit/rig.h"

static FILE *captured;
static int real_stdout = -1;

void
capture_begin(void)
{
	fflush(stdout);
	captured = tmpfile();
	real_stdout = dup(STDOUT_FILENO);
	dup2(fileno(captured), STDOUT_FILENO);
}

char *
capture_end(void)
{
	struct strbuf sb = STRBUF_INIT;
	char buffer[4096];
	size_t n;

	fflush(stdout);
	dup2(real_stdout, STDOUT_FILENO);
	close(real_stdout);
	rewind(captured);
	while ((n = fread(buffer, 1, sizeof(buffer), captured)) > 0)
		strbuf_add(&sb, buffer, n);
	fclose(captured);
	return strbuf_steal(&sb);
}

char *
script_output(const char *config, int64_t ns)
{
	struct strbuf sb = STRBUF_INIT;
	struct rig *r = rig_config(config);
	char *printed;

	if (r == NULL)
		return strbuf_steal(&sb);
	capture_begin();
	rig_run_for(r, ns);
	printed = capture_end();
	strbuf_adds(&sb, printed);
	strbuf_adds(&sb, rig_chatter(r));
	free(printed);
	rig_free(r);
	return strbuf_steal(&sb);
}
