/* SPDX-License-Identifier: MIT */
/* What /compat32 writes to descriptor 3, in one write, in the machine's own byte order; fields of fixed width. */
#ifndef TRAPLINE_COMPAT32_REPORT_H
#define TRAPLINE_COMPAT32_REPORT_H

#define COMPAT32_MAGIC 0x74726170u
#define COMPAT32_SIGINFO 128
/* What the program asks for as sig_data: more than a 32-bit siginfo can hold. */
#define COMPAT32_DATA 0x8123456789abcdefull

struct compat32_report {
	unsigned magic;
	unsigned failed_call; /* 0: none, 1: rt_sigaction, 2: perf_event_open, 3: kill */
	unsigned error;	      /* errno of that call */
	unsigned stops;	      /* at the site */
	unsigned elsewhere;   /* SIGTRAPs at other places: page faults that the site did not make */
	unsigned completed;   /* the instruction after the site was executed */
	unsigned pc;	      /* in the context of the first stop */
	unsigned site_instruction, site_next;
	unsigned target; /* the watched address */
	unsigned char siginfo[COMPAT32_SIGINFO];
};

#endif
