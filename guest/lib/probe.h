/* SPDX-License-Identifier: MIT */
/* How a probe is declared: `PROBE("4.1", function)` in any file under probes/. It observes and never judges. */
#ifndef TRAPLINE_PROBE_H
#define TRAPLINE_PROBE_H

#include "record.h"
#include "trap.h"

struct probe {
	const char *clause;
	void (*run)(void);
};

#define PROBE_NAME2(line) probe_entry_##line
#define PROBE_NAME(line) PROBE_NAME2(line)
/* The linker collects the entries; main() looks the clause up among them. */
#define PROBE(number, function)                                                                    \
	static const struct probe PROBE_NAME(__LINE__)                                             \
		__attribute__((used, section("probes"), aligned(sizeof(void *)))) = { number, function }

#endif
