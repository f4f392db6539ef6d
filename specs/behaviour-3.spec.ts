// SPDX-License-Identifier: MIT
// Behaviour 3: the thread that hits stops at once and is sent SIGTRAP.
import { expect } from 'vitest';
import type { Observation } from '../harness/judge/observation.ts';
import { type Case, hex, judge } from '../harness/judge/spec.ts';
import { trapsBefore } from './profile.ts';
import { expectedAddress, expectSiginfo, TRAP_FLAG_ASYNC } from './siginfo.ts';

const SIGTRAP = 5;
/** The full number under sigtrap and with the control; the others are asked for a tenth (guest/lib/hits.h). */
const hitsWanted = (judged: Case, wanted: number) =>
  judged.mechanism === 'sigtrap' || judged.mechanism === 'none' ? wanted : wanted / 10;
/** Does the event count the hits alone? A page-fault event counts faults of stacks and copied pages as well. */
const countsHitsAlone = (judged: Case) => judged.trigger === 'hw-breakpoint' || judged.trigger === 'uprobe';
const hasCount = (judged: Case) => judged.mechanism !== 'ptrace' && judged.trigger !== 'trap-instruction';
/** Is it told at once, in the thread itself or in its tracer? Under poll only totals can agree. */
const isSynchronous = (judged: Case) => judged.mechanism !== 'poll';

/** The record of that kind in which `key` is `value`; without it the probe has not exercised the clause. */
function recordOf(judged: Case, what: string, key: string, value: string): Observation {
  const found = judged.all(what).find((seen) => seen[key] === value);
  return found ?? judged.verdict('not-run', `the probe recorded no "${what}" with ${key} "${value}"`);
}

judge('3.1', (judged) => {
  const runs = judged.all('threads');
  expect(
    runs.map((run) => run.inherited),
    'variants: own events, and inherited ones under sigtrap',
  ).toEqual(judged.mechanism === 'sigtrap' ? [false, true] : [false]);
  for (const run of runs) {
    const how = run.inherited ? 'inherited event' : 'own event';
    const each = (value: unknown) => (run.named as unknown[]).map(() => value);
    expect((run.named as unknown[]).length, `${how}: threads`).toBeGreaterThanOrEqual(4);
    expect(run.hits, `${how}: hits of each thread`).toBeGreaterThanOrEqual(hitsWanted(judged, 500));
    expect(run.named, `${how}: stops said to be of each thread`).toEqual(each(run.hits));
    if (judged.trigger !== 'page-fault') {
      expect(run.outside, `${how}: stops of no thread or at no hit`).toBe(0);
      if (hasCount(judged)) expect(run.count, `${how}: the events' count`).toBe(run.total);
    }
    if (isSynchronous(judged)) {
      expect(run.foreign, `${how}: stops with the registers of another thread`).toEqual(each(0));
      expect(run.hasRegisters, `${how}: the handler is given registers`).toBe(true);
      expect(run.missed, `${how}: hits after which the thread's handler had not run`).toEqual(each(0));
      expect(run.doubled, `${how}: hits after which it had run more than once`).toEqual(each(0));
    }
    // Last: under ptrace and poll this alone is known not to hold.
    expect(run.ran, `${how}: stops handled in the thread that hit`).toEqual(each(run.hits));
  }
});

judge('3.2', (judged) => {
  const all = judged.all('siginfo');
  // /compat32 says how far it came; the probe's own records need not.
  const native = all.filter((seen) => seen.completed === undefined);
  const compat = all.filter((seen) => seen.completed !== undefined);
  expect(native.length, 'hits of the probe’s own').toBeGreaterThanOrEqual(judged.mechanism === 'sigtrap' ? 4 : 1);
  for (const seen of native) {
    expect(seen.stops, 'stops for one hit').toBe(1);
    expectSiginfo(seen, expectedAddress(judged, seen), `sig_data ${seen.askedData}`);
  }
  // Nothing of perf's is in the siginfo of other mechanisms, and /compat32 has no uprobe.
  const without = judged.mechanism !== 'sigtrap' || judged.trigger === 'uprobe';
  expect(
    judged.all('left-out').map((left) => left.part),
    'what is named as left out',
  ).toEqual(without ? ['32-bit program'] : []);
  if (without) return;
  // A program of 32 bits already: there is no other kind to compare.
  if (!judged.architecture.toolchain.compat32) return;
  const failed = judged.all('no-compat32')[0];
  if (failed) judged.verdict('not-run', `/compat32 did not run: errno ${failed.execErrno}, status ${failed.status}`);
  expect(compat.length, 'hits of 32-bit programs').toBe(1);
  for (const seen of compat) {
    expect(seen.errno, `errno of the 32-bit program's call ${seen.failedCall}`).toBe(0);
    expect(seen.stops, '32-bit: stops for one hit').toBe(1);
    expect(seen.completed, '32-bit: the program went on').toBe(1);
    const before = judged.trigger === 'page-fault' || trapsBefore(judged);
    expect(seen.pc, '32-bit: PC in the context').toBe(before ? seen.siteInstruction : seen.siteNext);
    expectSiginfo(seen, expectedAddress(judged, seen), '32-bit');
  }
});

judge('3.3', (judged) => {
  const seen = judged.one('hits');
  expect(seen.hits, 'hits made').toBeGreaterThanOrEqual(hitsWanted(judged, 10_000));
  expect(seen.completed, 'hits after which the program went on').toBe(seen.hits);
  expect(seen.stops, 'stops').toBe(seen.hits);
  if (isSynchronous(judged)) {
    expect(seen.missed, 'hits after which no stop had come').toBe(0);
    expect(seen.doubled, 'hits after which more than one had come').toBe(0);
  }
  if (countsHitsAlone(judged)) {
    expect(seen.elsewhere, 'stops elsewhere').toBe(0);
    if (hasCount(judged)) expect(seen.count, "the event's count").toBe(seen.hits);
  }
  expect(seen.signals, 'stops that came by SIGTRAP').toBe(seen.hits);
});

judge('3.4', (judged) => {
  const seen = judged.one('order');
  expect(seen.hits, 'hits made').toBeGreaterThanOrEqual(hitsWanted(judged, 500));
  // How many is 3.3's question; a store may fault twice before it is done, seen once under poll.
  if (judged.trigger === 'page-fault') expect(seen.stops, 'stops').toBeGreaterThanOrEqual(Number(seen.hits));
  else expect(seen.stops, 'stops').toBe(seen.hits);
  expect(seen.completed, 'hits after which the next store took effect in the end').toBe(seen.hits);
  expect(seen.secondVisible, 'handlers that saw the store after the trigger').toBe(0);
  // The triggering store itself: made already where the trap comes after it, and a probed store was stepped.
  if (judged.trigger === 'trap-instruction') return;
  const after = judged.trigger === 'uprobe' || (judged.trigger === 'hw-breakpoint' && !trapsBefore(judged));
  expect(seen.targetVisible, 'handlers that saw the triggering store').toBe(after ? seen.hits : 0);
});

/** What guest/probes/delivery_stress.c does at least, however slow the machine; less is no stress. */
const STRESS = { rounds: 8, hits: 100, toggles: 10, hitsOfChild: 3, hitsOfPair: 12 };

judge('3.5', (judged) => {
  const of = (who: string) => judged.all('hitting').filter((score) => score.who === who);
  const children = judged.one('children');
  const steady = of('steady');
  const toggled = recordOf(judged, 'hitting', 'who', 'toggled');
  const pairs = recordOf(judged, 'hitting', 'who', 'pairs');
  expect([steady.length, toggled.errno, pairs.errno], 'who hit, and errnos of opening').toEqual([2, 0, 0]);
  // A fork makes a page that was just faulted in read-only again: one store may then fault twice, and both are counted.
  const mayFaultTwice = judged.trigger === 'page-fault';
  for (const score of steady) {
    expect(score.hits, 'hits of a thread that is left alone').toBeGreaterThanOrEqual(STRESS.hits);
    expect(score.missed, 'its hits without a stop').toBe(0);
    if (!mayFaultTwice) expect(score.doubled, 'its hits with more than one stop').toBe(0);
    if (hasCount(judged)) expectStopsWithinCount(score, mayFaultTwice);
  }
  if (judged.trigger !== 'trap-instruction') {
    expect(children.toggles, 'times that the event was switched off and on').toBeGreaterThanOrEqual(STRESS.toggles);
    expect(toggled.stops, 'stops of the thread whose event is switched').toBeGreaterThanOrEqual(STRESS.hits);
    if (!mayFaultTwice) expect(toggled.doubled, 'its hits with more than one stop').toBe(0);
    // A hit that is counted as the event is switched off may lose its signal: event_sched_out() drops it.
    const unsignalled = Number(toggled.count) - Number(toggled.stops);
    expect(unsignalled, 'hits counted for it and not signalled').toBeGreaterThanOrEqual(0);
    if (!mayFaultTwice)
      expect(unsignalled, 'of them, more than switchings').toBeLessThanOrEqual(Number(children.toggles));
  }
  expect(children.forks, 'children forked').toBeGreaterThanOrEqual(STRESS.rounds);
  const childrenHit = judged.trigger !== 'page-fault';
  expect(children.hits, "children's hits").toBe(childrenHit ? STRESS.hitsOfChild * Number(children.forks) : 0);
  expect(
    judged.all('left-out').map((left) => left.part),
    'what is named as left out',
  ).toEqual(childrenHit ? [] : ['children that hit']);
  expect(children.died, 'children that died').toBe(0);
  expect(children.doubled, "children's hits with more than one stop").toBe(0);
  expect(pairs.hits, 'hits of threads beside one that exits').toBeGreaterThanOrEqual(STRESS.rounds * STRESS.hitsOfPair);
  expect(pairs.doubled, 'their hits with more than one stop').toBe(0);
  if (!mayFaultTwice) expect(children.elsewhere, 'stops at other places than the site').toBe(0);
  // Last: of uprobes these are known not to hold.
  expect(children.missed, "children's hits without a stop").toBe(0);
  expect(pairs.missed, 'their hits without a stop').toBe(0);
});

function expectStopsWithinCount(score: Observation, atMost: boolean): void {
  if (atMost)
    expect(score.stops, 'its stops, at most as many as its event counted').toBeLessThanOrEqual(Number(score.count));
  else expect(score.count, "its event's count").toBe(score.stops);
}

/** Hits that the probes of 3.6 and 3.7 make in a row. */
const HITS_OF_ONE = 3;

judge('3.6', (judged) => {
  const blocked = judged.one('blocked');
  const phase = (name: string) => recordOf(judged, 'phase', 'phase', name);
  const unblocked = phase('unblocked');
  const after = phase('after');
  expect(blocked.hits, 'hits made while SIGTRAP was blocked').toBe(HITS_OF_ONE);
  expect(blocked.completed, 'hits after which the program went on while SIGTRAP was blocked').toBe(blocked.hits);
  expect(blocked.stops, 'stops while SIGTRAP was blocked').toBe(0);
  expect(blocked.pending, 'SIGTRAP is pending').toBe(true);
  if (countsHitsAlone(judged)) expect(blocked.count, "the event's count").toBe(blocked.hits);
  // A standard signal is pending once, however often it was sent.
  expect(unblocked.stops, 'stops when SIGTRAP was unblocked').toBe(1);
  expect(after.stops, 'stops at the next hit').toBe(1);
  expect(after.atSite, 'of them, at the site').toBe(1);
  expect(unblocked.si_code, 'si_code of the one that was pending').toBe(after.si_code);
  expect(unblocked.si_perf_data, 'si_perf_data of the one that was pending').toBe(after.si_perf_data);
  expect(after.si_perf_flags, 'si_perf_flags of the next one').toBe(0);
  // Last: under fasync this alone is known not to hold.
  expect(unblocked.si_perf_flags, 'si_perf_flags of the one that was pending').toBe(TRAP_FLAG_ASYNC);
});

judge('3.7', (judged) => {
  const of = (disposition: string) => recordOf(judged, 'child', 'disposition', disposition);
  const byDefault = of('default');
  const ignoring = of('ignore');
  const others = judged.one('others');
  expect([byDefault.openError, ignoring.openError], 'errnos of opening in the children').toEqual([0, 0]);
  expect([byDefault.rehearsed, ignoring.rehearsed], 'children that came to their hits').toEqual([1, 1]);
  expect([byDefault.hits, ignoring.hits, others.hits], 'hits asked of each').toEqual(Array(3).fill(HITS_OF_ONE));
  expect(byDefault.signal, 'SIG_DFL: the signal that ended the child').toBe(SIGTRAP);
  expect([byDefault.before, byDefault.after], 'SIG_DFL: hits begun and completed').toEqual([1, 0]);
  expect(ignoring.exitStatus, 'SIG_IGN: exit status').toBe(0);
  expect([ignoring.before, ignoring.after], 'SIG_IGN: hits begun and completed').toEqual([
    ignoring.hits,
    ignoring.hits,
  ]);
  if (countsHitsAlone(judged)) expect(ignoring.count, "SIG_IGN: the event's count").toBe(ignoring.hits);
  expect(others.bystanderLives, 'a process that has nothing to do with it lives').toBe(true);
  expect(others.stops, "the parent's own stops afterwards").toBe(others.hits);
});

judge('3.8', (judged) => {
  const of = (flags: string) => recordOf(judged, 'nested', 'flags', flags);
  const flagsOf = (flags: string) =>
    judged
      .all('nested-siginfo')
      .filter((seen) => seen.flags === flags)
      .map((seen) => seen.si_perf_flags);
  for (const [flags, depth] of [
    ['blocked', 1],
    ['nodefer', 2],
  ] as const) {
    const seen = of(flags);
    expect(seen.stops, `${flags}: stops of the hit outside and the hit in the handler`).toBe(2);
    expect(seen.depthOfSecond, `${flags}: handlers on the stack at the second stop`).toBe(depth);
    expect(seen.secondStackDeeper, `${flags}: the second stop is of the handler itself`).toBe(depth === 2);
    expect([seen.innerCompleted, seen.outerCompleted], `${flags}: both hits' code went on`).toEqual([1, 1]);
    if (countsHitsAlone(judged)) expect(seen.count, `${flags}: the event's count`).toBe(2);
  }
  // Only sigtrap has flags in its siginfo; there the one that had to wait says so.
  if (judged.mechanism !== 'sigtrap') return;
  expect(flagsOf('blocked'), 'blocked: si_perf_flags of both').toEqual([0, TRAP_FLAG_ASYNC]);
  expect(flagsOf('nodefer'), 'nodefer: si_perf_flags of both').toEqual([0, 0]);
});

judge('3.9', (judged) => {
  const reads = judged.all('reads');
  const own = judged.one('own');
  expect(
    reads.map((seen) => seen.source),
    'sources that were read',
  ).toEqual(['pipe', '/proc/version']);
  for (const seen of reads) {
    expect(seen.rounds, `${seen.source}: reads asked for`).toBe(20);
    expect(seen.done, `${seen.source}: reads that completed (errno ${seen.errno})`).toBe(seen.rounds);
    expect(seen.right, `${seen.source}: reads that left what was read`).toBe(seen.rounds);
    expect(seen.stops, `${seen.source}: stops`).toBe(0);
    if (hasCount(judged)) expect(seen.count, `${seen.source}: the event's count`).toBe(0);
  }
  expect(own.stops, "stops for the program's own store afterwards").toBe(1);
  expect(own.signals, 'of them, by SIGTRAP').toBe(1);
});

judge('3.10', (judged) => {
  const seen = judged.one('program');
  const hits = Number(seen.hits);
  expect(hits, 'hits made').toBeGreaterThanOrEqual(hitsWanted(judged, 1000));
  expect(seen.completed, 'hits after which the program went on').toBe(hits);
  // The trap instruction is not perf's: its siginfo is of another kind, and right so.
  const perfInfo =
    judged.trigger === 'trap-instruction' ||
    (seen.si_code === 6 &&
      hex(seen.si_perf_data) === hex(seen.askedData) &&
      seen.si_perf_type === seen.askedType &&
      seen.si_perf_flags === 0);
  const kept: readonly (readonly [string, boolean])[] = [
    [`3.1: handled in the thread that hit: ${seen.ranInThread} of ${hits}`, seen.ranInThread === hits],
    [`3.2: siginfo does not say which event (si_code ${seen.si_code})`, perfInfo],
    [`3.3: stops: ${seen.stops} of ${hits}`, seen.stops === hits],
    [`3.4: next store already visible: ${seen.secondVisible} of ${hits}`, seen.secondVisible === 0],
    [`registers of the thread in the handler: ${seen.withRegisters} of ${hits}`, seen.withRegisters === hits],
  ];
  const broken = kept.filter(([, holds]) => !holds).map(([what]) => what);
  expect(broken.length, `${broken.join('; ')}; attributed to the thread: ${seen.namedThread}: promises not kept`).toBe(
    0,
  );
});
