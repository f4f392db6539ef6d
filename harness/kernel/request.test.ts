// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withScratch } from '../store/temporary.ts';
import { absoluteRequest } from './absolute.ts';
import { parseKernelRequest, withConfigs } from './request.ts';

describe('parseKernelRequest', () => {
  it('knows the default tree with and without the feature', () => {
    expect(parseKernelRequest('with')).toEqual({
      label: 'with',
      selector: 'with',
      source: { kind: 'default' },
      patches: [],
      configs: [],
    });
    expect(parseKernelRequest('without')).toMatchObject({ label: 'without', patches: ['without'] });
    expect(parseKernelRequest('without+extra')).toMatchObject({
      label: 'without-extra',
      patches: ['without', 'extra'],
    });
  });

  it.each([
    ['debian:6.12', { kind: 'debian', version: '6.12' }, 'debian-6.12'],
    ['tree:/src/linux', { kind: 'tree', directory: '/src/linux' }, 'tree-src-linux'],
    ['tar:linux.tar.xz', { kind: 'tar', file: 'linux.tar.xz' }, 'tar-linux.tar.xz'],
    ['git:../linux@v6.1', { kind: 'git', directory: '../linux', ref: 'v6.1' }, 'git-..-linux-v6.1'],
    ['git:me@host/x@topic/a', { kind: 'git', directory: 'me@host/x', ref: 'topic/a' }, 'git-me-host-x-topic-a'],
    ['kernel.org:6.12.5', { kind: 'release', version: '6.12.5' }, 'kernel.org-6.12.5'],
    ['image:debian:6.12', { kind: 'stock', series: '6.12', architecture: undefined }, 'image-debian-6.12'],
    ['image:debian:6.12/arm64', { kind: 'stock', series: '6.12', architecture: 'arm64' }, 'image-debian-6.12-arm64'],
    [
      `image:/${'long/'.repeat(30)}vmlinuz`,
      { kind: 'image', file: `/${'long/'.repeat(30)}vmlinuz` },
      'long-long-long-long-long-long-long-long-vmlinuz',
    ],
    ['image:/boot/vmlinuz', { kind: 'image', file: '/boot/vmlinuz' }, 'image-boot-vmlinuz'],
  ])('%s', (text, source, label) => {
    expect(parseKernelRequest(text)).toEqual({ label, selector: text, source, patches: [], configs: [] });
  });

  it('takes a label, and only a label, from before an equals sign', () => {
    expect(parseKernelRequest('without=debian:5.10')).toMatchObject({ label: 'without', selector: 'debian:5.10' });
    expect(parseKernelRequest('tree:/a=b')).toMatchObject({ source: { kind: 'tree', directory: '/a=b' } });
  });

  it('takes fragments beside patches, and adds them under the label that is there', () => {
    const request = withConfigs(parseKernelRequest('without+one'), ['kasan', './my.config']);
    expect(request).toMatchObject({
      label: 'without-one',
      selector: 'without+one+kasan.config+./my.config',
      patches: ['without', 'one'],
      configs: ['kasan.config', './my.config'],
    });
    expect(withConfigs(parseKernelRequest('with'), [])).toEqual(parseKernelRequest('with'));
    expect(() => withConfigs(parseKernelRequest('image:bzImage'), ['kasan'])).toThrow(/already built/);
  });

  it('takes patches from the end, and leaves a plus sign of a path alone', () => {
    expect(parseKernelRequest('debian:6.1+one+fix/two.patch').patches).toEqual(['one', 'fix/two.patch']);
    expect(parseKernelRequest('tree:/home/c++/linux+one')).toMatchObject({
      source: { kind: 'tree', directory: '/home/c++/linux' },
      patches: ['one'],
    });
  });

  it('takes a path that is there as it is', async () => {
    await withScratch(async (scratch) => {
      const tree = path.join(scratch, 'linux+mine');
      mkdirSync(tree);
      expect(parseKernelRequest(`tree:${tree}+one`)).toMatchObject({
        source: { kind: 'tree', directory: tree },
        patches: ['one'],
      });
    });
  });

  it('refuses a label that could not name a folder', () => {
    for (const label of ['', 'a/b', '..', 'LÄBEL']) expect(() => parseKernelRequest(`${label}=with`)).toThrow(/label/);
  });

  it.each([
    '',
    'nothing',
    'debian:',
    'debian:sid',
    'git:/linux',
    'git:@v6.1',
    'kernel.org:',
    'kernel.org:latest',
    'image:debian:sid',
    'image:debian:6.12/',
    'with:6.1',
    'tree:',
  ])('refuses "%s"', (text) => {
    expect(() => parseKernelRequest(text)).toThrow(
      expect.objectContaining({ name: 'unknown-selector', kind: 'request' }),
    );
  });

  it('does not patch what is built already', () => {
    for (const text of ['image:vmlinux+without', 'image:debian:6.12+without']) {
      expect(() => parseKernelRequest(text)).toThrow(expect.objectContaining({ name: 'patch-on-image' }));
    }
  });

  it.each([
    ['with=tree:linux+fix.patch+without+kasan.config', 'tree:HERE/linux+HERE/fix.patch+without+kasan.config'],
    ['git:../linux@v6.1', 'git:ABOVE/linux@v6.1'],
    ['tar:/linux.tar+package.json.config', undefined],
    ['image:bzImage', 'image:HERE/bzImage'],
    ['debian:6.12+one', 'debian:6.12+one'],
  ])('names %s by whole paths', (text, selector) => {
    const absolute = () => absoluteRequest(parseKernelRequest(text));
    if (selector === undefined) {
      expect(absolute).toThrow(expect.objectContaining({ name: 'unknown-config' }));
      return;
    }
    const here = process.cwd();
    const whole = selector.replaceAll('HERE', here).replace('ABOVE', path.dirname(here));
    expect(absolute()).toMatchObject({ selector: whole, label: parseKernelRequest(text).label });
  });
});
