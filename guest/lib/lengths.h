/* SPDX-License-Identifier: MIT */
/* Sites of every length that an instruction of the architecture can have. */
#ifndef TRAPLINE_LENGTHS_H
#define TRAPLINE_LENGTHS_H

#include "arch.h"

struct length_site {
	/* The length that the manual gives for this instruction, in bytes, whatever the assembler made of it. */
	unsigned long length;
	unsigned long (*run)(void); /* returns the mask, as site_execute does */
	const char *instruction;
};
extern const struct length_site length_sites[];
extern const unsigned long length_site_count;

#endif
