/* SPDX-License-Identifier: MIT */
/*
 * Code that branches to the fresh pages, straight to its site: a section that the linker puts before them, since a
 * branch reaches no further than 256 KiB and all of the C library lies in .text.
 */
#define BEFORE_FRESH_TEXT .section before_fresh, "ax", %progbits
