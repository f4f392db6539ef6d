/* SPDX-License-Identifier: MIT */
#include "register_site.h"

/* SSE2 is taken for granted: every processor that QEMU's `max` stands for has it. */
unsigned vector_words_there(void)
{
	return VECTOR_WORDS;
}
