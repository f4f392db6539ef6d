// SPDX-License-Identifier: MIT
// The streams in which an engine tells how a build, an import, a push or a pull goes: each event is looked at, since
// an error comes as one of them, after a status of 200.
import type { Readable } from 'node:stream';
import type { Failure } from '../outcome/failure.ts';
import { interrupted } from '../process/command.ts';
import { because, type Engine } from './engine.ts';

interface EngineEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/**
 * Follows a stream of events to its end. An error among them becomes what `failure` makes of its text.
 * @throws that failure; `interrupted`
 */
export async function followEvents(
  engine: Engine,
  what: string,
  stream: NodeJS.ReadableStream,
  detail: (text: string) => void,
  signal: AbortSignal,
  failure: (said: string) => Failure,
): Promise<void> {
  const said: string[] = [];
  let failed: string | undefined;
  const onAbort = (): void => {
    (stream as Readable).destroy(interrupted(what));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      engine.docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        (event: EngineEvent) => {
          failed ??= event.errorDetail?.message ?? event.error;
          const text = (event.stream ?? event.status ?? '').trim();
          if (text === '') return;
          said.push(text);
          if (said.length > 200) said.shift();
          detail((text.split('\n').at(-1) ?? '').slice(0, 100));
        },
      );
    });
  } catch (error) {
    if (signal.aborted) throw interrupted(what);
    failed ??= because(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  if (failed === undefined) return;
  const last = said.filter((line) => /^E: |[Ee]rror/.test(line)).at(-1);
  throw failure(`${failed.trim()}${last && !failed.includes(last) ? ` (${last})` : ''}`);
}
