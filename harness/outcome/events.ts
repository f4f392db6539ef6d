// SPDX-License-Identifier: MIT
// The only way in which a stage speaks while it works. Renderers decide what a person sees.

/** `subject` is what the step is about: `x86_64/with`, `debian:6.1`, `initramfs x86_64`. */
export type TraplineEvent =
  | { type: 'step-started'; subject: string; step: string }
  | { type: 'step-progress'; subject: string; step: string; detail: string }
  | { type: 'step-finished'; subject: string; step: string; seconds: number; detail?: string }
  /** It ended by an error, which somebody else tells. */
  | { type: 'step-failed'; subject: string; step: string; seconds: number }
  | { type: 'notice'; level: 'info' | 'warning'; message: string };

export type EventSink = (event: TraplineEvent) => void;

export const silent: EventSink = () => {};

/** Runs one step with its start, its end and its duration (seconds) told to the sink. */
export async function step<T>(
  sink: EventSink,
  subject: string,
  name: string,
  work: (detail: (text: string) => void) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  sink({ type: 'step-started', subject, step: name });
  let last: string | undefined;
  const seconds = (): number => (performance.now() - started) / 1000;
  let result: T;
  try {
    result = await work((detail) => {
      last = detail;
      sink({ type: 'step-progress', subject, step: name, detail });
    });
  } catch (error) {
    sink({ type: 'step-failed', subject, step: name, seconds: seconds() });
    throw error;
  }
  const detail = last === undefined ? {} : { detail: last };
  sink({ type: 'step-finished', subject, step: name, seconds: seconds(), ...detail });
  return result;
}
