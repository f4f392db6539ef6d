/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "family.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MEMBERS 192
#define GIVE_UP_MS 2000
/* include/uapi/asm-generic/siginfo.h */
#define SI_CODE_PERF 6
/* trap_target is the start of a page that has nothing else in it. */
#define TARGET_SIZE 4096

static struct shared {
	struct member members[MEMBERS];
	volatile int used;
	volatile int strangers;
	volatile int gates[GATES];
	volatile int given_up;
} *shared;

uint64_t perf_signal_data(const siginfo_t *info)
{
	unsigned long data;

	memcpy(&data, (const char *)info + (sizeof(long) == 8 ? 0x18 : 0x10), sizeof(data));
	return data;
}

uint64_t perf_signal_address(const siginfo_t *info)
{
	return (uintptr_t)info->si_addr;
}

/* The role that the calling task entered last, or NULL. */
static struct member *find_member(pid_t thread)
{
	int used = shared->used < MEMBERS ? shared->used : MEMBERS;

	while (used-- > 0)
		if (shared->members[used].thread == thread)
			return &shared->members[used];
	return NULL;
}

/*
 * Is it the site's hit, or another fault of the task's (a stack that fork left to be copied)? The
 * trigger page-fault counts both. Where exactly the PC stands is behaviour 4's question.
 */
static bool is_hit(const struct stop *stop)
{
	struct site site = trap_site();
	uint64_t address = perf_signal_address(&stop->info) - (uintptr_t)trap_target;

	if (stop->info.si_code != SI_CODE_PERF)
		return false;
	if (stop->registers.pc != site.instruction && stop->registers.pc != site.next)
		return false;
	return trigger == UPROBE || address < TARGET_SIZE;
}

static void on_stop(struct stop *stop)
{
	struct member *member = find_member(stop->thread);
	bool hit = is_hit(stop);

	if (!member) {
		if (hit)
			__atomic_fetch_add(&shared->strangers, 1, __ATOMIC_RELAXED);
	} else if (hit) {
		member->stops++;
		member->data = perf_signal_data(&stop->info);
		member->address = perf_signal_address(&stop->info);
	} else {
		member->others++;
	}
	/* A watchpoint that traps before its access would do so for ever; a faulting access is repeated by itself. */
	if (trigger == HW_BREAKPOINT && stop->registers.pc == trap_site().instruction) {
		stop->registers.pc = trap_site().next;
		stop->changed = true;
	}
}

void family_start(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		broken("mmap of the family's memory", errno);
	trap_handle(on_stop, 0);
}

/* Says once in a probe's records that it stepped around something, and what for. */
static void record_setup(bool *said, const char *key, const char *why)
{
	struct record record;

	if (*said)
		return;
	*said = true;
	record_begin(&record, "setup");
	record_boolean(&record, key, true);
	record_text(&record, "why", why);
	record_end(&record);
}

static int open_descriptor = -1;
static bool opened_disabled;

int family_open(const struct watch *watch)
{
	open_descriptor = trap_open_or_refuse(watch);
	opened_disabled = watch->disabled;
	return open_descriptor;
}

/* Writes to every page of the calling thread's stack in use, and to the one that it grows into; `start` is its old end. */
static void touch_stack(uintptr_t start)
{
	size_t page = (size_t)getpagesize();
	uintptr_t here = (uintptr_t)__builtin_frame_address(0) & ~(page - 1);
	uintptr_t from = STACK_GROWS_UP ? start & ~(page - 1) : here - page;
	uintptr_t end = STACK_GROWS_UP ? here + 2 * page : start;

	for (; from < end; from += page) {
		volatile unsigned char *byte = (volatile unsigned char *)from;

		*byte = *byte;
	}
}

static uintptr_t stack_start(void)
{
	pthread_attr_t attributes;
	void *lowest = NULL;
	size_t size = 0;
	int error;

	/* The first thread's stack starts with the program's name; the C library would look for it in /proc. */
	if (own_thread() == getpid())
		return (uintptr_t)getauxval(AT_EXECFN);
	error = pthread_getattr_np(pthread_self(), &attributes);
	if (error || pthread_attr_getstack(&attributes, &lowest, &size))
		broken("pthread_getattr_np", error);
	pthread_attr_destroy(&attributes);
	return (uintptr_t)lowest + (STACK_GROWS_UP ? 0 : size);
}

pid_t family_fork(void)
{
	static bool said;
	bool careful = trigger == PAGE_FAULT;
	uintptr_t start = careful ? stack_start() : 0;
	int forked = shared->gates[GATE_FORKED], enabled = shared->gates[GATE_ENABLED];
	pid_t pid;

	if (careful)
		record_setup(&said, "offAcrossFork", "a fork with the event armed is clause 2.1's alone");
	if (careful && !opened_disabled)
		trap_disable(open_descriptor);
	pid = fork();
	if (pid < 0)
		broken("fork", errno);
	if (!careful)
		return pid;
	touch_stack(start);
	/* Only the parent turns it on again: a child that came late to it would do so in the midst of the next fork. */
	if (pid) {
		gate_await(GATE_FORKED, forked + 1);
		if (!opened_disabled)
			trap_enable(open_descriptor);
		gate_raise(GATE_ENABLED);
	} else {
		gate_raise(GATE_FORKED);
		gate_await(GATE_ENABLED, enabled + 1);
	}
	return pid;
}

pid_t family_fork_armed(void)
{
	pid_t pid = fork();

	if (pid < 0)
		broken("fork", errno);
	return pid;
}

void family_keep_apart(void)
{
	static bool said;
	struct perf_event_attr attribute = { .type = PERF_TYPE_SOFTWARE,
					     .size = sizeof(attribute),
					     .config = PERF_COUNT_SW_DUMMY,
					     .exclude_kernel = 1 };
	int descriptor;

	if (trigger != UPROBE)
		return;
	record_setup(&said, "keptApart", "an exchange of the event contexts, in which hits are lost, is clause 2.1's and 2.2's alone");
	descriptor = perf_open(&attribute, 0);
	/* Kept open until the task ends. */
	if (descriptor < 0)
		broken("perf_event_open of a dummy event", -descriptor);
}

struct member *family_join(const char *role)
{
	int index = __atomic_fetch_add(&shared->used, 1, __ATOMIC_RELAXED);
	struct member *member = &shared->members[index];

	if (index >= MEMBERS)
		broken("more roles than the family has room for", ENOSPC);
	snprintf(member->role, sizeof(member->role), "%s", role);
	member->status = -1;
	member->process = getpid();
	/* The thread last: the handler finds the member by it. */
	__atomic_store_n(&member->thread, own_thread(), __ATOMIC_RELEASE);
	return member;
}

void family_hits_at(struct member *member, uint64_t address, int count)
{
	uint64_t mask;

	for (int i = 0; i < count; i++) {
		member->made++;
		if (trigger == HW_BREAKPOINT) {
			trap_progress();
			mask = site_store((volatile void *)(uintptr_t)address, (uint64_t)i);
		} else {
			mask = trap_hit((uint64_t)i);
		}
		if (mask & SITE_AFTER)
			member->completed++;
	}
}

void family_hits(struct member *member, int count)
{
	family_hits_at(member, (uintptr_t)trap_target, count);
}

void family_child(const char *role, int count)
{
	family_hits(family_join(role), count);
	_exit(0);
}

int family_collect(pid_t process)
{
	int status = 0;
	pid_t got;

	do {
		/* __WALL: clones that end without SIGCHLD too. */
		got = waitpid(process, &status, __WALL);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		broken("waitpid", errno);
	for (int i = 0; i < shared->used && i < MEMBERS; i++)
		if (shared->members[i].process == got)
			shared->members[i].status = status;
	return status;
}

void family_record(int descriptor)
{
	struct record record;

	for (int i = 0; i < shared->used && i < MEMBERS; i++) {
		const struct member *member = &shared->members[i];

		record_begin(&record, "task");
		record_text(&record, "role", member->role);
		record_number(&record, "process", member->process);
		record_number(&record, "thread", member->thread);
		record_number(&record, "made", member->made);
		record_number(&record, "completed", member->completed);
		record_number(&record, "stops", member->stops);
		record_number(&record, "others", member->others);
		record_hex(&record, "data", member->data);
		record_hex(&record, "address", member->address);
		if (member->process != getpid())
			record_number(&record, "status", member->status);
		record_end(&record);
	}
	record_begin(&record, "tally");
	record_number(&record, "strangers", shared->strangers);
	record_boolean(&record, "gaveUp", shared->given_up);
	record_number(&record, "count", trap_count(descriptor));
	record_hex(&record, "target", (uintptr_t)trap_target);
	record_end(&record);
}

void gate_raise(int gate)
{
	__atomic_fetch_add(&shared->gates[gate], 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &shared->gates[gate], FUTEX_WAKE, MEMBERS, NULL, NULL, 0);
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int gates_raised(void)
{
	int sum = 0;

	for (int i = 0; i < GATES; i++)
		sum += shared->gates[i];
	return sum;
}

void gate_await(int gate, int value)
{
	const struct timespec pause = { 0, 100000000 };
	int64_t deadline = milliseconds() + GIVE_UP_MS;
	int now, raised = gates_raised();

	while ((now = __atomic_load_n(&shared->gates[gate], __ATOMIC_SEQ_CST)) < value && !shared->given_up) {
		syscall(SYS_futex, &shared->gates[gate], FUTEX_WAIT, now, &pause, NULL, 0);
		if (raised != gates_raised()) {
			raised = gates_raised();
			deadline = milliseconds() + GIVE_UP_MS;
		} else if (milliseconds() > deadline) {
			shared->given_up = 1;
		}
	}
}

static void *thread_begin(void *argument)
{
	const struct family_thread *thread = argument;

	family_hits(family_join(thread->role), thread->count);
	if (thread->then)
		thread->then();
	return NULL;
}

void family_thread(const struct family_thread *thread)
{
	pthread_t handle;
	int error = pthread_create(&handle, NULL, thread_begin, (void *)thread);

	if (error)
		broken("pthread_create", error);
	pthread_join(handle, NULL);
}
