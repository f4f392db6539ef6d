/* SPDX-License-Identifier: MIT */
/*
 * Clauses 5.7 and 5.8: the handler sets PC and nPC. With uprobe, the branch is probed and not its slot: the
 * signal comes after the branch, with PC at the slot and nPC at the target, which is the state to start from.
 */
#include "next_pc.h"

#include <string.h>

static enum position position_of(const struct next_pc_site *site)
{
	return trigger == UPROBE && site->branch ? AT_BRANCH : AT_SLOT;
}

static void skip_each(void)
{
	static const char *const shapes[] = { NEXT_PC_SKIPPED };
	struct record record;

	next_pc_handle();
	for (unsigned i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct next_pc_site *site = next_pc_find(shapes[i]);

		/* A uprobe's own failure there is clause 4.7's. */
		if (trigger == UPROBE && !strcmp(shapes[i], "taken_register"))
			continue;
		if (mechanism == BY_POLL && i > 1)
			break;
		next_pc_exercise(site, position_of(site), next_pc_skip);
		next_pc_record(&record, "skipped", site, position_of(site));
		record_end(&record);
	}
}
PROBE("5.7", skip_each);

static void set(struct stop *stop, uint64_t pc, uint64_t npc)
{
	stop->registers.pc = pc;
	stop->registers.npc = npc;
	stop->changed = true;
}

static void ahead(struct stop *stop, const struct next_pc_site *site)
{
	set(stop, site->island, site->target);
}

static void behind(struct stop *stop, const struct next_pc_site *site)
{
	/* nPC is below PC. */
	set(stop, site->island, site->fall);
}

static void twice(struct stop *stop, const struct next_pc_site *site)
{
	set(stop, site->island, site->island);
}

static void branch(struct stop *stop, const struct next_pc_site *site)
{
	/* What is at nPC is then the branch's delay slot. */
	set(stop, site->island_branch, site->target + 4);
}

static void set_apart(void)
{
	static const struct {
		const char *name;
		next_pc_action *action;
	} ways[] = { { "ahead", ahead }, { "behind", behind }, { "twice", twice }, { "branch", branch } };
	static const char *const shapes[] = { NEXT_PC_APART };
	struct record record;

	next_pc_handle();
	for (unsigned i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct next_pc_site *site = next_pc_find(shapes[i]);

		for (unsigned way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
			if (mechanism == BY_POLL && (i > 0 || way > 0))
				return;
			next_pc_exercise(site, position_of(site), ways[way].action);
			next_pc_record(&record, "apart", site, position_of(site));
			record_text(&record, "way", ways[way].name);
			record_end(&record);
		}
	}
}
PROBE("5.8", set_apart);
