/* SPDX-License-Identifier: MIT */
/* Clause 4.5: the PC on a call, a return, a taken and an untaken branch. */
#include "branches.h"
#include "probe.h"
#include "stops.h"

/* Room between the four bytes that are accessed: each in a page of its own. */
#define APART 16384

/* A place, and where execution is after its instruction: on a branch with a delay slot, in the slot. */
struct place {
	const char *name;
	uint64_t address, destination;
	bool branches;
};

static uint64_t exit_address;
static volatile uint64_t mask_at_stop[4];
static const struct place *expected;

static void on_armed_stop(struct stop *stop)
{
	const struct branch_places *p = &site_branches_execute_places;

	/* The return is the last instruction of the site, or its delay slot. */
	if (stop_is_late(stop, p->call, p->return_ + 4))
		return;
	mask_at_stop[0] = stop->registers.general[BRANCH_MASK_REGISTER];
	stop_keep(stop);
	stop_go_to(stop, exit_address);
}

static void record_place(const struct place *place, unsigned index, uint64_t mask, bool counted)
{
	struct record record;
	uint64_t after = place->branches && HAS_NEXT_PC ? place->address + 4 : place->destination;

	record_begin(&record, "place");
	record_text(&record, "name", place->name);
	record_hex(&record, "address", place->address);
	record_hex(&record, "after", after);
	if (HAS_NEXT_PC) {
		record_hex(&record, "placeNext", place->address + 4);
		record_hex(&record, "afterNext", place->branches ? place->destination : after + 4);
		record_hex(&record, "npc", stop_journal.npc[index]);
	}
	record_number(&record, "stops", counted ? stop_journal.stops : index < stop_journal.stops);
	record_boolean(&record, "hasRegisters", stop_journal.first.has_registers);
	record_hex(&record, "pc", stop_journal.pc[index]);
	record_number(&record, "maskAtStop", (int64_t)mask_at_stop[index]);
	record_number(&record, "mask", (int64_t)mask);
	record_end(&record);
}

static void record_run(uint64_t mask, bool whole)
{
	struct record record;

	record_begin(&record, "run");
	record_boolean(&record, "whole", whole);
	record_number(&record, "mask", (int64_t)mask);
	record_number(&record, "maskAtStop", (int64_t)mask_at_stop[0]);
	record_number(&record, "stops", stop_journal.stops);
	record_end(&record);
}

/*
 * The branch itself as a data access: where a call pushes its return address, the push and the return's read of
 * it are at watched memory. `slot` is the stack pointer at the call's target; the traps come after the accesses.
 */
static volatile bool counting;

static void on_slot_stop(struct stop *stop)
{
	if (!counting)
		return;
	mask_at_stop[stop_journal.stops & 3] = stop->registers.general[BRANCH_MASK_REGISTER];
	stop_keep(stop);
}

static void record_return_address(uint64_t mask)
{
	const struct branch_places *p = &site_branches_execute_places;
	const struct place places[] = {
		{ "call", p->call, p->call_target, true },
		{ "return", p->return_, p->returned, true },
	};

	for (unsigned i = 0; i < 2; i++) {
		struct record record;

		record_begin(&record, "return-address");
		record_text(&record, "name", places[i].name);
		record_hex(&record, "after", places[i].destination);
		record_number(&record, "stops", stop_journal.stops);
		record_hex(&record, "pc", stop_journal.pc[i]);
		record_number(&record, "maskAtStop", (int64_t)mask_at_stop[i]);
		record_number(&record, "mask", (int64_t)mask);
		record_end(&record);
	}
}

/* Every place armed in turn, branches included. */
static void armed(void)
{
	const struct branch_places *p = &site_branches_execute_places;
	const struct place places[] = {
		{ "call", p->call, p->call_target, true },
		{ "callTarget", p->call_target, p->call_target_next, false },
		{ "return", p->return_, p->returned, true },
		{ "returned", p->returned, p->returned_next, false },
		{ "taken", p->taken, p->taken_target, true },
		{ "takenTarget", p->taken_target, p->taken_target_next, false },
		{ "untaken", p->untaken, p->fall_through, true },
		{ "fallThrough", p->fall_through, p->fall_through_next, false },
	};

	uint64_t slot = 0;

	trap_needs_steps();
	exit_address = p->exit;
	trap_handle(on_armed_stop, 0);
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct watch watch = { .type = HW_BREAKPOINT_X, .address = places[i].address };
		int descriptor = trap_open_or_refuse(&watch);
		uint64_t mask;

		stop_journal_clear();
		trap_progress();
		mask = site_branches_execute();
		trap_settle(500);
		trap_close(descriptor);
		record_place(&places[i], 0, mask, true);
		record_run(mask, false);
		if (i == 1)
			slot = stop_journal.first.registers.sp;
		/* With nothing armed, to the end. */
		stop_journal_clear();
		record_run(site_branches_execute(), true);
	}
	if (trigger == HW_BREAKPOINT && CALL_PUSHES_RETURN_ADDRESS && slot) {
		/* In this function, since the slot is that of a call from here. */
		struct watch watch = { .type = HW_BREAKPOINT_RW, .address = slot, .length = sizeof(long) };
		int descriptor;
		uint64_t mask;

		stop_handler_change(on_slot_stop);
		descriptor = trap_open_or_refuse(&watch);
		stop_journal_clear();
		trap_progress();
		/* Between these two lines nothing but the site uses the slot. */
		counting = true;
		mask = site_branches_execute();
		counting = false;
		trap_settle(500);
		trap_close(descriptor);
		record_return_address(mask);
	}
}

static void on_built_in_stop(struct stop *stop)
{
	unsigned index = stop_journal.stops;

	if (index >= 4 || stop_is_stray(stop, expected[index].address))
		return;
	mask_at_stop[index] = stop->registers.general[BRANCH_MASK_REGISTER];
	stop_keep(stop);
	/* A trap is stepped over; an access completes, now that its page is there. */
	if (trigger == TRAP_INSTRUCTION)
		stop_go_to(stop, expected[index].destination);
}

/* The four instructions of the site itself trigger, one after the other in one run. */
static void built_in(const struct branch_places *p)
{
	const struct place places[] = {
		{ "callTarget", p->call_target, p->call_target_next, false },
		{ "returned", p->returned, p->returned_next, false },
		{ "takenTarget", p->taken_target, p->taken_target_next, false },
		{ "fallThrough", p->fall_through, p->fall_through_next, false },
	};
	const struct watch watch = { 0 };
	volatile unsigned char *target = trap_target;
	uint64_t mask;
	int descriptor;

	expected = places;
	trap_handle(on_built_in_stop, 0);
	descriptor = trap_open_or_refuse(&watch);
	for (int i = 0; i < 4; i++)
		trap_refresh(target + i * APART);
	trap_progress();
	mask = trigger == TRAP_INSTRUCTION ?
		       site_branches_trap() :
		       site_branches_access(target, target + APART, target + 2 * APART, target + 3 * APART);
	trap_settle(500);
	trap_close(descriptor);
	for (unsigned i = 0; i < 4; i++)
		record_place(&places[i], i, mask, false);
	record_run(mask, true);
}

static void branches(void)
{
	if (trigger == HW_BREAKPOINT || trigger == UPROBE)
		armed();
	else
		built_in(trigger == TRAP_INSTRUCTION ? &site_branches_trap_places : &site_branches_access_places);
}
PROBE("4.5", branches);
