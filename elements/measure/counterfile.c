// SPDX-License-Identifier: BSD-3-Clause
// CounterFile: counts packets and bytes in a file that other programs can map.

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/element.h"
#include "src/strbuf.h"

// What the file holds, in this machine's byte order.
struct counts {
	_Atomic uint64_t n_packets;
	uint64_t reserved;
	_Atomic uint64_t n_bytes;
	uint64_t reserved2;
};

static_assert(offsetof(struct counts, n_bytes) == 16, "as readers of the file expect");

struct counterfile {
	struct element element;
	struct filename filename;
	bool batch_precise;
	struct counts *counts; // mapped; NULL: not yet
};

static void
count_batch(const struct counterfile *e, const struct batch *b)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < b->n; i++)
		bytes += packet_length(b->pkt[i]);
	atomic_fetch_add_explicit(&e->counts->n_packets, b->n, memory_order_relaxed);
	atomic_fetch_add_explicit(&e->counts->n_bytes, bytes, memory_order_relaxed);
}

static void
counterfile_push(struct element *base, unsigned port, struct batch *b)
{
	const struct counterfile *e = (struct counterfile *)base;
	struct batch one;

	(void)port;
	if (likely(!e->batch_precise)) {
		count_batch(e, b);
		element_push(base, 0, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		batch_one(&one, b->pkt[i]);
		count_batch(e, &one);
		element_push(base, 0, &one);
	}
}

static void
counterfile_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	const struct counterfile *e = (struct counterfile *)base;

	(void)port;
	element_pull(base, 0, b, e->batch_precise ? 1 : max);
	if (b->n > 0)
		count_batch(e, b);
}

// ---- life

// The file is at least as long as what we map; what others have behind it stays.
static int
make_room(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size < (off_t)sizeof(struct counts) && ftruncate(fd, sizeof(struct counts)) < 0)
		return -errno;
	return 0;
}

static int
counterfile_initialize(struct element *base, struct errh *errh)
{
	struct counterfile *e = (struct counterfile *)base;
	int fd = open(e->filename.text, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	void *map = MAP_FAILED;
	int err = fd < 0 ? -errno : make_room(fd);

	if (err == 0) {
		map = mmap(NULL, sizeof(*e->counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		err = map == MAP_FAILED ? -errno : 0;
	}
	if (fd >= 0)
		close(fd);
	if (err != 0)
		return errh_error(errh, "%s: %s", e->filename.text, strerror(-err));
	e->counts = map;
	return 0;
}

static void
counterfile_cleanup(struct element *base)
{
	struct counterfile *e = (struct counterfile *)base;

	if (e->counts != NULL)
		munmap(e->counts, sizeof(*e->counts));
}

// ---- tables

static int
read_count(const struct handler_read *call)
{
	const struct counts *counts = ((struct counterfile *)call->element)->counts;

	strbuf_addf(call->out, "%" PRIu64,
		atomic_load(call->row->number ? &counts->n_bytes : &counts->n_packets));
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct counts *counts = ((struct counterfile *)call->element)->counts;

	atomic_store(&counts->n_packets, 0);
	atomic_store(&counts->n_bytes, 0);
	return 0;
}

static const struct arg counterfile_args[] = {
	ARG(counterfile, filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; what it counted before is counted on"),
	ARG(counterfile, batch_precise, "BATCH_PRECISE", ARG_KEYWORD, .def = "false",
		.help = "true: packets go on one at a time, each of them counted before"),
	ARGS_END,
};

static const struct handler counterfile_handlers[] = {
	{.name = "count", .read = read_count, .flags = HANDLER_LIVE, .help = "packets"},
	{.name = "byte_count",
		.read = read_count,
		.flags = HANDLER_LIVE,
		.number = 1,
		.help = "bytes"},
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "sets the counts to 0"},
	{.name = "reset_counts",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "same as reset"},
	HANDLERS_END,
};

static const struct element_class counterfile_class = {
	.name = "CounterFile",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct counterfile),
	.push = counterfile_push,
	.pull = counterfile_pull,
	.initialize = counterfile_initialize,
	.cleanup = counterfile_cleanup,
	.args = counterfile_args,
	.handlers = counterfile_handlers,
	.group = "measure",
	.brief = "counts packets and bytes in a file that other programs can map",
	.manual =
		"The file is 32 bytes long: the number of packets at 0 and that of bytes at 16, 64\n"
		"bits each in this machine's byte order. All lcores, and all programs that map the\n"
		"file, add to the same numbers, and they outlive the program: write `reset` to begin\n"
		"anew.",
	.example = "InfiniteSource(LIMIT 5) -> CounterFile(/tmp/count) -> Discard;",
};
ELEMENT_CLASS(counterfile_class)
