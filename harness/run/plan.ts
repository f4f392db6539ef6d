// SPDX-License-Identifier: MIT
// Request → plan: which clauses, in which settings, on which cells.
import { clauses } from '../../specs/clauses.ts';
import { architectures } from '../arch/index.ts';
import type { Architecture } from '../arch/record.ts';
import {
  allSettings,
  type ClauseDefinition,
  lackedBy,
  type Setting,
  settingsOf,
  triggersOfRun,
} from '../judge/clause.ts';
import { type Failure, requestFailure } from '../outcome/failure.ts';
import type { Mechanism, Trigger } from '../outcome/verdict.ts';

export interface ClauseFilter {
  /** Behaviours ("4") and clauses ("4.7"); empty: all. */
  readonly clauses: readonly string[];
  readonly triggers: readonly Trigger[];
  readonly mechanisms: readonly Mechanism[];
}

/** One probe to run. `number` is its place in the plan, and its name on the channel. */
export interface Step extends Setting {
  readonly number: number;
  readonly clause: ClauseDefinition;
}

/** @throws Failure `unknown-clause` */
export function selectClauses(asked: readonly string[]): readonly ClauseDefinition[] {
  for (const word of asked) {
    if (clauses.some(({ id }) => id === word || id.startsWith(`${word}.`))) continue;
    throw requestFailure(
      'unknown-clause',
      `there is no clause or behaviour "${word}"`,
      'Behaviours are 1 to 6; ./trapline clauses lists the clauses',
    );
  }
  if (asked.length === 0) return clauses;
  return clauses.filter(({ id }) => asked.some((word) => id === word || id.startsWith(`${word}.`)));
}

/** The steps of one cell. A trigger that is asked for by name is taken even where it is not the best one. */
export function stepsFor(architecture: Architecture, filter: ClauseFilter): Step[] {
  const settings = (clause: ClauseDefinition): Setting[] => {
    const own = settingsOf(clause, architecture);
    if (filter.triggers.length === 0 || own.length === 0) return own;
    return allSettings(
      clause,
      clause.triggers.filter((trigger) => filter.triggers.includes(trigger)),
    );
  };
  return selectClauses(filter.clauses)
    .flatMap((clause) => settings(clause).map((setting) => ({ clause, ...setting })))
    .filter(({ mechanism }) => filter.mechanisms.length === 0 || filter.mechanisms.includes(mechanism))
    .map((step, number) => ({ number, ...step }));
}

/**
 * A request that exercises nothing anywhere is a mistake, and no success.
 * @throws Failure `nothing-to-run`
 */
export function demandSteps(asked: readonly Architecture[], filter: ClauseFilter): void {
  if (asked.some((architecture) => stepsFor(architecture, filter).length > 0)) return;
  const selected = selectClauses(filter.clauses);
  const defined = selected.filter((clause) => asked.some((architecture) => !lackedBy(architecture, clause)));
  throw defined.length === 0 ? definedElsewhere(asked, selected) : otherSettings(defined, filter);
}

function definedElsewhere(asked: readonly Architecture[], selected: readonly ClauseDefinition[]): Failure {
  const names = new Map<string, string[]>();
  for (const clause of selected) {
    for (const architecture of asked) {
      const reason = lackReason(architecture, clause);
      names.set(reason, [...new Set([...(names.get(reason) ?? []), clause.id])]);
    }
  }
  const reasons = [...names].map(([reason, ids]) => `${ids.join(', ')}: ${reason}`);
  return requestFailure(
    'nothing-to-run',
    `nothing that was asked for can be exercised (${reasons.join('; ')})`,
    `Run it where it is defined: ${[...new Set(selected.map(whereDefined))].join(', or ')}`,
  );
}

function otherSettings(selected: readonly ClauseDefinition[], filter: ClauseFilter): Failure {
  const triggers = [...new Set(selected.flatMap((clause) => clause.triggers))];
  // By the triggers asked for, when there are such: the mechanisms that go with another are of no use to know.
  const asked = triggers.filter((trigger) => filter.triggers.length === 0 || filter.triggers.includes(trigger));
  const shown = asked.length > 0 ? asked : triggers;
  const settings = selected.flatMap((clause) =>
    allSettings(
      clause,
      clause.triggers.filter((trigger) => shown.includes(trigger)),
    ),
  );
  const choices = shown.map((trigger) => {
    const own = settings.filter((setting) => setting.trigger === trigger).map(({ mechanism }) => mechanism);
    return `--trigger ${trigger} with --mechanism ${[...new Set(own)].join(', ')}`;
  });
  return requestFailure(
    'nothing-to-run',
    `no clause ${filter.clauses.length > 0 ? `of ${filter.clauses.join(', ')} ` : ''}is exercised by this trigger and mechanism`,
    `There is ${choices.join('; ')}`,
  );
}

/** Why a clause that an architecture has no settings for is not run there. */
export const lackReason = (architecture: Architecture, clause: ClauseDefinition): string =>
  `not defined for ${architecture.name}: it has no ${lackedBy(architecture, clause)}`;

/** The command that exercises a clause on an architecture for which it is defined. */
export function whereDefined(clause: ClauseDefinition): string {
  const there = architectures.find((architecture) => !lackedBy(architecture, clause));
  return `./trapline run --arch ${there?.name ?? 'all'} --clause ${clause.id}`;
}

/**
 * Clauses that were asked for but belong to other architectures: they are reported, not run. Each with the first of
 * the settings asked for that a run has here.
 */
export function clausesElsewhere(architecture: Architecture, filter: ClauseFilter): Omit<Step, 'number'>[] {
  const triggers = triggersOfRun(architecture).filter(
    (trigger) => filter.triggers.length === 0 || filter.triggers.includes(trigger),
  );
  return selectClauses(filter.clauses).flatMap((clause) => {
    if (!lackedBy(architecture, clause)) return [];
    const setting = allSettings(clause, triggers).find(
      ({ mechanism }) => filter.mechanisms.length === 0 || filter.mechanisms.includes(mechanism),
    );
    return setting ? [{ clause, ...setting }] : [];
  });
}

/** The plan's line for a step: what init reads (guest/init/init.c). */
export function planLine(step: Step): string {
  return `probe ${step.number} ${step.clause.limitSeconds * 1000} ${step.clause.id} ${step.trigger} ${step.mechanism}`;
}
