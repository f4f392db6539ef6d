// SPDX-License-Identifier: MIT
// Where kernels are built: this machine or a container, behind one interface. Sources, patches and the store are the
// harness's in both; only what runs a branch's code differs.
import type { Architecture } from '../arch/record.ts';
import type { EventSink } from '../outcome/events.ts';
import type { CommandResult } from '../process/command.ts';
import type { OutputOptions } from '../process/output.ts';
import type { Requirement } from '../process/requirements.ts';
import type { Workspace } from './workspace.ts';

export type BuilderName = 'host' | 'docker';

/** A small text file of the tree, with the time that make goes by. */
export interface TreeFile {
  readonly text: string;
  readonly time: Date;
}

/** A tree in which make can be called. Names are relative to the tree. */
export interface BuildPlace {
  /** Folder of the tree, as messages name it. */
  readonly name: string;
  /** Runs make; a status other than 0 is a result. @throws Failure `interrupted`, `timed-out`, `missing-tool` */
  make(targets: readonly string[], options: OutputOptions & { signal: AbortSignal }): Promise<CommandResult>;
  /** The file's text, or undefined when there is none. */
  read(name: string): Promise<TreeFile | undefined>;
  /** Writes it; with `time`, as if it had been written then. */
  write(name: string, text: string, time?: Date): Promise<void>;
  /** Copies a plain file out of the tree to `to`. @throws Failure `artifact-refused` when it is none */
  take(name: string, to: string): Promise<void>;
}

export interface Builder {
  readonly name: BuilderName;
  /** Part of a workspace's name: trees of different builders hold different objects. Empty for the host. */
  readonly workspaceSuffix: string;
  /** `CROSS_COMPILE=` there; empty where the plain gcc is the architecture's own. */
  crossPrefix(architecture: Architecture): string;
  /** What this machine must have for it. */
  requirements(architecture: Architecture): Requirement[];
  /** What compiler and linker say of themselves: part of a kernel's fingerprint. */
  toolchainVersion(architecture: Architecture, sink: EventSink, signal?: AbortSignal): Promise<string>;
  /** Opens the workspace's tree for `work`, and leaves nothing running. The caller holds the build lock. */
  open<T>(
    workspace: Workspace,
    architecture: Architecture,
    subject: string,
    sink: EventSink,
    signal: AbortSignal,
    work: (place: BuildPlace) => Promise<T>,
  ): Promise<T>;
}

/** Longest that one make may take, in seconds: a build that never ends is ended. */
export function buildLimitSeconds(): number {
  const asked = Number(process.env.TRAPLINE_BUILD_SECONDS);
  return Number.isFinite(asked) && asked > 0 ? asked : 3 * 3600;
}
