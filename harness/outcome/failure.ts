// SPDX-License-Identifier: MIT
// Failures that are expected to happen in the field. A bug is thrown as a plain Error instead.

/** Exit codes of the command line; `./trapline --help` lists them. */
export const EXIT = {
  expected: 0,
  notAsExpected: 1,
  request: 2,
  infrastructure: 3,
  interrupted: 130,
} as const;

export type FailureKind = 'request' | 'infrastructure' | 'interrupted';

/**
 * A failure with a name, for one line on stderr: what went wrong, where, how to mend it.
 * `name` is stable (kebab-case, e.g. `patch-does-not-apply`); tests and users may rely on it.
 */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    override readonly name: string,
    readonly what: string,
    /** How to mend it: the next command, or what to change. */
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${what}. ${remedy}`, options);
  }

  get exitCode(): number {
    return EXIT[this.kind];
  }
}

export function requestFailure(name: string, what: string, remedy: string): Failure {
  return new Failure('request', name, what, remedy);
}

export function infrastructureFailure(name: string, what: string, remedy: string, cause?: unknown): Failure {
  return new Failure('infrastructure', name, what, remedy, { cause });
}
