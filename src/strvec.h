// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stddef.h>

// A list of strings that it owns. Start with struct strvec v = {0}, end with strvec_fini().
struct strvec {
	char **v; // owned, as is each string
	size_t n;
	size_t cap;
};

void strvec_fini(struct strvec *v);
void strvec_add(struct strvec *v, const char *text); // copies
void strvec_take(struct strvec *v, char *text); // owns text from now on
void strvec_insert(struct strvec *v, size_t at, const char *text);
void strvec_remove(struct strvec *v, size_t at);
void strvec_copy(struct strvec *to, const struct strvec *from); // to must be empty
