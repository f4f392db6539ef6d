// SPDX-License-Identifier: MIT
// What the clauses about the next program counter share: the probes' sites, and what must be seen at them.
import { expect } from 'vitest';
import { hex, type Observation } from '../harness/judge/observation.ts';
import type { Case } from '../harness/judge/spec.ts';

/** What a site's mask is made of: the bits that the probes' header (next_pc.h) defines. */
export const PATH = {
  before: 0x001,
  slot: 0x002,
  fall: 0x004,
  fallNext: 0x008,
  target: 0x010,
  targetNext: 0x020,
  island: 0x100,
  islandNext: 0x400,
  islandEnd: 0x800,
} as const;

/** The shapes of control transfer, as the probes number them. */
export const KIND = { line: 0, taken: 1, annulTaken: 2, annulled: 3, transfer: 4 } as const;

const after = (address: unknown) => `0x${(hex(address) + 4n).toString(16)}`;

/** How a site is named in a message. */
export const nameOf = (site: Observation) =>
  `${site.shape}, ${site.instruction} in the slot, trigger at the ${site.at}`;

/**
 * PC and nPC that the context must hold. A page fault and a trap stop before the instruction in the
 * slot; a uprobe's signal comes after the probed instruction, which is the slot or the branch itself.
 * `null`: the slot is annulled and nothing must trigger in it.
 */
export function contextAt(judged: Case, site: Observation): { pc: unknown; npc: unknown } | null {
  const annulled = site.kind === KIND.annulled;
  if (site.at === 'branch') {
    return annulled ? { pc: site.goesTo, npc: after(site.goesTo) } : { pc: site.slot, npc: site.goesTo };
  }
  if (annulled) return null;
  if (judged.trigger === 'uprobe') return { pc: site.goesTo, npc: after(site.goesTo) };
  return { pc: site.slot, npc: site.goesTo };
}

/** The mask of a site that runs to its end undisturbed; `instruction` is what is in its slot. */
export function wholePath(site: Observation, instruction: unknown): number {
  const effect = instruction === 'store' || instruction === 'execute';
  const slot = effect && site.kind !== KIND.annulled ? PATH.slot : 0;
  const rest = site.goesTo === site.fall ? PATH.fall | PATH.fallNext : PATH.target | PATH.targetNext;
  return PATH.before | slot | rest;
}

/**
 * Ends as `not-emulated` when the same shape, with nothing armed and a harmless instruction in its
 * slot, already goes wrong: then the emulator does not know the branch.
 */
export function checkControl(judged: Case, site: Observation): void {
  const whole = wholePath(site, 'execute');
  if (site.controlMask === whole) return;
  judged.verdict(
    'not-emulated',
    `${site.shape}: with nothing armed the path is ${site.controlMask}, where the architecture says ${whole}`,
  );
}

/** All sites of a probe, none of which may be missing. */
export function sitesOf(judged: Case, what: string, least: number): Observation[] {
  const sites = judged.all(what);
  if (sites.length < least) {
    judged.verdict('not-run', `the probe recorded ${sites.length} sites, the clause needs at least ${least}`);
  }
  return sites;
}

/** One stop at the right PC and nPC, or none where the slot is annulled; and the path that was taken after it. */
export function judgeContext(judged: Case, site: Observation): void {
  const name = nameOf(site);
  const context = contextAt(judged, site);
  checkControl(judged, site);
  expect(site.stops, `${name}: stops`).toBe(context ? 1 : 0);
  if (context) {
    expect(site.hasRegisters, `${name}: the handler was given the registers`).toBe(true);
    expect(
      site.pc !== context.pc && site.pc === site.fall,
      `${name}: the transfer of control was lost, and PC is behind the slot`,
    ).toBe(false);
    expect(
      site.kind === KIND.annulled && site.pc === site.slot,
      `${name}: the annulled slot is not skipped, PC is at it`,
    ).toBe(false);
    expect(site.pc, `${name}: PC in the context`).toBe(context.pc);
    expect(site.npc, `${name}: nPC in the context`).toBe(context.npc);
  }
  expect(site.fatal, `${name}: signal that says that execution was led astray`).toBe(0);
  expect(site.mask, `${name}: what was executed`).toBe(wholePath(site, site.instruction));
}

/**
 * Judges every site, whatever became of those before it, so that a known deviation of one does not hide what is
 * wrong with another: the reason names each site that deviates.
 */
export function judgeSites(judged: Case, sites: readonly Observation[], more?: (site: Observation) => void): void {
  const failures: string[] = [];
  for (const site of sites) {
    try {
      judgeContext(judged, site);
      more?.(site);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AssertionError') throw error;
      failures.push(error.message.split(' // ')[0] ?? '');
    }
  }
  if (failures.length > 0) expect.fail(`${failures.length} of ${sites.length} sites: ${failures.join('; ')}`);
}
