// SPDX-License-Identifier: MIT
// The text behind --kernel: [LABEL=]SELECTOR[+PATCH…]. Parsing looks at the text, and whether a path with a + is there.
import { existsSync } from 'node:fs';
import { requestFailure } from '../outcome/failure.ts';

export type SourceSelector =
  /** The tree behind `with` and `without`: the architecture's, or else DEFAULT_TREE. */
  | { readonly kind: 'default' }
  | { readonly kind: 'debian'; readonly version: string }
  | { readonly kind: 'tree'; readonly directory: string }
  | { readonly kind: 'tar'; readonly file: string }
  | { readonly kind: 'git'; readonly directory: string; readonly ref: string }
  | { readonly kind: 'release'; readonly version: string }
  | { readonly kind: 'image'; readonly file: string }
  /** Debian's stock kernel; `architecture` is Debian's name, to be that of the cell. */
  | { readonly kind: 'stock'; readonly series: string; readonly architecture: string | undefined };

export interface KernelRequest {
  /** Names the kernel in reports and file names: letters, digits, `.`, `_` and `-`. */
  readonly label: string;
  /** The selector with its patches as it was written, without the label. */
  readonly selector: string;
  readonly source: SourceSelector;
  /** Names of the project's patches, or files ending in `.patch`, in the order in which they are applied. */
  readonly patches: readonly string[];
  /** Names of the project's debugging fragments (`kasan.config`), or files ending in `.config`, appended in this order. */
  readonly configs: readonly string[];
}

/** Version of Debian's linux-source package behind `with` and `without` where an architecture names no other. */
export const DEFAULT_TREE = '6.1';

const FORMS =
  'with, without, debian:VERSION, kernel.org:VERSION, tree:DIR, tar:FILE, git:DIR@REF, image:FILE, image:debian:VERSION';

function unknownSelector(text: string, why: string): Error {
  return requestFailure(
    'unknown-selector',
    `the kernel selector "${text}" ${why}`,
    `Known forms: ${FORMS}; +PATCH adds a patch, +NAME.config a fragment`,
  );
}

const isConfig = (name: string): boolean => name.endsWith('.config');

/**
 * What is added is taken from the end, so that a path may contain a plus sign of its own (`tree:/home/c++/linux`). One
 * that is there with its plus signs is meant as it is (`tree:../linux+mine`).
 */
export function splitAdded(text: string): { base: string; added: string[] } {
  const added: string[] = [];
  let base = text;
  for (;;) {
    const named = /^(?:tree|tar|image):(.+)$/s.exec(base)?.[1];
    if (named !== undefined && existsSync(named)) return { base, added };
    const [, rest, one] = /^(.+)\+((?:[A-Za-z0-9][\w.-]*)|(?:[^+]+\.(?:patch|config)))$/.exec(base) ?? [];
    if (rest === undefined || one === undefined) return { base, added };
    added.unshift(one);
    base = rest;
  }
}

function parseStock(text: string, rest: string): SourceSelector {
  const [, series, architecture] = /^(\d+\.\d+)(?:\/([a-z0-9]+))?$/.exec(rest) ?? [];
  if (series === undefined) throw unknownSelector(text, 'needs a series such as image:debian:6.12 or …/arm64');
  return { kind: 'stock', series, architecture };
}

function parseSource(text: string, base: string): SourceSelector {
  if (base === 'with' || base === 'without') return { kind: 'default' };
  const colon = base.indexOf(':');
  const kind = colon < 0 ? base : base.slice(0, colon);
  const rest = colon < 0 ? '' : base.slice(colon + 1);
  if (!['debian', 'kernel.org', 'tree', 'tar', 'git', 'image'].includes(kind))
    throw unknownSelector(text, 'is not known');
  if (rest === '') throw unknownSelector(text, `says nothing behind "${kind}:"`);
  switch (kind) {
    case 'debian':
      if (!/^\d+\.\d+$/.test(rest)) throw unknownSelector(text, 'needs a version such as debian:6.1');
      return { kind: 'debian', version: rest };
    case 'kernel.org':
      if (!/^\d+\.\d+(\.\d+)?$/.test(rest)) throw unknownSelector(text, 'needs a release such as kernel.org:6.12.5');
      return { kind: 'release', version: rest };
    case 'tree':
      return { kind: 'tree', directory: rest };
    case 'tar':
      return { kind: 'tar', file: rest };
    case 'image':
      if (rest.startsWith('debian:')) return parseStock(text, rest.slice('debian:'.length));
      return { kind: 'image', file: rest };
    default: {
      const at = rest.lastIndexOf('@');
      if (at < 1 || at === rest.length - 1) throw unknownSelector(text, 'needs the form git:DIR@REF');
      return { kind: 'git', directory: rest.slice(0, at), ref: rest.slice(at + 1) };
    }
  }
}

/** Most that a label made of a selector has: it names a folder, and heads a column of the report. */
const LABEL_LENGTH = 48;

/** Of a long path the end tells most. */
const labelOf = (selector: string): string =>
  selector
    .replace(/[^\w.-]+/g, '-')
    .slice(-LABEL_LENGTH)
    .replace(/^[-.]+|-+$/g, '') || 'kernel';

/** @throws Failure `unknown-selector`, `refused-label`, `patch-on-image` */
export function parseKernelRequest(text: string): KernelRequest {
  const [, named, behind] = /^([A-Za-z0-9][\w.-]*)=(.*)$/s.exec(text) ?? [];
  const refused = named === undefined ? /^([^=:]*)=/.exec(text)?.[1] : undefined;
  if (refused !== undefined) {
    throw requestFailure(
      'refused-label',
      `"${refused}" cannot be the label of a kernel`,
      'It is made of letters, digits, ".", "_" and "-", and begins with a letter or a digit',
    );
  }
  const selector = behind ?? text;
  const { base, added } = splitAdded(selector);
  const source = parseSource(selector, base);
  if ((source.kind === 'image' || source.kind === 'stock') && added.length > 0) {
    throw requestFailure(
      'patch-on-image',
      `"${selector}" changes a kernel that is already built`,
      `Name its source instead, e.g. tree:DIR+${added[0]}`,
    );
  }
  const patches = added.filter((one) => !isConfig(one));
  return {
    label: named ?? labelOf(selector),
    selector,
    source,
    patches: base === 'without' ? ['without', ...patches] : patches,
    configs: added.filter(isConfig),
  };
}

/**
 * The request with fragments added, under its own label: `kasan`, or a file ending in `.config`.
 * @throws as `parseKernelRequest`
 */
export function withConfigs(request: KernelRequest, configs: readonly string[]): KernelRequest {
  const names = configs.map((name) => (isConfig(name) ? name : `${name}.config`));
  return parseKernelRequest([`${request.label}=${request.selector}`, ...names].join('+'));
}
