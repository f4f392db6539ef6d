// SPDX-License-Identifier: MIT
// A clause as data: what it is called, and the settings in which it can be exercised.
import type { Architecture } from '../arch/record.ts';
import type { Mechanism, Trigger } from '../outcome/verdict.ts';

export interface ClauseDefinition {
  /** Number of the specification, e.g. `4.7`: stable, reports refer to it. */
  readonly id: string;
  readonly title: string;
  /** Triggers that can exercise it. */
  readonly triggers: readonly Trigger[];
  /** Mechanisms it is measured with; `none` goes with `trap-instruction` only. */
  readonly mechanisms: readonly Mechanism[];
  /** Limit of the probe in the guest, seconds, under TCG. */
  readonly limitSeconds: number;
  /** Defined only where there is a next program counter (SPARC, PA-RISC), or register windows (SPARC). */
  readonly only?: 'next-program-counter' | 'register-windows';
}

/** One way to exercise a clause: a probe runs once per setting. */
export interface Setting {
  readonly trigger: Trigger;
  readonly mechanism: Mechanism;
}

/** Mechanisms that make sense with a trigger: ptrace has debug registers and traps of its own, but no page faults. */
const MECHANISMS_OF: Readonly<Record<Trigger, readonly Mechanism[]>> = {
  'hw-breakpoint': ['sigtrap', 'fasync', 'poll', 'ptrace'],
  'page-fault': ['sigtrap', 'fasync', 'poll'],
  uprobe: ['sigtrap', 'fasync', 'poll'],
  'trap-instruction': ['ptrace', 'none'],
};

export const behaviourOf = (id: string): number => Number(id.split('.')[0]);

/** What a clause is about and this architecture has not; undefined: the clause is defined there. */
export function lackedBy(architecture: Architecture, clause: ClauseDefinition): string | undefined {
  if (clause.only === 'next-program-counter' && !architecture.nextProgramCounter) return 'next program counter';
  if (clause.only === 'register-windows' && BigInt(architecture.profile.registerSite.window) === 0n) {
    return 'register windows';
  }
  return undefined;
}

/**
 * The settings in which a clause runs on an architecture. With debug registers the perf events
 * are the debug registers alone (the best trigger), and the trap instruction is the control;
 * without them, or with the record's `otherTriggersToo`, every trigger that can stand in is used.
 * A clause that nothing can exercise is tried with `hw-breakpoint` all the same: the errno is the evidence.
 */
export function settingsOf(clause: ClauseDefinition, architecture: Architecture): Setting[] {
  if (lackedBy(architecture, clause)) return [];
  const possible = clause.triggers.filter((trigger) => architecture.triggers.includes(trigger));
  if (possible.length === 0) return [{ trigger: 'hw-breakpoint', mechanism: 'sigtrap' }];
  return allSettings(clause, bestOf(possible, architecture));
}

function bestOf(possible: readonly Trigger[], architecture: Architecture): readonly Trigger[] {
  return possible.includes('hw-breakpoint') && !architecture.otherTriggersToo
    ? possible.filter((trigger) => trigger === 'hw-breakpoint' || trigger === 'trap-instruction')
    : possible;
}

/** The triggers that a run on this architecture takes when none is asked for. */
export const triggersOfRun = (architecture: Architecture): readonly Trigger[] =>
  bestOf(architecture.triggers, architecture);

/** Every combination of the triggers with the clause's mechanisms that makes sense. */
export function allSettings(clause: ClauseDefinition, triggers: readonly Trigger[]): Setting[] {
  return triggers.flatMap((trigger) =>
    MECHANISMS_OF[trigger]
      .filter((mechanism) => clause.mechanisms.includes(mechanism))
      .map((mechanism) => ({ trigger, mechanism })),
  );
}
