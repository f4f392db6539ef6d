/* SPDX-License-Identifier: MIT */
/* Arming, running and recording one site. */
#include "next_pc.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define VALUE 1

struct next_pc_seen next_pc_seen;

static const struct next_pc_site *volatile current;
static next_pc_action *volatile current_action;

bool next_pc_fits(const struct next_pc_site *site)
{
	switch (trigger) {
	case PAGE_FAULT:
		return !strcmp(site->instruction, "store");
	case UPROBE:
		return !strcmp(site->instruction, "execute") || !strcmp(site->instruction, "nop");
	case TRAP_INSTRUCTION:
		return !strcmp(site->instruction, "trap");
	case HW_BREAKPOINT:
		break;
	}
	return false;
}

const struct next_pc_site *next_pc_find(const char *shape)
{
	for (const struct next_pc_site *site = next_pc_sites; site < next_pc_sites_end; site++)
		if (next_pc_fits(site) && !strcmp(site->shape, shape))
			return site;
	broken("no such site", ENOENT);
}

static bool within(const struct next_pc_site *site, uint64_t address)
{
	return address >= (uintptr_t)site->run && address < site->last;
}

void next_pc_skip(struct stop *stop, const struct next_pc_site *site)
{
	(void)site;
	stop->registers.pc = stop->registers.npc;
	stop->registers.npc += 4;
	stop->changed = true;
}

static void on_stop(struct stop *stop)
{
	const struct next_pc_site *site = current;
	next_pc_action *action = current_action;

	/* Page faults of the program's own, outside the site, are not what is looked at. */
	if (!site || !within(site, stop->registers.pc)) {
		next_pc_seen.strays++;
		return;
	}
	if (next_pc_seen.stops++ == 0) {
		next_pc_seen.first = *stop;
		if (stop->has_registers && action) {
			action(stop, site);
			return;
		}
	}
	if (!stop->has_registers)
		return;
	if (trigger == TRAP_INSTRUCTION)
		next_pc_skip(stop, site); /* PC is at the trap, which would come again */
	if (!within(site, stop->registers.npc)) {
		stop->registers.npc = site->target;
		stop->changed = true;
		next_pc_seen.repaired = true;
	}
}

/* Control was led to where no code is: note it and go on at the target, so that the other sites get their turn. */
static void on_fatal(int number, siginfo_t *info, void *context)
{
	const struct next_pc_site *site = current;
	struct registers registers;

	(void)info;
	if (!site || next_pc_seen.fatal) {
		signal(number, SIG_DFL);
		return;
	}
	next_pc_seen.fatal = number;
	registers_load(&registers, context);
	registers.pc = site->target;
	registers.npc = site->target + 4;
	registers_store(context, &registers);
}

void next_pc_handle(void)
{
	struct sigaction action = { .sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO };

	trap_handle(on_stop, 0);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* What the same shape does with a harmless instruction in its slot and nothing armed: the emulator's control. */
static unsigned long control_mask(const struct next_pc_site *site)
{
	for (const struct next_pc_site *other = next_pc_sites; other < next_pc_sites_end; other++)
		if (!strcmp(other->shape, site->shape) && !strcmp(other->instruction, "execute"))
			return other->run(trap_target, VALUE);
	return 0;
}

/*
 * A uprobe is taken out when its event's last user goes: under poll that is the polling thread,
 * some time after the descriptor was closed. Until then it would meddle with what comes next.
 */
static void wait_until_restored(unsigned long address, uint32_t instruction)
{
	for (int tries = 0; tries < 100000; tries++) {
		if (*(volatile uint32_t *)address == instruction)
			return;
		sched_yield();
	}
	broken("the uprobe stays after its event was closed", EBUSY);
}

void next_pc_exercise(const struct next_pc_site *site, enum position position, next_pc_action *action)
{
	unsigned long address = position == AT_BRANCH ? site->branch : site->slot;
	uint32_t instruction = *(const uint32_t *)address;
	struct watch watch = { .disabled = true };
	int descriptor;
	unsigned long mask;

	if (trigger == UPROBE) {
		watch.type = HW_BREAKPOINT_X;
		watch.address = address;
	}
	memset(&next_pc_seen, 0, sizeof(next_pc_seen));
	next_pc_seen.control_mask = control_mask(site);
	/* Once without the event, so that neither the code's page nor the stack's faults later. */
	if (trigger != TRAP_INSTRUCTION)
		site->run(trap_target, VALUE);
	descriptor = trap_open_or_refuse(&watch);
	current_action = action;
	current = site;
	trap_target[0] = 0;
	trap_progress();
	trap_refresh(trap_target);
	trap_enable(descriptor);
	mask = site->run(trap_target, VALUE);
	trap_disable(descriptor);
	trap_settle(500);
	current = NULL;
	trap_close(descriptor);
	wait_until_restored(address, instruction);
	/* The store's effect is in memory, the others' in the mask. */
	if (trap_target[0] == VALUE)
		mask |= PATH_SLOT;
	next_pc_seen.mask = mask;
}

void next_pc_record(struct record *record, const char *what, const struct next_pc_site *site,
		    enum position position)
{
	const struct registers *registers = &next_pc_seen.first.registers;

	record_begin(record, what);
	record_text(record, "shape", site->shape);
	record_text(record, "instruction", site->instruction);
	record_text(record, "at", position == AT_BRANCH ? "branch" : "slot");
	record_number(record, "kind", (int64_t)site->kind);
	record_hex(record, "branch", site->branch);
	record_hex(record, "slot", site->slot);
	record_hex(record, "fall", site->fall);
	record_hex(record, "target", site->target);
	record_hex(record, "goesTo", site->goes_to);
	record_number(record, "stops", next_pc_seen.stops);
	record_number(record, "strays", next_pc_seen.strays);
	record_boolean(record, "repaired", next_pc_seen.repaired);
	record_number(record, "fatal", next_pc_seen.fatal);
	record_boolean(record, "hasRegisters", next_pc_seen.first.has_registers);
	record_hex(record, "pc", registers->pc);
	record_hex(record, "npc", registers->npc);
	record_hex(record, "link", registers->general[NEXT_PC_LINK_REGISTER]);
	record_number(record, "mask", (int64_t)next_pc_seen.mask);
	record_number(record, "controlMask", (int64_t)next_pc_seen.control_mask);
}
