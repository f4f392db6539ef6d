// SPDX-License-Identifier: MIT
// What is told of changes in a source tree that somebody works in.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AsyncSubscription, subscribe } from '@parcel/watcher';
import { isFolder } from '../config/folders.ts';
import { infrastructureFailure } from '../outcome/failure.ts';

/** Seconds without another change: an editor writes a file in several steps, git many of them. */
const QUIET = 0.1;
/** Seconds after which it is not waited any longer for quiet: somebody's make writes on and on. */
const PATIENCE = 1;
/** More names than this at once, and some may not have been told: the queue of the kernel (inotify) is finite. */
const MANY = 5000;
/** Seconds for which folders may go while the tree is gone through, and between two attempts. */
const UNREST = 60;
const AGAIN = 0.2;

export class TreeWatch {
  private touched = new Set<string>();
  private first = 0;
  private last = 0;
  private failed: Error | undefined;
  private subscription: AsyncSubscription | undefined;
  private wake: (() => void) | undefined;
  /** Told of every change at once. */
  onChange: (() => void) | undefined;

  private constructor(private readonly directory: string) {}

  /** @param directory absolute, and no symbolic link @throws Failure `tree-not-watched` */
  static async begin(directory: string): Promise<TreeWatch> {
    const watch = new TreeWatch(directory);
    await watch.subscribe();
    return watch;
  }

  private async subscribe(): Promise<void> {
    const begun = performance.now();
    for (;;) {
      try {
        this.subscription = await subscribe(
          this.directory,
          (error, events) =>
            this.tell(error, error ? [] : events.map((event) => path.relative(this.directory, event.path))),
          // git's own files change when somebody only looks at the tree.
          { ignore: ['.git'] },
        );
        return;
      } catch (error) {
        const { message } = error as Error;
        const unrest = performance.now() < begun + UNREST * 1000;
        if (/No such file/.test(message) && unrest && existsSync(this.directory)) {
          await sleep(AGAIN * 1000);
          continue;
        }
        throw infrastructureFailure(
          'tree-not-watched',
          `${this.directory} cannot be watched: ${message}`,
          'Does fs.inotify.max_user_watches allow as many folders as the tree has?',
          error,
        );
      }
    }
  }

  private tell(error: Error | null, names: readonly string[]): void {
    if (error) this.failed ??= error;
    if (this.touched.size === 0) this.first = performance.now();
    for (const name of names) this.touched.add(name);
    this.last = performance.now();
    this.onChange?.();
    this.wake?.();
  }

  /** What was touched since the last call, relative to the tree. */
  news(): ReadonlySet<string> {
    const touched = this.touched;
    this.touched = new Set();
    return touched;
  }

  /** Of a folder that came whole the watcher sees the files, but not what lies in its folders. */
  private async followFolders(): Promise<void> {
    const cameWhole = (name: string): boolean => {
      const folder = path.join(this.directory, name);
      try {
        return isFolder(folder) && readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
      } catch {
        // It has gone again.
        return false;
      }
    };
    if (this.touched.size <= MANY && ![...this.touched].some(cameWhole)) return;
    await this.end();
    await this.subscribe();
  }

  /**
   * Waits until something has changed since `news`, and nothing for a moment.
   * @param seconds how long it waits
   * @returns false when nothing has, or the signal is aborted
   * @throws Failure `tree-not-watched`
   */
  async changed(signal: AbortSignal, seconds = Number.POSITIVE_INFINITY): Promise<boolean> {
    const wake = (): void => this.wake?.();
    signal.addEventListener('abort', wake, { once: true });
    let late = false;
    const timer = Number.isFinite(seconds)
      ? setTimeout(() => {
          late = true;
          wake();
        }, seconds * 1000)
      : undefined;
    try {
      while (!signal.aborted && !late && this.touched.size === 0 && !this.failed) {
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
      if (signal.aborted || this.touched.size === 0) return false;
      for (;;) {
        const left = Math.min(this.last + QUIET * 1000, this.first + PATIENCE * 1000) - performance.now();
        if (left <= 0 || signal.aborted) break;
        await sleep(left);
      }
      await this.followFolders();
      return true;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      this.wake = undefined;
    }
  }

  async end(): Promise<void> {
    try {
      await this.subscription?.unsubscribe();
    } catch {
      // Where the kernel's queue was full, the watcher does not know of folders that went, and stumbles over them.
    }
    this.subscription = undefined;
  }
}
