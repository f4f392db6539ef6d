/* SPDX-License-Identifier: MIT */
/* Clauses 2.3 and 2.11: the other ways to make a task, and the one flag that stops the inheritance. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "clones.h"
#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2003
#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ull /* include/uapi/linux/sched.h */
#endif

static void record_way(const char *way, pid_t result)
{
	struct record record;

	record_begin(&record, "way");
	record_text(&record, "way", way);
	record_number(&record, "errno", result < 0 ? -result : 0);
	record_end(&record);
}

/* Keeps what became of the call, and of the child. */
static void finish(const char *way, pid_t result)
{
	record_way(way, result);
	if (result > 0)
		family_collect(result);
}

static void vfork_child(void)
{
	pid_t child = vfork();

	/* On the parent's stack, while the parent stands still: calls are safe, returning is not. */
	if (!child)
		family_child("vfork", 3);
	finish("vfork", child < 0 ? -errno : child);
}

static void clone_vm_child(void)
{
	family_child("clone with CLONE_VM", 4);
}

static void spawn_child(void)
{
	family_child("clone as posix_spawn does", 5);
}

static void clones_propagate(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true };
	struct record record;
	int descriptor, status;
	pid_t child;

	family_start();
	descriptor = family_open(&watch);
	family_keep_apart();
	vfork_child();
	finish("clone with CLONE_VM", clone_on_stack(CLONE_VM, clone_vm_child));
	finish("clone as posix_spawn does", clone_on_stack(CLONE_VM | CLONE_VFORK, spawn_child));
	child = clone3_as_fork(0);
	if (!child)
		family_child("clone3", 6);
	finish("clone3", child);

	/* posix_spawn itself has no moment for a hit before exec; what comes after is a new image. */
	child = spawn_as("2.10-image");
	record_way("posix_spawn", child);
	if (child > 0) {
		status = family_collect(child);
		record_begin(&record, "spawned");
		record_number(&record, "process", child);
		record_number(&record, "status", status);
		record_end(&record);
	}
	family_hits(family_join("parent"), 2);
	family_record(descriptor);
}
PROBE("2.3", clones_propagate);

/*
 * In the child every handler is back at its default: had it inherited, its hits would end it by
 * SIGTRAP. A clone3 without the flag beside it shows that it is the flag.
 */
static void cleared_handlers(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true };
	int descriptor;
	pid_t child;

	family_start();
	descriptor = family_open(&watch);
	family_keep_apart();
	child = clone3_as_fork(CLONE_CLEAR_SIGHAND);
	if (!child)
		family_child("child without handlers", 3);
	if (child < 0)
		refused("clone3(CLONE_CLEAR_SIGHAND)", -child);
	family_collect(child);
	child = clone3_as_fork(0);
	if (!child)
		family_child("child", 4);
	if (child < 0)
		refused("clone3", -child);
	family_collect(child);
	family_hits(family_join("parent"), 2);
	family_record(descriptor);
}
PROBE("2.11", cleared_handlers);
