/* SPDX-License-Identifier: MIT */
/* lengths.h: every instruction has two bytes. */
#include "lengths.h"

const struct length_site length_sites[] = { { 2, site_execute, site_execute_instruction } };
const unsigned long length_site_count = 1;
