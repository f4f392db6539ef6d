// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { imagePackagesIn } from './apt.ts';
import { sourcesOf } from './apt-state.ts';

test('sources are told by their suites, whatever host they lie on', () => {
  const printed = [
    "'http://mirror.test/debian/dists/bookworm/InRelease' mirror.test_debian_dists_bookworm_InRelease 0 ",
    "'http://mirror.test/debian-security/dists/bookworm-security/InRelease' x 0 ",
    "'https://other.test/node/dists/nodistro/InRelease' y 0 ",
    "'http://mirror.test/debian/dists/bookworm/main/binary-amd64/Packages.xz' z 0 ",
  ].join('\n');
  expect(sourcesOf(printed)).toEqual([
    { uri: 'http://mirror.test/debian/', suite: 'bookworm' },
    { uri: 'http://mirror.test/debian-security/', suite: 'bookworm-security' },
  ]);
});

test('imagePackagesIn takes the series’ own kernels of a flavour', () => {
  const names = [
    'linux-image-6.1.0-50-amd64',
    'linux-image-6.1.0-50-amd64-dbg',
    'linux-image-6.1.0-50-amd64-unsigned',
    'linux-image-6.1.0-50-rt-amd64',
    'linux-image-6.12.117+deb13-amd64',
    'linux-image-6.12.117+deb13-cloud-amd64',
    'linux-image-6.12.117+deb13-arm64-16k',
    'linux-image-amd64',
  ];
  expect(imagePackagesIn(names, '6.1', 'amd64')).toEqual([
    'linux-image-6.1.0-50-amd64',
    'linux-image-6.1.0-50-amd64-unsigned',
  ]);
  expect(imagePackagesIn(names, '6.12', 'amd64')).toEqual(['linux-image-6.12.117+deb13-amd64']);
  expect(imagePackagesIn(names, '6.12', 'arm64')).toEqual([]);
});
