// SPDX-License-Identifier: MIT
// A checkout of this project with a toy kernel, toy guest programs and a fake emulator: the real ./trapline runs in
// it as a child, in seconds. What is toy is replaced by the data that the harness reads anyway.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { FAKE_QEMU, type Fake, makeFake } from '../../machine/testdata/fake.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

const MAKEFILE = `VERSION = 6
PATCHLEVEL = 1
SUBLEVEL = 7
EXTRAVERSION =
tinyconfig:
	@echo '# CONFIG_TOY is not set' > .config
olddefconfig:
	@grep -v 'CONFIG_TOY is not\\|CONFIG_GONE' .config > .config.tmp; mv .config.tmp .config
vmlinux: main.o
	@cat main.o > vmlinux; mkdir -p include/config; echo 6.1.7 > include/config/kernel.release
%.o: %.c
	@echo '  CC      $@'
	@if grep -q SLOW $<; then touch compiling; sleep 300; fi
	@cp $< $@
`;
const TOY_TREE = { Makefile: MAKEFILE, Kconfig: 'config TOY\n\tbool "toy"\n', 'main.c': 'one\ntwo\n' };
const TOY_GUEST = 'all:\n\t@mkdir -p $(OUT) && for one in init probe compat32; do echo toy > $(OUT)/$$one; done\n';

export interface Ended {
  /** Exit status, or the name of the signal. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines on stderr that say what went wrong. */
  readonly complaints: readonly string[];
  readonly seconds: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Checkout {
  /** Everything lies in here. */
  readonly root: string;
  /** Where ./trapline is called, and results/ appears. */
  readonly work: string;
  readonly cache: string;
  /** A toy kernel's source. */
  tree(changes?: Record<string, string>): string;
  start(args: readonly string[], environment?: Record<string, string>): Started;
  run(args: readonly string[], environment?: Record<string, string>): Promise<Ended>;
  /** Processes of kernel builds in this checkout's cache. */
  builders(): number[];
  remove(): void;
}

function makeCheckout(): Checkout {
  const root = mkdtempSync(path.join(tmpdir(), 'trapline-checkout-'));
  const at = (...parts: string[]) => path.join(root, ...parts);
  // The launcher bundles it anew when a source has changed; the copy is taken as it is.
  execFileSync(path.join(project, 'trapline'), ['--help']);
  const copied = ['trapline', 'package.json', 'package-lock.json', 'tsconfig.json', 'harness', 'specs', 'dist'];
  for (const name of copied) {
    cpSync(path.join(project, name), at('checkout', name), { recursive: true, preserveTimestamps: true });
  }
  utimesSync(at('checkout/dist/cli.js'), new Date(), new Date());
  // Linked file by file where that is possible: Node loads packages twice behind a folder that is a symbolic link.
  const modules = [path.join(project, 'node_modules'), at('checkout/node_modules')];
  execFileSync('sh', ['-c', 'cp -al "$0" "$1" 2>/dev/null || cp -a "$0" "$1"', ...modules]);
  for (const folder of ['checkout/kernel-config/arch', 'checkout/guest', 'work', 'bin', 'tmp']) {
    mkdirSync(at(folder), { recursive: true });
  }
  writeFileSync(at('checkout/kernel-config/base.config'), 'CONFIG_TOY=y\n');
  writeFileSync(at('checkout/kernel-config/arch/x86_64.config'), '');
  writeFileSync(at('checkout/guest/Makefile'), TOY_GUEST);
  symlinkSync(FAKE_QEMU, at('bin/qemu-system-x86_64'));
  chmodSync(FAKE_QEMU, 0o755);

  const start = (args: readonly string[], environment: Record<string, string> = {}): Started => {
    const started = performance.now();
    const child = spawn(at('checkout/trapline'), [...args], {
      cwd: at('work'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${at('bin')}:${process.env.PATH}`,
        TRAPLINE_CACHE: at('cache'),
        TMPDIR: at('tmp'),
        ...environment,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const complaints = stderr.split('\n').filter((line) => line.startsWith('trapline: '));
        const seconds = (performance.now() - started) / 1000;
        resolve({ code: code ?? signal ?? '', stdout, stderr, complaints, seconds });
      });
    });
    return { child, ended };
  };

  return {
    root,
    work: at('work'),
    cache: at('cache'),
    tree(changes = {}) {
      const folder = mkdtempSync(at('tree-'));
      for (const [name, text] of Object.entries({ ...TOY_TREE, ...changes })) {
        writeFileSync(path.join(folder, name), text);
      }
      return folder;
    },
    start,
    run: (args, environment) => start(args, environment).ended,
    builders() {
      const mark = Buffer.from(`TRAPLINE_BUILD=${at('cache')}\0`);
      return readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .filter((pid) => {
          try {
            return readFileSync(`/proc/${pid}/environ`).includes(mark);
          } catch {
            return false;
          }
        })
        .map(Number);
    },
    remove() {
      if (existsSync(root)) rmSync(root, { recursive: true });
    },
  };
}

/** A checkout and its fake emulator for all tests of a file; they go away with the last of them. */
export function toyProject(): { checkout: Checkout; fake: Fake } {
  const fake = makeFake();
  const checkout = makeCheckout();
  afterAll(() => {
    checkout.remove();
    fake.remove();
  });
  return { checkout, fake };
}
