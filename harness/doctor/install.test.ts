// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sparc64 } from '../arch/sparc64.ts';
import type { TraplineEvent } from '../outcome/events.ts';
import { silent } from '../outcome/events.ts';
import { demandPackages } from './doctor.ts';
import { type FakeMachine, fakeMachine } from './fixture.ts';
import { installPackages, offerInstall, withoutHosts } from './install.ts';

const MISSING = [
  { tool: 'flex', package: 'flex' },
  { tool: 'gelf.h', package: 'libelf-dev' },
  { tool: 'flex++', package: 'flex' },
];
const INSTALL = 'apt-get install -y --no-install-recommends flex libelf-dev';
const asRoot = process.getuid?.() === 0;

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine([sparc64]);
  machine.add('apt-get', 'echo "$DEBIAN_FRONTEND $*" >>"$LOG"; echo "Setting up flex (2.6.4) ..."');
});
afterEach(() => machine.dispose());

/** What apt-get was told to do, without its options. */
const told = () => machine.log().map((line) => line.replace(/ -o \S+/g, '').replace(' -q', ''));

describe('the offer', () => {
  test('without a terminal names what is missing and the one command, and installs nothing', async () => {
    const offer = offerInstall(MISSING, { install: false, terminal: false });
    await expect(offer).rejects.toMatchObject({
      name: 'missing-packages',
      kind: 'infrastructure',
      message: `this machine lacks flex, gelf.h, flex++. Install with: ./trapline doctor --install, which is: ${INSTALL}`,
    });
    expect(() => machine.log()).toThrow();
  });

  test('on a terminal asks once, and a no is a no', async () => {
    const asked: string[] = [];
    const ask = async (question: string) => asked.push(question) > 1;
    await expect(offerInstall(MISSING, { install: false, terminal: true, ask })).rejects.toMatchObject({
      name: 'missing-packages',
    });
    expect(asked).toEqual([`This machine lacks flex, gelf.h, flex++.\nRun: ${INSTALL}?`]);
    expect(() => machine.log()).toThrow();
  });

  test.runIf(asRoot)('a yes installs', async () => {
    await offerInstall(MISSING, { install: false, terminal: true, ask: async () => true });
    expect(told()).toHaveLength(2);
  });

  test('nothing missing asks nothing', async () => {
    await offerInstall([], { install: false, terminal: true, ask: () => Promise.reject(new Error('asked')) });
  });
});

describe.runIf(asRoot)('installing', () => {
  test('reads the indexes once, then installs each package once, and says how it goes', async () => {
    const events: TraplineEvent[] = [];
    await offerInstall(MISSING, { install: true, terminal: false, sink: (event) => events.push(event) });
    expect(told()).toEqual([
      'noninteractive update',
      'noninteractive install -y --no-install-recommends flex libelf-dev',
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'step-progress', detail: 'setting up flex' }));
  });

  test('a failure is told in one line without the name of a host', async () => {
    machine.add(
      'apt-get',
      'echo "E: Failed to fetch http://mirror.example.org/debian/x.deb  Could not resolve" >&2; exit 100',
    );
    await expect(installPackages(['flex'], silent)).rejects.toMatchObject({
      name: 'install-failed',
      what: 'apt-get update ended with 100: Failed to fetch a package index or package  Could not resolve',
    });
  });

  test('a package that does not bring its tool is a failure', async () => {
    machine.remove('flex');
    const demand = demandPackages([sparc64], { install: true, build: true, terminal: false }, silent);
    await expect(demand).rejects.toMatchObject({ name: 'install-failed', what: expect.stringContaining('lacks flex') });
  });

  test('what is installed is found at once', async () => {
    machine.remove('flex');
    machine.add('apt-get', 'case "$*" in *install*) printf "#!/bin/sh\\n" >"$BIN/flex"; chmod +x "$BIN/flex" ;; esac');
    await demandPackages([sparc64], { install: true, build: true, terminal: false }, silent);
  });
});

test.each([
  ['Failed to fetch https://deb.example.org/a.deb  404', 'Failed to fetch a package index or package  404'],
  ["Could not resolve 'deb.example.org'", 'Could not resolve the mirror'],
  ['Could not connect to deb.example.org:80 (192.0.2.7).', 'Could not connect to the mirror an address.'],
  ['Unable to locate package libelf-dev', 'Unable to locate package libelf-dev'],
])('%s names no host', (said, expected) => {
  expect(withoutHosts(said)).toBe(expected);
});
