// SPDX-License-Identifier: MIT
// What tests need to direct fake-qemu.mjs.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const FAKE_QEMU = fileURLToPath(new URL('fake-qemu.mjs', import.meta.url));

/** One thing that the fake does; see `actions` there. */
export type Action = Readonly<Record<string, unknown>>;

export interface Fake {
  readonly folder: string;
  /** What each machine does, in turn. */
  direct(...turns: readonly (readonly Action[])[]): void;
  /** Machines started so far. */
  started(): number;
  /** Processes of the fake that live. */
  alive(): number[];
  remove(): void;
}

function lives(pid: number): boolean {
  try {
    // A zombie has ended; whoever started it has not looked yet.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export function makeFake(): Fake {
  const folder = mkdtempSync(path.join(tmpdir(), 'trapline-fake-'));
  process.env.TRAPLINE_FAKE = folder;
  const lines = () => {
    const file = path.join(folder, 'pids');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  return {
    folder,
    direct: (...turns) => {
      rmSync(path.join(folder, 'pids'), { force: true });
      writeFileSync(path.join(folder, 'script.json'), JSON.stringify(turns));
    },
    started: () => lines().filter((line) => line.endsWith(' fake')).length,
    alive: () =>
      lines()
        .map((line) => Number(line.split(' ')[0]))
        .filter(lives),
    remove: () => {
      delete process.env.TRAPLINE_FAKE;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
