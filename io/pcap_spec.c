// SPDX-License-Identifier: BSD-3-Clause
#include "io/pcap_spec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "io/pcap.h"
#include "src/args.h"
#include "src/errh.h"

enum { BUFFER_KIB_MAX = 1 << 20, TIMEOUT_MS_MAX = 60000 };

static int
read_number(const char *spec, const char *key, uint64_t max, unsigned *n, struct errh *errh)
{
	char *text = io_spec_value(spec, key);
	uint64_t v;
	int err = 0;

	if (text != NULL && (text_read_uint64(text, &v) != 0 || v > max))
		err = errh_error(errh, "port '%s': %s takes a number from 0 to %llu, not '%s'",
			spec, key, (unsigned long long)max, text);
	else if (text != NULL)
		*n = (unsigned)v;
	free(text);
	return err;
}

int
pcap_spec_read(const char *spec, struct pcap_options *o, struct errh *errh)
{
	unsigned immediate = o->immediate;
	int err = read_number(spec, "immediate", 1, &immediate, errh);

	o->immediate = immediate != 0;
	if (err == 0)
		err = read_number(spec, "buffer", BUFFER_KIB_MAX, &o->buffer_kib, errh);
	if (err == 0)
		err = read_number(spec, "timeout", TIMEOUT_MS_MAX, &o->timeout_ms, errh);
	return err;
}

static bool
is_key(const char *word, size_t len)
{
	static const char *const keys[] = {"immediate", "buffer", "timeout"};

	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i]) == len && strncmp(word, keys[i], len) == 0)
			return true;
	}
	return false;
}

int
pcap_spec_check(const char *spec, struct errh *errh)
{
	const char *word = strchr(spec, ',');

	for (; word != NULL; word = strchr(word, ',')) {
		size_t len = strcspn(++word, ",");

		if (!is_key(word, strcspn(word, "=,")) || memchr(word, '=', len) == NULL)
			return errh_error(errh,
				"port '%s': '%.*s' is none of immediate=0|1, buffer=KIB, "
				"timeout=MS",
				spec, (int)len, word);
	}
	return 0;
}
