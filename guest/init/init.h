/* SPDX-License-Identifier: MIT */
#ifndef TRAPLINE_INIT_H
#define TRAPLINE_INIT_H

#include "../lib/record.h"

/* One line of the plan. */
struct step {
	int number;
	int limit_ms; /* 0: none */
	char clause[16], trigger[32], mechanism[32];
};

/* The device on which records go out. */
extern int channel;

void run_probe(const struct step *step);
void run_exec(const struct step *step);

#endif
