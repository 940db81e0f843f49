// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What came of a trial, as an object of JSON.

struct strbuf;
struct trial;
struct trial_result;

void result_add(const struct trial *t, const struct trial_result *r, struct strbuf *out);
