/* SPDX-License-Identifier: MIT */
/* Clause 2.10: exec takes the registers from the task that execs, and from no other. */
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "clones.h"
#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2010
#define IMAGE_HITS 3

static void exec_removes(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true };
	struct record record;
	int descriptor, status;
	pid_t child;

	family_start();
	descriptor = family_open(&watch);
	family_keep_apart();
	child = family_fork();
	if (!child) {
		/* Armed until then: what exec removes was there. */
		family_hits(family_join("child before exec"), 2);
		exec_as("2.10-image");
	}
	status = family_collect(child);
	record_begin(&record, "spawned");
	record_number(&record, "process", child);
	record_number(&record, "status", status);
	record_end(&record);
	family_hits(family_join("parent"), 2);
	family_record(descriptor);
}
PROBE("2.10", exec_removes);

/*
 * The new image: the same program, so the same addresses, and SIGTRAP at its default. One that is
 * still armed is ended by it before it can record anything.
 */
static void new_image(void)
{
	const struct timespec none = { 0 };
	struct record record;
	int completed = 0, pending = 0;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTRAP);
	/* What the old image had pending is no hit of the new one; posix_spawn's children run with all signals blocked. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (sigtimedwait(&set, NULL, &none) > 0)
		pending++;
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	for (int i = 0; i < IMAGE_HITS; i++)
		completed += (trap_hit((uint64_t)i) & SITE_AFTER) != 0;
	record_begin(&record, "image");
	record_number(&record, "process", getpid());
	record_number(&record, "made", IMAGE_HITS);
	record_number(&record, "completed", completed);
	record_number(&record, "pendingAtStart", pending);
	record_end(&record);
}
PROBE("2.10-image", new_image);
