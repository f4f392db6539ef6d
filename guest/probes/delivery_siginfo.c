/* SPDX-License-Identifier: MIT */
/* Clause 3.2: the raw siginfo of a hit, for several sig_data, and that of a 32-bit program. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../compat32/report.h"
#include "hits.h"
#include "probe.h"

static struct stop seen;
static volatile int stops;

static void on_stop(struct stop *stop)
{
	struct site site = trap_site();

	if (stop_is_of(stop, site) && !stops++)
		seen = *stop;
	stop_step_over(stop, site);
}

static void record_one(uint64_t data)
{
	struct watch watch = { .data = data };
	int descriptor = trap_open_or_refuse(&watch);
	struct perf_event_attr attribute;
	struct record record;

	trap_attribute(&watch, &attribute);
	/* A rehearsal: what is touched for the first time would fault on its own. */
	hit_at(hit_target(0), 1);
	trap_settle(200);
	stops = 0;
	memset(&seen, 0, sizeof(seen));
	hit_at(hit_target(0), 2);
	trap_settle(200);
	trap_close(descriptor);

	record_begin(&record, "siginfo");
	record_number(&record, "bits", 8 * (int64_t)sizeof(long));
	record_hex(&record, "askedData", data);
	record_number(&record, "askedType", attribute.type);
	record_hex(&record, "target", (uintptr_t)hit_target(0));
	record_number(&record, "pageSize", getpagesize());
	record_site(&record);
	record_number(&record, "stops", stops);
	record_siginfo(&record, &seen.info);
	record_end(&record);
}

/* Fields of a 32-bit siginfo: include/uapi/asm-generic/siginfo.h, struct __sifields._sigfault. */
static unsigned word_at(const struct compat32_report *report, size_t offset)
{
	unsigned word;

	memcpy(&word, report->siginfo + offset, sizeof(word));
	return word;
}

static void record_report(const struct compat32_report *report, unsigned type)
{
	struct record record;

	record_begin(&record, "siginfo");
	record_number(&record, "bits", 32);
	record_hex(&record, "askedData", (unsigned)COMPAT32_DATA);
	record_number(&record, "askedType", type);
	record_hex(&record, "target", report->target);
	record_number(&record, "pageSize", getpagesize());
	record_hex(&record, "siteInstruction", report->site_instruction);
	record_hex(&record, "siteNext", report->site_next);
	record_hex(&record, "pc", report->pc);
	record_number(&record, "stops", report->stops);
	record_number(&record, "elsewhere", report->elsewhere);
	record_number(&record, "completed", report->completed);
	record_number(&record, "failedCall", report->failed_call);
	record_number(&record, "errno", report->error);
	record_number(&record, "si_signo", (int)word_at(report, 0));
	/* The first three words are alike in both; MIPS has the last two of them in the other order. */
	record_number(&record, "si_errno", (int)word_at(report, offsetof(siginfo_t, si_errno)));
	record_number(&record, "si_code", (int)word_at(report, offsetof(siginfo_t, si_code)));
	record_hex(&record, "si_addr", word_at(report, 0x0c));
	record_hex(&record, "si_perf_data", word_at(report, 0x10));
	record_number(&record, "si_perf_type", word_at(report, 0x14));
	record_number(&record, "si_perf_flags", word_at(report, 0x18));
	record_end(&record);
}

static void run_compat32(void)
{
	const char *name = trigger == HW_BREAKPOINT ? "hw-breakpoint" : "page-fault";
	struct compat32_report report = { 0 };
	struct record record;
	/* The child's, which has the parent's memory until it executes another program. */
	volatile int error = 0;
	int between[2], status = 0;
	ssize_t got;
	pid_t child;

	if (pipe(between))
		broken("pipe", errno);
	child = vfork();
	if (child < 0)
		broken("vfork", errno);
	if (child == 0) {
		dup2(between[1], RECORD_FD);
		/* A kernel may fail to execute a 32-bit program where addresses are fixed (docs/findings/): init has fixed them. */
		personality(personality(0xffffffff) & ~ADDR_NO_RANDOMIZE);
		execl("/compat32", "compat32", name, NULL);
		error = errno;
		_exit(127);
	}
	close(between[1]);
	got = read(between[0], &report, sizeof(report));
	close(between[0]);
	waitpid(child, &status, 0);
	if (got == (ssize_t)sizeof(report) && report.magic == COMPAT32_MAGIC) {
		record_report(&report, trigger == HW_BREAKPOINT ? PERF_TYPE_BREAKPOINT : PERF_TYPE_SOFTWARE);
		return;
	}
	record_begin(&record, "no-compat32");
	record_number(&record, "execErrno", error);
	record_number(&record, "status", status);
	record_end(&record);
}

static void delivery_siginfo(void)
{
	static const uint64_t data[] = { 0x1234, 0, 0x8123456789abcdef, ~0ull };

	trap_handle(on_stop, 0);
	stack_touch();
	/* The others have no sig_data, and nothing of perf in a 32-bit program's siginfo. */
	for (unsigned i = 0; i < (mechanism == BY_SIGTRAP ? 4 : 1); i++)
		record_one(data[i]);
	if (mechanism == BY_SIGTRAP && (trigger == HW_BREAKPOINT || trigger == PAGE_FAULT))
		run_compat32();
	else
		record_left_out("32-bit program", mechanism == BY_SIGTRAP ?
							  "/compat32 has no uprobe: it opens no file and has one site of data" :
							  "its siginfo is compared only where it is perf's, under sigtrap");
}
PROBE("3.2", delivery_siginfo);
