// SPDX-License-Identifier: MIT
// What a probe saw now beside what it recorded then, and how sure one can be after several times.
import type { Ending, Observation } from '../judge/observation.ts';
import type { Difference } from './difference.ts';
import { isWarning, type Said, warningDifferences } from './warnings.ts';

/**
 * Fields that differ between two boots of one kernel by nature: processes and times; and what is counted while a
 * limit of time runs, or by a mechanism that looks now and then.
 */
export const VARYING: readonly string[] = [
  'ms',
  'seconds',
  'process',
  'thread',
  'timeEnabled',
  'timeRunning',
  'toggles',
  'switches',
  'missed',
  'doubled',
  'synchronous',
  'stopsOfLastHit',
];

/** Records whose numbers are how often something happened within a time; the verdict says whether they fit together. */
export const VARYING_RECORDS: readonly string[] = ['hitting', 'storm'];

/**
 * From here on a record of a stop has the flags and the general registers (record_registers() in guest/lib/trap.c).
 * They hold what the program left in them, process ids and whether it used its floating-point unit among it; whether
 * they are kept is another probe's to record.
 */
export const FIRST_REGISTER = 'flags';

/** The values of a record by their place in it, and which of them vary. */
interface Values {
  readonly all: ReadonlyMap<string, unknown>;
  readonly varying: ReadonlySet<string>;
}

function valuesOf({ what, ...fields }: Observation): Values {
  const all = flat(fields, '', new Map());
  // A text of this name is no register: a probe names its signal's flags so.
  const first = [...all].findIndex(([where, value]) => where === FIRST_REGISTER && /^0x/.test(String(value)));
  const registers = first < 0 ? [] : [...all.keys()].slice(first);
  const varying = [...all.keys()].filter(
    (where) => VARYING_RECORDS.includes(what) || where.split(/[.[\]]+/).some((name) => VARYING.includes(name)),
  );
  return { all, varying: new Set([...registers, ...varying]) };
}

/** All values of a record by their place in it. */
function flat(value: unknown, where: string, into: Map<string, unknown>): Map<string, unknown> {
  if (Array.isArray(value)) for (const [index, one] of value.entries()) flat(one, `${where}[${index}]`, into);
  else if (value !== null && typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) flat(one, where === '' ? name : `${where}.${name}`, into);
  } else into.set(where, value);
  return into;
}

/** What is compared of a record, as text: records of one kind come in the order of the threads that made them. */
function telling({ all, varying }: Values): string {
  return JSON.stringify([...all].filter(([where]) => !varying.has(where)));
}

interface Place {
  readonly value: unknown;
  readonly varies: boolean;
}

/** Every value by record and field; records of a kind in an order that does not depend on the scheduler. */
function places(observations: readonly Observation[]): Map<string, Place> {
  const kinds = new Map<string, Values[]>();
  for (const one of observations) kinds.set(one.what, [...(kinds.get(one.what) ?? []), valuesOf(one)]);
  const into = new Map<string, Place>();
  for (const [kind, records] of kinds) {
    records.sort((a, b) => telling(a).localeCompare(telling(b)));
    for (const [number, { all, varying }] of records.entries()) {
      const record = number === 0 ? kind : `${kind}[${number}]`;
      for (const [where, value] of all) into.set(`${record}.${where}`, { value, varies: varying.has(where) });
    }
  }
  return into;
}

/** The ending without its time. */
function ended(ending: Ending): Observation {
  const { kind, ...values } = ending;
  return { what: 'ended', kind, ...values, seconds: undefined };
}

type Recorded = { readonly observations: readonly Observation[]; readonly ending: Ending };

const ofProbe = ({ observations, ending }: Recorded): Map<string, Place> =>
  places([...observations.filter((one) => !isWarning(one)), ended(ending)]);

/**
 * Where the records differ. The verdict is not made of all of them: process ids and addresses of stacks differ too.
 * @param said what the recorded kernel had said already (warnings.ts)
 */
export function differences(recorded: Recorded, seen: Recorded, said: Said = new Set()): Difference[] {
  const before = ofProbe(recorded);
  const after = ofProbe(seen);
  const found = [...new Set([...before.keys(), ...after.keys()])]
    .map((where) => ({ where, old: before.get(where), now: after.get(where) }))
    .filter(({ old, now }) => old?.value !== now?.value)
    .map(({ where, old, now }) => ({
      where,
      recorded: old?.value,
      seen: now?.value,
      varies: (old ?? now)?.varies ?? false,
    }));
  return [...found, ...warningDifferences(recorded.observations, seen.observations, said)];
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
