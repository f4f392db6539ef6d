/* SPDX-License-Identifier: MIT */
/* Segment selectors and vectors that assembly and C agree on. */
#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define USER_DATA (0x18 | 3)
#define USER_CODE (0x20 | 3)
#define TASK_STATE 0x28
#define VECTOR_DEBUG 1
#define VECTOR_INVALID_OPCODE 6
#define VECTORS_OF_CPU 32
