/* SPDX-License-Identifier: MIT */
#include "register_site.h"

unsigned vector_words_there(void)
{
	return VECTOR_WORDS;
}
