// SPDX-License-Identifier: BSD-3-Clause
#include "elements/device/method.h"

#include <errno.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/errh.h"

int
method_check(const char *method, struct errh *errh)
{
	static const char *const others[] = {"NETMAP", "LINUX", "DEVBPF", "PCAPFD"};

	if (strcasecmp(method, "PCAP") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcasecmp(method, others[i]) == 0)
			return errh_error(
				errh, "bad METHOD: %s is not supported, only PCAP", others[i]);
	}
	return errh_error(errh, "bad METHOD");
}

int
method_block_kernel(const char *interface, bool block)
{
	const char *argv[] = {
		"iptables", block ? "-A" : "-D", "INPUT", "-i", interface, "-j", "DROP", NULL};
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
		return -ENOENT;
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return -EPERM;
	return 0;
}
