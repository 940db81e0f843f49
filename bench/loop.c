// SPDX-License-Identifier: BSD-3-Clause
#include "bench/loop.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "bench/ports.h"

enum { BURST = 32 };

static void
pass(uint16_t from, uint16_t to)
{
	struct rte_mbuf *pkts[BURST];
	uint16_t n = rte_eth_rx_burst(from, 0, pkts, BURST), sent;

	if (n == 0)
		return;
	sent = rte_eth_tx_burst(to, 0, pkts, n);
	rte_pktmbuf_free_bulk(pkts + sent, n - sent);
}

void
loop_run(const struct ports *ports, const atomic_bool *stop)
{
	while (!atomic_load_explicit(stop, memory_order_relaxed)) {
		for (unsigned i = 0; i < ports->n; i++)
			pass(ports->number[i], ports->number[ports->n - 1 - i]);
	}
}
