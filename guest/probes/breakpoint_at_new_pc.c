/* SPDX-License-Identifier: MIT */
/*
 * Clause 5.4: whatever triggers at the PC that the handler chose does trigger. The two places by trigger:
 * hw-breakpoint and uprobe, the site's instruction and its `elsewhere`; page-fault, a store and then a fetch
 * from a fresh page; the trap instruction, itself once more.
 */
#include "probe.h"
#include "refused_pc.h"
#include "stops.h"

static uint64_t first_place, second_place, last_place;
static bool clear_resume_flag;
static uint64_t flags_at_first;

static void on_stop(struct stop *stop)
{
	bool second = stop_journal.stops > 0;

	if (stop_is_stray(stop, second ? second_place : first_place))
		return;
	stop_keep(stop);
	if (!second)
		flags_at_first = stop->registers.flags;
	if (clear_resume_flag)
		stop->registers.flags &= ~(uint64_t)RESUME_FLAG;
	stop_go_to(stop, second ? last_place : second_place);
}

static void hit(const char *what)
{
	struct record record;
	uint64_t mask;

	stop_journal_clear();
	trap_progress();
	trap_refresh_text();
	if (trigger == PAGE_FAULT) {
		trap_refresh(trap_target);
		mask = site_store(trap_target, 1);
	} else {
		mask = trigger == TRAP_INSTRUCTION ? site_trap() : site_execute();
	}
	trap_settle(500);
	record_begin(&record, what);
	record_stops(&record);
	record_hex(&record, "firstPlace", first_place);
	record_hex(&record, "secondPlace", second_place);
	record_hex(&record, "lastPlace", last_place);
	record_hex(&record, "firstNext",
		   trigger == TRAP_INSTRUCTION ? (uintptr_t)site_trap_next : (uintptr_t)site_execute_next);
	record_hex(&record, "flagsAtFirst", flags_at_first);
	record_hex(&record, "resumeFlag", RESUME_FLAG);
	record_number(&record, "mask", (int64_t)mask);
	record_end(&record);
}

static void breakpoint_at_new_pc(void)
{
	struct watch first = { .type = HW_BREAKPOINT_X }, second = first;
	bool two = trigger == HW_BREAKPOINT || trigger == UPROBE;

	trap_use_execute();
	first_place = (uintptr_t)site_execute_instruction;
	second_place = (uintptr_t)site_execute_elsewhere;
	last_place = (uintptr_t)site_execute_next;
	if (trigger == PAGE_FAULT) {
		first_place = (uintptr_t)site_store_instruction;
		second_place = (uintptr_t)site_execute_instruction;
	} else if (trigger == TRAP_INSTRUCTION) {
		first_place = second_place = (uintptr_t)site_trap_instruction;
		last_place = (uintptr_t)site_trap_next;
	}
	first.address = first_place;
	second.address = second_place;
	trap_handle(on_stop, 0);
	trap_open_or_refuse(&first);
	if (two)
		trap_open_or_refuse(&second);
	hit("as-given");
	/* The control: the second breakpoint is alive when the handler clears the resume flag itself. */
	clear_resume_flag = true;
	hit("resume-flag-cleared");
}
PROBE("5.4", breakpoint_at_new_pc);
