/* SPDX-License-Identifier: MIT */
/*
 * The control: what the emulator's debug registers trap, found out without perf_event_open(2), by ptrace. It
 * belongs to no clause; the judge looks here before it blames a kernel (harness/judge/blame.ts).
 */
#include <string.h>

#include "probe.h"

static volatile unsigned stops;
static volatile uint64_t stopped_at;
static struct site site;

static void on_stop(struct stop *stop)
{
	if (!stops++)
		stopped_at = stop->registers.pc;
	/* Where the trap comes before the instruction it would come again. */
	if (stop->registers.pc == site.instruction)
		stop_go_to(stop, site.next);
}

static struct site site_for(unsigned type, bool read)
{
	if (type == HW_BREAKPOINT_X)
		return (struct site){ (uintptr_t)site_execute_instruction, (uintptr_t)site_execute_next, 0 };
	if (read)
		return (struct site){ (uintptr_t)site_load_instruction, (uintptr_t)site_load_next, 0 };
	return (struct site){ (uintptr_t)site_store_instruction, (uintptr_t)site_store_next, 0 };
}

static void access_once(unsigned type, bool read)
{
	unsigned long loaded;

	trap_progress();
	if (type == HW_BREAKPOINT_X)
		site_execute();
	else if (read)
		site_load(trap_target, &loaded);
	else
		site_store(trap_target, 1);
}

/* Arms one register, makes the access that it is for, and disarms it again. */
static void try_one(const char *name, unsigned type, unsigned length, bool read)
{
	struct watch watch = { .address = type == HW_BREAKPOINT_X ? (uintptr_t)site_execute_instruction :
								    (uintptr_t)trap_target,
			       .type = type, .length = length };
	struct record record;
	int slot;

	stops = 0;
	stopped_at = 0;
	site = site_for(type, read);
	/* What a failing access to the page itself would add. */
	trap_target[0] = 0;
	slot = trap_open(&watch);
	if (slot >= 0) {
		access_once(type, read);
		trap_close(slot);
	}
	record_begin(&record, "control");
	record_text(&record, "type", name);
	record_number(&record, "length", length);
	record_text(&record, "access", type == HW_BREAKPOINT_X ? "execute" : read ? "load" : "store");
	record_number(&record, "errno", slot < 0 ? -slot : 0);
	if (slot < 0)
		record_text(&record, "error", strerror(-slot));
	record_number(&record, "hits", slot < 0 ? 0 : 1);
	record_number(&record, "stops", stops);
	record_hex(&record, "pc", stopped_at);
	record_hex(&record, "siteInstruction", site.instruction);
	record_hex(&record, "siteNext", site.next);
	record_end(&record);
}

static void control(void)
{
	trap_handle(on_stop, 0);
	for (unsigned length = 1; length <= 8; length *= 2) {
		try_one("w", HW_BREAKPOINT_W, length, false);
		try_one("r", HW_BREAKPOINT_R, length, true);
		try_one("rw", HW_BREAKPOINT_RW, length, false);
		try_one("rw", HW_BREAKPOINT_RW, length, true);
	}
	try_one("x", HW_BREAKPOINT_X, BREAKPOINT_EXECUTE_LENGTH, false);
}
PROBE("control", control);
