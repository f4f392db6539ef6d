// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { architectures } from '../arch/index.ts';
import { sparc64 } from '../arch/sparc64.ts';
import { sparc64Compat } from '../arch/sparc64-compat.ts';
import { kernelTools } from '../kernel/index.ts';
import { demandHealthy, examine, knowsMachine, missingOf, problemsIn } from './doctor.ts';
import { type FakeMachine, fakeEmulator, fakeMachine } from './fixture.ts';
import { missingPackages, requiredPackages } from './install.ts';
import { renderDoctor } from './render.ts';
import { compilerPackage, missingNeeds, requirementsOf } from './requirements.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine(architectures);
});
afterEach(() => machine.dispose());

const lacking = async () => (await missingNeeds(requirementsOf(architectures, true))).map(({ tool }) => tool);

describe('requirements', () => {
  test('a machine with everything lacks nothing', async () => {
    expect(await lacking()).toEqual([]);
  });

  test('each missing tool is found, and no other', async () => {
    machine.remove('flex', 'qemu-system-sparc64', 'sparc64-linux-gnu-ld');
    expect(await lacking()).toEqual(['flex', 'qemu-system-sparc64', 'sparc64-linux-gnu-ld']);
  });

  test('a compiler without its static library is not enough', async () => {
    // What gcc answers when it finds no such file.
    machine.add('sparc64-linux-gnu-gcc', 'echo libc.a');
    // For programs of either word length.
    expect(await lacking()).toEqual(['libc.a of sparc64-linux-gnu-gcc', 'libc.a of sparc64-linux-gnu-gcc -m32']);
    expect(missingPackages(missingOf(await examine([sparc64])))).toEqual(['libc6-dev-sparc64-cross']);
  });

  test('the library of 32-bit programs comes with a compiler for both', async () => {
    machine.add('sparc64-linux-gnu-gcc', 'case "$*" in *-m32*) echo libc.a ;; *) echo /usr/lib/libc.a ;; esac');
    expect(await lacking()).toEqual(['libc.a of sparc64-linux-gnu-gcc -m32']);
    expect(missingPackages(missingOf(await examine([sparc64Compat])))).toEqual(['gcc-multilib-sparc64-linux-gnu']);
  });

  test('headers are looked for with the compiler', async () => {
    machine.add('gcc', 'case "$1" in -E) ! grep -q gelf.h ;; *) echo /usr/lib/libc.a ;; esac');
    expect(await lacking()).toEqual(['gelf.h']);
  });

  test('without kernel builds, none of their tools are asked for', () => {
    const tools = (build: boolean) => requirementsOf([sparc64], build).map(({ tool }) => tool);
    expect(tools(true)).toEqual(expect.arrayContaining(['flex', 'bison', 'bc', 'gelf.h', 'git', 'make']));
    expect(tools(false)).toEqual([
      'make',
      'qemu-system-sparc64',
      'sparc64-linux-gnu-gcc',
      'libc.a of sparc64-linux-gnu-gcc',
    ]);
  });

  test('what is required is the same on a machine that lacks it, and names every record’s packages', () => {
    const required = requiredPackages(architectures);
    machine.remove('flex', 'qemu-system-sparc64', 'sparc64-linux-gnu-ld');
    expect(requiredPackages(architectures)).toEqual(required);
    expect(required).toEqual(expect.arrayContaining(['bc', 'flex', 'git', 'libelf-dev', 'make']));
    for (const { qemu, toolchain } of architectures) {
      const native = toolchain.nativeOn.includes(process.arch);
      expect(required).toEqual(expect.arrayContaining([qemu.package, ...(native ? ['gcc'] : toolchain.packages)]));
    }
    expect(requiredPackages([sparc64])).not.toContain('qemu-system-arm');
  });

  test('every record names the packages that its compilers are in', () => {
    for (const architecture of architectures) {
      const { toolchain } = architecture;
      const compilers = [
        toolchain.nativeOn.length > 0 ? [] : [kernelTools(architecture).compiler],
        toolchain.compat32?.compiler ?? [],
      ];
      for (const compiler of compilers.flat()) expect(toolchain.packages).toContain(compilerPackage(compiler));
    }
  });

  test('a compiler package of Debian has no underscore', () => {
    expect(compilerPackage('x86_64-linux-gnu-gcc')).toBe('gcc-x86-64-linux-gnu');
    expect(compilerPackage('gcc')).toBe('gcc');
  });
});

describe('findings', () => {
  test('everything there', async () => {
    await machine.startEngine();
    const findings = await examine([sparc64]);
    expect(findings.architectures[0]).toMatchObject({
      emulator: { version: '7.2.22', machineKnown: true },
      compiler: '12.2.0',
      staticLibrary: true,
      accelerator: { accel: 'tcg', reason: expect.stringContaining('runs no such guests') },
      problems: [],
    });
    expect(() => demandHealthy(findings)).not.toThrow();
    const text = renderDoctor(findings);
    expect(text).toMatch(
      /ok gdb-multiarch +there\n {2}ok qemu-img +there\n {2}ok zstd +there\n {2}ok Docker engine +answers at unix:/,
    );
    expect(text.trimEnd().split('\n').at(-1)).toBe('everything is there');
  });

  test('what only some verbs need is named with what mends it, and is no failure', async () => {
    machine.remove('gdb-multiarch', 'qemu-img', 'zstd');
    const findings = await examine([sparc64]);
    const text = renderDoctor(findings);
    const install = 'apt-get install -y --no-install-recommends';
    expect(text).toMatch(
      new RegExp(`-- gdb-multiarch +missing \\(reproduce --gdb\\); mend it with: ${install} gdb-multiarch\\n`),
    );
    expect(text).toMatch(
      new RegExp(`-- qemu-img +missing \\(reproduce --record\\); mend it with: ${install} qemu-utils\\n`),
    );
    expect(text).toMatch(/-- zstd +missing \(reproduce --bundle FILE\.tar\.zst\); mend it with: .* zstd\n/);
    expect(text).toMatch(/-- Docker engine +no Docker engine answers at unix:.* \(--builder docker, --run-in docker, /);
    expect(text).toMatch(/mend it with: apt-get .* docker\.io, or name another one in DOCKER_HOST\n/);
    expect(text.trimEnd().split('\n').at(-1)).toBe('everything is there, but for what is optional');
    expect(missingOf(findings)).toEqual([]);
    expect(() => demandHealthy(findings)).not.toThrow();
  });

  test('an engine that is installed is started, and one elsewhere is not installed here', async () => {
    machine.add('dockerd', 'exit 0');
    expect(renderDoctor(await examine([sparc64]))).toContain('mend it with: service docker start, or');
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    expect(renderDoctor(await examine([sparc64]))).toContain('mend it with: start it there, or name another');
  });

  test('missing tools end in the one command, packages named once', async () => {
    machine.remove('qemu-system-sparc64', 'sparc64-linux-gnu-gcc', 'bison');
    const findings = await examine([sparc64]);
    const text = renderDoctor(findings);
    expect(text).toMatch(/-- qemu-system-sparc64 +missing/);
    expect(text).toMatch(/-- bison +missing \(building kernels/);
    expect(text).not.toContain('everything is there');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'Mend it with ./trapline doctor --install, which is: apt-get install -y --no-install-recommends ' +
        'bison gcc-sparc64-linux-gnu libc6-dev-sparc64-cross qemu-system-sparc',
    );
    expect(() => demandHealthy(findings)).toThrow(expect.objectContaining({ name: 'missing-packages' }));
  });

  test('an old emulator is named, and is not healthy although it is there', async () => {
    machine.add('qemu-system-sparc64', fakeEmulator('6.2.0', 'sun4u'));
    const findings = await examine([sparc64]);
    expect(missingOf(findings)).toEqual([]);
    expect(problemsIn(findings)).toMatchObject([{ name: 'qemu-too-old', what: expect.stringContaining('6.2.0') }]);
    expect(renderDoctor(findings)).toContain('-- qemu-system-sparc64');
    expect(renderDoctor(findings)).not.toContain('everything is there');
    expect(() => demandHealthy(findings)).toThrow(expect.objectContaining({ name: 'qemu-too-old' }));
  });

  test('an emulator without the machine is named', async () => {
    machine.add('qemu-system-sparc64', fakeEmulator('10.0.0', 'sun4uv'));
    const findings = await examine([sparc64]);
    expect(problemsIn(findings)).toMatchObject([{ name: 'machine-unknown' }]);
    expect(renderDoctor(findings)).toMatch(/-- machine sun4u +unknown/);
  });

  test('an emulator that does not run is not taken for one that is there', async () => {
    machine.add('qemu-system-sparc64', 'exit 127');
    const findings = await examine([sparc64]);
    expect(renderDoctor(findings)).toMatch(/-- qemu-system-sparc64 +does not run/);
    expect(renderDoctor(findings)).not.toContain('everything is there');
    expect(() => demandHealthy(findings)).toThrow(expect.objectContaining({ name: 'qemu-does-not-run' }));
  });
});

test('a machine is known by its whole name', () => {
  const help = 'Supported machines are:\nmicrovm              microvm (i386)\nsun4u-x   other\n';
  expect(knowsMachine(help, 'microvm,acpi=off')).toBe(true);
  expect(knowsMachine(help, 'sun4u')).toBe(false);
});
