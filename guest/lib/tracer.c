/* SPDX-License-Identifier: MIT */
/*
 * The mechanism `ptrace`: a process that shares this one's memory attaches to it, arms the
 * debug registers of its threads without perf, and calls the probe's handler for each stop.
 *
 * Sharing the memory (clone with CLONE_VM, without CLONE_THREAD) lets the handler keep its
 * results in plain variables, as under the other mechanisms. A thread asks the tracer for a
 * register by a request in that memory and a SIGUSR2 to itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

#define STACK_SIZE (256 * 1024)
#define SLOTS 16
#define REQUEST_SIGNAL SIGUSR2

struct request {
	pid_t thread;
	int slot;
	uint64_t address;
	unsigned type, length; /* length 0: disarm */
	volatile int result;   /* 1 until the tracer has answered, then 0 or a negative errno */
};

static struct request *volatile pending;
static volatile int request_lock;
/* What is armed, for the threads that come later: a debug register belongs to one thread. */
static struct watch slots[SLOTS];
static bool slot_used[SLOTS];
static volatile int attached;

static void answer_request(pid_t thread)
{
	struct request *request = pending;

	if (!request || request->thread != thread)
		return;
	pending = NULL;
	request->result = -debug_register_set(thread, request->slot, request->address, request->type,
					      request->length);
}

/* Children and threads get the registers that were armed with `inherit`, as perf would give them. */
static void arm_new_thread(pid_t thread)
{
	for (int i = 0; i < SLOTS; i++)
		if (slot_used[i] && slots[i].inherit)
			debug_register_set(thread, i, slots[i].address, slots[i].type, slots[i].length);
}

static void handle_trap(pid_t thread)
{
	struct stop stop = { .has_registers = true, .thread = thread };

	if (ptrace(PTRACE_GETSIGINFO, thread, NULL, &stop.info))
		return;
	if (registers_fetch(thread, &stop.registers))
		return;
	loop_check(stop.registers.pc);
	if (stop_handler_of_probe)
		stop_handler_of_probe(&stop);
	if (stop.changed)
		registers_put(thread, &stop.registers);
#if DEBUGGER_ONE_SHOT
	debug_registers_again(thread);
#endif
}

static int trace(void *argument)
{
	const long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
	pid_t traced = (pid_t)(intptr_t)argument;
	int status;

	if (ptrace(PTRACE_SEIZE, traced, NULL, options)) {
		attached = -errno;
		return 0;
	}
	attached = 1;
	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);
		long deliver = 0;

		if (thread < 0)
			break;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (thread == traced)
				break;
			continue;
		}
		if (status >> 16 == PTRACE_EVENT_STOP) {
			/* The first stop of a thread that a clone made. */
			arm_new_thread(thread);
		} else if (status >> 16 == 0) {
			deliver = WSTOPSIG(status);
			if (deliver == REQUEST_SIGNAL) {
				answer_request(thread);
				deliver = 0;
			} else if (deliver == SIGTRAP) {
				handle_trap(thread);
				deliver = 0;
			}
		}
		ptrace(PTRACE_CONT, thread, NULL, deliver);
	}
	_exit(0);
}

void tracer_start(void)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		broken("mmap of the tracer's stack", errno);
	/* No exit signal: the probe must not see a SIGCHLD that the other mechanisms do not make. */
	if (clone(trace, stack_begin(stack, STACK_SIZE), CLONE_VM | CLONE_FILES, (void *)(intptr_t)getpid()) < 0)
		broken("clone of the tracer", errno);
	while (!attached)
		sched_yield();
	if (attached < 0)
		refused("ptrace(PTRACE_SEIZE)", -attached);
}

static int ask(int slot, const struct watch *watch, unsigned length)
{
	struct request request = { own_thread(), slot, watch->address, watch->type, length, 1 };

	/* One request at a time; the wait is short, and a mutex would make system calls of its own. */
	while (__atomic_exchange_n(&request_lock, 1, __ATOMIC_ACQUIRE))
		sched_yield();
	pending = &request;
	syscall(SYS_tgkill, getpid(), request.thread, REQUEST_SIGNAL);
	while (request.result > 0)
		sched_yield();
	__atomic_store_n(&request_lock, 0, __ATOMIC_RELEASE);
	return request.result;
}

int tracer_arm(const struct watch *watch)
{
	int result, slot = 0;

	/* Data and execute registers are numbered apart by the architectures that keep them apart. */
	while (slot < SLOTS && slot_used[slot])
		slot++;
	if (slot == SLOTS)
		return -ENOSPC;
	slot_used[slot] = true;
	slots[slot] = *watch;
	result = watch->disabled ? 0 : ask(slot, watch, watch->length);
	if (result < 0) {
		slot_used[slot] = false;
		return result;
	}
	return slot;
}

int tracer_set_enabled(int slot, bool enabled)
{
	return ask(slot, &slots[slot], enabled ? slots[slot].length : 0);
}

int tracer_disarm(int slot)
{
	slot_used[slot] = false;
	return ask(slot, &slots[slot], 0);
}
