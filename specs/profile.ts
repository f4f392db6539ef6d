// SPDX-License-Identifier: MIT
// What the architecture's profile says of a stop, in terms of the addresses that a probe recorded.
import type { Observation } from '../harness/judge/observation.ts';
import type { Case } from '../harness/judge/spec.ts';

/** Does the trap at a watched access come before the access takes effect? */
export function trapsBefore({ profile, mechanism }: Case): boolean {
  const trap = mechanism === 'ptrace' ? (profile.debuggerDataTrap ?? profile.dataTrap) : profile.dataTrap;
  return trap === 'before';
}

/** The PC that the context must hold after a data hit, a page fault, a uprobe or a trap instruction. */
export function precisePc(judged: Case, hit: Observation): unknown {
  switch (judged.trigger) {
    case 'hw-breakpoint':
      return trapsBefore(judged) ? hit.siteInstruction : hit.siteNext;
    case 'page-fault':
      return hit.siteInstruction;
    case 'uprobe':
      // The signal is delivered when the probed instruction has been stepped over.
      return hit.siteNext;
    case 'trap-instruction':
      return judged.profile.trapInstructionPc === 'instruction' ? hit.siteInstruction : hit.siteNext;
  }
}
