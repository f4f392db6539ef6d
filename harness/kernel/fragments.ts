// SPDX-License-Identifier: MIT
// The configuration asked for: fragments of kernel-config/, and whether a .config keeps every line of them.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inProject } from '../config/paths.ts';
import { type Failure, infrastructureFailure, requestFailure } from '../outcome/failure.ts';
import { compareVersions } from '../outcome/version.ts';

export interface Fragment {
  /** Name below kernel-config/, for messages. */
  readonly name: string;
  /** Lines asked for: `CONFIG_X=value` or `# CONFIG_X is not set`. */
  readonly lines: readonly string[];
  /** Those of them that hold only where the tree knows the option. */
  readonly whereKnown: readonly string[];
  /** Those of them that need not hold: Kconfig may turn them back. Left out where there are none. */
  readonly wished?: readonly string[];
  /** Patches without which a kernel of this configuration does not come up. Left out where there are none. */
  readonly patches?: readonly string[];
}

/** Option's name of a configuration line, or undefined for a comment. */
export function optionOf(line: string): string | undefined {
  const found = /^(?:(CONFIG_\w+)=|# (CONFIG_\w+) is not set$)/.exec(line);
  return found?.[1] ?? found?.[2];
}

/**
 * Lines of a fragment that a kernel version is asked for. A comment `# since 6.2` or `# until 6.1` (inclusive: all
 * of 6.1.x) directly above lines holds for them up to the next blank line or comment; so does `# where it exists`,
 * for an option that was renamed or removed in a version that nobody looked up; and `# as far as it can be`, for
 * options that are asked for and need not hold. `# patch NAME until 6.1` is a patch of kernel-config/patches/.
 */
export function parseFragment(name: string, text: string, version: string): Fragment {
  const lines: string[] = [];
  const whereKnown: string[] = [];
  const wished: string[] = [];
  const patches: string[] = [];
  let asked = true;
  let optional = false;
  let wish = false;
  for (const line of text.split('\n').map((each) => each.trimEnd())) {
    if (optionOf(line) !== undefined) {
      if (asked) lines.push(line);
      if (asked && optional) whereKnown.push(line);
      if (asked && wish) wished.push(line);
      continue;
    }
    const [, patch, last] = /^# patch ([\w-]+) until (\d+\.\d+)$/.exec(line) ?? [];
    if (patch !== undefined && last !== undefined && compareVersions(majorMinor(version), last) <= 0)
      patches.push(patch);
    optional = line === '# where it exists';
    wish = line === '# as far as it can be';
    const [, word, limit] = /^# (since|until) (\d+\.\d+)$/.exec(line) ?? [];
    if (word === undefined || limit === undefined) asked = true;
    else if (word === 'since') asked = compareVersions(version, limit) >= 0;
    else asked = compareVersions(majorMinor(version), limit) <= 0;
  }
  // Fields are part of every kernel's fingerprint: absent, they leave those as they were.
  return {
    name,
    lines,
    whereKnown,
    ...(wished.length > 0 ? { wished } : {}),
    ...(patches.length > 0 ? { patches } : {}),
  };
}

const majorMinor = (version: string): string => version.split('.').slice(0, 2).join('.');

/** The fragments of an architecture in the order in which they are appended. */
export function readFragments(architectureFragment: string, version: string): Fragment[] {
  return ['base.config', `arch/${architectureFragment}.config`].map((name) => {
    const file = inProject('kernel-config', name);
    if (!existsSync(file)) {
      throw infrastructureFailure('missing-fragment', `there is no ${file}`, 'Restore it, or reinstall trapline');
    }
    return parseFragment(name, readFileSync(file, 'utf8'), version);
  });
}

const DEBUGGING = 'kernel-config/debug';

function debuggingFile(name: string): string {
  const own = inProject(DEBUGGING, name);
  if (!name.includes('/') && existsSync(own)) return own;
  const file = path.resolve(name);
  if (existsSync(file) && statSync(file).isFile()) return file;
  const known = readdirSync(inProject(DEBUGGING)).map((each) => each.replace(/\.config$/, ''));
  throw requestFailure(
    'unknown-config',
    `there is no configuration fragment "${name}"`,
    `Known are: ${known.sort().join(', ')}; or name a FILE.config (paths go from the current folder)`,
  );
}

/** The name of one of the project's fragments as it is, of any other file as its whole path. @throws Failure `unknown-config` */
export function fragmentName(name: string): string {
  const file = debuggingFile(name);
  return file === inProject(DEBUGGING, name) ? name : file;
}

/**
 * The fragments that a request adds, to be appended last.
 * @throws Failure `unknown-config`, `empty-config`
 */
export function addedFragments(names: readonly string[], version: string): Fragment[] {
  return names.map((name) => {
    const file = debuggingFile(name);
    const text = readFileSync(file, 'utf8');
    if (!text.split('\n').some((line) => optionOf(line.trimEnd()) !== undefined)) {
      throw requestFailure(
        'empty-config',
        `${file} asks for no option`,
        'Give lines such as CONFIG_X=y, or "# CONFIG_X is not set"',
      );
    }
    return parseFragment(name, text, version);
  });
}

/** Lines asked for that a configuration does not hold verbatim, with what it holds instead. */
export function missingLines(
  fragments: readonly Fragment[],
  config: string,
): { line: string; fragment: string; found: string | undefined }[] {
  const present = new Map<string, string>();
  for (const line of config.split('\n')) {
    const option = optionOf(line);
    if (option !== undefined) present.set(option, line);
  }
  // A later fragment may take back what an earlier one asked for.
  const asked = new Map<string, { line: string; fragment: string }>();
  for (const { name, lines } of fragments) {
    for (const line of lines) asked.set(optionOf(line) ?? line, { line, fragment: name });
  }
  return [...asked].flatMap(([option, { line, fragment }]) => {
    const found = present.get(option);
    // An option that does not exist is not set either.
    if (found === line || (found === undefined && line.startsWith('#'))) return [];
    return [{ line, fragment, found }];
  });
}

/** @throws Failure `configuration-option-missing` naming each option, its fragment and what came out */
export function demandLines(
  fragments: readonly Fragment[],
  config: string,
  version: string,
  known: (option: string) => boolean,
): void {
  const whereKnown = new Set(fragments.flatMap((fragment) => fragment.whereKnown));
  const wished = new Set(fragments.flatMap((fragment) => fragment.wished ?? []));
  const missing = missingLines(fragments, config)
    .filter(({ line }) => !wished.has(line))
    .filter(({ line, found }) => found !== undefined || !whereKnown.has(line) || known(optionOf(line) ?? line));
  if (missing.length === 0) return;
  throw optionMissing(
    missing.map(({ line, fragment, found }) => {
      const absent = known(optionOf(line) ?? line)
        ? 'not there (its dependencies are not met)'
        : `not there (no such option in ${version})`;
      return `${line} asked for in ${fragment}; olddefconfig made it: ${found ?? absent}`;
    }),
    version,
  );
}

function optionMissing(each: readonly string[], version: string): Failure {
  return infrastructureFailure(
    'configuration-option-missing',
    `the configuration of Linux ${version} lacks ${each.length === 1 ? 'an option' : `${each.length} options`}: ${each.join('; ')}`,
    'Mend the fragment in kernel-config/ ("# since X.Y" above a line limits it to newer kernels)',
  );
}
