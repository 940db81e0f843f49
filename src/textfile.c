// SPDX-License-Identifier: BSD-3-Clause
#include "src/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/strbuf.h"

static int
read_all(int fd, struct strbuf *sb)
{
	char block[65536];
	ssize_t n;

	for (;;) {
		n = read(fd, block, sizeof(block));
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (sb->len + (size_t)n > TEXTFILE_MAX_SIZE)
			return -EFBIG;
		strbuf_add(sb, block, (size_t)n);
	}
}

static int
check_kind(int fd, bool only_regular)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return only_regular && !S_ISREG(st.st_mode) ? -EINVAL : 0;
}

int
textfile_read(const char *path, bool only_regular, char **text, size_t *len)
{
	bool standard_input = strcmp(path, "-") == 0 && !only_regular;
	struct strbuf sb = STRBUF_INIT;
	int fd, ret;

	fd = standard_input ? STDIN_FILENO
			    : open(path, O_RDONLY | O_CLOEXEC | (only_regular ? O_NONBLOCK : 0));
	if (fd < 0)
		return -errno;
	ret = check_kind(fd, only_regular);
	if (ret == 0)
		ret = read_all(fd, &sb);
	if (!standard_input)
		close(fd);
	if (ret < 0) {
		strbuf_fini(&sb);
		return ret;
	}
	*len = sb.len;
	*text = strbuf_steal(&sb);
	return 0;
}
