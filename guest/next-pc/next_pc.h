/* SPDX-License-Identifier: MIT */
/*
 * Sites for the clauses about nPC, delay slots and annulment: every shape of control transfer with every kind of
 * triggering instruction in its slot. A site returns a mask of what ran. This folder is compiled for architectures
 * that provide the sites (next_pc.S) and what differs between them (next_pc_shapes.h, at the end here).
 */
#ifndef TRAPLINE_NEXT_PC_H
#define TRAPLINE_NEXT_PC_H

#define PATH_BEFORE 0x001
#define PATH_SLOT 0x002        /* the instruction in the slot took effect */
#define PATH_FALL 0x004        /* the instruction after the slot */
#define PATH_FALL_NEXT 0x008
#define PATH_TARGET 0x010      /* the first instruction at the target */
#define PATH_TARGET_NEXT 0x020
/* These three are added, not set, so that running twice can be told from running once. */
#define PATH_ISLAND 0x100
#define PATH_ISLAND_NEXT 0x400
#define PATH_ISLAND_END 0x800

#define KIND_LINE 0            /* no transfer of control: what follows the slot comes next */
#define KIND_TAKEN 1           /* a taken branch without the annul bit */
#define KIND_ANNUL_TAKEN 2     /* a taken branch that could have annulled its slot, and does not */
#define KIND_ANNULLED 3        /* the slot must not run */
#define KIND_TRANSFER 4        /* call, jmpl, return */

#ifndef __ASSEMBLER__
#include "probe.h"

/* The layout of the table that next_pc.S makes; all addresses, in words of the machine. */
struct next_pc_site {
	const char *shape;
	const char *instruction; /* what is in the slot: "store", "execute", "nop", "trap" */
	unsigned long (*run)(volatile void *target, unsigned long value);
	unsigned long branch;         /* the control transfer, 0 where there is none */
	unsigned long slot, fall, target;
	unsigned long goes_to;        /* fall or target: where execution is after the slot, or past the annulled slot */
	unsigned long island;         /* two instructions to which nothing leads */
	unsigned long island_branch;  /* a branch to which nothing leads */
	unsigned long last;           /* the end of the site */
	unsigned long kind;
};

extern const struct next_pc_site next_pc_sites[], next_pc_sites_end[];

enum position { AT_SLOT, AT_BRANCH };
/* What the handler does at the first stop within the site; NULL: nothing that the trigger does not ask for. */
typedef void next_pc_action(struct stop *stop, const struct next_pc_site *site);

/* The first stop within the site of the last exercise, and how many there were. */
struct next_pc_seen {
	struct stop first;
	int stops, strays;
	bool repaired; /* nPC led out of the site: the handler put the target there, for the probe to live */
	int fatal;     /* SIGILL, SIGSEGV or SIGBUS that came instead: execution was led astray; else 0 */
	uint64_t mask;
	uint64_t control_mask; /* of the same shape with a harmless instruction in its slot and nothing armed */
};
extern struct next_pc_seen next_pc_seen;

/*
 * Is the site's slot made for the trigger of this process? For uprobe it may hold a `nop` too, which the
 * kernel emulates instead of stepping over a copy.
 */
bool next_pc_fits(const struct next_pc_site *site);
/* The site of that shape for this process's trigger. */
const struct next_pc_site *next_pc_find(const char *shape);
/* Takes the stops of the process; call it once, first. */
void next_pc_handle(void);
/* Arms the trigger at the site, runs it, disarms. */
void next_pc_exercise(const struct next_pc_site *site, enum position position, next_pc_action *action);
/* Begins a record with the site's addresses and what next_pc_seen holds; the caller ends it. */
void next_pc_record(struct record *record, const char *what, const struct next_pc_site *site,
		    enum position position);
/* Goes on behind the instruction at PC as the hardware would: PC = nPC, nPC = nPC + 4. */
void next_pc_skip(struct stop *stop, const struct next_pc_site *site);

/*
 * From next_pc_shapes.h of the architecture:
 * NEXT_PC_MASK_REGISTER, NEXT_PC_LINK_REGISTER  in `general`: what a site gathers its mask in, and a call's return address
 * NEXT_PC_SKIPPED, NEXT_PC_APART                names of the shapes of clauses 5.7 and 5.8: none whose slot is annulled
 */
#include "next_pc_shapes.h"
#endif
#endif
