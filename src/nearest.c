// SPDX-License-Identifier: BSD-3-Clause
#include "src/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <rte_common.h>

enum { LONGEST = 60 };

static bool
same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

// Edit distance without regard to case, two neighbours that changed places counting once
// (Damerau; optimal string alignment). Cut off at `most`.
static unsigned
distance(const char *a, const char *b, unsigned most)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned rows[3][LONGEST + 1], *row = rows[0], *before = rows[1], *oldest = rows[2], *t;

	if (n > LONGEST || m > LONGEST || n > m + most || m > n + most)
		return most + 1;
	for (unsigned j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		t = oldest;
		oldest = before;
		before = row;
		row = t;
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = RTE_MIN(RTE_MIN(before[j] + 1, row[j - 1] + 1),
				before[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = RTE_MIN(row[j], oldest[j - 2] + 1);
		}
	}
	return row[m];
}

void
nearest_try(struct nearest *n, const char *candidate)
{
	unsigned most = strlen(n->name) < 5 ? 1 : 3, d;

	if (n->found != NULL)
		most = n->distance - 1;
	if ((n->found != NULL && n->distance == 0) || strcmp(n->name, candidate) == 0)
		return;
	d = distance(n->name, candidate, most);
	if (d > most)
		return;
	n->found = candidate;
	n->distance = d;
}
