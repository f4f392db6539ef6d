/* SPDX-License-Identifier: MIT */
/* Clauses 4.6–4.9: PC and nPC in the context; the handler does only what the trigger asks for. */
#include "next_pc.h"

#include <string.h>

static void look(const struct next_pc_site *site, enum position position)
{
	struct record record;

	next_pc_exercise(site, position, NULL);
	next_pc_record(&record, "site", site, position);
	record_end(&record);
}

/* Shapes that a nop in the slot is looked at with: the kernel treats it alike in all of them. */
static bool worth_a_nop(const struct next_pc_site *site)
{
	return !strcmp(site->shape, "line") || !strcmp(site->shape, "taken") || !strcmp(site->shape, "ret");
}

static void look_at_kinds(unsigned kinds)
{
	const struct next_pc_site *last = NULL;

	next_pc_handle();
	for (const struct next_pc_site *site = next_pc_sites; site < next_pc_sites_end; site++) {
		bool nop = site->instruction[0] == 'n';

		if (!next_pc_fits(site) || !(kinds & 1u << site->kind) || (nop && !worth_a_nop(site)))
			continue;
		/* poll shows no registers, whatever the shape, and each look costs tens of milliseconds. */
		if (mechanism == BY_POLL && last && last->kind == site->kind)
			continue;
		last = site;
		look(site, AT_SLOT);
		/*
		 * A uprobe's signal comes after its instruction: on the branch itself it comes
		 * with the slot as the next instruction. What is in the slot does not matter then.
		 */
		if (trigger == UPROBE && site->branch && !nop)
			look(site, AT_BRANCH);
	}
}

static void line(void)
{
	look_at_kinds(1u << KIND_LINE);
}
PROBE("4.6", line);

static void taken(void)
{
	look_at_kinds(1u << KIND_TAKEN);
}
PROBE("4.7", taken);

static void annulled(void)
{
	/* The taken ones are the control: with the same annul bit their slot runs and triggers. */
	look_at_kinds(1u << KIND_ANNULLED | 1u << KIND_ANNUL_TAKEN);
}
PROBE("4.8", annulled);

static void transfer(void)
{
	look_at_kinds(1u << KIND_TRANSFER);
}
PROBE("4.9", transfer);
