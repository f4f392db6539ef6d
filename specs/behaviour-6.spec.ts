// SPDX-License-Identifier: MIT
// Behaviour 6: the handler returns and the thread goes on at the new PC (and nPC).
import { expect } from 'vitest';
import { hex, judge } from '../harness/judge/spec.ts';
import { chosen, executePc, expectOneStop, SITE, siteMask } from './going-on.ts';

judge('6.1', (judged) => {
  const loaded = judged.one('loaded');
  const stored = judged.one('stored');
  expectOneStop(judged, judged.one('context'));
  expect(chosen(stored.general, loaded.loadedMask), 'general registers after the handler').toEqual(
    chosen(loaded.general, loaded.loadedMask),
  );
  expect(chosen(stored.window, loaded.windowMask), 'registers of the window after the handler').toEqual(
    chosen(loaded.window, loaded.windowMask),
  );
  expect(stored.sp, 'stack pointer after the handler').toBe(judged.one('context').sp);
});

judge('6.2', (judged) => {
  const loaded = judged.one('loaded');
  const stored = judged.one('stored');
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

judge('6.4', (judged) => {
  const executions = judged.one('executions');
  const expectEach = (kind: typeof executions, pc: unknown) => {
    // A page may take more than one fault until it is there (x86, a fetch from a file's page); no less than one.
    if (judged.trigger === 'page-fault') expect(Number(kind.stops), `${kind.what}: stops`).toBeGreaterThanOrEqual(10);
    else expect(kind.stops, `${kind.what}: stops`).toBe(kind.hits);
    expect([kind.completed, kind.once], `${kind.what}: completed, and exactly once`).toEqual([kind.hits, kind.hits]);
    expect(new Set(kind.pcs as string[]), `${kind.what}: PCs`).toEqual(new Set([pc]));
  };
  expect(executions.hits, 'hits').toBe(10);
  // Under poll the PC is that of the sample: always the instruction that hit.
  const polled = judged.mechanism === 'poll';
  expectEach(executions, polled ? executions.siteInstruction : executePc(judged, executions));
  if (judged.trigger !== 'hw-breakpoint' && judged.trigger !== 'page-fault') return;
  const stores = judged.one('stores');
  const before = judged.trigger === 'page-fault' || judged.profile.dataTrap === 'before';
  expectEach(stores, before ? stores.siteInstruction : stores.siteNext);
});

judge('6.5', (judged) => {
  const returned = judged.one('returned');
  const jumped = judged.one('jumped');
  const jumps = judged.one('jumps');
  expectOneStop(judged, returned);
  for (const hit of [returned, jumped]) {
    expect(hit.inTheThread, `${hit.what}: the handler ran in the thread`).toBe(true);
    const inside = hex(hit.maskBefore) | hex(hit.trapBit) | hex(hit.addedBit);
    expect(hex(hit.maskInside), `${hit.what}: mask inside the handler`).toBe(inside);
    expect(hit.maskAfter, `${hit.what}: mask after the handler`).toBe(hit.maskBefore);
  }
  expect(jumped.stops, 'stops left by siglongjmp').toBe(jumps.hits);
  expect([jumps.jumped, jumps.fellThrough], 'jumps, and hits that went on instead').toEqual([jumps.hits, 0]);
  const again = judged.one('again');
  expect([again.stops, again.mask], 'stops and mask of an ordinary hit after the jumps').toEqual([
    1,
    siteMask(judged, SITE.after),
  ]);
});

judge('6.6', (judged) => {
  const storm = judged.one('storm');
  expect(storm.hasRegisters, 'the handler was given the registers of the hits').toBe(true);
  expect(storm.sendError, 'errno of sending the storm').toBe(0);
  expect(storm.stormed, 'signals of the storm that arrived').toBe(storm.sent);
  expect(storm.stops, 'stops').toBe(storm.hits);
  expect([storm.mask, storm.masksAlike], 'mask of each hit').toEqual([siteMask(judged, SITE.after), storm.hits]);
  expect(Number(storm.hits), 'hits').toBeGreaterThanOrEqual(100);
  // It was a storm: the timer ran too.
  expect(Number(storm.alarms), 'SIGALRMs').toBeGreaterThan(0);
});

judge('6.7', (judged) => {
  const threads = judged.all('thread');
  const all = judged.one('threads');
  expect(threads.length, 'threads').toBe(all.threads);
  expect(all.stopsOfOthers, 'stops of threads that did not hit').toBe(0);
  for (const thread of threads) {
    expect(thread.errno, `thread ${thread.index}: errno of opening its event`).toBe(0);
    expect(thread.stops, `thread ${thread.index}: stops`).toBe(thread.hits);
    expect(thread.wrongPc, `thread ${thread.index}: stops at another PC`).toBe(0);
    expect(thread.asSent, `thread ${thread.index}: hits that went where its handler sent them`).toBe(thread.hits);
  }
});

const ENOSPC = 28;

judge('6.9', (judged) => {
  const both = judged.one('both');
  expect([both.programStops, both.programMasksRight], 'hits of the program that its own handler was given').toEqual([
    both.hits,
    both.hits,
  ]);
  expect([both.debuggerStops, both.debuggerSkipped], 'hits of the debugger that it was given and stepped over').toEqual(
    [both.hits, both.hits],
  );
  expect(both.otherSignals, 'signals that belong to neither').toBe(0);
  if (judged.trigger !== 'hw-breakpoint') return;
  const slots = judged.profile.slots.execute;
  const program = judged.one('full-by-program');
  expect(
    [program.opened, program.errno],
    'registers that the program got beside the debugger’s one, and the refusal',
  ).toEqual([slots - 1, ENOSPC]);
  expect(program.debuggerErrno, 'errno that the debugger was told when all were taken').toBe(ENOSPC);
  expect([program.programStops, program.debuggerStops], 'hits of the program and of the debugger afterwards').toEqual([
    1, 1,
  ]);
  const debug = judged.one('full-by-debugger');
  expect([debug.armed, debug.debuggerErrno], 'registers that the debugger got, and the refusal').toEqual([slots, 0]);
  expect(debug.errno, 'errno that the program was told when all were taken').toBe(ENOSPC);
  expect([debug.programStops, debug.debuggerStops], 'hits of the program and of the debugger afterwards').toEqual([
    0, 1,
  ]);
});
