// SPDX-License-Identifier: MIT
// A request that means the same from wherever it is read again: what it names by a path from the current folder is
// named by the whole path.
import path from 'node:path';
import { fragmentName } from './fragments.ts';
import { type KernelRequest, parseKernelRequest, splitAdded } from './request.ts';

function absoluteBase({ source, selector }: KernelRequest): string {
  switch (source.kind) {
    case 'tree':
      return `tree:${path.resolve(source.directory)}`;
    case 'git':
      return `git:${path.resolve(source.directory)}@${source.ref}`;
    case 'tar':
    case 'image':
      return `${source.kind}:${path.resolve(source.file)}`;
    default:
      return splitAdded(selector).base;
  }
}

function absoluteAdded(name: string): string {
  if (name.endsWith('.patch')) return path.resolve(name);
  return name.endsWith('.config') ? fragmentName(name) : name;
}

/** @throws Failure `unknown-config` */
export function absoluteRequest(request: KernelRequest): KernelRequest {
  const added = splitAdded(request.selector).added.map(absoluteAdded);
  return parseKernelRequest([`${request.label}=${absoluteBase(request)}`, ...added].join('+'));
}
