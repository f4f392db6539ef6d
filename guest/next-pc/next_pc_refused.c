/* SPDX-License-Identifier: MIT */
/*
 * Clause 5.9: the handler leaves a misaligned PC or nPC behind; what comes of it, and where. Not to be run
 * under ptrace: there the kernel checks nothing, and QEMU 7.2 ends by an assertion (docs/findings/).
 */
#include "next_pc.h"

#include <errno.h>
#include <setjmp.h>
#include <string.h>

struct refusal {
	const char *name;
	unsigned pc, npc; /* added to what would be right */
};

static const struct refusal refusals[] = {
	{ "aligned", 0, 0 }, { "pc+1", 1, 0 },  { "pc+2", 2, 0 },   { "pc+3", 3, 0 },
	{ "npc+1", 0, 1 },   { "npc+2", 0, 2 }, { "npc+3", 0, 3 },
};

static const struct refusal *volatile current;
static const struct next_pc_site *site;
static volatile int stops, faults;
static struct registers at_stop, at_fault;
static volatile int fault_signal, fault_code;
static volatile uint64_t set_pc, set_npc;
static sigjmp_buf out;

static void on_stop(struct stop *stop)
{
	const struct refusal *refusal = current;

	if (!refusal || stop->registers.pc < (uintptr_t)site->run || stop->registers.pc >= site->last)
		return;
	if (stops++ || !stop->has_registers)
		return;
	at_stop = stop->registers;
	set_pc = stop->registers.npc + refusal->pc;
	set_npc = stop->registers.npc + 4 + refusal->npc;
	stop->registers.pc = set_pc;
	stop->registers.npc = set_npc;
	stop->changed = true;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	fault_signal = number;
	fault_code = info->si_code;
	registers_load(&at_fault, context);
	if (faults++ > 0 || !current)
		broken("a fault beside what was asked for", number);
	/* The context is of no use to go on with. */
	siglongjmp(out, 1);
}

static void try(const struct refusal *refusal)
{
	struct watch watch = { .disabled = true };
	struct record record;
	volatile uint64_t mask = 0;
	int descriptor;

	if (trigger == UPROBE) {
		watch.type = HW_BREAKPOINT_X;
		watch.address = site->slot;
	}
	stops = faults = fault_signal = fault_code = 0;
	set_pc = set_npc = 0;
	memset(&at_stop, 0, sizeof(at_stop));
	memset(&at_fault, 0, sizeof(at_fault));
	if (trigger != TRAP_INSTRUCTION)
		site->run(trap_target, 1);
	descriptor = trap_open_or_refuse(&watch);
	current = refusal;
	trap_progress();
	trap_refresh(trap_target);
	if (!sigsetjmp(out, 1)) {
		trap_enable(descriptor);
		mask = site->run(trap_target, 1);
	}
	trap_disable(descriptor);
	trap_settle(500);
	current = NULL;
	trap_close(descriptor);

	record_begin(&record, "refusal");
	record_text(&record, "name", refusal->name);
	record_hex(&record, "siteFirst", (uintptr_t)site->run);
	record_hex(&record, "siteLast", site->last);
	record_number(&record, "stops", stops);
	record_hex(&record, "setPc", set_pc);
	record_hex(&record, "setNpc", set_npc);
	record_number(&record, "faults", faults);
	record_number(&record, "signal", fault_signal);
	record_number(&record, "code", fault_code);
	record_hex(&record, "faultPc", at_fault.pc);
	record_hex(&record, "faultNpc", at_fault.npc);
	record_hex(&record, "spAtStop", at_stop.sp);
	record_hex(&record, "spAtFault", at_fault.sp);
	record_number(&record, "maskAtStop", (int64_t)at_stop.general[NEXT_PC_MASK_REGISTER]);
	record_number(&record, "maskAtFault", (int64_t)at_fault.general[NEXT_PC_MASK_REGISTER]);
	record_number(&record, "mask", (int64_t)mask);
	record_end(&record);
}

static void misaligned(void)
{
	static unsigned char stack[65536] __attribute__((aligned(16)));
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL };

	site = next_pc_find("line");
	trap_handle(on_stop, 0);
	if (sigaltstack(&alternate, NULL))
		broken("sigaltstack", errno);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], &action, NULL))
			broken("sigaction", errno);
	for (unsigned i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		/* poll gives no registers to change: twice shows it. */
		if (mechanism == BY_POLL && i > 1)
			break;
		try(&refusals[i]);
	}
}
PROBE("5.9", misaligned);
