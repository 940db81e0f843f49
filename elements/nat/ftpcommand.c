// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/ftpcommand.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NUMBERS = 6 };

// A number of up to three digits from *at on.
static bool
read_number(const uint8_t *bytes, size_t n, size_t *at, uint8_t *number)
{
	unsigned v = 0;
	size_t i = *at;

	for (; i < n && i - *at < 3 && bytes[i] >= '0' && bytes[i] <= '9'; i++)
		v = v * 10 + (bytes[i] - '0');
	if (i == *at || v > UINT8_MAX)
		return false;
	*at = i;
	*number = (uint8_t)v;
	return true;
}

bool
ftp_port_parse(struct ftp_port *command, const uint8_t *bytes, size_t n)
{
	uint8_t numbers[NUMBERS];
	size_t at = strlen("PORT ");

	if (n <= at || strncasecmp((const char *)bytes, "PORT ", at) != 0)
		return false;
	while (at < n && bytes[at] == ' ')
		at++;
	command->start = (uint32_t)at;
	for (unsigned i = 0; i < NUMBERS; i++) {
		if (i > 0 && (at >= n || bytes[at++] != ','))
			return false;
		if (!read_number(bytes, n, &at, &numbers[i]))
			return false;
	}
	if (at >= n || (bytes[at] != '\r' && bytes[at] != '\n'))
		return false;
	command->len = (uint32_t)at - command->start;
	memcpy(&command->addr, numbers, sizeof(command->addr));
	memcpy(&command->port, numbers + sizeof(command->addr), sizeof(command->port));
	return true;
}

uint32_t
ftp_port_write(char text[FTP_PORT_TEXT_MAX], uint32_t addr, uint16_t port)
{
	uint8_t numbers[NUMBERS];
	int len;

	memcpy(numbers, &addr, sizeof(addr));
	memcpy(numbers + sizeof(addr), &port, sizeof(port));
	len = snprintf(text, FTP_PORT_TEXT_MAX, "%u,%u,%u,%u,%u,%u", numbers[0], numbers[1],
		numbers[2], numbers[3], numbers[4], numbers[5]);
	return (uint32_t)len;
}
