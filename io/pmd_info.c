// SPDX-License-Identifier: BSD-3-Clause
#include "io/pmd_info.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/mem.h"

static const char mark[] = "PMD_INFO_STRING= ";

enum { ANY_ID = 0xffff };

int
pmd_info_open(struct pmd_info *info, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	struct stat st;
	void *text;

	*info = (struct pmd_info){0};
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) != 0 || st.st_size <= 0) {
		err = -EINVAL;
	} else {
		text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (text == MAP_FAILED)
			err = -errno;
		else
			*info = (struct pmd_info){.text = text, .len = (size_t)st.st_size};
	}
	close(fd);
	return err;
}

void
pmd_info_close(struct pmd_info *info)
{
	union {
		const char *read;
		void *mapped;
	} text = {.read = info->text};

	if (info->text != NULL)
		munmap(text.mapped, info->len);
	*info = (struct pmd_info){0};
}

// The string behind the next mark, as a new one; *at is moved behind it. NULL: there is no more.
static char *
next_record(const struct pmd_info *info, size_t *at)
{
	const char *from, *end;

	from = memmem(info->text + *at, info->len - *at, mark, sizeof(mark) - 1);
	if (from == NULL)
		return NULL;
	from += sizeof(mark) - 1;
	end = memchr(from, '\0', (size_t)(info->text + info->len - from));
	if (end == NULL)
		return NULL;
	*at = (size_t)(end - info->text);
	return mem_strndup(from, (size_t)(end - from));
}

char *
pmd_info_arguments(const struct pmd_info *info, const char *driver)
{
	char *key = mem_printf("{\"name\": \"%s\", \"params\": \"", driver), *record;
	char *found = NULL;

	for (size_t at = 0; found == NULL && (record = next_record(info, &at)) != NULL;) {
		if (strncmp(record, key, strlen(key)) == 0)
			found = mem_strndup(
				record + strlen(key), strcspn(record + strlen(key), "\""));
		free(record);
	}
	free(key);
	return found;
}

static bool
matches(const unsigned long id[4], const struct pci_ids *ids)
{
	return (id[0] == ANY_ID || id[0] == ids->vendor) &&
	       (id[1] == ANY_ID || id[1] == ids->device) &&
	       (id[2] == ANY_ID || id[2] == ids->subvendor) &&
	       (id[3] == ANY_ID || id[3] == ids->subdevice);
}

// "[[32902, 4347, 65535, 65535], [...]]"
static bool
list_has(const char *list, const struct pci_ids *ids)
{
	unsigned long id[4];
	char *end;

	while ((list = strpbrk(list, "0123456789]")) != NULL && *list != ']') {
		for (unsigned i = 0; i < 4; i++) {
			list += strspn(list, ", ");
			id[i] = strtoul(list, &end, 10);
			if (end == list)
				return false;
			list = end;
		}
		if (matches(id, ids))
			return true;
		list += *list == ']';
	}
	return false;
}

bool
pmd_info_drives(const struct pmd_info *info, const struct pci_ids *ids)
{
	static const char key[] = "\"pci_ids\": [";
	bool drives = false;
	char *record;

	for (size_t at = 0; !drives && (record = next_record(info, &at)) != NULL;) {
		const char *list = strstr(record, key);

		drives = list != NULL && list_has(list + sizeof(key) - 1, ids);
		free(record);
	}
	return drives;
}
