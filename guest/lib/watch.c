/* SPDX-License-Identifier: MIT */
/* The kernel's side: opening the event of a trigger with the mechanism asked for. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* A page of its own, so that page faults and watchpoints meet nothing else in it. */
static unsigned char target_page[65536] __attribute__((aligned(65536)));
volatile unsigned char *trap_target = target_page;

int perf_open(struct perf_event_attr *attribute, pid_t thread)
{
	long descriptor =
		syscall(SYS_perf_event_open, attribute, thread, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return descriptor < 0 ? -errno : (int)descriptor;
}

struct watch watch_with_defaults(const struct watch *asked)
{
	struct watch watch = *asked;

	if (!watch.type)
		watch.type = STORE_WATCH;
	if (watch.type == HW_BREAKPOINT_X) {
		if (!watch.address)
			watch.address = (uintptr_t)site_execute_instruction;
		if (!watch.length)
			watch.length = EXECUTE_LENGTH_AT(watch.address);
	} else {
		if (!watch.address)
			watch.address = (uintptr_t)trap_target;
		if (!watch.length)
			watch.length = 1;
	}
	return watch;
}

void watched_read(void *to, const volatile void *from, size_t length)
{
	int memory;

	if (trigger != HW_BREAKPOINT || STORE_WATCH == HW_BREAKPOINT_W) {
		memcpy(to, (const void *)from, length);
		return;
	}
	/* By the kernel's own mapping of it, which no register of this program watches. */
	memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	if (memory < 0 || pread(memory, to, length, (off_t)(uintptr_t)from) != (ssize_t)length)
		broken("/proc/self/mem", errno);
	close(memory);
}

static long number_in(const char *path)
{
	char text[32] = "";
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		return -errno;
	if (read(descriptor, text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	close(descriptor);
	return text[0] ? atol(text) : -EIO;
}

/* Offset in this program's file of an address in its text: its segments are mapped where they are linked. */
static uint64_t file_offset(uint64_t address)
{
	const ElfW(Phdr) *header = (const ElfW(Phdr) *)getauxval(AT_PHDR);

	for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
		if (header[i].p_type == PT_LOAD && address >= header[i].p_vaddr &&
		    address < header[i].p_vaddr + header[i].p_filesz)
			return address - header[i].p_vaddr + header[i].p_offset;
	return 0;
}

static int set_trigger(const struct watch *watch, struct perf_event_attr *attribute)
{
	long type;

	switch (trigger) {
	case HW_BREAKPOINT:
		attribute->type = PERF_TYPE_BREAKPOINT;
		attribute->bp_addr = watch->address;
		attribute->bp_type = watch->type;
		attribute->bp_len = watch->length;
		return 0;
	case PAGE_FAULT:
		attribute->type = PERF_TYPE_SOFTWARE;
		attribute->config = PERF_COUNT_SW_PAGE_FAULTS;
		attribute->sample_type |= PERF_SAMPLE_ADDR;
		return 0;
	case UPROBE:
		type = number_in("/sys/bus/event_source/devices/uprobe/type");
		if (type < 0)
			return (int)type;
		attribute->type = (uint32_t)type;
		attribute->config1 = (uintptr_t)"/proc/self/exe";
		attribute->config2 = file_offset(watch->type == HW_BREAKPOINT_X ?
							 watch->address :
							 (uintptr_t)site_execute_instruction);
		return 0;
	case TRAP_INSTRUCTION:
		break;
	}
	return 0;
}

/* Do the kernel's own accesses count? Where that is for the emulator's sake, only for those who may have it. */
static bool counts_kernel(const struct watch *watch)
{
	if (trigger == HW_BREAKPOINT && WATCHES_WITH_KERNEL && !watch->without_kernel)
		return watch->with_kernel || geteuid() == 0;
	return watch->with_kernel;
}

void trap_attribute(const struct watch *asked, struct perf_event_attr *attribute)
{
	struct watch watch = watch_with_defaults(asked);
	int error;

	memset(attribute, 0, sizeof(*attribute));
	attribute->size = sizeof(*attribute);
	attribute->sample_period = 1;
	attribute->sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID;
	attribute->disabled = watch.disabled;
	attribute->pinned = !watch.unpinned;
	attribute->inherit = watch.inherit || watch.inherit_thread;
	attribute->exclude_kernel = !counts_kernel(&watch);
	attribute->exclude_hv = 1;
	attribute->wakeup_events = 1;
	if (mechanism == BY_SIGTRAP) {
		attribute->sigtrap = 1;
		attribute->remove_on_exec = 1;
		attribute->sig_data = watch.data;
		attribute->inherit_thread = watch.inherit_thread;
	}
	error = set_trigger(&watch, attribute);
	if (error)
		refused("the uprobe PMU's type in sysfs", -error);
}

static int ask_for_signal(int descriptor)
{
	struct f_owner_ex owner = { F_OWNER_TID, own_thread() };

	if (fcntl(descriptor, F_SETOWN_EX, &owner) || fcntl(descriptor, F_SETSIG, SIGTRAP) ||
	    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_ASYNC))
		return -errno;
	return 0;
}

/*
 * Says what kind of register a probe depends on, once for each kind: the judge compares it with the control before
 * it blames the kernel for a trap that did not come.
 */
static void say_armed(const struct watch *watch)
{
	static const char *const types[] = { [HW_BREAKPOINT_R] = "r", [HW_BREAKPOINT_W] = "w", [HW_BREAKPOINT_RW] = "rw",
					     [HW_BREAKPOINT_X] = "x" };
	static bool said[HW_BREAKPOINT_X + 1][9][2][2];
	/* A tracer's registers are the kernel's to set: it has no such choice. */
	bool user_only = WATCHES_WITH_KERNEL && mechanism != BY_PTRACE && !counts_kernel(watch);
	/* Registers watch doublewords. */
	bool crosses = watch->type != HW_BREAKPOINT_X && watch->address % 8 + watch->length > 8;
	struct record record;

	if (trigger != HW_BREAKPOINT || watch->type > HW_BREAKPOINT_X || watch->length > 8 || !types[watch->type] ||
	    said[watch->type][watch->length][user_only][crosses])
		return;
	said[watch->type][watch->length][user_only][crosses] = true;
	record_begin(&record, "armed");
	record_text(&record, "type", types[watch->type]);
	record_number(&record, "length", watch->length);
	if (user_only)
		record_boolean(&record, "userOnly", true);
	if (crosses)
		record_boolean(&record, "crosses", true);
	record_end(&record);
}

void trap_needs_steps(void)
{
	struct record record;

	if (trigger != UPROBE || !UPROBES_STEP)
		return;
	record_begin(&record, "armed");
	record_text(&record, "type", "single-step");
	record_end(&record);
}

int trap_open(const struct watch *asked)
{
	struct watch watch = watch_with_defaults(asked);
	struct perf_event_attr attribute;
	int descriptor, error = 0;

	say_armed(&watch);
	if (mechanism == BY_PTRACE)
		return trigger == TRAP_INSTRUCTION ? 0 : tracer_arm(&watch);
	if (trigger == TRAP_INSTRUCTION)
		return 0;
	trap_attribute(&watch, &attribute);
	/* fasync: armed only after the owner is set, so that no hit goes unsignalled. */
	if (mechanism == BY_FASYNC || mechanism == BY_POLL)
		attribute.disabled = 1;
	descriptor = perf_open(&attribute, 0);
	if (descriptor < 0)
		return descriptor;
	if (mechanism == BY_FASYNC)
		error = ask_for_signal(descriptor);
	else if (mechanism == BY_POLL)
		error = poller_add(descriptor);
	if (!error && attribute.disabled && !watch.disabled)
		error = trap_enable(descriptor);
	if (error) {
		close(descriptor);
		return error;
	}
	return descriptor;
}

/*
 * Was it sigtrap that the kernel refused, or the event itself? The same event without the
 * fields that came with sigtrap (Linux 5.13) tells: 0 when it opens, else its errno.
 */
static int errno_without_sigtrap(const struct watch *watch)
{
	struct perf_event_attr attribute;
	int descriptor;

	trap_attribute(watch, &attribute);
	attribute.sigtrap = 0;
	attribute.remove_on_exec = 0;
	attribute.inherit_thread = 0;
	attribute.sig_data = 0;
	descriptor = perf_open(&attribute, 0);
	if (descriptor < 0)
		return -descriptor;
	close(descriptor);
	return 0;
}

int trap_open_or_refuse(const struct watch *watch)
{
	int descriptor = trap_open(watch);

	if (descriptor < 0)
		trap_refused(watch, -descriptor);
	return descriptor;
}

void trap_refused(const struct watch *watch, int error)
{
	struct record record;

	record_begin(&record, "refused");
	record_text(&record, "call", mechanism == BY_PTRACE ? "ptrace" : "perf_event_open");
	record_number(&record, "errno", error);
	record_text(&record, "error", strerror(error));
	if (mechanism == BY_SIGTRAP)
		record_number(&record, "errnoWithoutSigtrap", errno_without_sigtrap(watch));
	record_end(&record);
	_exit(0);
}

int trap_enable(int descriptor)
{
	if (trigger == TRAP_INSTRUCTION)
		return 0;
	if (mechanism == BY_PTRACE)
		return tracer_set_enabled(descriptor, true);
	return ioctl(descriptor, PERF_EVENT_IOC_ENABLE, 0) ? -errno : 0;
}

int trap_disable(int descriptor)
{
	if (trigger == TRAP_INSTRUCTION)
		return 0;
	if (mechanism == BY_PTRACE)
		return tracer_set_enabled(descriptor, false);
	return ioctl(descriptor, PERF_EVENT_IOC_DISABLE, 0) ? -errno : 0;
}

int trap_close(int descriptor)
{
	if (trigger == TRAP_INSTRUCTION)
		return 0;
	if (mechanism == BY_PTRACE)
		return tracer_disarm(descriptor);
	if (mechanism == BY_POLL)
		poller_remove(descriptor);
	return close(descriptor) ? -errno : 0;
}

int64_t trap_count(int descriptor)
{
	uint64_t count;

	if (mechanism == BY_PTRACE || trigger == TRAP_INSTRUCTION)
		return -1;
	return read(descriptor, &count, sizeof(count)) == sizeof(count) ? (int64_t)count : -1;
}
