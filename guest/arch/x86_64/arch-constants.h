/* SPDX-License-Identifier: MIT */
#define GENERAL_REGISTERS 15
#define HAS_NEXT_PC 0
/* arch/x86/kernel/hw_breakpoint.c: an execute breakpoint has the length of the kernel's long. */
#define BREAKPOINT_EXECUTE_LENGTH 8
/* rdx, in the order of register_names. */
#define ARCH_SITE_LOAD_REGISTER 3
/* rax */
#define ARCH_SITE_MASK_REGISTER 0
