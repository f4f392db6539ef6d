/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "stops.h"

#include <sched.h>
#include <string.h>

struct stop_journal stop_journal;

/* In bytes: of all architectures. */
#define LONGEST_INSTRUCTION 16

bool stop_is_late(const struct stop *stop, uint64_t from, uint64_t to)
{
	return mechanism == BY_FASYNC && (stop->registers.pc < from || stop->registers.pc > to);
}

bool stop_is_stray(const struct stop *stop, uint64_t place)
{
	if (trigger == PAGE_FAULT)
		return stop->registers.pc != place;
	return stop_is_late(stop, place, place + LONGEST_INSTRUCTION);
}

void stop_keep(const struct stop *stop)
{
	unsigned index = stop_journal.stops;

	if (!index)
		stop_journal.first = *stop;
	if (index < STOP_JOURNAL_ROOM) {
		stop_journal.pc[index] = stop->registers.pc;
		stop_journal.npc[index] = stop->registers.npc;
	}
	stop_journal.stops = index + 1;
}

bool stop_noted(const struct stop *stop)
{
	if (stop_is_stray(stop, trap_site().instruction)) {
		stop_journal.strays++;
		return false;
	}
	stop_keep(stop);
	return true;
}

void stop_journal_clear(void)
{
	memset(&stop_journal, 0, sizeof(stop_journal));
}

void record_stops(struct record *record)
{
	size_t kept = stop_journal.stops < STOP_JOURNAL_ROOM ? stop_journal.stops : STOP_JOURNAL_ROOM;

	record_number(record, "stops", stop_journal.stops);
	record_number(record, "strays", stop_journal.strays);
	record_hexes(record, "pcs", stop_journal.pc, kept);
	if (HAS_NEXT_PC)
		record_hexes(record, "npcs", stop_journal.npc, kept);
	record_boolean(record, "hasRegisters", stop_journal.first.has_registers);
}

void stops_on_one_cpu(void)
{
	cpu_set_t one;

	if (mechanism != BY_PTRACE)
		return;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}
