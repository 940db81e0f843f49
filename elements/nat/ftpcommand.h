// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The PORT command of FTP (RFC 959): `PORT h1,h2,h3,h4,p1,p2`, the address and port where the
// client waits for data.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FTP_PORT_TEXT_MAX = sizeof("255,255,255,255,255,255") };

struct ftp_port {
	uint32_t addr; // network order
	uint16_t port; // network order
	uint32_t start, len; // of the numbers in the text
};

// Whether n bytes begin with the command, up to and with its line end.
bool ftp_port_parse(struct ftp_port *command, const uint8_t *bytes, size_t n);
// Writes the numbers; returns how many bytes that are.
uint32_t ftp_port_write(char text[FTP_PORT_TEXT_MAX], uint32_t addr, uint16_t port);
