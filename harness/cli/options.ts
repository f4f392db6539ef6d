// SPDX-License-Identifier: MIT
// What is said in the same way to several verbs: how words are read, and the options that they share.
import { InvalidArgumentError, Option } from 'commander';
import { parseShard, type Shard } from '../run/shard.ts';

/** An empty word is what an unset variable of a script leaves: not the same as saying nothing. */
export function named(word: string): string {
  if (word === '') throw new InvalidArgumentError('it is empty');
  return word;
}

export const list = (word: string, before: string[] = []): string[] => [...before, ...word.split(',').map(named)];

/** For what there is one of: commander would take the last. */
export function once(): (word: string) => string {
  let given = false;
  return (word) => {
    if (given) throw new InvalidArgumentError('it can be given once');
    given = true;
    return named(word);
  };
}

/** An option that can be given once. */
export const single = (flags: string, description: string): Option => new Option(flags, description).argParser(once());

export const collect = (word: string, before: string[] = []): string[] => [...before, word];

/** Like commander's choices(), which would not collect. */
export const oneOf =
  (allowed: readonly string[]) =>
  (word: string, before: string[] = []): string[] => {
    if (!allowed.includes(word)) throw new InvalidArgumentError(`Allowed choices are ${allowed.join(', ')}.`);
    return [...before, word];
  };

export function shard(word: string): Shard {
  const parsed = parseShard(word);
  if (!parsed) throw new InvalidArgumentError('NUMBER/OF is needed, e.g. 2/5');
  return parsed;
}

export function count(word: string): number {
  if (!/^[1-9]\d{0,3}$/.test(word)) throw new InvalidArgumentError('a whole number of at least 1 is needed');
  return Number(word);
}

export function suite(word: string): string {
  if (!/^[a-z]+$/.test(word)) throw new InvalidArgumentError('a Debian release is needed, e.g. bookworm');
  return word;
}

export function place(word: string): string {
  if (!/^(host|docker(:[\w./:@-]+)?)$/.test(word)) {
    throw new InvalidArgumentError('host, docker or docker:IMAGE is needed');
  }
  return word;
}

/** The surest that one may ask to be: the rate is not known that well, and each further 9 costs as much as the first. */
const SUREST = 0.999;

export function confidence(word: string): number {
  const value = Number(word);
  if (!(value > 0 && value <= SUREST)) {
    throw new InvalidArgumentError(
      `a number above 0 and up to ${SUREST} is needed, e.g. 0.95; bisect --help says what it costs`,
    );
  }
  return value;
}

export function nodeLabel(word: string, before: string[] = []): string[] {
  if (!/^[\w.-]+=[\w./:-]+$/.test(word)) throw new InvalidArgumentError('LABEL=VALUE is needed, e.g. disk=fast');
  return [...before, word];
}

/** @param otherwise which they are when none is named */
export const archOption = (otherwise: string) =>
  new Option('--arch <names>', `architectures, or all (default: ${otherwise})`).argParser(list);
/** The one of the main job. */
export const MAIN_ARCHITECTURE = 'the first of ./trapline arch';
export const outOption = (what: string) => single('--out <dir>', `folder of ${what} (default: results/<run id>)`);
export const kernelOption = () =>
  new Option('--kernel <[label=]selector>', 'a kernel; may be given several times').argParser(collect);
export const accelOption = () =>
  new Option('--accel <how>', 'how guests are run').choices(['auto', 'tcg', 'kvm']).default('auto');
export const qemuOption = () => single('--qemu <dir>', 'take QEMU from this folder (its bin/ or usr/bin/)');
export const runInOption = () =>
  new Option('--run-in <where>', 'where QEMU runs: host, docker (the builder image), docker:IMAGE')
    .argParser(place)
    .default('host')
    .conflicts('qemu');
export const builderOption = () =>
  new Option('--builder <where>', 'where kernels are built').choices(['auto', 'host', 'docker']).default('auto');
export const configOption = () =>
  new Option('--config <names>', 'add a fragment to every kernel: kasan, lockdep, debug, or FILE.config').argParser(
    list,
  );
export const installOption = () => new Option('--install', 'install missing Debian packages without asking');

export const SELECTORS = `
Kernels ([LABEL=]SELECTOR[+PATCH…]):
  with, without      the default tree as it is, and with the feature taken out by a patch
  debian:VERSION     Debian's linux-source package: 5.10, 6.1, 6.12, 7.3, …
  kernel.org:VERSION a release's tarball: 6.12.5 (TRAPLINE_KERNEL_MIRROR names a mirror)
  tree:DIR           a source tree (never written to)     git:DIR@REF  a revision of a repository
  tar:FILE           a source tarball                     image:FILE   a kernel that is built already
  image:debian:VERSION  the newest stock kernel of Debian's: 6.1, 6.12; image:FILE.deb is one that you have
  +NAME, +FILE.patch adds a patch: one of kernel-config/patches/ or mutants/, or a file
  +NAME.config       adds a configuration fragment: one of kernel-config/debug/, or a file`;

export const EXIT_CODES = `
Exit: 0 every verdict as expected · 1 at least one is not · 2 the request is wrong ·
      3 infrastructure (no tool, build failed, no VM came up) · 130 interrupted`;
