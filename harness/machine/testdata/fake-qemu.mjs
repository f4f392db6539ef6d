#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Takes QEMU's place in tests and does what the test says: TRAPLINE_FAKE names a folder with script.json, a list
// of turns (one for each machine, the last one again and again), each a list of actions as below. It notes its
// process ids in `pids`, so that a test can look whether anything is left.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CONSOLE = 1;
const CHANNEL = 3;
const MIB = 2 ** 20;

if (process.argv.includes('--version')) {
  console.log('QEMU emulator version 9.9.0');
  process.exit(0);
}
if (process.argv.includes('-help')) process.exit(0);

const folder = process.env.TRAPLINE_FAKE;
const pids = path.join(folder, 'pids');
const number = existsSync(pids)
  ? readFileSync(pids, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(' fake')).length
  : 0;
appendFileSync(pids, `${process.pid} fake\n`);
const turns = JSON.parse(readFileSync(path.join(folder, 'script.json'), 'utf8'));

async function put(descriptor, text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      await sleep(1);
    }
  }
}

async function flood(descriptor, mebibytes, line) {
  const block = line.repeat(Math.ceil(MIB / line.length));
  for (let done = 0; done < mebibytes; done++) await put(descriptor, block);
}

const record = (values) => put(CHANNEL, `${JSON.stringify(values)}\n`);

/** The steps of the plan in the initramfs, which is not compressed. */
function plan() {
  return probes().map(({ step }) => step);
}

/** The same with their settings, as init says them when it begins one. */
function probes() {
  const initrd = readFileSync(process.argv[process.argv.indexOf('-initrd') + 1], 'latin1');
  const lines = initrd.matchAll(/(?:^|\0)probe (\d+) \d+ (\S+) (\S+) (\S+)$/gm);
  return [...lines].map(([, step, clause, trigger, mechanism]) => ({ step: Number(step), clause, trigger, mechanism }));
}

const actions = {
  console: (text) => put(CONSOLE, text),
  channel: (text) => put(CHANNEL, text),
  record,
  boot: () =>
    record({
      record: 'boot',
      release: '6.1.0-fake',
      version: '#1',
      machine: 'fake',
      cpus: 2,
      pageSize: 4096,
      uptimeMs: 9,
    }),
  /** What init says on the console as a step begins. */
  mark: (step) => put(CONSOLE, `[    0.700000] trapline: step ${step}, 4.${step + 1} page-fault sigtrap\n`),
  begin: (step) => record({ record: 'begin', step }),
  see: (step) => record({ record: 'observation', step, seen: { what: 'hit', step } }),
  end: (step) => record({ record: 'end', step, status: 0, timedOut: false, ms: 5 }),
  /** A healthy run through all steps that are asked for, or up to one. */
  async all(upTo) {
    for (const step of plan()) {
      if (step === upTo) return;
      await actions.begin(step);
      await actions.see(step);
      await actions.end(step);
    }
    await record({ record: 'done' });
  },
  /** The same with something that every probe sees. */
  async allSee(seen) {
    for (const { step, ...setting } of probes()) {
      await record({ record: 'begin', step, ...setting });
      await record({ record: 'observation', step, seen });
      await actions.end(step);
    }
    await record({ record: 'done' });
  },
  /** What every probe sees on every n-th machine, and on the others. */
  flaky: ([every, seldom, mostly]) => actions.allSee(number % every === every - 1 ? seldom : mostly),
  /** The actions that stand in a toy kernel, a line each: what it does is part of its source then. */
  async kernel() {
    const image = readFileSync(process.argv[process.argv.indexOf('-kernel') + 1], 'utf8');
    for (const line of image.split('\n').filter((one) => one.startsWith('{'))) await act(JSON.parse(line));
  },
  wait: (seconds) => sleep(seconds * 1000),
  spin(seconds) {
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until);
  },
  floodConsole: ([mebibytes, line]) => flood(CONSOLE, mebibytes, line),
  floodChannel: ([mebibytes, line]) => flood(CHANNEL, mebibytes, line),
  /** Something that would outlive us and hold our pipes open. */
  child() {
    const child = spawn('sleep', ['300'], { stdio: 'inherit' });
    child.unref();
    appendFileSync(pids, `${child.pid} child\n`);
  },
  exit([status, message]) {
    if (message) writeSync(2, `${message}\n`);
    process.exit(status);
  },
};

async function act(action) {
  for (const [name, value] of Object.entries(action)) await actions[name](value);
}

for (const action of turns[Math.min(number, turns.length - 1)]) await act(action);
