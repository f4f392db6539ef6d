// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { architectures, findArchitecture } from '../arch/index.ts';
import { compareVersions } from '../outcome/version.ts';
import { fittingFile, loadPatches, touchedFiles } from './patches.ts';
import { patchesOf } from './plan.ts';
import { parseKernelRequest } from './request.ts';
import { upstreamVersion } from './source-archive.ts';
import { versionInMakefile } from './version.ts';
import { rejection } from './workspace.ts';

describe('fittingFile', () => {
  const names = ['6.12.patch', '6.1.patch', '5.10.patch', 'README.md'];
  it.each([
    ['6.1.192', '6.1.patch'],
    ['6.11.3', '6.1.patch'],
    ['6.12.0', '6.12.patch'],
    ['7.3.0', '6.12.patch'],
    ['5.10.262', '5.10.patch'],
    ['5.4.1', undefined],
  ])('for %s is %s', (version, expected) => expect(fittingFile(names, version)).toBe(expected));
});

describe('patchesOf', () => {
  const plain = findArchitecture('x86_64');
  const mended = { ...plain, kernel: { ...plain.kernel, patches: ['mend'] } };
  it.each([
    ['with', ['mend']],
    ['without+theirs', ['mend', 'without', 'theirs']],
    ['debian:6.12+theirs', ['theirs']],
    ['tree:/linux', []],
  ])('%s on an architecture that needs one', (selector, expected) =>
    expect(patchesOf(parseKernelRequest(selector), mended)).toEqual(expected),
  );

  it.each(architectures.filter(({ kernel }) => kernel.patches))('$name: there are those that it names', ({ kernel }) =>
    expect(loadPatches(kernel.patches ?? [], `${kernel.tree}.999`)).toHaveLength(kernel.patches?.length ?? 0),
  );
});

describe('touchedFiles', () => {
  it('finds changed, created, removed, renamed and mode-changed files', () => {
    const diff = `Subject: text
diff --git a/kernel/a.c b/kernel/a.c
--- a/kernel/a.c\t2026-01-01
+++ b/kernel/a.c\t2026-01-01
@@ -1,3 +1,2 @@
 one
--- a/not/a/header
 two
diff --git a/new.c b/new.c
new file mode 100644
--- /dev/null
+++ b/new.c
@@ -0,0 +1 @@
+x
diff --git a/old.h b/moved.h
similarity index 100%
rename from old.h
rename to moved.h
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
`;
    expect(touchedFiles(diff, 'p')).toEqual(['kernel/a.c', 'moved.h', 'new.c', 'old.h', 'run.sh']);
  });

  it.each(['--- a/../../etc/passwd\n+++ b/../../etc/passwd\n', '--- /etc/passwd\n+++ /etc/passwd\n'])(
    'refuses to leave the tree',
    (diff) => {
      expect(() => touchedFiles(diff, 'p')).toThrow(expect.objectContaining({ name: 'patch-leaves-the-tree' }));
    },
  );
});

describe('rejection', () => {
  it('names file and hunk', () => {
    const output = `patching file kernel/a.c
patching file kernel/events/core.c
Hunk #1 succeeded at 12 (offset 2 lines).
Hunk #2 FAILED at 345.
1 out of 2 hunks FAILED`;
    expect(rejection(output)).toBe('hunk 2 of kernel/events/core.c, at line 345, does not fit');
  });
});

describe('versions', () => {
  it('are compared by number', () => {
    expect(['6.12', '5.10.262', '6.1.192', '6.2'].sort(compareVersions)).toEqual([
      '5.10.262',
      '6.1.192',
      '6.2',
      '6.12',
    ]);
  });

  it.each([
    ['6.1.192-2', '6.1.192'],
    ['6.12.117-1~deb12u1', '6.12.117'],
    ['7.3~rc4-1~exp1', '7.3.0'],
    ['1:5.10.262-1', '5.10.262'],
  ])('of Debian: %s is Linux %s', (debian, linux) => expect(upstreamVersion(debian)).toBe(linux));

  it('stand in the Makefile of a kernel, and only there', () => {
    expect(versionInMakefile('VERSION = 6\nPATCHLEVEL = 13\nSUBLEVEL = 0\nEXTRAVERSION = -rc4\nNAME = x\n')).toBe(
      '6.13.0-rc4',
    );
    expect(versionInMakefile('VERSION = 1.2\nall:\n')).toBeUndefined();
  });
});
