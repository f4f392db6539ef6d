// SPDX-License-Identifier: MIT
// A source tree that somebody works in: when something in it has changed, and it is quiet again.
import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from '@parcel/watcher';
import { infrastructureFailure } from '../outcome/failure.ts';

/** Seconds without another change: an editor writes a file in several steps, git many of them. */
const QUIET = 0.1;

export class TreeWatch {
  private changes = 0;
  private seen = 0;
  private last = 0;
  private failed: Error | undefined;
  private close: (() => Promise<void>) | undefined;
  private wake: (() => void) | undefined;
  /** Told of every change at once. */
  onChange: (() => void) | undefined;

  private constructor() {}

  /** @throws Failure `tree-not-watched` */
  static async begin(directory: string): Promise<TreeWatch> {
    const watch = new TreeWatch();
    try {
      // git's own files change when somebody only looks at the tree.
      const subscription = await subscribe(directory, (error, events) => watch.tell(error, events.length), {
        ignore: ['.git'],
      });
      watch.close = () => subscription.unsubscribe();
    } catch (error) {
      throw infrastructureFailure(
        'tree-not-watched',
        `${directory} cannot be watched: ${(error as Error).message}`,
        'Does fs.inotify.max_user_watches allow as many folders as the tree has?',
        error,
      );
    }
    return watch;
  }

  private tell(error: Error | null, count: number): void {
    if (error) this.failed ??= error;
    this.changes += count;
    this.last = performance.now();
    this.onChange?.();
    this.wake?.();
  }

  /** From here on a change is news. */
  begun(): void {
    this.seen = this.changes;
  }

  /**
   * Waits until something has changed since `begun`, and nothing for a moment; also when the signal is aborted.
   * @throws Failure `tree-not-watched`
   */
  async changed(signal: AbortSignal): Promise<void> {
    const aborted = () => this.wake?.();
    signal.addEventListener('abort', aborted, { once: true });
    try {
      while (!signal.aborted && this.changes === this.seen && !this.failed) {
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
        if (left <= 0 || signal.aborted) return;
        await sleep(left);
      }
    } finally {
      signal.removeEventListener('abort', aborted);
      this.wake = undefined;
    }
  }

  async end(): Promise<void> {
    await this.close?.();
  }
}
