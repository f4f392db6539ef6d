// SPDX-License-Identifier: GPL-2.0
/* Faults on purpose in Debian's own kernels, which have no LKDTM: `fault=NAME` does one while the module is loaded. */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kfence.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *fault = "";
module_param(fault, charp, 0);

static volatile int zero;
static u8 unaligned[8] __aligned(8);
static volatile u32 word = 1;

static noinline void fault_null_write(void)
{
	*(volatile int *)NULL = 0;
}

static noinline void fault_wild_write(void)
{
	*(volatile int *)(unsigned long)0xa5a5a5a5a5a5a5a4ULL = 1;
}

static noinline void fault_execute_data(void)
{
	((void (*)(void))((unsigned long)&word + zero))();
}

static noinline void fault_bug(void)
{
	BUG_ON(!zero);
}

static noinline void fault_warning(void)
{
	WARN_ON(!zero);
}

/* The compiler's trap, which stands in no table of BUG()s. */
static noinline void fault_trap(void)
{
	if (!zero)
		__builtin_trap();
}

static noinline void fault_divide(void)
{
	pr_info("%u\n", word / (u32)zero);
}

static noinline void fault_unaligned(void)
{
	atomic_inc((atomic_t *)(unaligned + 1));
}

/* No exception finds a stack for its frame. */
static noinline void fault_stack_lost(void)
{
#ifdef CONFIG_X86_64
	asm volatile("mov %0, %%rsp\n\tpush %%rax" :: "r"(1UL << 63));
#endif
}
STACK_FRAME_NON_STANDARD(fault_stack_lost);

static noinline int fault_recurse(int depth)
{
	volatile char much[512];

	memset((char *)much, depth, sizeof(much));
	return depth ? fault_recurse(depth - 1) + much[depth % sizeof(much)] : 0;
}

static noinline void fault_stack(void)
{
	pr_info("%d\n", fault_recurse(100000));
}

static noinline void fault_string(void)
{
	char bytes[8];

	memset(bytes, 1, sizeof(bytes) + 1 + zero);
	pr_info("%.8s\n", bytes);
}

/* KFENCE takes one of some hundred allocations for itself. */
static noinline void fault_after_free(void)
{
	bool guarded = false;

	for (int tries = 0; tries < 10000 && !guarded; tries++) {
		char *bytes = kmalloc(64, GFP_KERNEL);

		guarded = is_kfence_address(bytes);
		kfree(bytes);
		READ_ONCE(*bytes);
		usleep_range(1000, 2000);
	}
}

static noinline void fault_slab_overflow(void)
{
	char *bytes = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(bytes);
	bytes[64] = 1;
	kfree(bytes);
}

static noinline void fault_free_twice(void)
{
	char *bytes = kmalloc(64, GFP_KERNEL);

	kfree(bytes);
	kfree(bytes);
}

static noinline void fault_free_mapped(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, PAGE_ALLOC_COSTLY_ORDER + 1);

	page->mapping = (void *)&word;
	__free_pages(page, PAGE_ALLOC_COSTLY_ORDER + 1);
}

static noinline void fault_schedule(void)
{
	preempt_disable();
	msleep(10);
	preempt_enable();
}

static noinline void fault_list(void)
{
	static LIST_HEAD(head);
	static struct list_head one, other;

	list_add(&one, &head);
	head.next = &other;
	list_add(&other, &head);
}

static noinline void fault_interrupts_off(void)
{
	local_irq_disable();
	while (!zero)
		cpu_relax();
}

#define FAULT(NAME) { #NAME, fault_##NAME }
static const struct {
	const char *name;
	void (*run)(void);
} faults[] = {
	FAULT(null_write), FAULT(wild_write), FAULT(execute_data), FAULT(bug), FAULT(warning), FAULT(trap), FAULT(divide),
	FAULT(unaligned), FAULT(stack_lost), FAULT(stack), FAULT(string), FAULT(after_free), FAULT(slab_overflow), FAULT(free_twice),
	FAULT(free_mapped), FAULT(schedule), FAULT(list), FAULT(interrupts_off),
};

static int __init begin(void)
{
	for (size_t index = 0; index < ARRAY_SIZE(faults); index++)
		if (!strcmp(fault, faults[index].name))
			faults[index].run();
	return 0;
}
module_init(begin);
MODULE_LICENSE("GPL");
