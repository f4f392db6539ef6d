/* SPDX-License-Identifier: MIT */
/* Clauses 2.1, 2.2 and 2.5: children, threads, and what these make in turn. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2001
#define ROUNDS 6

/* Opens the inherited watch; refused() where the kernel has none. */
static int open_inherited(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true };
	cpu_set_t one;
	int descriptor;

	family_start();
	descriptor = family_open(&watch);
	/* On one processor parent and child switch with each other: that the contexts are exchanged is no chance. */
	if (trigger == UPROBE) {
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		if (sched_setaffinity(0, sizeof(one), &one))
			broken("sched_setaffinity", errno);
	}
	return descriptor;
}

/*
 * The parent stands by while its child hits, and then shows that it is armed itself. In several rounds:
 * whether the kernel exchanges the events of parent and child depends on who runs in between.
 */
static void fork_propagates(void)
{
	int descriptor = open_inherited();

	for (int round = 1; round <= ROUNDS; round++) {
		char role[32];
		pid_t child;

		family_join("parent, standing by");
		child = family_fork_armed();
		if (!child) {
			snprintf(role, sizeof(role), "child %d", round);
			family_child(role, 5);
		}
		family_collect(child);
		family_hits(family_join("parent"), 2);
	}
	family_record(descriptor);
}
PROBE("2.1", fork_propagates);

static void threads_propagate(void)
{
	int descriptor = open_inherited();

	for (int round = 1; round <= ROUNDS; round++) {
		char role[32];
		const struct family_thread thread = { .role = role, .count = 5 };

		snprintf(role, sizeof(role), "thread %d", round);
		family_join("parent, standing by");
		family_thread(&thread);
		family_hits(family_join("parent"), 2);
	}
	family_record(descriptor);
}
PROBE("2.2", threads_propagate);

static void fork_from_thread(void)
{
	pid_t child;

	family_keep_apart();
	child = family_fork();
	if (!child)
		family_child("child of thread", 4);
	family_collect(child);
}

static void thread_from_thread(void)
{
	static const struct family_thread thread = { .role = "thread of thread", .count = 6 };

	family_keep_apart();
	family_thread(&thread);
}

/* A child that makes a child and a thread of its own before it hits. */
static _Noreturn void child_with_offspring(void)
{
	static const struct family_thread thread = { .role = "thread of child", .count = 3 };
	pid_t grandchild;

	family_keep_apart();
	grandchild = family_fork();
	if (!grandchild) {
		pid_t great_grandchild;

		family_keep_apart();
		great_grandchild = family_fork();
		if (!great_grandchild)
			family_child("great-grandchild", 7);
		family_collect(great_grandchild);
		family_child("grandchild", 2);
	}
	family_collect(grandchild);
	family_thread(&thread);
	family_child("child", 5);
}

static void generations_propagate(void)
{
	static const struct family_thread forking = { .role = "thread", .count = 3, .then = fork_from_thread };
	static const struct family_thread threading = { .role = "second thread", .count = 2, .then = thread_from_thread };
	int descriptor = open_inherited();
	pid_t child;

	family_keep_apart();
	child = family_fork();
	if (!child)
		child_with_offspring();
	family_collect(child);
	family_thread(&forking);
	family_thread(&threading);
	family_hits(family_join("parent"), 2);
	family_record(descriptor);
}
PROBE("2.5", generations_propagate);
