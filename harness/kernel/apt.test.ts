// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { sourcesOf } from './apt.ts';

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
