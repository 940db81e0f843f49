// SPDX-License-Identifier: BSD-3-Clause
#include "src/archive.h"

#include <errno.h>
#include <string.h>

#define ARCHIVE_MAGIC "!<arch>\n"

// As ar(5) has it: text fields filled up with spaces.
struct archive_header {
	char name[16], date[12], uid[6], gid[6], mode[8], size[10], end[2];
};

bool
archive_is(const char *bytes, size_t len)
{
	return len >= strlen(ARCHIVE_MAGIC) &&
	       memcmp(bytes, ARCHIVE_MAGIC, strlen(ARCHIVE_MAGIC)) == 0;
}

// Returns false if the field is no number.
static bool
parse_number(const char *field, size_t width, size_t *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < width && field[n] >= '0' && field[n] <= '9'; n++)
		*value = *value * 10 + (size_t)(field[n] - '0');
	if (n == 0)
		return false;
	while (n < width && field[n] == ' ')
		n++;
	return n == width;
}

// The name is followed by '/' in the format of GNU and System V, and by spaces in others.
static bool
name_is(const char *field, size_t width, const char *name)
{
	size_t len = strlen(name);

	if (len > width || memcmp(field, name, len) != 0)
		return false;
	field += len;
	width -= len;
	if (width > 0 && *field == '/') {
		field++;
		width--;
	}
	for (; width > 0 && (*field == ' ' || *field == '\0'); width--)
		field++;
	return width == 0;
}

int
archive_find(const char *bytes, size_t len, const char *name, const char **data, size_t *data_len)
{
	struct archive_header h;
	size_t pos = strlen(ARCHIVE_MAGIC), size, name_len;
	bool found;

	while (pos < len) {
		if (len - pos < sizeof(h))
			return -EBADMSG;
		memcpy(&h, bytes + pos, sizeof(h));
		pos += sizeof(h);
		if (memcmp(h.end, "`\n", 2) != 0 || !parse_number(h.size, sizeof(h.size), &size) ||
			size > len - pos)
			return -EBADMSG;
		name_len = 0;
		if (memcmp(h.name, "#1/", 3) == 0) { // BSD: a long name stands before the data
			if (!parse_number(h.name + 3, sizeof(h.name) - 3, &name_len) ||
				name_len > size)
				return -EBADMSG;
			found = name_is(bytes + pos, name_len, name);
		} else {
			found = name_is(h.name, sizeof(h.name), name);
		}
		if (found) {
			*data = bytes + pos + name_len;
			*data_len = size - name_len;
			return 0;
		}
		pos += size;
		pos += pos < len && (size & 1);
	}
	return -ENOENT;
}
