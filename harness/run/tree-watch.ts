// SPDX-License-Identifier: MIT
// A source tree that somebody works in: when something in it has changed, and it is quiet again.
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from '@parcel/watcher';
import { infrastructureFailure } from '../outcome/failure.ts';

/** Seconds without another change: an editor writes a file in several steps, git many of them. */
const QUIET = 0.1;

export class TreeWatch {
  private touched = new Set<string>();
  private last = 0;
  private failed: Error | undefined;
  private close: (() => Promise<void>) | undefined;
  private wake: (() => void) | undefined;
  /** Told of every change at once. */
  onChange: (() => void) | undefined;

  private constructor(private readonly directory: string) {}

  /** @param directory absolute @throws Failure `tree-not-watched` */
  static async begin(directory: string): Promise<TreeWatch> {
    const watch = new TreeWatch(directory);
    await watch.subscribe();
    return watch;
  }

  private async subscribe(): Promise<void> {
    try {
      // git's own files change when somebody only looks at the tree.
      const subscription = await subscribe(
        this.directory,
        (error, events) =>
          this.tell(error, error ? [] : events.map((event) => path.relative(this.directory, event.path))),
        { ignore: ['.git'] },
      );
      this.close = () => subscription.unsubscribe();
    } catch (error) {
      throw infrastructureFailure(
        'tree-not-watched',
        `${this.directory} cannot be watched: ${(error as Error).message}`,
        'Does fs.inotify.max_user_watches allow as many folders as the tree has?',
        error,
      );
    }
  }

  private tell(error: Error | null, names: readonly string[]): void {
    if (error) this.failed ??= error;
    for (const name of names) this.touched.add(name);
    this.last = performance.now();
    this.onChange?.();
    this.wake?.();
  }

  /** What was touched since the last call, relative to the tree: from here on a change is news. */
  news(): ReadonlySet<string> {
    const touched = this.touched;
    this.touched = new Set();
    return touched;
  }

  /** In a folder that is new the watcher sees files, but not what lies in its folders. */
  private async followFolders(): Promise<void> {
    const isFolder = (name: string): boolean =>
      lstatSync(path.join(this.directory, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (![...this.touched].some(isFolder)) return;
    await this.end();
    await this.subscribe();
  }

  /**
   * Waits until something has changed since `news`, and nothing for a moment; also when the signal is aborted.
   * @throws Failure `tree-not-watched`
   */
  async changed(signal: AbortSignal): Promise<void> {
    const aborted = () => this.wake?.();
    signal.addEventListener('abort', aborted, { once: true });
    try {
      while (!signal.aborted && this.touched.size === 0 && !this.failed) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
      if (this.failed) {
        throw infrastructureFailure(
          'tree-not-watched',
          `the tree is no longer watched: ${this.failed.message}`,
          'Begin again',
        );
      }
      for (;;) {
        const left = this.last + QUIET * 1000 - performance.now();
        if (left <= 0 || signal.aborted) break;
        await sleep(left);
      }
      if (!signal.aborted) await this.followFolders();
    } finally {
      signal.removeEventListener('abort', aborted);
      this.wake = undefined;
    }
  }

  async end(): Promise<void> {
    await this.close?.();
    this.close = undefined;
  }
}
