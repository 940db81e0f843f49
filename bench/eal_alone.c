// SPDX-License-Identifier: BSD-3-Clause
// clickd-eal: starts DPDK's environment with the arguments that it is given, says so, and waits
// for the end of its input. No DPDK program can do without it, so bench/start compares with it.

#include <stdlib.h>
#include <unistd.h>

#include <rte_eal.h>

int
main(int argc, char **argv)
{
	static const char ready[] = "ready\n";
	char byte;

	if (rte_eal_init(argc, argv) < 0)
		return EXIT_FAILURE;
	if (write(STDOUT_FILENO, ready, sizeof(ready) - 1) < 0)
		return EXIT_FAILURE;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	rte_eal_cleanup();
	return EXIT_SUCCESS;
}
