// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/md5.h"

#include <string.h>

#include <openssl/evp.h>

void
md5_digest(const void *bytes, size_t n, uint8_t digest[MD5_SIZE])
{
	// Not to be had where policy forbids it.
	if (EVP_Digest(bytes, n, digest, NULL, EVP_md5(), NULL) != 1)
		memset(digest, 0, MD5_SIZE);
}
