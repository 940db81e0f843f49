// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/args.h"
#include "src/argtype.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/text.h"

static int
answer(const struct handler_read *call, bool yes)
{
	strbuf_adds(call->out, yes ? "true" : "false");
	return 0;
}

// ---- truth

int
script_not(const struct handler_read *call)
{
	char *text = confstr_uncomment(call->param);
	bool value;
	int err = text_read_bool(text, &value);

	free(text);
	return err != 0 ? errh_error(call->errh, "syntax error") : answer(call, !value);
}

// Stops at the first word that decides.
int
script_logic(const struct handler_read *call)
{
	bool any = call->row->number == SCRIPT_OR || call->row->number == SCRIPT_NOR;
	bool negate = call->row->number == SCRIPT_NAND || call->row->number == SCRIPT_NOR;
	struct strvec words = {0};
	bool value = !any;
	int err = 0;

	confstr_split_words(call->param, &words);
	for (size_t i = 0; i < words.n && err == 0 && value != any; i++) {
		if (text_read_bool(words.v[i], &value) != 0)
			err = errh_error(call->errh, "syntax error");
	}
	strvec_fini(&words);
	return err != 0 ? err : answer(call, value != negate);
}

int
script_if(const struct handler_read *call)
{
	struct strvec words = {0};
	size_t wanted;
	bool value;
	int err = 0;

	confstr_split_words(call->param, &words);
	if (words.n == 0 || text_read_bool(words.v[0], &value) != 0) {
		err = errh_error(call->errh, "syntax error");
	} else {
		wanted = value ? 1 : 2;
		strbuf_adds(call->out, wanted < words.n ? words.v[wanted] : "");
	}
	strvec_fini(&words);
	return err;
}

// ---- words

int
script_in(const struct handler_read *call)
{
	struct strbuf wanted = STRBUF_INIT, word = STRBUF_INIT;
	struct strvec words = {0};
	bool found = false;

	confstr_split_words(call->param, &words);
	if (words.n > 0)
		confstr_unquote(words.v[0], &wanted);
	for (size_t i = 1; i < words.n && !found && wanted.len > 0; i++) {
		strbuf_clear(&word);
		confstr_unquote(words.v[i], &word);
		found = word.len == wanted.len &&
			memcmp(strbuf_text(&word), strbuf_text(&wanted), word.len) == 0;
	}
	strvec_fini(&words);
	strbuf_fini(&word);
	strbuf_fini(&wanted);
	return answer(call, found);
}

int
script_first(const struct handler_read *call)
{
	const char *rest;
	char *word = confstr_first_word(call->param, &rest);

	strbuf_adds(call->out, word);
	free(word);
	return 0;
}

int
script_length(const struct handler_read *call)
{
	strbuf_addf(call->out, "%zu", strlen(call->param));
	return 0;
}

int
script_unquote(const struct handler_read *call)
{
	confstr_unquote(call->param, call->out);
	return 0;
}

// ---- numbers

// Uniform in 0 ... n-1.
static uint64_t
random_below(uint64_t n)
{
	uint64_t limit, r;
	bool wide = n > UINT64_C(1) << 31;

	// One bit from the middle, as Click does it, so that a seed gives the same numbers.
	if (n == 2)
		return (uint64_t)random() >> 14 & 1;
	limit = wide ? UINT64_C(1) << 62 : UINT64_C(1) << 31;
	limit -= limit % n;
	do {
		r = (uint64_t)random();
		if (wide)
			r = r << 31 | (uint64_t)random();
	} while (r >= limit);
	return r % n;
}

static int
bad_n(const struct handler_read *call)
{
	return errh_error(call->errh, "bad N");
}

int
script_random(const struct handler_read *call)
{
	int64_t low = 0, high = INT64_C(0x7fffffff);
	struct strvec words = {0};
	bool good = true;

	confstr_split_words(call->param, &words);
	if (words.n == 1) {
		good = text_read_int64(words.v[0], &high) == 0 && high > 0;
		high -= good;
	} else if (words.n > 1) {
		good = words.n == 2 && text_read_int64(words.v[0], &low) == 0 &&
		       text_read_int64(words.v[1], &high) == 0;
	}
	strvec_fini(&words);
	// Wider ranges than what two draws can fill are no use to anyone.
	if (!good || high < low || (uint64_t)high - (uint64_t)low >= UINT64_C(1) << 62)
		return bad_n(call);
	strbuf_addf(call->out, "%" PRId64,
		(int64_t)((uint64_t)low + random_below((uint64_t)high - (uint64_t)low + 1)));
	return 0;
}

int
script_now(const struct handler_read *call)
{
	text_timestamp(call->out, clock_now());
	return 0;
}

int
script_byte_order(const struct handler_read *call)
{
	bool is_short = call->row->number == SCRIPT_HTONS || call->row->number == SCRIPT_NTOHS;
	char *text = confstr_uncomment(call->param);
	int64_t n;
	int err = text_read_int64(text, &n);

	free(text);
	if (err != 0 || n < (is_short ? INT16_MIN : INT32_MIN) ||
		n > (int64_t)(is_short ? UINT16_MAX : UINT32_MAX))
		return errh_error(call->errh, "syntax error");
	// There and back is the same exchange of bytes.
	strbuf_addf(call->out, "%" PRIu32, is_short ? htons((uint16_t)n) : htonl((uint32_t)n));
	return 0;
}

// ---- the world outside

int
script_callable(const struct handler_read *call)
{
	enum handler_need need = (enum handler_need)call->row->number;
	struct handler_target target;
	struct strvec words = {0};
	struct errh silent;
	bool all = true;

	errh_init_silent(&silent);
	confstr_split_words(call->param, &words);
	for (size_t i = 0; i < words.n && all; i++)
		all = handler_find(
			      call->router, call->element, words.v[i], need, &target, &silent) == 0;
	strvec_fini(&words);
	return answer(call, all);
}

// Regular files only: others may never end.
static int
read_file(const char *name, struct strbuf *out)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char buffer[16384];
	struct stat st;
	ssize_t n = 0;
	int err = -EINVAL;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		while (out->len <= SCRIPT_TEXT_MAX && (n = read(fd, buffer, sizeof(buffer))) > 0)
			strbuf_add(out, buffer, (size_t)n);
		err = n == 0 ? 0 : -EFBIG;
	}
	close(fd);
	return err;
}

int
script_cat(const struct handler_read *call)
{
	struct filename name = {0};
	struct strbuf content = STRBUF_INIT;
	struct errh silent;
	int err;

	errh_init_silent(&silent);
	err = args_parse_value(&arg_filename, call->param, &name, NULL, call->element, &silent);
	if (err == 0)
		err = read_file(name.text, &content);
	if (err != 0)
		err = errh_error(call->errh, "bad FILE");
	else if (call->row->number != 0)
		confstr_quote(strbuf_text(&content), content.len, call->out);
	else
		strbuf_add(call->out, strbuf_text(&content), content.len);
	free(name.text);
	strbuf_fini(&content);
	return err;
}

int
script_kill(const struct handler_read *call)
{
	struct strvec words = {0};
	int signo, err = 0;
	int64_t pid;

	confstr_split_words(call->param, &words);
	signo = words.n > 0 ? script_signal_number(words.v[0]) : -1;
	if (signo < 0)
		err = errh_error(call->errh, "bad SIGNO");
	for (size_t i = 1; i < words.n && err == 0; i++) {
		// Not 0 and less: they stand for groups, and for everybody.
		if (text_read_int64(words.v[i], &pid) != 0 || pid < 1 || pid > INT32_MAX)
			err = errh_error(call->errh, "bad PID");
		else if (kill((pid_t)pid, signo) != 0)
			err = errh_error(call->errh, "%s: %s", words.v[i], strerror(errno));
	}
	strvec_fini(&words);
	return err;
}
