// SPDX-License-Identifier: BSD-3-Clause
#include "src/namedb.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/namedb_builtin.h"
#include "src/namedb_system.h"

// A hash table with chains: configurations with very many names must not take quadratic time.
struct name {
	struct name *next;
	char *scope; // owned
	char *text; // owned
	union name_value value;
	enum name_kind kind;
	uint32_t hash;
};

struct namedb {
	struct name **buckets; // owned
	size_t n_buckets; // a power of two
	size_t n;
};

struct namedb *
namedb_create(void)
{
	struct namedb *db = mem_zalloc(sizeof(*db));

	db->n_buckets = 16;
	db->buckets = mem_zalloc(db->n_buckets * sizeof(struct name *));
	return db;
}

void
namedb_destroy(struct namedb *db)
{
	if (db == NULL)
		return;
	for (size_t i = 0; i < db->n_buckets; i++) {
		for (struct name *name = db->buckets[i], *next; name != NULL; name = next) {
			next = name->next;
			free(name->scope);
			free(name->text);
			free(name);
		}
	}
	free(db->buckets);
	free(db);
}

// FNV-1a; the scope's end is marked by a byte that no name has.
static uint32_t
name_hash(const char *scope, size_t scope_len, enum name_kind kind, const char *text)
{
	uint32_t hash = 2166136261u ^ (uint32_t)kind;

	for (size_t i = 0; i < scope_len; i++)
		hash = (hash ^ (uint8_t)scope[i]) * 16777619u;
	hash = (hash ^ '\n') * 16777619u;
	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

static struct name *
find_in_scope(const struct namedb *db, const char *scope, size_t scope_len, enum name_kind kind,
	const char *text)
{
	uint32_t hash = name_hash(scope, scope_len, kind, text);
	struct name *name = db->buckets[hash & (db->n_buckets - 1)];

	for (; name != NULL; name = name->next) {
		if (name->hash == hash && name->kind == kind && strcmp(name->text, text) == 0 &&
			strlen(name->scope) == scope_len &&
			memcmp(name->scope, scope, scope_len) == 0)
			return name;
	}
	return NULL;
}

static void
grow(struct namedb *db)
{
	size_t n = db->n_buckets * 2;
	struct name **buckets = mem_zalloc(n * sizeof(struct name *));

	for (size_t i = 0; i < db->n_buckets; i++) {
		for (struct name *name = db->buckets[i], *next; name != NULL; name = next) {
			struct name **bucket = &buckets[name->hash & (n - 1)];

			next = name->next;
			name->next = *bucket;
			*bucket = name;
		}
	}
	free(db->buckets);
	db->buckets = buckets;
	db->n_buckets = n;
}

bool
namedb_define(struct namedb *db, const char *scope, enum name_kind kind, const char *text,
	const union name_value *value)
{
	size_t scope_len = strlen(scope);
	struct name *name, **bucket;

	if (find_in_scope(db, scope, scope_len, kind, text) != NULL)
		return false;
	if (db->n++ >= db->n_buckets)
		grow(db);
	name = mem_zalloc(sizeof(*name));
	name->scope = mem_strdup(scope);
	name->text = mem_strdup(text);
	name->value = *value;
	name->kind = kind;
	name->hash = name_hash(scope, scope_len, kind, text);
	bucket = &db->buckets[name->hash & (db->n_buckets - 1)];
	name->next = *bucket;
	*bucket = name;
	return true;
}

bool
namedb_find_defined(const struct namedb *db, const char *element_name, enum name_kind kind,
	const char *text, union name_value *value)
{
	size_t scope_len = strlen(element_name);
	const struct name *name;

	if (db == NULL || db->n == 0)
		return false;
	do {
		while (scope_len > 0 && element_name[scope_len - 1] != '/')
			scope_len--;
		name = find_in_scope(db, element_name, scope_len, kind, text);
		if (name != NULL) {
			*value = name->value;
			return true;
		}
	} while (scope_len-- > 0);
	return false;
}

bool
namedb_find(const struct namedb *db, const char *element_name, enum name_kind kind,
	const char *text, union name_value *value)
{
	uint32_t number;

	if (namedb_find_defined(db, element_name, kind, text, value))
		return true;
	if (namedb_builtin_find(kind, text, &number)) {
		*value = (union name_value){.number = number};
		return true;
	}
	return namedb_system_find(kind, text, value);
}
