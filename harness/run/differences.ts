// SPDX-License-Identifier: MIT
// What a probe saw now beside what it recorded then, and how sure one can be after several times.
import type { Ending, Observation } from '../judge/observation.ts';

export interface Difference {
  /** Record and field: `hit.siginfo.code`, `hit[2].mask`. */
  readonly where: string;
  /** Undefined: the field is not there. */
  readonly recorded: unknown;
  readonly seen: unknown;
  /** It names a process, a place on a stack or a time: it differs from boot to boot, and nothing is judged by it. */
  readonly varies: boolean;
}

/** Fields that differ between two boots of one kernel by nature; everything below them does too. */
export const VARYING = new Set(['ms', 'seconds', 'sp', 'general']);
const varies = (where: string): boolean => where.split(/[.[\]]+/).some((name) => VARYING.has(name));

/** All values by their place, in the order of the records. */
function flat(value: unknown, where: string, into: Map<string, unknown>): Map<string, unknown> {
  if (Array.isArray(value)) for (const [index, one] of value.entries()) flat(one, `${where}[${index}]`, into);
  else if (value !== null && typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) flat(one, where === '' ? name : `${where}.${name}`, into);
  } else into.set(where, value);
  return into;
}

function places(observations: readonly Observation[]): Map<string, unknown> {
  const into = new Map<string, unknown>();
  const count = new Map<string, number>();
  for (const { what, ...values } of observations) {
    const number = count.get(what) ?? 0;
    count.set(what, number + 1);
    flat(values, number === 0 ? what : `${what}[${number}]`, into);
  }
  return into;
}

/** The ending without its time. */
function ended(ending: Ending): Observation {
  const { kind, ...values } = ending;
  return { what: 'ended', kind, ...values, seconds: undefined };
}

/** Where the records differ. The verdict is not made of all of them: process ids and addresses of stacks differ too. */
export function differences(
  recorded: { readonly observations: readonly Observation[]; readonly ending: Ending },
  seen: { readonly observations: readonly Observation[]; readonly ending: Ending },
): Difference[] {
  const before = places([...recorded.observations, ended(recorded.ending)]);
  const after = places([...seen.observations, ended(seen.ending)]);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((where) => before.get(where) !== after.get(where))
    .map((where) => ({ where, recorded: before.get(where), seen: after.get(where), varies: varies(where) }));
}

/**
 * The interval that holds the true rate with a confidence of 95 % (Wilson's score interval: right for few tries, and
 * for all or none of them).
 */
export function confidenceInterval(hits: number, tries: number): { readonly low: number; readonly high: number } {
  const z = 1.959964;
  const rate = hits / tries;
  const divisor = 1 + z ** 2 / tries;
  const centre = (rate + z ** 2 / (2 * tries)) / divisor;
  const half = (z / divisor) * Math.sqrt((rate * (1 - rate)) / tries + z ** 2 / (4 * tries ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
