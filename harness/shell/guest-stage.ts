// SPDX-License-Identifier: MIT
// One thing that is done in a guest by ssh, to its end or until it is to stop: then what runs there is asked to end, is
// made to, and at last loses its connection.
import type { Client, ClientChannel } from 'ssh2';

export interface Limits {
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly timeoutSeconds?: number | undefined;
}

export type Stopped = { readonly kind: 'timed-out' } | { readonly kind: 'interrupted' };

/** What the program of a channel is sent, and first of all. */
const SIGNALS = { 'timed-out': 'TERM', interrupted: 'INT' } as const;

/**
 * @param graceSeconds that what runs in the guest has to end after it was asked to, and again after it was made to
 * @param work is given what it calls with its channel as soon as there is one, for the program behind it to be stopped;
 *   the channel's input has not been ended by then, since ssh2 sends no signal on one whose input has
 * @returns what the work does, or why it was stopped; whatever the work throws because of that is dropped
 */
export async function untilStopped<T>(
  client: Client,
  { signal, timeoutSeconds }: Limits,
  graceSeconds: number,
  work: (opened: (channel: ClientChannel) => void) => Promise<T>,
): Promise<T | Stopped> {
  if (signal.aborted) return { kind: 'interrupted' };
  let stopped: Stopped | undefined;
  let channel: ClientChannel | undefined;
  const timers: NodeJS.Timeout[] = [];
  const later = (seconds: number, action: () => void): void => void timers.push(setTimeout(action, seconds * 1000));
  const ask = (why: Stopped): void => {
    if (channel?.writable) channel.signal(SIGNALS[why.kind]);
    else channel?.close();
  };
  const stop = (why: Stopped): void => {
    if (stopped) return;
    stopped = why;
    ask(why);
    later(graceSeconds, () => channel?.signal('KILL'));
    // Whatever holds it: the channel ends with its connection.
    later(2 * graceSeconds, () => void client.destroy());
  };
  const interrupt = (): void => stop({ kind: 'interrupted' });
  signal.addEventListener('abort', interrupt, { once: true });
  if (timeoutSeconds !== undefined) later(timeoutSeconds, () => stop({ kind: 'timed-out' }));
  try {
    const result = await work((opened) => {
      channel = opened;
      // What was on its way when it was to stop.
      if (stopped) ask(stopped);
    });
    return stopped ?? result;
  } catch (error) {
    if (stopped) return stopped;
    throw error;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  }
}
