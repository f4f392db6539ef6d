/* SPDX-License-Identifier: MIT */
/*
 * Clause 1.16: requests that have to be refused, each with its errno, and what they leave behind.
 * The kernel's checks have an order (perf_copy_attr, the system call, perf_event_alloc, the slots,
 * the architecture), so every request here is wrong in one thing only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"
#include "stop_log.h"

#define MOST_SLOTS 32
/* In the kernel's half of the address space on every 64-bit architecture with debug registers. */
#ifndef KERNEL_ADDRESS
#define KERNEL_ADDRESS 0xffffffff80000000ull
#endif

/* What perf_event_open is given; request() starts from a good one. */
struct request {
	struct perf_event_attr attribute;
	pid_t thread;
	int cpu, group;
	unsigned long flags;
};

static void record_request(const char *name, int error)
{
	struct record record;

	record_begin(&record, "request");
	record_text(&record, "name", name);
	record_number(&record, "errno", error);
	record_end(&record);
}

static struct request good(void)
{
	struct watch watch = { .data = 0xe01 };
	struct request request = { .thread = 0, .cpu = -1, .group = -1, .flags = PERF_FLAG_FD_CLOEXEC };

	trap_attribute(&watch, &request.attribute);
	return request;
}

static void ask_with(const char *name, const struct request *request, const void *attribute)
{
	long descriptor = syscall(SYS_perf_event_open, attribute, request->thread, request->cpu, request->group,
				  request->flags);
	int error = descriptor < 0 ? errno : 0;

	record_request(name, error);
	if (descriptor >= 0)
		close((int)descriptor);
}

static void ask(const char *name, const struct request *request)
{
	ask_with(name, request, &request->attribute);
}

/* REQUEST("name", change): the good request, changed in one thing. */
#define REQUEST(name, ...)                                                                         \
	do {                                                                                       \
		struct request r = good();                                                         \
		struct perf_event_attr *a = &r.attribute;                                          \
		(void)a;                                                                           \
		__VA_ARGS__;                                                                       \
		ask(name, &r);                                                                     \
	} while (0)

static void breakpoint_fields(void)
{
	REQUEST("good", );
	REQUEST("type 0", a->bp_type = 0);
	REQUEST("type 7", a->bp_type = 7);
	REQUEST("type R|X", a->bp_type = HW_BREAKPOINT_R | HW_BREAKPOINT_X);
	REQUEST("type W|X", a->bp_type = HW_BREAKPOINT_W | HW_BREAKPOINT_X);
	REQUEST("type 8", a->bp_type = 8);
	REQUEST("length 0", a->bp_len = 0);
	REQUEST("length 3", a->bp_len = 3);
	REQUEST("length 9", a->bp_len = 9);
	REQUEST("length 16", a->bp_len = 16);
	REQUEST("length 2^63", a->bp_len = 1ull << 63);
	REQUEST("8 bytes, unaligned", a->bp_addr += 1, a->bp_len = 8);
	REQUEST("execute, length 0", a->bp_type = HW_BREAKPOINT_X, a->bp_len = 0);
	REQUEST("execute, length 1", a->bp_type = HW_BREAKPOINT_X, a->bp_len = 1);
	REQUEST("execute, length 4", a->bp_type = HW_BREAKPOINT_X, a->bp_len = 4);
	REQUEST("execute, length 8", a->bp_type = HW_BREAKPOINT_X, a->bp_len = 8);
	REQUEST("execute, length 16", a->bp_type = HW_BREAKPOINT_X, a->bp_len = 16);
	REQUEST("kernel address, kernel excluded", a->bp_addr = KERNEL_ADDRESS, a->exclude_kernel = 1);
	REQUEST("branch stack", a->sample_type |= PERF_SAMPLE_BRANCH_STACK,
		a->branch_sample_type = PERF_SAMPLE_BRANCH_USER | PERF_SAMPLE_BRANCH_ANY);
}

static void sigtrap_and_inheritance(void)
{
	REQUEST("sigtrap without remove_on_exec", a->remove_on_exec = 0);
	REQUEST("remove_on_exec with enable_on_exec", a->enable_on_exec = 1);
	REQUEST("sigtrap without a task", r.thread = -1, r.cpu = 0);
	REQUEST("inherit_thread without inherit", a->inherit_thread = 1);
	REQUEST("inherit with PERF_SAMPLE_READ", a->inherit = 1, a->sample_type = PERF_SAMPLE_READ);
}

static void attributes(void)
{
	struct request request = good();
	struct {
		struct perf_event_attr attribute;
		/* Longer than any kernel's attribute: the fields behind it may have meanings by now. */
		uint64_t beyond[64];
	} longer = { .attribute = good().attribute, .beyond[63] = 1 };

	/* The last one that is declared: later kernels give the first ones a meaning. */
	REQUEST("reserved bit", a->__reserved_1 = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 1u : 1u << 25);
	REQUEST("unknown sample_type", a->sample_type |= 1ull << 62);
	REQUEST("unknown read_format", a->read_format |= 1ull << 62);
	REQUEST("size 8", a->size = 8);
	REQUEST("size beyond a page", a->size = 1u << 20);
	REQUEST("period with bit 63", a->sample_period = 1ull << 63);
	REQUEST("frequency beyond the limit", a->freq = 1, a->sample_freq = 1u << 30);
	longer.attribute.size = sizeof(longer);
	ask_with("unknown field set", &request, &longer);
	ask_with("attribute at no address", &request, NULL);
}

static void targets(void)
{
	struct request leader = good();
	int group;

	REQUEST("unknown flag", r.flags = 1ul << 20);
	REQUEST("no such thread", r.thread = 0x3fffffff);
	REQUEST("no such CPU", r.cpu = 1 << 20);
	REQUEST("neither thread nor CPU", r.thread = -1, a->sigtrap = 0);
	REQUEST("no such group", r.group = 9999);
	group = perf_open(&leader.attribute, 0);
	if (group < 0)
		broken("opening a group leader", -group);
	REQUEST("pinned on a non-leader", r.group = group);
	REQUEST("exclusive on a non-leader", r.group = group, a->pinned = 0, a->exclusive = 1);
	REQUEST("member that inherits, leader that does not", r.group = group, a->pinned = 0, a->inherit = 1);
	close(group);
}

/* As another user, or with some capabilities only: in a process of its own. */
static void with_privileges(unsigned capabilities, uid_t user, void (*requests)(void))
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	pid_t child = fork();

	if (child < 0)
		broken("fork", errno);
	if (child == 0) {
		if (user && (setresgid(user, user, user) || setresuid(user, user, user)))
			broken("setresuid", errno);
		if (capabilities) {
			data[1].permitted = data[1].effective = 1u << (capabilities - 32);
			if (syscall(SYS_capset, &header, data))
				broken("capset", errno);
		}
		requests();
		_exit(0);
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

static void ordinary_requests(void)
{
	REQUEST("user: kernel not excluded", a->exclude_kernel = 0);
	REQUEST("user: kernel address, kernel excluded", a->bp_addr = KERNEL_ADDRESS);
	REQUEST("user: task of another user", r.thread = 1);
}

static void perfmon_requests(void)
{
	REQUEST("CAP_PERFMON: kernel address", a->bp_addr = KERNEL_ADDRESS, a->exclude_kernel = 0);
}

static void ioctls(void)
{
	struct request request = good(), changed;
	struct watch inherited = { .inherit = true };
	struct perf_event_attr attribute;
	struct record record;
	uint64_t zero = 0;
	char byte;
	int descriptor = perf_open(&request.attribute, 0);

	if (descriptor < 0)
		broken("opening a good event", -descriptor);
#define IOCTL(name, number, argument) record_request(name, ioctl(descriptor, number, argument) ? errno : 0)
	IOCTL("ioctl: unknown", _IO('$', 200), 0);
	IOCTL("ioctl: period 0", PERF_EVENT_IOC_PERIOD, &zero);
	changed = good();
	changed.attribute.bp_len = 9;
	IOCTL("modify: length 9", PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &changed.attribute);
	changed = good();
	changed.attribute.bp_type = 7;
	IOCTL("modify: type 7", PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &changed.attribute);
	changed = good();
	changed.attribute.bp_addr = KERNEL_ADDRESS;
	changed.attribute.exclude_kernel = 1;
	IOCTL("modify: kernel address", PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &changed.attribute);
	changed = good();
	changed.attribute.sample_period = 2;
	IOCTL("modify: another period", PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &changed.attribute);
	changed = good();
	changed.attribute.type = PERF_TYPE_SOFTWARE;
	IOCTL("modify: no breakpoint", PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &changed.attribute);
	record_request("read: too short", read(descriptor, &byte, 1) < 0 ? errno : 0);
	/* After all those refusals the watch is what it was. */
	stop_log_clear();
	access_named("store1")->run(trap_target, NULL);
	access_named("store1")->run(trap_target + 1, NULL);
	record_begin(&record, "unchanged");
	record_hex(&record, "sigData", request.attribute.sig_data);
	record_hex(&record, "address", request.attribute.bp_addr);
	record_stop_log(&record);
	record_end(&record);
	close(descriptor);

	trap_attribute(&inherited, &attribute);
	descriptor = perf_open(&attribute, 0);
	IOCTL("refresh: inherited", PERF_EVENT_IOC_REFRESH, 1);
	close(descriptor);
	request.attribute.sample_period = 0;
	descriptor = perf_open(&request.attribute, 0);
	IOCTL("refresh: counting only", PERF_EVENT_IOC_REFRESH, 1);
	close(descriptor);
}

/* All registers can be had, each fires for its own address, and nothing else fires. */
static void what_is_left(void)
{
	int descriptors[MOST_SLOTS], opened = 0, result = 0, fired = 0, stray;
	const struct access *store = access_named("store1");
	struct record record;

	stop_log_clear();
	for (int i = -8; i < 24; i++)
		store->run(trap_target + 64 + i, NULL);
	for (int i = 0; i < 8; i++)
		store->run(trap_target + i, NULL);
	stray = stop_count;
	while (opened < MOST_SLOTS) {
		struct watch watch = { .address = (uintptr_t)(trap_target + 64 * opened), .data = 0xe10 + (uint64_t)opened };

		result = trap_open(&watch);
		if (result < 0)
			break;
		descriptors[opened++] = result;
	}
	for (int i = 0; i < opened; i++) {
		stop_log_clear();
		store->run(trap_target + 64 * i, NULL);
		fired += stop_count == 1 && stop_log_data(0) == 0xe10 + i;
		/* Makes QEMU's TCG forget the mark of this watchpoint (facts-qemu.md, DR6). */
		store->run(trap_target + 32, NULL);
	}
	REQUEST("all slots taken", a->bp_addr += 2048);
	/* The slots are asked before the architecture is: so a length that it has not says ENOSPC too. */
	REQUEST("all slots taken, length 9", a->bp_addr += 2048, a->bp_len = 9);
	for (int i = 0; i < opened; i++)
		trap_close(descriptors[i]);
	record_begin(&record, "left");
	record_number(&record, "strayStops", stray);
	record_number(&record, "opened", opened);
	record_number(&record, "errno", result < 0 ? -result : 0);
	record_number(&record, "fired", fired);
	record_end(&record);
}

static void invalid_requests(void)
{
	stop_log_handle();
	sigtrap_required();
	breakpoint_fields();
	sigtrap_and_inheritance();
	attributes();
	targets();
	with_privileges(0, 1000, ordinary_requests);
	with_privileges(CAP_PERFMON, 0, perfmon_requests);
	ioctls();
	what_is_left();
}
PROBE("1.16", invalid_requests);
