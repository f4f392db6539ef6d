// SPDX-License-Identifier: MIT
// A source tree that somebody works in, as it was read last: read again where something is told to have changed, and
// whole when nobody waits, since not every change is told (a file written by another name of it, or mapped, or by
// another machine; what git's index and rules say belongs to the tree).
import { type TreeSource, treeSource } from '../kernel/index.ts';
import { TreeWatch } from './tree-watch.ts';

/** Seconds between two looks at a tree of which nothing is told. */
const LOOK = 60;

export class FollowedTree {
  private known: TreeSource | undefined;

  private constructor(
    private readonly directory: string,
    private readonly watch: TreeWatch,
    private readonly lookSeconds: number,
  ) {}

  /** @param directory absolute, and no symbolic link @throws Failure `tree-not-watched` */
  static async begin(directory: string, lookSeconds = LOOK): Promise<FollowedTree> {
    return new FollowedTree(directory, await TreeWatch.begin(directory), lookSeconds);
  }

  /** What is there now. @throws as `treeSource` */
  async read(signal: AbortSignal): Promise<TreeSource> {
    const touched = this.watch.news();
    // `other` has read it already.
    if (this.known && touched.size === 0) return this.known;
    const since = this.known && { inventory: this.known.inventory, touched };
    this.known = undefined;
    this.known = await treeSource(this.directory, signal, since);
    return this.known;
  }

  /** The next reading is of the whole tree. */
  forget(): void {
    this.known = undefined;
  }

  /** Reads the whole tree, unless a change is told meanwhile, which comes first. */
  private async look(signal: AbortSignal): Promise<void> {
    const disturbed = new AbortController();
    this.watch.onChange = () => disturbed.abort();
    try {
      this.known = await treeSource(this.directory, AbortSignal.any([signal, disturbed.signal]));
    } catch (error) {
      if (!disturbed.signal.aborted) throw error;
    } finally {
      this.watch.onChange = undefined;
    }
  }

  /**
   * Waits until the tree is another than this one, or cannot be read, which the next `read` tells; or until the signal
   * is aborted. Without a source, until something is told.
   * @param idle nothing else is at work: the whole tree is looked at, at once and now and then
   * @throws Failure `tree-not-watched`
   */
  async other(source: TreeSource | undefined, signal: AbortSignal, idle: boolean): Promise<void> {
    let whole = idle && source !== undefined;
    while (!signal.aborted) {
      if (!whole && !(await this.watch.changed(signal, idle ? this.lookSeconds : undefined))) {
        whole = idle && source !== undefined;
        continue;
      }
      if (source === undefined) return;
      try {
        await (whole ? this.look(signal) : this.read(signal));
      } catch {
        this.known = undefined;
        return;
      }
      if (this.known?.identity !== source.identity) return;
      whole = false;
    }
  }

  async end(): Promise<void> {
    await this.watch.end();
  }
}
