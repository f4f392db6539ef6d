/* SPDX-License-Identifier: MIT */
/*
 * Triggers and mechanisms behind one interface, so that one probe serves all of them:
 * arm with trap_open(), hit with trap_hit(), and a handler is called for each stop.
 *
 * Who calls the handler: under sigtrap, fasync and none the stopped thread itself (in its
 * signal handler); under ptrace a tracer, a process that shares this one's memory; under
 * poll a thread that polls the ring buffer, after the fact and without registers.
 */
#ifndef TRAPLINE_TRAP_H
#define TRAPLINE_TRAP_H

#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arch.h"
#include "record.h"

enum trigger { HW_BREAKPOINT, PAGE_FAULT, UPROBE, TRAP_INSTRUCTION };
enum mechanism { BY_SIGTRAP, BY_FASYNC, BY_POLL, BY_PTRACE, BY_NOTHING };

/* What this process was asked to use: set once by main(). */
extern enum trigger trigger;
extern enum mechanism mechanism;

struct stop {
	struct registers registers; /* change them, then set `changed` */
	bool has_registers;         /* false under poll: only pc is there, from the sample */
	bool changed;
	pid_t thread;               /* the thread in which the handler runs, or that stopped (ptrace), or of the sample (poll) */
	/* Raw siginfo of the signal (128 bytes), zero under poll. */
	siginfo_t info;
	void *context;              /* third argument of the signal handler, else NULL */
	uint64_t stack;             /* an address on the stack on which the handler runs */
};
typedef void stop_handler(struct stop *stop);

/*
 * Installs the handler for SIGTRAP (with extra sigaction flags such as SA_ONSTACK, SA_NODEFER),
 * and starts the tracer where the mechanism is ptrace. Call it before trap_open().
 */
void trap_handle(stop_handler *handler, int flags);

/* Another handler from now on, for a probe that asks several questions in turn. */
void stop_handler_change(stop_handler *handler);

/* Lets the thread go on at `address`: PC, and the next PC where there is one (straight on). No-op without registers. */
void stop_go_to(struct stop *stop, uint64_t address);

/* What a watch is made of; zero is a sensible default for every field. */
struct watch {
	uint64_t address;      /* default: the trigger's own site or target */
	unsigned type;         /* STORE_WATCH by default; HW_BREAKPOINT_X: by default at site_execute */
	unsigned length;       /* default 1 for data; for execute what the kernel wants */
	uint64_t data;         /* sig_data */
	bool inherit;          /* children and threads get it too */
	bool inherit_thread;   /* threads only */
	bool disabled;         /* opened without being armed: trap_enable() */
	bool unpinned;
	bool with_kernel;      /* kernel's own accesses count too (exclude_kernel = 0) */
	bool without_kernel;   /* they must not count, even where WATCHES_WITH_KERNEL (arch.h) */
};

/*
 * Opens a watch for the calling thread, by the trigger and mechanism asked for. Returns a
 * descriptor (a slot number under ptrace), or a negative errno as perf_event_open gave it.
 * Under TRAP_INSTRUCTION nothing is opened: 0.
 */
int trap_open(const struct watch *watch);
/*
 * Says that the probe depends on single steps that end where they should: a uprobe goes past its instruction by one.
 * The judge asks the control about them (harness/judge/blame.ts).
 */
void trap_needs_steps(void);
/* As trap_open, and ends the probe by refused() where it fails. */
int trap_open_or_refuse(const struct watch *watch);
/*
 * Ends the probe: `watch` was refused with errno `error`, so the clause cannot be exercised. Under
 * sigtrap it records also what the same event without sigtrap gives: the judge tells `absent` by it.
 */
_Noreturn void trap_refused(const struct watch *watch, int error);
/* 0 or a negative errno. Under ptrace and trap-instruction they do nothing where nothing can be done. */
int trap_enable(int descriptor);
int trap_disable(int descriptor);
int trap_close(int descriptor);
/* The event's count, or -1. */
int64_t trap_count(int descriptor);

/* Fills the attribute that trap_open() would use; for probes that vary it by hand. */
void trap_attribute(const struct watch *watch, struct perf_event_attr *attribute);
/* perf_event_open(attribute, thread, -1, -1, PERF_FLAG_FD_CLOEXEC); a descriptor or a negative errno. */
int perf_open(struct perf_event_attr *attribute, pid_t thread);

/* The memory that data triggers watch: one page, 8-byte aligned start; freshened for page faults. */
extern volatile unsigned char *trap_target;

/*
 * Makes one hit, by the trigger: a store of `value` to trap_target (hw-breakpoint data, page-fault),
 * site_execute (uprobe, and hw-breakpoint after trap_use_execute()), or site_trap. Returns the site's mask.
 * Counts as progress: 1000 stops without any, at one PC, end the probe as `looped`.
 */
unsigned long trap_hit(unsigned long value);
/* hw-breakpoint and page-fault: hit by executing (page-fault: by fetching from a fresh page) instead of storing. */
void trap_use_execute(void);
/* For probes with sites of their own: call before each hit. */
void trap_progress(void);
/* Copies watched memory without a hit, also where a watch for stores sees loads (STORE_WATCH). */
void watched_read(void *to, const volatile void *from, size_t length);
/* page-fault: makes the page of `address` fresh, so that the next access faults. No-op otherwise. */
void trap_refresh(volatile void *address);

/* page-fault: makes the code of fresh_text fresh, so that the next fetch from it faults. No-op otherwise. */
void trap_refresh_text(void);

/* Addresses of the site that trap_hit() uses, for observations. */
struct site {
	uint64_t instruction, next, elsewhere;
};
struct site trap_site(void);
void record_site(struct record *record);
/* pc, npc and the named general registers of a stop. */
void record_registers(struct record *record, const struct registers *registers);
/* si_signo, si_code, si_errno, si_addr and perf's data, type and flags, from the raw bytes. */
void record_siginfo(struct record *record, const siginfo_t *info);

/* Under poll: waits until the poller has handled what is there, at most `milliseconds`. */
void trap_settle(unsigned milliseconds);

pid_t own_thread(void);

#endif
