/* SPDX-License-Identifier: MIT */
/*
 * Clause 2.4: four watches of different types and lengths in one parent, each as it was in the child.
 * The child makes each access that tells them apart, and says which watch answered by its sig_data.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"
#include "probe.h"

#define WATCHES 4
/* Apart by more than a debug register's reach; QEMU's x86 is exact only from 64 bytes on. */
#define DISTANCE 64
#define SIG_DATA 0x2400

static volatile int stops[WATCHES], strangers;
static volatile uint64_t last_pc;

static void on_stop(struct stop *stop)
{
	uint64_t number = perf_signal_data(&stop->info) - SIG_DATA;
	uint64_t pc = stop->registers.pc;

	if (number < WATCHES)
		stops[number]++;
	else
		strangers++;
	last_pc = pc;
	if (trigger != HW_BREAKPOINT)
		return;
	/* Traps that come before their instruction would come again for ever. */
	if (pc == (uintptr_t)site_store_instruction)
		stop->registers.pc = (uintptr_t)site_store_next;
	else if (pc == (uintptr_t)site_load_instruction)
		stop->registers.pc = (uintptr_t)site_load_next;
	else if (pc == (uintptr_t)site_execute_instruction)
		stop->registers.pc = (uintptr_t)site_execute_next;
	else
		return;
	stop->changed = true;
}

/* Makes one access in the child and records whose stops it brought. */
static void record_access(int round, int number, const struct watch *watch, const char *access, uint64_t address)
{
	int64_t answered[WATCHES];
	struct record record;
	unsigned long result;

	for (int i = 0; i < WATCHES; i++)
		stops[i] = 0;
	trap_progress();
	if (access[0] == 'l')
		site_load((volatile void *)(uintptr_t)address, &result);
	else if (access[0] == 's')
		site_store((volatile void *)(uintptr_t)address, 1);
	else
		site_execute();
	for (int i = 0; i < WATCHES; i++)
		answered[i] = stops[i];
	record_begin(&record, "access");
	record_number(&record, "round", round);
	record_number(&record, "watch", number);
	record_number(&record, "type", watch->type);
	record_number(&record, "length", watch->length);
	record_text(&record, "access", access);
	record_numbers(&record, "answered", answered, WATCHES);
	record_end(&record);
}

static void access_all(int round, const struct watch *watches)
{
	for (int i = 0; i < WATCHES; i++) {
		const struct watch *watch = &watches[i];
		uint64_t end = watch->address + watch->length;

		/* A uprobe event is told apart by its place alone. */
		if (trigger == UPROBE ? watch->address == (uintptr_t)site_execute_instruction :
					watch->type == HW_BREAKPOINT_X) {
			record_access(round, i, watch, "execute", 0);
		} else if (trigger == UPROBE) {
			record_access(round, i, watch,
				      watch->address == (uintptr_t)site_load_instruction ? "load" : "store",
				      (uintptr_t)trap_target);
		} else {
			record_access(round, i, watch, "store to the first byte", watch->address);
			record_access(round, i, watch, "store to the last byte", end - 1);
			record_access(round, i, watch, "store behind", end);
			record_access(round, i, watch, "load of the last byte", end - 1);
		}
	}
}

/* Opens the four, lets a child try them, closes them. */
static void try_round(int round, struct watch *watches)
{
	int descriptors[WATCHES], status = -1;
	int64_t counts[WATCHES];
	struct record record;
	pid_t child;

	for (int i = 0; i < WATCHES; i++) {
		watches[i].data = SIG_DATA + (uint64_t)i;
		watches[i].inherit = true;
		descriptors[i] = trap_open(&watches[i]);
		/* Reading alone cannot be watched everywhere: then both. */
		if (descriptors[i] == -EINVAL && watches[i].type == HW_BREAKPOINT_R) {
			watches[i].type = HW_BREAKPOINT_RW;
			descriptors[i] = trap_open(&watches[i]);
		}
		if (descriptors[i] < 0)
			trap_refused(&watches[i], -descriptors[i]);
	}
	family_keep_apart();
	child = fork();
	if (child < 0)
		broken("fork", errno);
	if (!child) {
		access_all(round, watches);
		_exit(0);
	}
	waitpid(child, &status, 0);
	for (int i = 0; i < WATCHES; i++) {
		counts[i] = trap_count(descriptors[i]);
		trap_close(descriptors[i]);
	}
	record_begin(&record, "round");
	record_number(&record, "round", round);
	record_number(&record, "childStatus", status);
	record_numbers(&record, "counts", counts, WATCHES);
	record_number(&record, "stopsInParent", stops[0] + stops[1] + stops[2] + stops[3] + strangers);
	record_end(&record);
}

static void four_registers(void)
{
	uint64_t target = (uintptr_t)trap_target;
	struct watch data[WATCHES] = {
		{ .address = target, .type = STORE_WATCH, .length = 1 },
		{ .address = target + DISTANCE, .type = HW_BREAKPOINT_R, .length = 2 },
		{ .address = target + 2 * DISTANCE, .type = STORE_WATCH, .length = 4 },
		{ .address = target + 3 * DISTANCE, .type = HW_BREAKPOINT_RW, .length = WIDEST_WATCH },
	};
	struct watch mixed[WATCHES] = {
		{ .type = HW_BREAKPOINT_X, .length = BREAKPOINT_EXECUTE_LENGTH },
		{ .address = target + DISTANCE, .type = HW_BREAKPOINT_RW, .length = 4 },
		{ .address = target + 2 * DISTANCE, .type = STORE_WATCH, .length = WIDEST_WATCH },
		{ .address = target + 3 * DISTANCE, .type = STORE_WATCH, .length = 2 },
	};
	/* Type X says that `address` is the place of the probe. */
	struct watch places[WATCHES] = {
		{ .address = (uintptr_t)site_execute_instruction, .type = HW_BREAKPOINT_X },
		{ .address = (uintptr_t)site_store_instruction, .type = HW_BREAKPOINT_X },
		{ .address = (uintptr_t)site_load_instruction, .type = HW_BREAKPOINT_X },
		{ .address = (uintptr_t)site_store_next, .type = HW_BREAKPOINT_X },
	};

	trap_handle(on_stop, 0);
	if (trigger == HW_BREAKPOINT) {
		try_round(1, data);
		try_round(2, mixed);
	} else {
		try_round(1, places);
	}
}
PROBE("2.4", four_registers);
