/* SPDX-License-Identifier: MIT */
/* Words of the machine, in assembler and of a signal's context. */
#ifdef __powerpc64__
#define STORE_WORD std
#define COMPARE_WORDS cmpd
#define CONTEXT_REGISTERS gp_regs
#else
#define STORE_WORD stw
#define COMPARE_WORDS cmpw
#define CONTEXT_REGISTERS uc_regs->gregs
#endif
