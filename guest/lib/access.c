/* SPDX-License-Identifier: MIT */
/* Makes functions and a table of the architecture's list of accesses. */
#include "access.h"

#include <errno.h>
#include <string.h>

#include "accesses.h"
#include "record.h"
#include "trap.h"

/* Where a function begins. */
#ifdef ARCH_FUNCTION_LABEL
#define ACCESS_LABEL(name) ARCH_FUNCTION_LABEL(name)
#else
#define ACCESS_LABEL(name) name ":"
#endif

#define CODE(name, kind, bytes, before, instruction)                                               \
	__asm__(".pushsection .text\n"                                                             \
		".balign 16\n"                                                                     \
		".globl access_" #name ", access_" #name "_instruction, access_" #name "_next\n"   \
		".type access_" #name ", %function\n"                                              \
		ACCESS_LABEL("access_" #name) "\n" before "\n"                                      \
		"access_" #name "_instruction:\n" instruction "\n"                                 \
		"access_" #name "_next:\n" ACCESS_RETURN "\n"                                      \
		".popsection\n");
ACCESSES(CODE)

#define DECLARATION(name, kind, bytes, before, instruction)                                        \
	void access_##name(volatile void *, volatile void *);                                      \
	extern const char access_##name##_instruction[], access_##name##_next[];
ACCESSES(DECLARATION)

#define ENTRY(name, kind, bytes, before, instruction)                                              \
	{ #name, kind, bytes, access_##name, access_##name##_instruction, access_##name##_next },
const struct access accesses[] = { ACCESSES(ENTRY) };

const unsigned access_count = sizeof(accesses) / sizeof(accesses[0]);

unsigned stop_step(void)
{
#ifdef ACCESS_DEBUGGER_STEP
	if (mechanism == BY_PTRACE)
		return ACCESS_DEBUGGER_STEP;
#endif
	return ACCESS_STOP_STEP;
}

const struct access *access_named(const char *name)
{
	for (unsigned i = 0; i < access_count; i++)
		if (!strcmp(accesses[i].name, name))
			return &accesses[i];
	broken(name, ENOENT);
}
