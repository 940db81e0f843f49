// SPDX-License-Identifier: BSD-3-Clause
#include "bench/ports.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "io/eal.h"
#include "src/errh.h"
#include "src/mem.h"

enum { POLL_MS = 2, DESC_MAX = 32768 };

bool
ports_spec_shares_memory(const char *spec)
{
	return strncmp(spec, "net_virtio_user", 15) == 0 || strstr(spec, "zero-copy=yes") != NULL;
}

// "net_memif0,socket=...": loads net_memif. Where the file has another name than the device
// (net_virtio_user lives in net_virtio), and for physical devices, all of them.
static void
load_driver(const char *spec)
{
	size_t len = strcspn(spec, ",");
	char *name;

	while (len > 0 && isdigit((unsigned char)spec[len - 1]))
		len--;
	name = mem_strndup(spec, len);
	if (strncmp(name, "net_", 4) != 0 || eal_load_driver(name) != 0)
		eal_load_all_net_drivers();
	free(name);
}

static int
probe(const char *spec, uint16_t *number, struct errh *errh)
{
	char *name = mem_strndup(spec, strcspn(spec, ","));
	int err;

	load_driver(spec);
	err = rte_dev_probe(spec);
	// EAL may report success for a device whose driver gave up.
	if (err == 0 && rte_eth_dev_get_port_by_name(name, number) != 0)
		err = -ENODEV;
	free(name);
	return err == 0 ? 0 : errh_error(errh, "%s: cannot be opened: %s", spec, strerror(-err));
}

static int
start(uint16_t number, unsigned n_desc, struct rte_mempool *pool)
{
	uint16_t n_rx = (uint16_t)RTE_MIN(n_desc, (unsigned)DESC_MAX), n_tx = n_rx;
	int node = rte_eth_dev_socket_id(number), err;
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info info;

	// A peer that comes back after it was gone is only noticed by those who listen for that.
	if (rte_eth_dev_info_get(number, &info) == 0)
		conf.intr_conf.lsc = (*info.dev_flags & RTE_ETH_DEV_INTR_LSC) != 0;
	err = rte_eth_dev_configure(number, 1, 1, &conf);
	if (err == 0)
		err = rte_eth_dev_adjust_nb_rx_tx_desc(number, &n_rx, &n_tx);
	if (err == 0)
		err = rte_eth_rx_queue_setup(number, 0, n_rx, (unsigned)node, NULL, pool);
	if (err == 0)
		err = rte_eth_tx_queue_setup(number, 0, n_tx, (unsigned)node, NULL);
	if (err == 0)
		err = rte_eth_dev_start(number);
	if (err == 0)
		rte_eth_promiscuous_enable(number); // where it is not supported it is not needed
	return err;
}

int
ports_open(struct ports *p, const char *const *specs, unsigned n, unsigned n_desc,
	struct rte_mempool *pool, struct errh *errh)
{
	int err;

	*p = (struct ports){.pool = pool};
	for (unsigned i = 0; i < n; i++) {
		if (probe(specs[i], &p->number[i], errh) != 0)
			return -EINVAL;
		p->spec[i] = specs[i];
		p->n++;
		err = start(p->number[i], n_desc, pool);
		if (err != 0)
			return errh_error(errh, "%s: does not start: %s%s", specs[i],
				strerror(-err),
				strstr(specs[i], "role=client") != NULL
					? "\na memif client needs its server first"
					: "");
	}
	return 0;
}

static bool
all_up(const struct ports *p)
{
	struct rte_eth_link link;

	for (unsigned i = 0; i < p->n; i++) {
		if (rte_eth_link_get_nowait(p->number[i], &link) != 0 || !link.link_status)
			return false;
	}
	return true;
}

int
ports_wait_link(const struct ports *p, unsigned timeout_ms, struct errh *errh)
{
	struct timespec sleep = {.tv_nsec = POLL_MS * 1000000};

	for (unsigned waited = 0; !all_up(p); waited += POLL_MS) {
		if (waited >= timeout_ms) {
			errh_error(errh, "no link after %u ms", timeout_ms);
			return -ETIMEDOUT;
		}
		clock_nanosleep(CLOCK_MONOTONIC, 0, &sleep, NULL);
	}
	return 0;
}

void
ports_close(struct ports *p)
{
	for (unsigned i = 0; i < p->n; i++) {
		rte_eth_dev_stop(p->number[i]);
		rte_eth_dev_close(p->number[i]);
	}
	p->n = 0;
}

uint64_t
ports_missed(const struct ports *p)
{
	struct rte_eth_stats s;
	uint64_t n = 0;

	for (unsigned i = 0; i < p->n; i++) {
		if (rte_eth_stats_get(p->number[i], &s) == 0)
			n += s.imissed + s.rx_nombuf;
	}
	return n;
}
