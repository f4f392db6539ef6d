/* SPDX-License-Identifier: MIT */
/*
 * Clause 2.7: the task that opened the event ends first. The descriptor lives on in the child, as
 * fork leaves it: closing its last copy would end the whole family's events (perf_event_release_kernel).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2007

static const struct watch watch = { .data = SIG_DATA, .inherit = true };

/* Outlives its parent; hits before and after, and has a child of its own after. */
static _Noreturn void orphan(int descriptor, pid_t parent)
{
	pid_t late;

	family_hits(family_join("child, parent alive"), 2);
	gate_raise(GATE_CHILDREN);
	while (getppid() == parent)
		usleep(1000);
	family_hits(family_join("child, parent gone"), 5);
	family_keep_apart();
	late = family_fork();
	if (!late)
		family_child("grandchild born after", 3);
	family_collect(late);
	/* Only the orphan has the descriptor still. */
	family_record(descriptor);
	_exit(0);
}

static _Noreturn void opener(void)
{
	int descriptor = family_open(&watch);
	pid_t self = getpid(), child;

	family_keep_apart();
	family_hits(family_join("opener"), 1);
	child = family_fork();
	if (!child)
		orphan(descriptor, self);
	gate_await(GATE_CHILDREN, 1);
	_exit(0);
}

static void parent_exits_first(void)
{
	struct record record;
	int descriptor, status = -1, orphan_status = -1;
	pid_t child, other;

	family_start();
	/* Refused here, before there is a family to explain it to. */
	descriptor = family_open(&watch);
	trap_close(descriptor);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		broken("prctl(PR_SET_CHILD_SUBREAPER)", errno);
	child = family_fork();
	if (!child)
		opener();
	waitpid(child, &status, 0);
	other = waitpid(-1, &orphan_status, 0);
	record_begin(&record, "orphan");
	record_number(&record, "openerStatus", status);
	record_boolean(&record, "adopted", other > 0);
	record_number(&record, "orphanStatus", orphan_status);
	record_end(&record);
}
PROBE("2.7", parent_exits_first);
