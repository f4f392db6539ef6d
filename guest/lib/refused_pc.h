/* SPDX-License-Identifier: MIT */
/* Program counters that the architecture refuses, and what differs between architectures about going to one. */
#ifndef TRAPLINE_REFUSED_PC_H
#define TRAPLINE_REFUSED_PC_H

#include "arch.h"

/*
 * From arch-constants.h:
 * INSTRUCTION_ALIGNMENT  1: every address is aligned
 * NOT_CANONICAL          an address that the architecture has no room for; undefined: it has room for all
 * RESUME_FLAG            the bit of `flags` that makes the next instruction pass its own breakpoint, or 0
 */
#endif
