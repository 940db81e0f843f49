// SPDX-License-Identifier: BSD-3-Clause
#include "src/chatter.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static int saved_stderr, captured;

static void
capture_begin(void)
{
	captured = memfd_create("stderr", MFD_CLOEXEC);
	saved_stderr = dup(STDERR_FILENO);
	CU_ASSERT_FATAL(captured >= 0 && saved_stderr >= 0);
	fflush(stderr);
	dup2(captured, STDERR_FILENO);
}

static size_t
captured_len(void)
{
	fflush(stderr);
	return (size_t)lseek(captured, 0, SEEK_END);
}

// What went to stderr, a new string.
static char *
capture_end(void)
{
	size_t len = captured_len();
	char *text = mem_zalloc(len + 1);

	dup2(saved_stderr, STDERR_FILENO);
	CU_ASSERT_EQUAL(pread(captured, text, len, 0), (ssize_t)len);
	close(saved_stderr);
	close(captured);
	return text;
}

static void
assert_captured(const char *want, int line)
{
	char *text = capture_end();

	unit_assert_text(__FILE__, line, text, want);
	free(text);
}

#define ASSERT_CAPTURED(want) assert_captured(want, __LINE__)

struct ear {
	struct chatter_listener listener;
	struct strbuf heard;
	size_t n_printed; // bytes on stderr at the last line
};

static void
hear(struct chatter_listener *listener, const char *line)
{
	struct ear *ear = (struct ear *)listener;

	ear->n_printed = captured_len();
	strbuf_addf(&ear->heard, "<%s>", line);
}

static void
ear_open(struct ear *ear, const char *channel, bool echo)
{
	*ear = (struct ear){
		.listener = {.line = hear, .channel = channel, .echo = echo},
		.heard = STRBUF_INIT,
	};
	chatter_listen(&ear->listener);
}

static void
ear_close(struct ear *ear, const char *want, int line)
{
	chatter_unlisten(&ear->listener);
	unit_assert_text(__FILE__, line, strbuf_text(&ear->heard), want);
	strbuf_fini(&ear->heard);
}

#define EAR_CLOSE(ear, want) ear_close(ear, want, __LINE__)

static void
say_va(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	chatter_va(fmt, ap);
	va_end(ap);
}

static void
goes_to_stderr(void)
{
	capture_begin();
	chatter("plain");
	chatter("%s %d%%", "formatted", 5);
	chatter("%s", "");
	chatter("%s", "100% %s %n");
	say_va("%s-%c", "va", 'x');
	ASSERT_CAPTURED("plain\nformatted 5%\n\n100% %s %n\nva-x\n");
}

static void
listeners_hear(void)
{
	struct ear one, two;

	capture_begin();
	chatter("before");
	ear_open(&one, NULL, false);
	chatter("a");
	CU_ASSERT_EQUAL(one.n_printed, 7); // before it goes to stderr
	ear_open(&two, NULL, false);
	chatter("%s", "");
	chatter("b");
	EAR_CLOSE(&one, "<a><><b>");
	chatter("c");
	EAR_CLOSE(&two, "<><b><c>");
	chatter("after");
	ASSERT_CAPTURED("before\na\n\nb\nc\nafter\n");
}

// Who does not listen can stop, and others are still heard.
static void
stops_in_any_order(void)
{
	struct ear ears[3], stranger = {.heard = STRBUF_INIT};

	capture_begin();
	chatter_unlisten(&stranger.listener);
	for (int i = 0; i < 3; i++)
		ear_open(&ears[i], NULL, false);
	chatter_unlisten(&stranger.listener);
	chatter("1");
	EAR_CLOSE(&ears[1], "<1>");
	chatter_unlisten(&ears[1].listener);
	chatter("2");
	EAR_CLOSE(&ears[2], "<1><2>");
	chatter("3");
	EAR_CLOSE(&ears[0], "<1><2><3>");
	chatter("4");
	ASSERT_CAPTURED("1\n2\n3\n4\n");
}

static void
named_channels(void)
{
	struct ear plain, a, b;

	capture_begin();
	ear_open(&plain, NULL, false);
	ear_open(&a, "a", false);
	ear_open(&b, "b", false);
	chatter("to all");
	chatter_on("a", "to %s", "a");
	chatter_on("b", "to b");
	chatter_on("ab", "to nobody");
	chatter_on("A", "to nobody");
	chatter_on("Default", "to nobody");
	EAR_CLOSE(&plain, "<to all>");
	EAR_CLOSE(&a, "<to a>");
	EAR_CLOSE(&b, "<to b>");
	ASSERT_CAPTURED("to all\n");
}

// NULL, "" and "default" are one channel, on both sides.
static void
default_channel(void)
{
	static const char *const names[] = {NULL, "", "default"};
	struct ear ears[3];

	capture_begin();
	for (int i = 0; i < 3; i++)
		ear_open(&ears[i], names[i], false);
	for (int i = 0; i < 3; i++)
		chatter_on(names[i], "%d", i);
	for (int i = 0; i < 3; i++)
		EAR_CLOSE(&ears[i], "<0><1><2>");
	ASSERT_CAPTURED("0\n1\n2\n");
}

// One listener who wants it is enough; then the line is printed once.
static void
echoes(void)
{
	struct ear loud, quiet, loud_too, other;

	capture_begin();
	ear_open(&loud, "a", true);
	ear_open(&quiet, "a", false);
	ear_open(&loud_too, "a", true);
	ear_open(&other, "b", true);
	chatter_on("a", "1");
	chatter("2");
	chatter_on("c", "3");
	EAR_CLOSE(&loud, "<1>");
	EAR_CLOSE(&loud_too, "<1>");
	chatter_on("a", "4");
	EAR_CLOSE(&quiet, "<1><4>");
	EAR_CLOSE(&other, "");
	// An echo of what is printed anyway is no second line.
	ear_open(&loud, "default", true);
	chatter("5");
	EAR_CLOSE(&loud, "<5>");
	ASSERT_CAPTURED("1\n2\n5\n");
}

static void
long_line(void)
{
	struct strbuf line = STRBUF_INIT;
	struct ear ear;
	char *text;

	for (int i = 0; i < 50000; i++)
		strbuf_addf(&line, "%05d", i);
	capture_begin();
	ear_open(&ear, NULL, false);
	chatter("%s", strbuf_text(&line));
	text = capture_end();
	CU_ASSERT_EQUAL(strlen(text), line.len + 1);
	CU_ASSERT_EQUAL(strncmp(text, strbuf_text(&line), line.len), 0);
	CU_ASSERT_EQUAL(ear.heard.len, line.len + 2);
	chatter_unlisten(&ear.listener);
	strbuf_fini(&ear.heard);
	strbuf_fini(&line);
	free(text);
}

enum { N_THREADS = 4, N_LINES = 300 };

static void *
chatter_much(void *arg)
{
	char digit = *(char *)arg;

	for (int i = 0; i < N_LINES; i++)
		chatter("%c%c%c%c%c%c%c%c %d", digit, digit, digit, digit, digit, digit, digit,
			digit, i);
	return NULL;
}

// Those of one thread stay in their order, and no line is cut by another.
static void
lines_never_mix(void)
{
	int next[N_THREADS] = {0}, n_wrong = 0, number, n_chars;
	static char digits[] = "0123";
	pthread_t threads[N_THREADS];
	char *text, word[16];

	capture_begin();
	for (int i = 0; i < N_THREADS; i++)
		pthread_create(&threads[i], NULL, chatter_much, &digits[i]);
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	text = capture_end();
	for (const char *s = text; *s != '\0'; s += n_chars) {
		n_chars = 0;
		if (sscanf(s, "%15[0-3] %d\n%n", word, &number, &n_chars) != 2 || n_chars == 0)
			break;
		n_wrong += strlen(word) != 8 || strspn(word, (char[]){*word, '\0'}) != 8;
		n_wrong += next[*word - '0']++ != number;
	}
	CU_ASSERT_EQUAL(n_wrong, 0);
	for (int i = 0; i < N_THREADS; i++)
		CU_ASSERT_EQUAL(next[i], N_LINES);
	free(text);
}

UNIT_SUITE(chatter, UNIT_CASE(goes_to_stderr), UNIT_CASE(listeners_hear),
	UNIT_CASE(stops_in_any_order), UNIT_CASE(named_channels), UNIT_CASE(default_channel),
	UNIT_CASE(echoes), UNIT_CASE(long_line), UNIT_CASE(lines_never_mix))
