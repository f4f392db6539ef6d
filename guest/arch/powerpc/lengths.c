/* SPDX-License-Identifier: MIT */
/* lengths.h: every instruction has four bytes. */
#include "lengths.h"

const struct length_site length_sites[] = { { 4, site_execute, site_execute_instruction } };
const unsigned long length_site_count = 1;
