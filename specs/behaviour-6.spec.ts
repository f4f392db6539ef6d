// SPDX-License-Identifier: MIT
// Behaviour 6: the handler returns and the thread goes on at the new PC (and nPC).
import { expect } from 'vitest';
import type { Observation } from '../harness/judge/observation.ts';
import { type Case, hex, judge } from '../harness/judge/spec.ts';
import { chosen, executePc, expectLoaded, expectOneStop, SITE, siteMask } from './going-on.ts';
import { trapsBefore } from './profile.ts';

judge('6.1', (judged) => {
  const loaded = judged.one('loaded');
  const stored = judged.one('stored');
  const { general, window } = judged.profile.registerSite;
  expectLoaded(judged, loaded);
  expectOneStop(judged, judged.one('context'));
  expect(chosen(stored.general, general), 'general registers after the handler').toEqual(
    chosen(loaded.general, general),
  );
  expect(chosen(stored.window, window), 'registers of the window after the handler').toEqual(
    chosen(loaded.window, window),
  );
  expect(stored.sp, 'stack pointer after the handler').toBe(judged.one('context').sp);
});

judge('6.2', (judged) => {
  const loaded = judged.one('loaded');
  const stored = judged.one('stored');
  expectLoaded(judged, loaded);
  expectOneStop(judged, judged.one('context'));
  expect(stored.vector, 'floating-point and vector registers after a handler that changed them all').toEqual(
    loaded.vector,
  );
  expect(stored.control, 'floating-point control and status after the handler').toBe(loaded.control);
  expect(stored.conditions, 'condition flags after the handler').toBe(loaded.conditions);
});

judge('6.3', (judged) => {
  const thousand = judged.one('thousand');
  const hits = Number(thousand.hits);
  expect(hits, 'hits').toBe(1000);
  expect(thousand.hasRegisters, 'the handler was given the registers of the hits').toBe(true);
  expect(thousand.stops, 'stops').toBe(hits);
  expect(thousand.synchronous, 'hits at which the handler had been there before the next line').toBe(hits);
  expect(new Set(thousand.pcs as string[]), 'PCs of the first hits').toEqual(new Set([executePc(judged, thousand)]));
  expect([thousand.mask, thousand.masksAlike], 'mask of each hit').toEqual([siteMask(judged, SITE.after), hits]);
  if (judged.trigger === 'trap-instruction') return;
  // A page-fault event counts the thread's other faults too; under ptrace there is no event.
  if (judged.trigger !== 'page-fault' && judged.mechanism !== 'ptrace') {
    expect(thousand.count, 'count of the event').toBe(hits);
  }
  const closed = judged.one('closed');
  expect([closed.stops, closed.mask], 'stops and mask of a hit after closing').toEqual([
    0,
    SITE.before | SITE.effect | SITE.after,
  ]);
});

/** Hits of which the handler leaves the PC alone, and stops of one of them that the probe calls a loop. */
const LEFT_ALONE = 10;
const LOOP_STOPS = 200;

judge('6.4', (judged) => {
  const loops: string[] = [];
  const judgeEach = (kind: Observation, pc: unknown) => {
    expect(kind.hits, `${kind.what}: hits`).toBe(LEFT_ALONE);
    expect(new Set(kind.pcs as string[]), `${kind.what}: PCs`).toEqual(new Set([pc]));
    if (hex(kind.loopedAt) !== 0n) {
      expect([kind.loopedAt, kind.stopsOfLastHit], `${kind.what}: PC of the loop, and its stops`).toEqual([
        pc,
        LOOP_STOPS,
      ]);
      // The first hit already, or all would not be alike.
      expect([kind.stops, kind.completed], `${kind.what}: stops, and completed instructions`).toEqual([LOOP_STOPS, 0]);
      loops.push(`${kind.what}: ${kind.stopsOfLastHit} stops of one hit at its own instruction`);
      return;
    }
    // A page may take more than one fault until it is there (x86, a fetch from a file's page); no less than one.
    if (judged.trigger === 'page-fault')
      expect(Number(kind.stops), `${kind.what}: stops`).toBeGreaterThanOrEqual(LEFT_ALONE);
    else expect(kind.stops, `${kind.what}: stops`).toBe(LEFT_ALONE);
    expect([kind.completed, kind.once], `${kind.what}: completed, and exactly once`).toEqual([LEFT_ALONE, LEFT_ALONE]);
  };
  // Under poll the PC is that of the sample: always the instruction that hit.
  const executions = judged.one('executions');
  judgeEach(executions, judged.mechanism === 'poll' ? executions.siteInstruction : executePc(judged, executions));
  if (judged.trigger === 'hw-breakpoint' || judged.trigger === 'page-fault') {
    const stores = judged.one('stores');
    const before = judged.trigger === 'page-fault' || trapsBefore(judged);
    judgeEach(stores, before ? stores.siteInstruction : stores.siteNext);
  }
  if (loops.length > 0) judged.verdict('looped', loops.join('; '));
});

const JUMPS = 20;
/** SIGTRAP is 5 everywhere. */
const SIGTRAP_BIT = 0x10n;

judge('6.5', (judged) => {
  const returned = judged.one('returned');
  const jumped = judged.one('jumped');
  const jumps = judged.one('jumps');
  expectOneStop(judged, returned);
  expect(jumps.hits, 'hits to be left by siglongjmp').toBe(JUMPS);
  for (const hit of [returned, jumped]) {
    expect(hit.inTheThread, `${hit.what}: the handler ran in the thread`).toBe(true);
    const [before, trap, added] = [hex(hit.maskBefore), hex(hit.trapBit), hex(hit.addedBit)];
    expect(trap, `${hit.what}: the signal's own bit`).toBe(SIGTRAP_BIT);
    // One bit of each, all of them different: otherwise the masks below could be equal whatever happens.
    expect(
      [before, added].map((bits) => bits !== 0n && (bits & (bits - 1n)) === 0n),
      `${hit.what}: one signal blocked by the program, one more by the handler`,
    ).toEqual([true, true]);
    expect(new Set([before, trap, added]).size, `${hit.what}: different signals`).toBe(3);
    const inside = hex(hit.maskBefore) | hex(hit.trapBit) | hex(hit.addedBit);
    expect(hex(hit.maskInside), `${hit.what}: mask inside the handler`).toBe(inside);
    expect(hit.maskAfter, `${hit.what}: mask after the handler`).toBe(hit.maskBefore);
  }
  expect(jumped.stops, 'stops left by siglongjmp').toBe(JUMPS);
  expect([jumps.jumped, jumps.fellThrough], 'jumps, and hits that went on instead').toEqual([JUMPS, 0]);
  const again = judged.one('again');
  expect([again.stops, again.mask], 'stops and mask of an ordinary hit after the jumps').toEqual([
    1,
    siteMask(judged, SITE.after),
  ]);
});

/** Signals that the storm's thread sends, hits at least, and iterations (of one hit each) in which some must arrive. */
const STORM = 100;
const STORM_HITS = 100;
const STORM_OVERLAP = 10;

judge('6.6', (judged) => {
  const storm = judged.one('storm');
  const hits = Number(storm.hits);
  expect(hits, 'hits').toBeGreaterThanOrEqual(STORM_HITS);
  expect([storm.sent, storm.sendError], 'signals sent by the storm, and errno of sending').toEqual([STORM, 0]);
  // Before the stops: a hit that the thread itself steps over may come again when a signal interrupts the step.
  expect(storm.hasRegisters, 'the handler was given the registers of the hits').toBe(true);
  expect(storm.stops, 'stops').toBe(hits);
  // Those that the handler sent to its own thread came at once, in the middle of it; under ptrace it is elsewhere.
  const inThread = judged.mechanism !== 'ptrace';
  if (inThread) expect(Number(storm.sentInside), 'signals sent by the handler').toBeGreaterThanOrEqual(STORM_OVERLAP);
  else expect(storm.sentInside, 'signals sent by the handler').toBe(0);
  expect(storm.nestedOwn, 'signals sent by the handler that came inside it').toBe(storm.sentInside);
  expect(storm.stormed, 'signals of the storm that arrived').toBe(STORM + Number(storm.sentInside));
  expect([storm.mask, storm.masksAlike], 'mask of each hit').toEqual([siteMask(judged, SITE.after), hits]);
  // A page-fault event counts the thread's other faults too; under ptrace and without perf there is no event.
  if ((judged.trigger === 'hw-breakpoint' || judged.trigger === 'uprobe') && judged.mechanism !== 'ptrace')
    expect(storm.count, 'count of the event').toBe(hits);
  // It was a storm: it fell together with the hits, and the timer ran too.
  expect(Number(storm.overlapped), 'hits at which signals of the storm’s thread arrived').toBeGreaterThanOrEqual(
    STORM_OVERLAP,
  );
  expect(Number(storm.alarms), 'SIGALRMs').toBeGreaterThan(0);
});

const THREADS = 4;
const HITS_OF_EACH = 100;

judge('6.7', (judged) => {
  const threads = judged.all('thread');
  const all = judged.one('threads');
  expect([all.threads, threads.length], 'threads').toEqual([THREADS, THREADS]);
  expect(all.stopsOfOthers, 'stops of threads that did not hit').toBe(0);
  for (const thread of threads) {
    expect(thread.errno, `thread ${thread.index}: errno of opening its event`).toBe(0);
    expect(thread.hits, `thread ${thread.index}: hits`).toBe(HITS_OF_EACH);
    expect(thread.stops, `thread ${thread.index}: stops`).toBe(HITS_OF_EACH);
    expect(thread.withoutRegisters, `thread ${thread.index}: stops without registers`).toBe(0);
    expect(thread.wrongPc, `thread ${thread.index}: stops at another PC`).toBe(0);
    expect(thread.asSent, `thread ${thread.index}: hits that went where its handler sent them`).toBe(HITS_OF_EACH);
  }
});

const ENOSPC = 28;

const DEBUGGED_HITS = 50;

judge('6.9', (judged) => {
  const both = judged.one('both');
  const debugged = judged.one('debugged');
  expect(both.hits, 'hits of each').toBe(DEBUGGED_HITS);
  expect(both.otherSignals, 'signals that belong to neither').toBe(0);
  // Who is told what comes first: it holds whatever becomes of the hits.
  const registers = judged.trigger === 'hw-breakpoint';
  const refusals = registers ? judgeRefusals(judged) : [];
  // The debugger's registers are all that it had, and no hit was lost between the two processes.
  const hitsOfDebugger = [both, ...refusals].reduce((sum, each) => sum + Number(each.debuggerStops), 0);
  expect(debugged.debuggerStops, 'hits that the debugger counted').toBe(hitsOfDebugger);
  const stops = [both.programStops, both.programMasksRight, both.debuggerStops, both.debuggerSkipped];
  expect(
    refusals.length > 0 && String(stops) === '1,1,0,0',
    'all breakpoints, of the program and of the debugger, were switched off after the first hit of the program',
  ).toBe(false);
  expect([both.programStops, both.programMasksRight], 'hits of the program that its own handler was given').toEqual([
    DEBUGGED_HITS,
    DEBUGGED_HITS,
  ]);
  expect([both.debuggerStops, both.debuggerSkipped], 'hits of the debugger that it was given and stepped over').toEqual(
    [DEBUGGED_HITS, DEBUGGED_HITS],
  );
  for (const [index, refusal] of refusals.entries()) {
    expect([refusal.programStops, refusal.debuggerStops], `hits of program and debugger after ${refusal.what}`).toEqual(
      index === 0 ? [1, 1] : [0, 1],
    );
  }
});

/** The registers run out, first for the debugger, then for the program: each is told so. */
function judgeRefusals(judged: Case): Observation[] {
  const slots = judged.profile.slots.execute;
  const program = judged.one('full-by-program');
  expect(
    [program.opened, program.errno],
    'registers that the program got beside the debugger’s one, and the refusal',
  ).toEqual([slots - 1, ENOSPC]);
  expect(program.debuggerErrno, 'errno that the debugger was told when all were taken').toBe(ENOSPC);
  const debug = judged.one('full-by-debugger');
  expect([debug.armed, debug.debuggerErrno], 'registers that the debugger got, and the refusal').toEqual([slots, 0]);
  expect(debug.errno, 'errno that the program was told when all were taken').toBe(ENOSPC);
  return [program, debug];
}
