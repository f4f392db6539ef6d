/* SPDX-License-Identifier: MIT */
/* Clause 2.8: enable, disable and modify on the parent's descriptor reach the children that are there. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "family.h"
#include "probe.h"

#define SIG_DATA 0x2008
#define MODIFIED_DATA 0x2088
/* Away from the old address by more than a debug register's reach. */
#define MODIFIED_OFFSET 64
#define MODIFIED_LENGTH 4
#define PHASES 5

static const char *const phases[PHASES] = { "opened disabled", "enabled", "disabled", "modified, old address",
					    "modified, new address" };
static int last_phase;

/* Makes the hits of a phase in the calling task. */
static void hit_in_phase(const char *who, int phase, int count)
{
	uint64_t target = (uintptr_t)trap_target;
	char role[32];

	snprintf(role, sizeof(role), "%s, %s", who, phases[phase]);
	/* The last byte of the new length: a child that kept the old one is silent. */
	if (phase == 4)
		target += MODIFIED_OFFSET + MODIFIED_LENGTH - 1;
	family_hits_at(family_join(role), target, count);
}

/* One after the other within a phase: under page-fault a thread's refresh would take another's page away. */
static void follow(const char *who, int place)
{
	for (int phase = 0; phase <= last_phase; phase++) {
		gate_await(GATE_PARENT, phase * 3 + place);
		hit_in_phase(who, phase, 2 + place);
		gate_raise(GATE_CHILDREN);
	}
}

static void *thread(void *unused)
{
	(void)unused;
	follow("thread", 1);
	return NULL;
}

static int modify(int descriptor)
{
	const struct watch watch = { .address = (uintptr_t)trap_target + MODIFIED_OFFSET,
				     .type = HW_BREAKPOINT_RW,
				     .length = MODIFIED_LENGTH,
				     .data = MODIFIED_DATA,
				     .inherit = true };
	struct perf_event_attr attribute;

	trap_attribute(&watch, &attribute);
	return ioctl(descriptor, PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &attribute) ? errno : 0;
}

/* Brings the event into the state of a phase; an errno, 0 when it went well. */
static int enter_phase(int descriptor, int phase)
{
	switch (phase) {
	case 1:
		return -trap_enable(descriptor);
	case 2:
		return -trap_disable(descriptor);
	case 3:
		return modify(descriptor);
	}
	return 0;
}

static void control_reaches_children(void)
{
	const struct watch watch = { .data = SIG_DATA, .inherit = true, .disabled = true };
	struct record record;
	pthread_t handle;
	pid_t child;
	int descriptor, error;

	/* Only the debug registers have something to modify. */
	last_phase = trigger == HW_BREAKPOINT ? PHASES - 1 : 2;
	family_start();
	descriptor = family_open(&watch);
	if (trigger != HW_BREAKPOINT)
		record_left_out("modify", "only a breakpoint event has attributes that can be modified");
	family_keep_apart();
	child = family_fork();
	if (!child) {
		follow("child", 2);
		_exit(0);
	}
	if (pthread_create(&handle, NULL, thread, NULL))
		broken("pthread_create", errno);
	for (int phase = 0; phase <= last_phase; phase++) {
		error = enter_phase(descriptor, phase);
		record_begin(&record, "phase");
		record_text(&record, "phase", phases[phase]);
		record_number(&record, "errno", error);
		record_end(&record);
		for (int task = 0; task < 2; task++) {
			gate_raise(GATE_PARENT);
			gate_await(GATE_CHILDREN, phase * 2 + task + 1);
		}
		hit_in_phase("parent", phase, 1);
		gate_raise(GATE_PARENT);
	}
	pthread_join(handle, NULL);
	family_collect(child);
	family_record(descriptor);
}
PROBE("2.8", control_reaches_children);
