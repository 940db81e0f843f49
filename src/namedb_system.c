// SPDX-License-Identifier: BSD-3-Clause
#include "src/namedb_system.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/text.h"

#define BLANKS " \t\r\n"

static void
define_number(struct namedb *db, enum name_kind kind, const char *name, uint64_t number)
{
	union name_value value = {.number = (uint32_t)number};

	namedb_define(db, "", kind, name, &value);
}

// "80/tcp": the kind and the number; false for other protocols.
static bool
read_port(const char *text, enum name_kind *kind, uint64_t *number)
{
	const char *slash = strchr(text, '/');
	char digits[8];

	if (slash == NULL || (size_t)(slash - text) >= sizeof(digits))
		return false;
	memcpy(digits, text, (size_t)(slash - text));
	digits[slash - text] = '\0';
	if (strcmp(slash, "/tcp") == 0)
		*kind = NAME_TCP_PORT;
	else if (strcmp(slash, "/udp") == 0)
		*kind = NAME_UDP_PORT;
	else
		return false;
	return text_read_uint64(digits, number) == 0 && *number <= UINT16_MAX;
}

static void
read_line(struct namedb *db, char *line, bool services)
{
	enum name_kind kind = NAME_IP_PROTO;
	char *save, *name, *number_text, *alias;
	uint64_t number;

	line[strcspn(line, "#")] = '\0';
	name = strtok_r(line, BLANKS, &save);
	number_text = name != NULL ? strtok_r(NULL, BLANKS, &save) : NULL;
	if (number_text == NULL)
		return;
	if (services) {
		if (!read_port(number_text, &kind, &number))
			return;
	} else if (text_read_uint64(number_text, &number) < 0 || number > UINT8_MAX) {
		return;
	}
	define_number(db, kind, name, number);
	while ((alias = strtok_r(NULL, BLANKS, &save)) != NULL)
		define_number(db, kind, alias, number);
}

static void
read_file(struct namedb *db, FILE *file, bool services)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, file) >= 0)
		read_line(db, line, services);
	free(line);
}

void
namedb_read_services(struct namedb *db, FILE *file)
{
	read_file(db, file, true);
}

void
namedb_read_protocols(struct namedb *db, FILE *file)
{
	read_file(db, file, false);
}

// Written by whoever comes first, under the once; read-only for all others after that.
static struct namedb *system_names;
static pthread_once_t system_once = PTHREAD_ONCE_INIT;

static void
read_system(void)
{
	FILE *services = fopen("/etc/services", "re"), *protocols = fopen("/etc/protocols", "re");

	system_names = namedb_create();
	if (services != NULL) {
		namedb_read_services(system_names, services);
		fclose(services);
	}
	if (protocols != NULL) {
		namedb_read_protocols(system_names, protocols);
		fclose(protocols);
	}
}

bool
namedb_system_find(enum name_kind kind, const char *name, union name_value *value)
{
	int64_t number;

	if (kind != NAME_IP_PROTO && kind != NAME_TCP_PORT && kind != NAME_UDP_PORT)
		return false;
	if (text_read_int64(name, &number) == 0)
		return false;
	pthread_once(&system_once, read_system);
	return namedb_find_defined(system_names, "", kind, name, value);
}
