// SPDX-License-Identifier: BSD-3-Clause
#include "src/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static char directory[] = "/tmp/clickd-textfile-XXXXXX";

static char *
path_of(const char *name)
{
	return mem_printf("%s/%s", directory, name);
}

static char *
make_directory(void)
{
	strcpy(directory + sizeof(directory) - 7, "XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	return path_of("file");
}

static void
write_file(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void
assert_reads(const char *path, bool only_regular, const void *want, size_t want_len)
{
	char *text = NULL;
	size_t len = 99;

	CU_ASSERT_EQUAL_FATAL(textfile_read(path, only_regular, &text, &len), 0);
	CU_ASSERT_EQUAL_FATAL(len, want_len);
	CU_ASSERT_EQUAL(memcmp(text, want, len), 0);
	CU_ASSERT_EQUAL(text[len], '\0');
	free(text);
}

// The outputs stay as they are then.
static void
assert_fails(const char *path, bool only_regular, int want)
{
	char mark, *text = &mark;
	size_t len = 99;

	CU_ASSERT_EQUAL(textfile_read(path, only_regular, &text, &len), want);
	CU_ASSERT_PTR_EQUAL(text, &mark);
	CU_ASSERT_EQUAL(len, 99);
}

static void
reads(void)
{
	char *path = make_directory();

	for (int only_regular = 0; only_regular < 2; only_regular++) {
		write_file(path, "", 0);
		assert_reads(path, only_regular, "", 0);
		write_file(path, "a\nb", 3);
		assert_reads(path, only_regular, "a\nb", 3);
		write_file(path, "\0x\0\xff", 4);
		assert_reads(path, only_regular, "\0x\0\xff", 4);
	}
	unlink(path);
	rmdir(directory);
	free(path);
}

// More than one block, and not a whole number of them.
static void
reads_long_files(void)
{
	static const size_t sizes[] = {65535, 65536, 65537, 200001};
	char *path = make_directory(), *bytes = mem_zalloc(200001);

	for (size_t i = 0; i < 200001; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_file(path, bytes, sizes[i]);
		assert_reads(path, false, bytes, sizes[i]);
	}
	free(bytes);
	unlink(path);
	rmdir(directory);
	free(path);
}

static void
bounds_the_size(void)
{
	char *path = make_directory(), *text;
	size_t len;

	write_file(path, "x", 1);
	CU_ASSERT_EQUAL(truncate(path, TEXTFILE_MAX_SIZE), 0);
	CU_ASSERT_EQUAL_FATAL(textfile_read(path, true, &text, &len), 0);
	CU_ASSERT_EQUAL(len, TEXTFILE_MAX_SIZE);
	CU_ASSERT_EQUAL(text[0], 'x');
	CU_ASSERT_EQUAL(text[len], '\0');
	free(text);
	CU_ASSERT_EQUAL(truncate(path, (off_t)TEXTFILE_MAX_SIZE + 1), 0);
	assert_fails(path, true, -EFBIG);
	assert_fails(path, false, -EFBIG);
	// What never ends is given up as well.
	assert_fails("/dev/zero", false, -EFBIG);
	unlink(path);
	rmdir(directory);
	free(path);
}

static void
errors(void)
{
	char *path = make_directory(), *below = path_of("file/below");
	struct strbuf name = STRBUF_INIT;

	assert_fails(path, false, -ENOENT);
	assert_fails("", false, -ENOENT);
	assert_fails(directory, false, -EISDIR);
	assert_fails(directory, true, -EISDIR);
	write_file(path, "x", 1);
	assert_fails(below, false, -ENOTDIR);
	unlink(path);
	CU_ASSERT_EQUAL(symlink("file", path), 0);
	assert_fails(path, false, -ELOOP);
	for (int i = 0; i < 300; i++)
		strbuf_addc(&name, 'n');
	assert_fails(strbuf_text(&name), false, -ENAMETOOLONG);
	assert_fails("/proc/self/mem", false, -EIO);
	strbuf_fini(&name);
	unlink(path);
	rmdir(directory);
	free(below);
	free(path);
}

// No waiting for a writer of a FIFO, and no reading of devices.
static void
only_regular_files(void)
{
	char *path = make_directory();

	CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
	assert_fails(path, true, -EINVAL);
	assert_fails("/dev/zero", true, -EINVAL);
	assert_fails("/dev/null", true, -EINVAL);
	assert_reads("/dev/null", false, "", 0);
	unlink(path);
	rmdir(directory);
	free(path);
}

static void
standard_input(void)
{
	int saved = dup(STDIN_FILENO), ends[2], saved_directory;
	char *path = make_directory();

	CU_ASSERT_FATAL(saved >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	CU_ASSERT_EQUAL(write(ends[1], "a\0b", 3), 3);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_reads("-", false, "a\0b", 3);
	// It stays open.
	CU_ASSERT(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	assert_reads("-", false, "", 0);
	// Where only regular files will do, "-" is a file like others.
	saved_directory = open(".", O_RDONLY | O_DIRECTORY);
	CU_ASSERT_EQUAL_FATAL(chdir(directory), 0);
	assert_fails("-", true, -ENOENT);
	write_file("-", "dash", 4);
	assert_reads("-", true, "dash", 4);
	unlink("-");
	CU_ASSERT_EQUAL(fchdir(saved_directory), 0);
	close(saved_directory);
	close(STDIN_FILENO);
	CU_ASSERT_EQUAL(open("/", O_RDONLY), STDIN_FILENO);
	assert_fails("-", false, -EISDIR);
	close(STDIN_FILENO);
	assert_fails("-", false, -EBADF);
	dup2(saved, STDIN_FILENO);
	close(saved);
	rmdir(directory);
	free(path);
}

// Whatever happens, no descriptor stays open.
static void
closes(void)
{
	int before = dup(STDIN_FILENO), after;
	char *text;
	size_t len;

	close(before);
	CU_ASSERT_EQUAL(textfile_read("/dev/null", false, &text, &len), 0);
	free(text);
	assert_fails("/", false, -EISDIR);
	assert_fails("/dev/null", true, -EINVAL);
	assert_fails("/dev/zero", false, -EFBIG);
	after = dup(STDIN_FILENO);
	CU_ASSERT_EQUAL(after, before);
	close(after);
}

UNIT_SUITE(textfile, UNIT_CASE(reads), UNIT_CASE(reads_long_files), UNIT_CASE(bounds_the_size),
	UNIT_CASE(errors), UNIT_CASE(only_regular_files), UNIT_CASE(standard_input),
	UNIT_CASE(closes))
