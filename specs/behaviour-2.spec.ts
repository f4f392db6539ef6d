// SPDX-License-Identifier: MIT
// Behaviour 2: clone and fork propagate the debug registers.
import { expect } from 'vitest';
import type { Observation } from '../harness/judge/observation.ts';
import { type Case, judge } from '../harness/judge/spec.ts';

/** Roles of tasks whose every hit must stop them, and of those that must not be stopped. */
interface Family {
  readonly armed: readonly string[];
  readonly silent?: readonly string[];
  /** Roles that stand by without a hit of their own: a stop there is somebody else's. */
  readonly waiting?: readonly string[];
  /** sig_data of the stops. */
  readonly data: number;
  /** Offset from the target of the watched address; the target itself when left out. */
  readonly offset?: number;
}

const named = (prefix: string, count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${first + index}`);

/** The name of a wait status that says that the task did not end by itself. */
function ended(task: Observation): unknown {
  return task.status === undefined ? 'exit 0' : task.status === 0 ? 'exit 0' : `wait status ${task.status}`;
}

function judgeArmed(judged: Case, task: Observation, family: Family, target: bigint): void {
  const who = String(task.role);
  expect(task.made, `${who}: hits`).toBeGreaterThan(0);
  expect(task.stops, `${who}: stops, no more than its hits`).toBeLessThanOrEqual(Number(task.made));
  if (!task.stops) return;
  expect(Number(task.data), `${who}: sig_data of its last stop`).toBe(family.data);
  // A uprobe event has no address to report.
  if (judged.trigger !== 'uprobe') {
    expect(BigInt(String(task.address)), `${who}: si_addr`).toBe(target + BigInt(family.offset ?? 0));
  }
}

function judgeSilent(task: Observation): void {
  const who = String(task.role);
  expect(task.made, `${who}: hits`).toBeGreaterThan(0);
  expect(task.stops, `${who}: stops for its ${task.made} hits, which nothing watches`).toBe(0);
}

/** Judges the tasks of `roles`: that no stop went astray, that all ran on, and that all ended by themselves. */
function judgeTasks(judged: Case, tasks: readonly Observation[], family: Family): void {
  const target = BigInt(String(judged.one('tally').target));
  for (const task of tasks) {
    const role = String(task.role);
    expect(ended(task), `${role}: its end`).toBe('exit 0');
    expect(task.completed, `${role}: hits after which it ran on`).toBe(task.made);
    // The page-fault event counts every fault of the task, those on its stack too.
    if (judged.trigger !== 'page-fault') expect(task.others, `${role}: signals that no hit made`).toBe(0);
    if (family.armed.includes(role)) judgeArmed(judged, task, family, target);
    else if (family.silent?.includes(role)) judgeSilent(task);
    else expect(task.stops, `${role}: stops without a hit`).toBe(0);
  }
}

/** Had each hit of an armed task its stop? Asked last: of uprobes it is known not to hold, and must not hide another defect. */
function judgeStops(tasks: readonly Observation[], family: Family): number {
  const armed = tasks.filter((task) => family.armed.includes(String(task.role)));
  for (const task of armed) expect(task.stops, `${task.role}: stops for its ${task.made} hits`).toBe(task.made);
  return armed.reduce((sum, task) => sum + Number(task.made), 0);
}

/** The event's count against the hits that it has to hold. */
function judgeCount(judged: Case, count: unknown, hits: number): void {
  if (judged.trigger === 'page-fault') {
    expect(count, 'count of the descriptor, which has other faults in it too').toBeGreaterThanOrEqual(hits);
  } else expect(count, 'count of the descriptor: the armed tasks’ hits, children’s added').toBe(hits);
}

function judgeFamily(judged: Case, family: Family): void {
  const tally = judged.one('tally');
  const tasks = judged.all('task');
  const roles = new Set(tasks.map((task) => task.role));
  const due = new Set([...family.armed, ...(family.silent ?? []), ...(family.waiting ?? [])]);
  expect([...roles].sort(), 'the tasks that were there').toEqual([...due].sort());
  judgeTasks(judged, tasks, family);
  expect(tally.strangers, 'stops in tasks that made no hit').toBe(0);
  expect(tally.gaveUp, 'a task waited for another in vain').toBe(false);
  judgeCount(judged, tally.count, judgeStops(tasks, family));
}

/** Neither kept apart nor switched off across the fork: those two clauses are where the kernel has to bear it. */
const nothingSteppedAround = (judged: Case) => expect(judged.all('setup'), 'what the probe stepped around').toEqual([]);

judge('2.1', (judged) => {
  nothingSteppedAround(judged);
  judgeFamily(judged, { armed: ['parent', ...named('child', 6)], waiting: ['parent, standing by'], data: 0x2001 });
});

judge('2.2', (judged) => {
  nothingSteppedAround(judged);
  judgeFamily(judged, { armed: ['parent', ...named('thread', 6)], waiting: ['parent, standing by'], data: 0x2001 });
});

judge('2.3', (judged) => {
  const ways = new Map(judged.all('way').map((way) => [String(way.way), Number(way.errno)]));
  const clones = ['vfork', 'clone with CLONE_VM', 'clone as posix_spawn does'];
  for (const way of [...clones, 'posix_spawn']) expect(ways.get(way), `errno of ${way}`).toBe(0);
  const clone3 = ways.get('clone3');
  // A kernel may have got the call since.
  expect([0, judged.profile.clone3Errno], 'errno of clone3, or 0').toContain(clone3);
  const without = clone3 !== 0;
  judgeFamily(judged, { armed: ['parent', ...clones, ...(without ? [] : ['clone3'])], data: 0x2003 });
  judgeImage(judged);
});

/** The types of linux/hw_breakpoint.h. */
const TYPE = { read: 1, write: 2, execute: 4 };

/** Which of the four watches an access must stop: its own, or none. */
function dueAnswers(judged: Case, seen: Observation): number[] {
  const none = [0, 0, 0, 0];
  const own = none.map((_, index) => (index === seen.watch ? 1 : 0));
  if (judged.trigger === 'uprobe') {
    // site_store executes the places of the watches 1 and 3, whichever of them is asked for.
    return seen.access === 'store' ? [0, 1, 0, 1] : own;
  }
  const type = Number(seen.type);
  switch (seen.access) {
    case 'execute':
      return type === TYPE.execute ? own : none;
    case 'store to the first byte':
    case 'store to the last byte':
      return type & TYPE.write ? own : none;
    case 'load of the last byte':
      return type & TYPE.read ? own : none;
    default:
      return none;
  }
}

/** What the four registers of a round must be: type and length each, by what the architecture has. */
function dueRegisters(judged: Case): number[][][] {
  if (judged.trigger === 'uprobe') return [[4, 4, 4, 4].map((type) => [type])];
  const widest = Math.max(...judged.profile.dataLengths);
  const read = judged.profile.types.includes('r') ? TYPE.read : TYPE.read | TYPE.write;
  return [
    [
      [TYPE.write, 1],
      [read, 2],
      [TYPE.write, 4],
      [TYPE.read | TYPE.write, widest],
    ],
    [
      [TYPE.execute, judged.profile.executeLength],
      [TYPE.read | TYPE.write, 4],
      [TYPE.write, widest],
      [TYPE.write, 2],
    ],
  ];
}

judge('2.4', (judged) => {
  const rounds = dueRegisters(judged);
  expect(judged.all('round').length, 'rounds').toBe(rounds.length);
  for (const round of judged.all('round')) {
    const seen = judged.all('access').filter((access) => access.round === round.round);
    const sums = [0, 0, 0, 0];
    for (const access of seen) {
      const due = dueAnswers(judged, access);
      const register = rounds[Number(round.round) - 1]?.[Number(access.watch)];
      const what = `round ${round.round}, watch ${access.watch}, type ${access.type}, length ${access.length}`;
      expect(register?.length === 1 ? [access.type] : [access.type, access.length], what).toEqual(register);
      expect(access.answered, `${what}: stops of each watch for "${access.access}"`).toEqual(due);
      due.forEach((stops, index) => {
        sums[index] = (sums[index] ?? 0) + stops;
      });
    }
    // One access for an execute watch and each uprobe, four for each data watch.
    const dueAccesses = judged.trigger === 'uprobe' ? 4 : round.round === 1 ? 16 : 13;
    expect(seen.length, `accesses of round ${round.round}`).toBe(dueAccesses);
    expect(round.childStatus, 'the child’s end').toBe(0);
    expect(round.stopsInParent, 'stops in the parent').toBe(0);
    expect(round.counts, 'counts of the four descriptors').toEqual(sums);
  }
});

judge('2.5', (judged) => {
  judgeFamily(judged, {
    armed: [
      'parent',
      'child',
      'grandchild',
      'great-grandchild',
      'thread of child',
      'thread',
      'child of thread',
      'second thread',
      'thread of thread',
    ],
    data: 0x2001,
  });
});

judge('2.6', (judged) => {
  judgeFamily(judged, { armed: ['parent', ...named('child', 64, 0)], data: 0x2006 });
});

judge('2.7', (judged) => {
  const orphan = judged.one('orphan');
  expect(orphan.openerStatus, 'the opener’s end').toBe(0);
  expect(orphan.adopted, 'the child outlived it').toBe(true);
  expect(orphan.orphanStatus, 'the child’s end').toBe(0);
  // The opener ended before the orphan wrote these records: nobody of theirs collected its status.
  const tasks = judged.all('task').map((task) => (task.role === 'opener' ? { ...task, status: 0 } : task));
  const armed = ['opener', 'child, parent alive', 'child, parent gone', 'grandchild born after'];
  expect(tasks.map((task) => task.role).sort(), 'the tasks that were there').toEqual([...armed].sort());
  judgeTasks(judged, tasks, { armed, data: 0x2007 });
  expect(judged.one('tally').strangers, 'stops in tasks that made no hit').toBe(0);
  judgeCount(judged, judged.one('tally').count, judgeStops(tasks, { armed, data: 0x2007 }));
});

judge('2.8', (judged) => {
  const modifiable = judged.trigger === 'hw-breakpoint';
  const silent = ['opened disabled', 'disabled', ...(modifiable ? ['modified, old address'] : [])];
  const armed = ['enabled'];
  const modified = modifiable ? ['modified, new address'] : [];
  expect(
    judged.all('left-out').map((left) => left.part),
    'what is named as left out',
  ).toEqual(modifiable ? [] : ['modify']);
  const phases = judged.all('phase');
  expect(phases.map((phase) => phase.phase).sort(), 'phases').toEqual([...silent, ...armed, ...modified].sort());
  for (const phase of phases) expect(phase.errno, `errno of the call for "${phase.phase}"`).toBe(0);
  const who = (names: string[]) => ['parent', 'child', 'thread'].flatMap((task) => names.map((n) => `${task}, ${n}`));
  const tasks = judged.all('task');
  const of = (names: string[]) => tasks.filter((task) => who(names).includes(String(task.role)));
  expect(tasks.map((task) => task.role).sort(), 'the tasks that were there').toEqual(
    who([...silent, ...armed, ...modified]).sort(),
  );
  const old = { armed: who(armed), silent: who(silent), data: 0x2008 };
  const changed = { armed: who(modified), data: 0x2088, offset: 64 };
  judgeTasks(judged, of([...silent, ...armed]), old);
  judgeTasks(judged, of(modified), changed);
  expect(judged.one('tally').strangers, 'stops in tasks that made no hit').toBe(0);
  expect(judged.one('tally').gaveUp, 'a task waited for another in vain').toBe(false);
  judgeCount(judged, judged.one('tally').count, judgeStops(tasks, old) + judgeStops(tasks, changed));
});

judge('2.9', (judged) => {
  const tasks = judged.all('task');
  const first = tasks.filter((task) => String(task.role).startsWith('inherit_thread: '));
  const second = tasks.filter((task) => String(task.role).startsWith('no inherit: '));
  expect(first.length, 'tasks under inherit_thread').toBe(4);
  expect(second.length, 'tasks without inherit').toBe(3);
  const inheritThread = {
    armed: ['inherit_thread: opener', 'inherit_thread: thread'],
    silent: ['inherit_thread: child', 'inherit_thread: child of thread'],
    data: 0x2009,
  };
  const noInherit = {
    armed: ['no inherit: opener'],
    silent: ['no inherit: thread', 'no inherit: child'],
    data: 0x2009,
  };
  judgeTasks(judged, first, inheritThread);
  judgeTasks(judged, second, noInherit);
  expect(judged.one('tally').strangers, 'stops in tasks that made no hit').toBe(0);
  judgeCount(judged, judged.one('first').count, judgeStops(first, inheritThread));
  judgeCount(judged, judged.one('tally').count, judgeStops(second, noInherit));
});

/** The image after an exec ended by itself, all its hits made; SIGTRAP would have ended it. */
function judgeImage(judged: Case): void {
  const spawned = judged.one('spawned');
  expect(spawned.status, 'wait status of the new image (5: killed by SIGTRAP)').toBe(0);
  const image = judged.one('image');
  expect(image.process, 'the process that is the new image').toBe(spawned.process);
  expect(image.made, 'hits of the new image').toBeGreaterThan(0);
  expect(image.completed, 'hits of the new image after which it ran on').toBe(image.made);
}

judge('2.10', (judged) => {
  judgeImage(judged);
  judgeFamily(judged, { armed: ['child before exec', 'parent'], data: 0x2010 });
});

judge('2.11', (judged) => {
  judgeFamily(judged, { armed: ['child', 'parent'], silent: ['child without handlers'], data: 0x2003 });
});

judge('2.12', (judged) => {
  judgeFamily(judged, {
    armed: ['child', 'parent'],
    waiting: ['parent, standing by', 'child, standing by'],
    data: 0x2009,
  });
  const bytes = judged.all('byte').map((byte) => `${byte.who} ${byte.when}: ${Number(byte.value).toString(16)}`);
  expect(bytes.sort(), 'the watched byte of each').toEqual([
    "child after the child's hits: c1",
    "child after the parent's hits: c1",
    "parent after the child's hits: a0",
    "parent after the parent's hits: b1",
  ]);
});
