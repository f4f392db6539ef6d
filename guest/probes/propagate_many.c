/* SPDX-License-Identifier: MIT */
/* Clause 2.6: many children at once, each with a number of hits of its own. */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2006
#define CHILDREN 64

static _Noreturn void child(int number)
{
	struct member *member;
	char role[32];

	snprintf(role, sizeof(role), "child %d", number);
	member = family_join(role);
	gate_raise(GATE_CHILDREN);
	gate_await(GATE_PARENT, 1);
	/*
	 * Unequal numbers: hits that are credited to a sibling do not cancel out. Fewer under uprobe, where
	 * each hit asks the events of all 65 tasks.
	 */
	family_hits(member, trigger == UPROBE ? 2 + number % 8 : 10 + number % 16);
	_exit(0);
}

static void many_children(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true };
	pid_t children[CHILDREN];
	int descriptor;

	family_start();
	descriptor = family_open(&watch);
	family_keep_apart();
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = family_fork();
		if (!children[i])
			child(i);
	}
	gate_await(GATE_CHILDREN, CHILDREN);
	gate_raise(GATE_PARENT);
	family_hits(family_join("parent"), 10);
	for (int i = 0; i < CHILDREN; i++)
		family_collect(children[i]);
	family_record(descriptor);
}
PROBE("2.6", many_children);
