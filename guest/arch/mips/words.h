/* SPDX-License-Identifier: MIT */
/* Words of the machine in assembler: 64 bits by the ABI n64, 32 by o32. Registers go by number, since the ABIs name them otherwise. */
#if __SIZEOF_POINTER__ == 8
#define WORD 8
#define LOAD ld
#define STORE sd
#define ADD_IMMEDIATE daddiu
/* The floating-point registers that hold 64 bits each. */
#define FLOAT_REGISTERS 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
#define FLOAT_COUNT 32
#define FLOAT_FIRST_SAVED 24
#define FLOAT_SAVED 24, 25, 26, 27, 28, 29, 30, 31
#define FLOAT_DISTANCE 8
#else
#define WORD 4
#define LOAD lw
#define STORE sw
#define ADD_IMMEDIATE addiu
/* The odd ones are their upper halves. */
#define FLOAT_REGISTERS 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define FLOAT_COUNT 16
#define FLOAT_FIRST_SAVED 20
#define FLOAT_SAVED 20, 22, 24, 26, 28, 30
#define FLOAT_DISTANCE 4
#endif
/* Where the lower half of 64 bits lies. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOWER_HALF 4
#define UPPER_HALF 0
#else
#define LOWER_HALF 0
#define UPPER_HALF 4
#endif
/* Instructions stay in their order, delay slots are written out, and calls need no global offset table. */
#define AS_WRITTEN .set noreorder; .set noat; .option pic0
