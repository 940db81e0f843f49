// SPDX-License-Identifier: BSD-3-Clause
// The daemon: options, configuration, EAL, pools, run, and everything undone in reverse order.

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/eal.h"
#include "io/io.h"
#include "src/check_json.h"
#include "src/clock.h"
#include "src/config.h"
#include "src/driver.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/manual.h"
#include "src/manual_style.h"
#include "src/mem.h"
#include "src/options.h"
#include "src/profile.h"
#include "src/report.h"
#include "src/router.h"
#include "src/source.h"
#include "src/startup.h"
#include "src/strbuf.h"

// 0 or -errno.
static int
print_text(const struct strbuf *sb, FILE *to)
{
	errno = 0;
	if (fwrite(strbuf_text(sb), 1, sb->len, to) == sb->len && fflush(to) == 0)
		return 0;
	return errno != 0 ? -errno : -EIO;
}

static int
print_result(const struct strbuf *sb, struct errh *errh)
{
	int err = print_text(sb, stdout);

	return err == 0 ? 0 : errh_error(errh, "standard output: %s", strerror(-err));
}

// -o.
static int
write_flat(const struct options *o, const struct router *r, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	FILE *f;
	int err;

	if (o->output == NULL)
		return 0;
	f = strcmp(o->output, "-") == 0 ? stdout : fopen(o->output, "we");
	if (f == NULL)
		return errh_error(errh, "%s: %s", o->output, strerror(errno));
	router_unparse(r, &sb);
	err = print_text(&sb, f);
	strbuf_fini(&sb);
	if (f != stdout && fclose(f) != 0 && err == 0)
		err = -errno;
	return err == 0 ? 0 : errh_error(errh, "%s: %s", o->output, strerror(-err));
}

// -h and -x, after the run. The status is what -x read, taken as a number or a bool.
static int
read_handlers(const struct options *o, struct router *r, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	int status = 0;

	if (report_handlers(r, &o->handlers, &sb, errh) != 0)
		status = 1;
	if (print_result(&sb, errh) != 0)
		status = 1;
	strbuf_fini(&sb);
	if (o->exit_handler != NULL)
		status = report_exit_status(r, o->exit_handler, errh);
	return status;
}

static void
print_plan(const struct plan *plan, const struct router *r)
{
	struct strbuf sb = STRBUF_INIT;

	report_plan(plan, r, eal_has_hugepages(), &sb);
	print_text(&sb, stderr);
	strbuf_fini(&sb);
}

static void
print_balance(const struct router *r)
{
	struct strbuf sb = STRBUF_INIT;

	report_balance(r, &sb);
	print_text(&sb, stderr);
	strbuf_fini(&sb);
}

static void
print_profile(const struct router *r)
{
	struct strbuf sb = STRBUF_INIT;

	profile_table(r, &sb);
	print_text(&sb, stderr);
	strbuf_fini(&sb);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
print_time(int64_t since_ns)
{
	int64_t centis = (clock_steady() - since_ns + 5 * CLOCK_MS) / (10 * CLOCK_MS);
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%.3fu %.3fs %" PRId64 ":%02" PRId64 ".%02" PRId64 "\n", seconds(usage.ru_utime),
		seconds(usage.ru_stime), centis / 6000, centis / 100 % 60, centis % 100);
	fflush(stdout);
}

static int
run(const struct options *o, struct router **r, bool devices, struct errh *errh)
{
	int64_t start = clock_steady();
	int status = 0, asked;

	driver_catch_signals();
	if (write_flat(o, *r, errh) != 0) {
		io_stop_all();
		return 1;
	}
	if (!o->quit && (*r)->n_elements == 0)
		errh_warning(errh, "%s: configuration has no elements, exiting",
			o->file         ? o->file
			: o->expression ? "config"
					: "<stdin>");
	else if (!o->quit && driver_run(r, errh) != 0)
		status = 1;
	io_stop_all();
	if (o->time)
		print_time(start);
	if (devices)
		print_balance(*r);
	if (o->profile)
		print_profile(*r);
	asked = read_handlers(o, *r, errh);
	return asked != 0 ? asked : status;
}

// From a parsed configuration to the end of its run.
static int
daemon_main(const struct options *o, struct config *config, struct errh *errh)
{
	struct startup startup;
	struct router *r;
	int status = 1;

	startup_init(&startup, o, config);
	r = startup_router(&startup, config, errh);
	source_close_all();
	if (r != NULL) {
		if (startup.devices && !o->as_click)
			print_plan(&startup.plan, r);
		status = run(o, &r, startup.devices && !o->as_click, errh);
	}
	router_destroy(r);
	startup_undo(&startup, errh);
	return status;
}

// ---- --check

static uint64_t
hugepages_for(const struct startup *s)
{
	return s->options->no_huge || !s->devices ? 0 : (plan_bytes(&s->plan) >> 21) + 1;
}

static void
check_text(const struct startup *s, const struct router *r, struct strbuf *out)
{
	struct eal_hugepages pages;
	uint64_t n = hugepages_for(s);

	eal_hugepages(&pages);
	report_plan(&s->plan, r, n > 0, out);
	strbuf_addf(out, "  memory: %.1f MiB", (double)plan_bytes(&s->plan) / (1 << 20));
	if (n > 0)
		strbuf_addf(out, ", %llu hugepages of 2 MiB (%llu are free)", (unsigned long long)n,
			(unsigned long long)(pages.free_2m >> 21));
	strbuf_addc(out, '\n');
}

// Plans a parsed configuration. json NULL: for people.
static int
check_config(const struct options *o, struct config *config, struct check_json *json,
	struct strbuf *out, struct errh *errh)
{
	struct startup startup;
	struct router *r;

	startup_init(&startup, o, config);
	r = startup_router(&startup, config, errh);
	if (r != NULL && json != NULL)
		check_json_plan(json, &startup.plan, r, hugepages_for(&startup));
	else if (r != NULL)
		check_text(&startup, r, out);
	router_destroy(r);
	startup_undo(&startup, errh);
	return r != NULL ? 0 : -EINVAL;
}

static int
check(const struct options *o, struct errh *errh)
{
	struct strbuf out = STRBUF_INIT;
	struct check_json *json = o->json ? check_json_create(errh) : NULL;
	struct config config;
	int err = startup_read(o, &config, errh), printed;

	if (err == 0)
		err = check_config(o, &config, json, &out, errh);
	config_fini(&config);
	source_close_all();
	if (json != NULL)
		check_json_finish(json, errh, &out);
	errh_init_stderr(errh);
	printed = print_result(&out, errh);
	strbuf_fini(&out);
	return err != 0 || printed != 0;
}

static int
write_text(const char *dir, const char *file, const struct strbuf *sb, struct errh *errh)
{
	char *path = mem_printf("%s/%s", dir, file);
	FILE *f = fopen(path, "we");
	int err = f == NULL ? -errno : print_text(sb, f);

	if (f != NULL && fclose(f) != 0 && err == 0)
		err = -errno;
	if (err != 0)
		errh_error(errh, "%s: %s", path, strerror(-err));
	free(path);
	return err;
}

static int
write_manual(const char *dir, struct errh *errh)
{
	const struct element_class *class;
	struct strbuf sb = STRBUF_INIT;
	char *pages = mem_printf("%s/man7", dir), *name;
	int err;

	manual_reference(&sb);
	err = write_text(dir, "elements.md", &sb, errh);
	if (err == 0 && mkdir(pages, 0777) != 0 && errno != EEXIST)
		err = errh_error(errh, "%s: %s", pages, strerror(errno));
	for (size_t i = 0; err == 0 && (class = element_class_at(i)) != NULL; i++) {
		strbuf_clear(&sb);
		manual_page(class, &manual_troff, &sb);
		name = mem_printf("%s.7clickd", class->name);
		err = write_text(pages, name, &sb, errh);
		free(name);
	}
	free(pages);
	strbuf_fini(&sb);
	return err != 0;
}

static int
show(const struct options *o, const char *program, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	int status = 0;

	if (o->show_version)
		strbuf_adds(&sb, "clickd " CLICKD_VERSION "\n");
	else if (o->help_element != NULL)
		status = manual_element(o->help_element, &sb) != 0;
	else if (o->list_elements)
		manual_list(&sb);
	else
		options_usage(program, &sb);
	if (status != 0)
		print_text(&sb, stderr);
	else if (print_result(&sb, errh) != 0)
		status = 1;
	strbuf_fini(&sb);
	return status;
}

static int
main_with(const struct options *o, const char *program, struct errh *errh)
{
	struct config config;
	int status = 1;

	if (o->show_version || o->show_help || o->help_element != NULL || o->list_elements)
		return show(o, program, errh);
	if (o->manual_dir != NULL)
		return write_manual(o->manual_dir, errh);
	errh->no_warnings = o->no_warnings;
	if (o->check)
		return check(o, errh);
	if (startup_read(o, &config, errh) == 0)
		status = daemon_main(o, &config, errh);
	config_fini(&config);
	source_close_all();
	return status;
}

// Scripts see Click's own messages; people are also shown where and how.
static void
setup_messages(const struct options *o, struct errh *errh)
{
	bool is_terminal = isatty(STDERR_FILENO) == 1;

	if (is_terminal)
		errh_show_places(errh);
	else if (!o->as_click)
		errh_show_hints(errh);
}

// random() is what elements draw ports and the like from: nobody outside shall know its numbers.
static void
seed_random(void)
{
	unsigned seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		srandom(seed);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct errh errh;
	int status = 1;

	seed_random();
	errh_init_stderr(&errh);
	if (options_parse(&options, argc, argv, &errh) == 0) {
		setup_messages(&options, &errh);
		status = main_with(&options, argv[0], &errh);
	}
	options_fini(&options);
	return status;
}
