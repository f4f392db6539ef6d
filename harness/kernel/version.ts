// SPDX-License-Identifier: MIT
// Versions of kernels, and what a folder must have to be a kernel's source.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { requestFailure } from '../outcome/failure.ts';

/** Version in the text of a kernel's top Makefile, e.g. "6.1.192"; undefined when it is another project's. */
export function versionInMakefile(text: string): string | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name} *= *(\\S*)`, 'm').exec(text)?.[1];
  const major = field('VERSION');
  const minor = field('PATCHLEVEL');
  if (!/^\d+$/.test(major ?? '') || !/^\d+$/.test(minor ?? '')) return undefined;
  return `${major}.${minor}.${field('SUBLEVEL') || '0'}${field('EXTRAVERSION') ?? ''}`;
}

export function notAKernelTree(where: string): Error {
  return requestFailure(
    'not-a-kernel-tree',
    `${where} is not a Linux source tree: it has no Makefile with VERSION and PATCHLEVEL beside a Kconfig`,
    'Name the top folder of a kernel source',
  );
}

/** @throws Failure `not-a-kernel-tree`, which names `where` */
export function treeVersion(directory: string, where: string = directory): string {
  const makefile = path.join(directory, 'Makefile');
  const version = existsSync(makefile) ? versionInMakefile(readFileSync(makefile, 'utf8')) : undefined;
  if (version === undefined || !existsSync(path.join(directory, 'Kconfig'))) throw notAKernelTree(where);
  return version;
}
