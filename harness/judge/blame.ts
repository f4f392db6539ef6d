// SPDX-License-Identifier: MIT
// Whose fault is it that a trap did not come? Before the clauses, a probe arms each kind of debug register without
// perf (guest/probes/control.c), or a program does without any kernel (run/bare-control.ts); a clause that fails where
// the emulator never trapped there says nothing of the kernel.
import type { ClauseDefinition } from './clause.ts';
import type { Evidence, Observation } from './observation.ts';
import type { Judged } from './verdict.ts';

/** The control's name in the plan, in the place of a clause's number. */
export const CONTROL = 'control';

/** The control as a step: no clause of the specification, and in no report among them. */
export const controlClause: ClauseDefinition = {
  id: CONTROL,
  title: 'what the debug registers trap, without perf',
  triggers: ['hw-breakpoint'],
  mechanisms: ['ptrace'],
  limitSeconds: 20,
};

/** Verdicts that a missing trap can be behind; the others are the kernel's own word. */
const IN_DOUBT: ReadonlySet<string> = new Set(['deviates', 'hung', 'looped', 'crashed', 'not-run']);

/** The type in a control's record of the register that steps over a hit, where the architecture has such a one. */
const STEP = 'step';

/** What a uprobe goes past its instruction by. */
const SINGLE_STEP = 'single-step';

/** Watches of user mode alone, and such as cross a doubleword, are tried in one length: they are not of a register's width. */
function fits(armed: Observation, control: Observation): boolean {
  const like = (name: string): boolean => (control[name] === true) === (armed[name] === true);
  const special = armed.userOnly === true || armed.crosses === true;
  return (
    control.type === armed.type && like('userOnly') && like('crosses') && (special || control.length === armed.length)
  );
}

/**
 * What a probe armed (its `armed` records) that the control armed too, without an error, and that never trapped.
 * An execute breakpoint is compared whatever its length: architectures take several and make one of them.
 */
function silentRegisters(evidence: Evidence, control: readonly Observation[]): Observation[] {
  const armed: Observation[] = evidence.observations.filter(({ what }) => what === 'armed');
  // A kernel that goes past a hit by a register of its own needs it for every event; a tracer's are not stepped over.
  if (armed.length > 0 && evidence.mechanism !== 'ptrace') armed.push({ what: 'armed', type: STEP });
  return armed.flatMap((one) => {
    const tried = control.filter(
      (candidate) =>
        candidate.what === 'control' &&
        (one.type === 'x' || one.type === STEP ? candidate.type === one.type : fits(one, candidate)),
    );
    const worked = tried.filter(({ errno }) => errno === 0);
    return worked.length > 0 && worked.every(({ stops }) => stops === 0) ? worked.slice(0, 1) : [];
  });
}

function kindOf({ type, length, userOnly, crosses }: Observation): string {
  if (type === 'x') return 'an execute breakpoint';
  if (type === STEP) return 'the breakpoint by which the kernel steps over a hit';
  const of = userOnly === true ? ' in user mode alone' : crosses === true ? ' behind the end of a doubleword' : '';
  return `a watch for ${type} of ${length} bytes${of}`;
}

/** No more than this lies between a misaligned PC and the first bytes there that are no instruction. */
const GONE_ON_BYTES = 256;

/** The same number on every architecture. */
const SIGILL = 4;

/** A misaligned PC that the emulator goes on from, decodes, or refuses in two ways, also when a program jumps there by itself. */
function misalignedMishandled(judged: Judged, evidence: Evidence, control: readonly Observation[]): Judged | undefined {
  const went = evidence.observations.some(({ what, name }) => what === 'refused-pc' && name === 'misaligned');
  if (!went || !judged.reason.startsWith('misaligned:')) return undefined;
  const jumped = control.find(({ what, type }) => what === 'control' && type === 'misaligned-pc');
  if (!jumped) return undefined;
  // Refused at the jump or at its destination, or gone on from there: by some instructions, or to the function's end.
  const beyond = Number(jumped.pc) - Number(jumped.destination);
  if (jumped.signal === 0 || (beyond > 0 && beyond < GONE_ON_BYTES)) {
    return {
      verdict: 'not-emulated',
      reason: `the emulator executes at a misaligned PC: a program that jumped to ${jumped.destination} got signal ${jumped.signal} at ${jumped.pc} (the clause alone would be ${judged.verdict}: ${judged.reason})`,
    };
  }
  const first = `${jumped.signal} (si_code ${jumped.code}) at ${jumped.pc}`;
  const again = `${jumped.signalAgain} (si_code ${jumped.codeAgain}) at ${jumped.pcAgain}`;
  // Runs of earlier versions jumped once.
  if (jumped.signalAgain === undefined) return undefined;
  if (first === again) {
    if (jumped.signal !== SIGILL || jumped.pc !== jumped.destination) return undefined;
    return {
      verdict: 'not-emulated',
      reason: `the emulator decodes what lies at a misaligned PC: a program that jumped to ${jumped.destination} was told that it is an illegal instruction (the clause alone would be ${judged.verdict}: ${judged.reason})`,
    };
  }
  return {
    verdict: 'not-emulated',
    reason: `the emulator refuses a misaligned PC now in one way and now in another: a program that jumped to ${jumped.destination} several times got signal ${first}, and later signal ${again} (the clause alone would be ${judged.verdict}: ${judged.reason})`,
  };
}

/** Uprobes on branches, where a debugger's single step over a branch does not end at its destination either. */
function blameSingleStep(judged: Judged, evidence: Evidence, control: readonly Observation[]): Judged {
  if (!evidence.observations.some(({ what, type }) => what === 'armed' && type === SINGLE_STEP)) return judged;
  const astray = control.find(
    ({ what, type, errno, pc, destination }) =>
      what === 'control' && type === SINGLE_STEP && errno === 0 && pc !== destination,
  );
  if (!astray) return judged;
  return {
    verdict: 'not-emulated',
    reason: `the emulator steps wrongly: a single step by ptrace over the branch at ${astray.siteInstruction} (${astray.name}) ended at ${astray.pc}, not at its destination ${astray.destination} (the clause alone would be ${judged.verdict}: ${judged.reason})`,
  };
}

/**
 * The verdict with the emulator doubted first: `not-emulated` where a register that the probe needs never traps by
 * the control either, else the one given.
 */
export function blame(judged: Judged, evidence: Evidence, control: readonly Observation[]): Judged {
  if (!IN_DOUBT.has(judged.verdict)) return judged;
  const mishandled = misalignedMishandled(judged, evidence, control);
  if (mishandled) return mishandled;
  if (evidence.trigger === 'uprobe') return blameSingleStep(judged, evidence, control);
  if (evidence.trigger !== 'hw-breakpoint') return judged;
  const [silent] = silentRegisters(evidence, control);
  if (!silent) return judged;
  const by = silent.bare === true ? 'without any kernel' : 'by ptrace without perf';
  return {
    verdict: 'not-emulated',
    reason: `the emulator never traps here: ${kindOf(silent)}, armed ${by}, got ${silent.stops} stops for ${silent.hits} hit (the clause alone would be ${judged.verdict}: ${judged.reason})`,
  };
}
