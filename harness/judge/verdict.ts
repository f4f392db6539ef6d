// SPDX-License-Identifier: MIT
// Verdicts that follow from how a probe ended or what it was refused, before its spec is asked.
import type { Verdict } from '../outcome/verdict.ts';
import type { Evidence, Observation } from './observation.ts';

export interface Judged {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** Thrown while judging: a verdict that no assertion makes. */
export class NoVerdictOfTheSpec extends Error {
  constructor(
    readonly verdict: Verdict,
    readonly reason: string,
  ) {
    super(reason);
  }
}

// errno values as probes record them; these are the same on every architecture.
const ERRNO = { ENOENT: 2, E2BIG: 7, ENODEV: 19, EINVAL: 22, ENOSPC: 28 } as const;
// These are not: asm-generic's, then those of Alpha, MIPS, PA-RISC and SPARC (arch/*/include/uapi/asm/errno.h).
const ENOSYS = [38, 78, 89, 251, 90];
const EOPNOTSUPP = [95, 45, 122, 223, 45];
const CANNOT: ReadonlySet<number> = new Set([ERRNO.ENOENT, ERRNO.ENODEV, ERRNO.ENOSPC, ...ENOSYS, ...EOPNOTSUPP]);

/** A verdict that needs no look at the observations themselves, or undefined when the spec has to judge. */
export function verdictBefore(evidence: Evidence): Judged | undefined {
  const { ending, observations } = evidence;
  const found = (what: string) => observations.find((observation) => observation.what === what);
  if (ending.kind === 'not-started') return { verdict: 'not-run', reason: ending.reason };
  const looped = found('looped');
  if (looped) {
    return { verdict: 'looped', reason: `${looped.stops} stops at pc ${looped.pc} without any progress` };
  }
  // A record that did not fit has lost its last values: what is missing would be taken for what was not seen.
  const cut = observations.find(({ truncated }) => truncated === true);
  if (cut) return { verdict: 'not-run', reason: `the probe's record "${cut.what}" did not fit and was cut` };
  const refused = found('refused');
  if (refused) return verdictOfRefusal(evidence, refused);
  const broken = found('broken');
  if (broken) {
    return { verdict: 'not-run', reason: `the probe could not work: ${broken.call}: ${broken.error}` };
  }
  return verdictOfEnding(ending);
}

function verdictOfEnding(ending: Evidence['ending']): Judged | undefined {
  switch (ending.kind) {
    case 'timed-out':
      return { verdict: 'hung', reason: `no answer within the limit: stopped after ${ending.seconds.toFixed(1)} s` };
    case 'signalled':
      return { verdict: 'crashed', reason: `the probe died of signal ${ending.signal}` };
    case 'guest-lost':
      return {
        verdict: ending.how === 'panic' || ending.how === 'oops' ? 'crashed' : 'hung',
        reason: `the guest was lost (${ending.how}): ${ending.detail}`,
      };
    case 'exited':
      if (ending.status === 0) return undefined;
      return { verdict: 'not-run', reason: `the probe ended with status ${ending.status}` };
    case 'not-started':
      return { verdict: 'not-run', reason: ending.reason };
  }
}

/**
 * `absent`: sigtrap was refused as a kernel that does not know it refuses it (EINVAL; E2BIG for a
 * non-zero sig_data), while the same event without it opens. `unsupported`: the architecture cannot.
 */
function verdictOfRefusal(evidence: Evidence, refused: Observation): Judged {
  const errno = Number(refused.errno);
  const said = `${refused.call} was refused with errno ${errno} (${refused.error})`;
  const documented = errno === ERRNO.EINVAL || errno === ERRNO.E2BIG;
  if (evidence.mechanism === 'sigtrap' && documented && refused.errnoWithoutSigtrap === 0) {
    return { verdict: 'absent', reason: `${said}; the same event without sigtrap opens` };
  }
  if (CANNOT.has(errno)) return { verdict: 'unsupported', reason: said };
  const without = Number(refused.errnoWithoutSigtrap);
  if (evidence.mechanism === 'sigtrap' && documented && CANNOT.has(without)) {
    return { verdict: 'unsupported', reason: `${said}; without sigtrap the event gives errno ${without}` };
  }
  return { verdict: 'deviates', reason: said };
}

/** A failed assertion is a deviation; anything else that is thrown is a bug of the spec and goes on. */
export function verdictOfError(error: unknown): Judged {
  if (error instanceof NoVerdictOfTheSpec) return { verdict: error.verdict, reason: error.reason };
  if (error instanceof Error && error.name === 'AssertionError') {
    // vitest says by which equality it compared: nothing that a maintainer of the kernel asks for.
    return { verdict: 'deviates', reason: error.message.replace(/ \/\/ Object\.is equality/g, '') };
  }
  throw error;
}
