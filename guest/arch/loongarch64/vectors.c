/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/auxv.h>

#include "record.h"
#include "register_site.h"

/* asm/hwcap.h has it since Linux 5.19. */
#ifndef HWCAP_LOONGARCH_LASX
#define HWCAP_LOONGARCH_LASX (1ul << 5)
#endif

unsigned vector_words_there(void)
{
	/* The sites load 256 bits of each register. */
	if (!(getauxval(AT_HWCAP) & HWCAP_LOONGARCH_LASX))
		broken("the 256-bit registers of LASX", ENODEV);
	return VECTOR_WORDS;
}
