// SPDX-License-Identifier: MIT
// The table of clause 1.16: requests of guest/probes/invalid_requests.c and their documented errnos (0: valid).
import type { Profile } from '../harness/arch/record.ts';
import { ERRNO } from './watches.ts';

const { EINVAL, E2BIG, ENOSPC, EOPNOTSUPP, EACCES, EFAULT, ESRCH, EBADF, ENOTTY } = ERRNO;

export function invalidRequests(profile: Profile): Readonly<Record<string, number>> {
  const dataLength = (length: number) => (profile.dataLengths.includes(length) ? 0 : EINVAL);
  // hw_breakpoint_event_init comes before all that is said of a type for which there are no registers.
  const executeErrno = profile.executeErrno ?? EINVAL;
  const executeLength = (length: number) => (profile.executeLengths.includes(length) ? 0 : executeErrno);
  const alignedAnyhow = profile.dataAlignment === 'any' ? 0 : EINVAL;
  // hw_breakpoint_parse, or the architecture before it.
  const kernelExcluded = profile.kernelWatchExcludedErrno ?? EINVAL;
  return {
    good: 0,
    // kernel/events/hw_breakpoint.c, __reserve_bp_slot: "Basic checks".
    'type 0': executeErrno,
    'type 7': EINVAL,
    // arch_build_bp_info of the architecture.
    'type R|X': EINVAL,
    'type W|X': EINVAL,
    'type 8': executeErrno,
    'length 0': EINVAL,
    'length 3': dataLength(3),
    'length 9': dataLength(9),
    'length 16': profile.longDataErrno,
    'length 2^63': EINVAL,
    '8 bytes, unaligned': alignedAnyhow,
    'execute, length 0': executeErrno,
    'execute, length 1': executeLength(1),
    'execute, length 4': executeLength(4),
    'execute, length 8': executeLength(8),
    'execute, length 16': executeLength(16),
    // hw_breakpoint_parse: a kernel address with exclude_kernel.
    'kernel address, kernel excluded': kernelExcluded,
    // hw_breakpoint_event_init.
    'branch stack': EOPNOTSUPP,
    // kernel/events/core.c, perf_copy_attr.
    'sigtrap without remove_on_exec': EINVAL,
    'remove_on_exec with enable_on_exec': EINVAL,
    'inherit_thread without inherit': EINVAL,
    'reserved bit': EINVAL,
    'unknown sample_type': EINVAL,
    'unknown read_format': EINVAL,
    'size 8': E2BIG,
    'size beyond a page': E2BIG,
    'unknown field set': E2BIG,
    'attribute at no address': EFAULT,
    // perf_event_alloc.
    'sigtrap without a task': EINVAL,
    'inherit with PERF_SAMPLE_READ': EINVAL,
    'no such CPU': EINVAL,
    'neither thread nor CPU': EINVAL,
    // perf_event_open itself.
    'period with bit 63': EINVAL,
    'frequency beyond the limit': EINVAL,
    'unknown flag': EINVAL,
    'no such thread': ESRCH,
    'no such group': EBADF,
    'pinned on a non-leader': EINVAL,
    'exclusive on a non-leader': EINVAL,
    'member that inherits, leader that does not': EINVAL,
    // perf_allow_kernel at perf_event_paranoid 2; perf_check_permission.
    'user: kernel not excluded': EACCES,
    'user: kernel address, kernel excluded': kernelExcluded,
    'user: task of another user': EACCES,
    // hw_breakpoint_parse, or the architecture before it.
    'CAP_PERFMON: kernel address': profile.kernelWatchErrno,
    // _perf_ioctl, perf_event_modify_attr, modify_user_hw_breakpoint_check, _perf_event_refresh, perf_read.
    'ioctl: unknown': ENOTTY,
    'ioctl: period 0': EINVAL,
    'modify: length 9': dataLength(9),
    'modify: type 7': EINVAL,
    'modify: kernel address': kernelExcluded,
    'modify: another period': EINVAL,
    'modify: no breakpoint': EINVAL,
    'read: too short': ENOSPC,
    'refresh: inherited': EINVAL,
    'refresh: counting only': EINVAL,
    // reserve_bp_slot comes before the architecture's check.
    'all slots taken': ENOSPC,
    'all slots taken, length 9': ENOSPC,
  };
}
