/* SPDX-License-Identifier: MIT */
/*
 * The bits of a site's mask for instructions that set one bit: an `or` has no constant. Bits are numbered from the
 * left. Setting a bit twice is setting it once.
 */
#define SET(bit) depi 1, 31 - bit, 1, %r28
#define EFFECT_BIT 1
#define AFTER_BIT 2
#define ELSEWHERE_BIT 3
