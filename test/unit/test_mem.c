// SPDX-License-Identifier: BSD-3-Clause
#include "src/mem.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/unit/unit.h"

static bool
is_zero(const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((const uint8_t *)bytes)[i] != 0)
			return false;
	return true;
}

// Memory that was dirty before comes back clean.
static void
zeroed(void)
{
	static const size_t sizes[] = {1, 2, 24, 100, 4096, 1 << 20};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int again = 0; again < 3; again++) {
			uint8_t *p = mem_zalloc(sizes[i]);

			CU_ASSERT_TRUE(is_zero(p, sizes[i]));
			memset(p, 0xa5, sizes[i]);
			free(p);
		}
	}
	free(mem_zalloc(0));
}

static void
aligned(void)
{
	static const size_t sizes[] = {0, 1, 63, 64, 65, 1000, 4097};

	for (size_t align = 8; align <= 4096; align *= 2) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			for (int again = 0; again < 2; again++) {
				uint8_t *p = mem_zalloc_aligned(sizes[i], align);

				CU_ASSERT_PTR_NOT_NULL_FATAL(p);
				CU_ASSERT_EQUAL((uintptr_t)p % align, 0);
				CU_ASSERT_TRUE(is_zero(p, sizes[i]));
				memset(p, 0xa5, sizes[i]);
				free(p);
			}
		}
	}
}

// Size 0 gives a valid pointer, and one of its own.
static void
size_0(void)
{
	void *p = mem_zalloc(0), *q = mem_zalloc_aligned(0, 64), *r = mem_realloc(NULL, 0);

	CU_ASSERT(p != NULL && q != NULL && r != NULL);
	CU_ASSERT(p != q && q != r && p != r);
	r = mem_realloc(r, 100);
	memset(r, 1, 100);
	r = mem_realloc(r, 0);
	CU_ASSERT_PTR_NOT_NULL(r);
	free(p);
	free(q);
	free(r);
}

static void
realloc_keeps(void)
{
	char *p = mem_realloc(NULL, 4);

	memcpy(p, "abc", 4);
	p = mem_realloc(p, 100000);
	ASSERT_TEXT(p, "abc");
	p = mem_realloc(p, 4);
	ASSERT_TEXT(p, "abc");
	free(p);
}

static void
copies(void)
{
	char text[] = "hello", *copy = mem_strdup(text);

	text[0] = 'j';
	ASSERT_TEXT(copy, "hello");
	free(copy);
	copy = mem_strdup("");
	ASSERT_TEXT(copy, "");
	free(copy);
	copy = mem_strndup("hello", 3);
	ASSERT_TEXT(copy, "hel");
	free(copy);
	copy = mem_strndup("hello", 0);
	ASSERT_TEXT(copy, "");
	free(copy);
	// As many bytes as were asked for, NUL included, and a NUL behind them.
	copy = mem_strndup("a\0b", 3);
	CU_ASSERT_EQUAL(memcmp(copy, "a\0b\0", 4), 0);
	free(copy);
}

static void
formats(void)
{
	char *text = mem_printf("%s=%d%%", "x", -7), *big;

	ASSERT_TEXT(text, "x=-7%");
	free(text);
	text = mem_printf("%s", "");
	ASSERT_TEXT(text, "");
	free(text);
	big = mem_printf("<%100000d>", 5);
	CU_ASSERT_EQUAL(strlen(big), 100002);
	ASSERT_TEXT(big + 99999, " 5>");
	free(big);
}

static void
grows(void)
{
	uint64_t *v = NULL, *before;
	size_t n = 0, cap = 0, n_moves = 0;

	for (; n < 100000; n++) {
		before = v;
		v = mem_grow(v, n, &cap, sizeof(*v));
		CU_ASSERT_FATAL(cap > n);
		n_moves += v != before;
		v[n] = n * 3;
	}
	// Room for more is made seldom, so that many additions stay cheap.
	CU_ASSERT(n_moves <= 17);
	for (size_t i = 0; i < n; i++)
		CU_ASSERT_FATAL(v[i] == i * 3);
	before = v;
	CU_ASSERT_PTR_EQUAL(mem_grow(v, cap - 1, &cap, sizeof(*v)), before);
	free(v);
}

enum { SURVIVED = 42 };

static void
ask_zalloc(size_t size)
{
	free(mem_zalloc(size));
}

static void
ask_aligned(size_t size)
{
	free(mem_zalloc_aligned(size, 64));
}

static void
ask_realloc(size_t size)
{
	free(mem_realloc(NULL, size));
}

static void
ask_much(void (*ask)(size_t size), size_t size, int err_fd)
{
	const struct rlimit no_core = {0, 0};

	setrlimit(RLIMIT_CORE, &no_core);
	dup2(err_fd, STDERR_FILENO);
	alarm(60);
	ask(size);
	_exit(SURVIVED);
}

// Ends the process, with this message; a sanitizer has its own before.
static void
assert_dies(void (*ask)(size_t size), size_t size)
{
	char text[512] = "";
	int ends[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	pid = fork();
	CU_ASSERT_FATAL(pid >= 0);
	if (pid == 0)
		ask_much(ask, size, ends[1]);
	close(ends[1]);
	while ((n = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(ends[0]);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == SURVIVED);
	if (strstr(text, "Sanitizer") != NULL)
		return;
	ASSERT_TEXT(text, "clickd: out of memory\n");
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void
no_memory_left(void)
{
	// The compiler would see through a constant.
	size_t most = strtoull("18446744073709551615", NULL, 10);

	assert_dies(ask_zalloc, most / 2);
	assert_dies(ask_zalloc, most);
	assert_dies(ask_realloc, most / 2);
	assert_dies(ask_aligned, most / 2);
	// Rounding up must not turn very much into nothing.
	assert_dies(ask_aligned, most);
	assert_dies(ask_aligned, most - 62);
	assert_dies(ask_aligned, most - 63);
}

UNIT_SUITE(mem, UNIT_CASE(zeroed), UNIT_CASE(aligned), UNIT_CASE(size_0), UNIT_CASE(realloc_keeps),
	UNIT_CASE(copies), UNIT_CASE(formats), UNIT_CASE(grows), UNIT_CASE(no_memory_left))
