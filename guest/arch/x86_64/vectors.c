/* SPDX-License-Identifier: MIT */
#include "register_site.h"

/* Read by register_site.S: a processor without AVX would refuse its instructions. */
int register_site_has_ymm;

unsigned vector_words_there(void)
{
	__builtin_cpu_init();
	/* The compiler's test asks CPUID and, by XGETBV, whether the kernel saves the upper halves. */
	register_site_has_ymm = __builtin_cpu_supports("avx") != 0;
	return register_site_has_ymm ? VECTOR_WORDS : VECTOR_WORDS - 32;
}
