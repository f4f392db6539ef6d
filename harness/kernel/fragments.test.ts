// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addedFragments, demandLines, missingLines, parseFragment } from './fragments.ts';

const TEXT = `# a comment that speaks of CONFIG_A=y
CONFIG_A=y
# since 6.2
CONFIG_NEW=y
# CONFIG_ALSO_NEW is not set
# until 6.1
CONFIG_OLD="a b"
# any version again
CONFIG_B=4

# since 6.2

CONFIG_C=y
`;

describe('parseFragment', () => {
  it('asks each version for its own lines', () => {
    expect(parseFragment('f', TEXT, '6.1.192').lines).toEqual([
      'CONFIG_A=y',
      'CONFIG_OLD="a b"',
      'CONFIG_B=4',
      'CONFIG_C=y',
    ]);
    expect(parseFragment('f', TEXT, '6.12.1').lines).toEqual([
      'CONFIG_A=y',
      'CONFIG_NEW=y',
      '# CONFIG_ALSO_NEW is not set',
      'CONFIG_B=4',
      'CONFIG_C=y',
    ]);
  });
});

describe('missingLines', () => {
  const asked = [
    { name: 'base.config', lines: ['CONFIG_A=y', 'CONFIG_N=4', '# CONFIG_OFF is not set'], whereKnown: [] },
    { name: 'arch/x.config', lines: ['CONFIG_N=8'], whereKnown: [] },
  ];

  it('is content with a configuration that holds every line; the later fragment counts', () => {
    expect(missingLines(asked, 'CONFIG_A=y\nCONFIG_N=8\nCONFIG_MORE=y\n')).toEqual([]);
    expect(missingLines(asked, 'CONFIG_A=y\nCONFIG_N=8\n# CONFIG_OFF is not set\n')).toEqual([]);
  });

  it('compares whole lines', () => {
    expect(missingLines(asked, 'CONFIG_A=m\nCONFIG_N=80\nCONFIG_OFF=y\n')).toEqual([
      { line: 'CONFIG_A=y', fragment: 'base.config', found: 'CONFIG_A=m' },
      { line: 'CONFIG_N=8', fragment: 'arch/x.config', found: 'CONFIG_N=80' },
      { line: '# CONFIG_OFF is not set', fragment: 'base.config', found: 'CONFIG_OFF=y' },
    ]);
  });

  it('is told with option, fragment and what came out', () => {
    const demanding = () => demandLines(asked, 'CONFIG_N=8\n', '5.10.1', () => false);
    expect(demanding).toThrow(expect.objectContaining({ name: 'configuration-option-missing' }));
    expect(demanding).toThrow(
      /CONFIG_A=y asked for in base\.config; olddefconfig made it: not there \(no such option in 5\.10\.1\)/,
    );
  });

  it('asks for some options only where the tree knows them', () => {
    const fragment = parseFragment('base.config', '# where it exists\nCONFIG_OLD=y\n\nCONFIG_A=y\n', '7.3.0');
    expect(fragment.lines).toEqual(['CONFIG_OLD=y', 'CONFIG_A=y']);
    expect(() => demandLines([fragment], 'CONFIG_A=y\n', '7.3.0', () => false)).not.toThrow();
    expect(() => demandLines([fragment], 'CONFIG_A=y\n', '6.1.0', () => true)).toThrow(
      /CONFIG_OLD=y .*dependencies are not met/,
    );
    expect(() => demandLines([fragment], '# CONFIG_OLD is not set\nCONFIG_A=y\n', '6.1.0', () => true)).toThrow(
      /CONFIG_OLD=y/,
    );
    expect(() => demandLines([fragment], '', '7.3.0', () => false)).toThrow(/CONFIG_A=y/);
  });
});

describe('addedFragments', () => {
  it('takes the project’s by name, and files', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trapline-config-'));
    const file = path.join(folder, 'my.config');
    writeFileSync(file, 'CONFIG_MINE=y\n');
    const [own, named] = addedFragments(['kasan.config', file], '6.1.192');
    expect(own?.lines).toContain('CONFIG_KASAN=y');
    expect(named).toEqual({ name: file, lines: ['CONFIG_MINE=y'], whereKnown: [] });
    // A patch belongs to the trees that need it, and is no part of the others' fingerprint.
    expect(own?.patches).toEqual(['pvh-unchecked']);
    expect(addedFragments(['kasan.config'], '6.12.117')[0]).not.toHaveProperty('patches');
    writeFileSync(file, '# nothing\n');
    expect(() => addedFragments([file], '6.1.192')).toThrow(/asks for no option/);
    rmSync(folder, { recursive: true });
  });

  it('says what there is when it does not know one', () => {
    expect(() => addedFragments(['kmsan.config'], '6.1.192')).toThrow(/Known are: debug, kasan, lockdep/);
  });
});
