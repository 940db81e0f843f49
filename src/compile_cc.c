// SPDX-License-Identifier: BSD-3-Clause
#include "src/compile_cc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/confstr.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "src/textfile.h"
#include <compile_config.h> // made by meson.build

enum { JOBS_MAX = 64, LONGEST_S = 300, LOG_LINES = 6 };

// ---- places

static bool
has_sources(const char *dir)
{
	char *probe = mem_printf("%s/src/element.h", dir);
	bool found = access(probe, R_OK) == 0;

	free(probe);
	return found;
}

// Beside an installed program in share/, else where it was built. NULL: nowhere.
static char *
find_sources(void)
{
	const char *named = getenv("CLICKD_SOURCE");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *dir, *slash;

	if (named != NULL)
		return has_sources(named) ? mem_strdup(named) : NULL;
	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL) {
		*slash = '\0';
		dir = mem_printf("%s/../%s", self, COMPILE_INSTALLED);
		if (has_sources(dir))
			return dir;
		free(dir);
	}
	return has_sources(COMPILE_BUILT_FROM) ? mem_strdup(COMPILE_BUILT_FROM) : NULL;
}

static char *
make_dir(const char *named)
{
	const char *base = getenv("TMPDIR");
	char *dir;

	if (named != NULL)
		return mkdir(named, 0777) == 0 || errno == EEXIST ? mem_strdup(named) : NULL;
	dir = mem_printf("%s/clickd-compile-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(dir) == NULL) {
		free(dir);
		return NULL;
	}
	return dir;
}

static void
remove_dir(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		unlinkat(dirfd(d), entry->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(dir);
}

void
compile_cc_fini(struct compile_cc *cc)
{
	if (cc->dir != NULL && !cc->keep)
		remove_dir(cc->dir);
	free(cc->dir);
	free(cc->object);
	free(cc->sources);
	*cc = (struct compile_cc){0};
}

// What an earlier run has left in a directory that stays.
static void
remove_log(const char *dir)
{
	char *log = mem_printf("%s/log", dir);

	unlink(log);
	free(log);
}

int
compile_cc_init(struct compile_cc *cc, const char *dir, uint64_t generation, unsigned n_jobs,
	struct errh *errh)
{
	int err;

	*cc = (struct compile_cc){.keep = dir != NULL};
	cc->n_jobs = n_jobs < 1 ? 1 : n_jobs > JOBS_MAX ? JOBS_MAX : n_jobs;
	cc->sources = find_sources();
	if (cc->sources == NULL) {
		errh_warning(errh,
			"--compile: clickd's sources are neither in %s nor where CLICKD_SOURCE "
			"says; the graph runs as it is",
			COMPILE_BUILT_FROM);
		return -ENOENT;
	}
	cc->dir = make_dir(dir);
	if (cc->dir == NULL) {
		err = -errno;
		errh_warning(errh, "--compile: %s: %s; the graph runs as it is",
			dir != NULL ? dir : "temporary directory", strerror(-err));
		compile_cc_fini(cc);
		return err;
	}
	cc->object = mem_printf("%s/graph_%" PRIu64 ".so", cc->dir, generation);
	remove_log(cc->dir);
	return 0;
}

int
compile_cc_write(
	struct compile_cc *cc, const char *file, const struct strbuf *text, struct errh *errh)
{
	char *path = mem_printf("%s/%s", cc->dir, file);
	FILE *f = fopen(path, "we");
	int err = 0;

	errno = 0;
	if (f == NULL || fwrite(strbuf_text(text), 1, text->len, f) != text->len)
		err = errno != 0 ? -errno : -EIO;
	if (f != NULL && fclose(f) != 0 && err == 0)
		err = -errno;
	if (err != 0)
		errh_warning(
			errh, "--compile: %s: %s; the graph runs as it is", path, strerror(-err));
	free(path);
	return err;
}

// ---- running it

// Not clock.h's, which a configuration may simulate.
static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

static const char *
compiler(void)
{
	const char *cc = getenv("CC");

	return cc != NULL && *cc != '\0' ? cc : "cc";
}

static void
add_words(struct strvec *argv, const char *words)
{
	struct strvec v = {0};

	confstr_split_words(words, &v);
	for (size_t i = 0; i < v.n; i++)
		strvec_take(argv, mem_strdup(v.v[i]));
	strvec_fini(&v);
}

// The end is a NULL, as exec wants it.
static void
end_words(struct strvec *argv)
{
	strvec_take(argv, NULL);
}

// Its output goes to DIR/log.
static int
spawn(struct compile_cc *cc, struct strvec *argv, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	char *log = mem_printf("%s/log", cc->dir);
	posix_spawnattr_t attr;
	sigset_t none;
	int err;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_addopen(
		&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	err = posix_spawnp(pid, argv->v[0], &actions, &attr, argv->v, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	free(log);
	return -err;
}

// What the compiler has said, to the first lines.
static void
warn_failed(const struct compile_cc *cc, struct errh *errh)
{
	char *path = mem_printf("%s/log", cc->dir), *text = NULL, *end;
	size_t len;

	if (textfile_read(path, true, &text, &len) != 0)
		text = mem_strdup("");
	end = text;
	for (unsigned i = 0; i < LOG_LINES && end != NULL; i++)
		end = strchr(end + (i > 0), '\n');
	if (end != NULL)
		*end = '\0';
	errh_warning(errh, "--compile: %s failed; the graph runs as it is\n%s", compiler(), text);
	free(text);
	free(path);
}

// Waits for one of the processes and takes it off the list.
static int
wait_one(pid_t *pids, unsigned *n, int64_t deadline, struct errh *errh)
{
	const struct timespec nap = {.tv_nsec = 2 * CLOCK_MS};
	int status;

	for (;;) {
		for (unsigned i = 0; i < *n; i++) {
			if (waitpid(pids[i], &status, WNOHANG) != pids[i])
				continue;
			pids[i] = pids[--*n];
			return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
		}
		if (now_ns() > deadline) {
			errh_warning(
				errh, "--compile: %s takes more than %d s", compiler(), LONGEST_S);
			return -ETIMEDOUT;
		}
		clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
	}
}

static void
kill_all(pid_t *pids, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		kill(-pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}

static void
add_common(const struct compile_cc *cc, struct strvec *argv)
{
	add_words(argv, compiler());
	add_words(argv, COMPILE_FLAGS);
	if (getenv("CFLAGS") != NULL)
		add_words(argv, getenv("CFLAGS"));
	strvec_take(argv, mem_printf("-I%s", cc->sources));
	strvec_take(argv, mem_printf("-I%s", cc->dir));
}

// i == n_classes: the graph itself.
static int
start_one(struct compile_cc *cc, unsigned i, unsigned n_classes, pid_t *pid)
{
	char *name = i < n_classes ? mem_printf("class_%u", i) : mem_strdup("graph");
	struct strvec argv = {0};
	int err;

	add_common(cc, &argv);
	strvec_take(&argv, mem_strdup("-c"));
	strvec_take(&argv, mem_printf("%s/%s.c", cc->dir, name));
	strvec_take(&argv, mem_strdup("-o"));
	strvec_take(&argv, mem_printf("%s/%s.o", cc->dir, name));
	end_words(&argv);
	err = spawn(cc, &argv, pid);
	strvec_fini(&argv);
	free(name);
	return err;
}

static int
start_link(struct compile_cc *cc, unsigned n_classes, pid_t *pid)
{
	struct strvec argv = {0};
	int err;

	add_common(cc, &argv);
	strvec_take(&argv, mem_strdup("-shared"));
	strvec_take(&argv, mem_strdup("-o"));
	strvec_take(&argv, mem_strdup(cc->object));
	strvec_take(&argv, mem_printf("%s/graph.o", cc->dir));
	for (unsigned i = 0; i < n_classes; i++)
		strvec_take(&argv, mem_printf("%s/class_%u.o", cc->dir, i));
	end_words(&argv);
	err = spawn(cc, &argv, pid);
	strvec_fini(&argv);
	return err;
}

static int
compile_all(struct compile_cc *cc, unsigned n_classes, pid_t *pids, unsigned *n_running,
	int64_t deadline, struct errh *errh)
{
	int err = 0;

	// The graph first: it is the longest.
	for (unsigned i = n_classes + 1; err == 0 && i-- > 0;) {
		if (*n_running == cc->n_jobs)
			err = wait_one(pids, n_running, deadline, errh);
		if (err == 0)
			err = start_one(cc, i, n_classes, &pids[*n_running]);
		if (err == 0)
			++*n_running;
	}
	while (err == 0 && *n_running > 0)
		err = wait_one(pids, n_running, deadline, errh);
	if (err == 0)
		err = start_link(cc, n_classes, &pids[0]);
	if (err == 0) {
		*n_running = 1;
		err = wait_one(pids, n_running, deadline, errh);
	}
	return err;
}

int
compile_cc_run(struct compile_cc *cc, unsigned n_classes, struct errh *errh)
{
	int64_t start = now_ns(), deadline = start + LONGEST_S * CLOCK_S;
	pid_t pids[JOBS_MAX];
	unsigned n_running = 0;
	int err = compile_all(cc, n_classes, pids, &n_running, deadline, errh);

	cc->took_ns = now_ns() - start;
	kill_all(pids, n_running);
	if (err == -ENOENT)
		errh_warning(errh,
			"--compile: %s: not found (apt-get install gcc); the graph runs as it is",
			compiler());
	else if (err != 0 && err != -ETIMEDOUT) // which was told
		warn_failed(cc, errh);
	return err;
}
