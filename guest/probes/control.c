/* SPDX-License-Identifier: MIT */
/*
 * The control: what the emulator's debug registers trap, found out without perf_event_open(2), by ptrace. It
 * belongs to no clause; the judge looks here before it blames a kernel (harness/judge/blame.ts).
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "branches.h"
#include "probe.h"

/* The first ones may differ from each other by what is translated for them: the state of the floating-point unit counts. */
#define JUMPS 4

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

/* Sends a thread that stands still to `address`, and on by one step. Returns 0 or a positive errno. */
static int step_at(pid_t thread, uint64_t address, uint64_t *landed)
{
	struct registers registers;
	int error = registers_fetch(thread, &registers), status;

	if (error)
		return error;
	registers.pc = address;
	registers.npc = address + 4;
	error = registers_put(thread, &registers);
	if (error)
		return error;
	if (ptrace(PTRACE_SINGLESTEP, thread, NULL, NULL))
		return errno;
	if (waitpid(thread, &status, 0) != thread || !WIFSTOPPED(status))
		return ECHILD;
	error = registers_fetch(thread, &registers);
	*landed = registers.pc;
	return error;
}

/* Where a single step over a call ends: uprobes go past their instruction by one. */
static void try_step(const char *name, uint64_t address, uint64_t destination)
{
	struct record record;
	uint64_t landed = 0;
	int error, status;
	pid_t child = fork();

	if (child < 0)
		broken("fork", errno);
	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(1);
		raise(SIGSTOP);
		_exit(0);
	}
	if (waitpid(child, &status, 0) != child)
		broken("waitpid", errno);
	error = WIFSTOPPED(status) ? step_at(child, address, &landed) : ECHILD;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	record_begin(&record, "control");
	record_text(&record, "type", "single-step");
	record_text(&record, "name", name);
	record_number(&record, "errno", error);
	record_hex(&record, "siteInstruction", address);
	record_hex(&record, "destination", destination);
	record_hex(&record, "pc", landed);
	record_end(&record);
}

/* What a child saw that jumped to a misaligned PC, each time; it lies in memory that both have. */
struct fault {
	int signal, code;
	uint64_t pc;
};
static struct fault *faults;
static volatile unsigned jumps;
static sigjmp_buf before_jump;

static void on_fault(int number, siginfo_t *info, void *context)
{
	struct registers registers;

	registers_load(&registers, context);
	faults[jumps - 1] = (struct fault){ number, info->si_code, registers.pc };
	if (jumps == JUMPS)
		_exit(0);
	siglongjmp(before_jump, 1);
}

/* Touches a new page: the address that faulted last is then another one. */
static void fault_elsewhere(void)
{
	volatile char *page = mmap(NULL, (size_t)getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page != MAP_FAILED)
		*page = 0;
}

/*
 * Jumps to a PC that the processor refuses, without a handler or a tracer in between. Several times: an emulator may treat
 * it otherwise once it has translated what lies there, and once something else has faulted in between.
 */
static _Noreturn void jump_to(volatile uintptr_t destination)
{
	const struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	for (int number = SIGILL; number <= SIGSEGV; number++)
		sigaction(number, &action, NULL);
	alarm(2);
	sigsetjmp(before_jump, 1);
	jumps++;
	fault_elsewhere();
	((void (*)(void))destination)();
	_exit(0);
}

static void try_misaligned_pc(void)
{
	/* Where no probe goes: nothing there was executed yet. */
	uintptr_t destination = (uintptr_t)site_increment_instruction + INSTRUCTION_ALIGNMENT / 2;
	struct record record;
	int status;
	pid_t child;

	faults = mmap(NULL, JUMPS * sizeof(*faults), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (faults == MAP_FAILED)
		broken("mmap", errno);
	child = fork();
	if (child < 0)
		broken("fork", errno);
	if (!child)
		jump_to(destination);
	if (waitpid(child, &status, 0) != child)
		broken("waitpid", errno);
	record_begin(&record, "control");
	record_text(&record, "type", "misaligned-pc");
	record_hex(&record, "destination", destination);
	record_number(&record, "signal", faults[0].signal);
	record_number(&record, "code", faults[0].code);
	record_hex(&record, "pc", faults[0].pc);
	record_number(&record, "signalAgain", faults[JUMPS - 1].signal);
	record_number(&record, "codeAgain", faults[JUMPS - 1].code);
	record_hex(&record, "pcAgain", faults[JUMPS - 1].pc);
	record_end(&record);
	munmap(faults, JUMPS * sizeof(*faults));
}

static void control(void)
{
	const struct branch_places *places = &site_branches_execute_places;

	/* Before this thread has a tracer, whose children would be traced too. */
	if (INSTRUCTION_ALIGNMENT > 1)
		try_misaligned_pc();
	try_step("call", places->call, places->call_target);
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
