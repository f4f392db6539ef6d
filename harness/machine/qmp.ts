// SPDX-License-Identifier: MIT
// As much of QMP (QEMU's docs/interop/qmp-spec.rst) as the monitor needs: what does a guest that says nothing do?
import type { Duplex } from 'node:stream';

/** Arguments that put QMP on a descriptor of QEMU; left out of `qemu.argv`, since the guest is the same without it. */
export function qmpArguments(descriptor: number): string[] {
  return ['-chardev', `socket,id=qmp,fd=${descriptor}`, '-mon', 'chardev=qmp,mode=control'];
}

/** Registers of all CPUs take some ten KiB. */
const LONGEST_LINE = 1024 * 1024;

interface Answer {
  readonly return?: unknown;
  readonly error?: unknown;
}

function parseAnswer(line: string): Answer | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return parsed !== null && typeof parsed === 'object' && ('return' in parsed || 'error' in parsed)
      ? parsed
      : undefined;
  } catch {
    return undefined;
  }
}

export class Qmp {
  private buffer = '';
  private waiting: ((answer: Answer | undefined) => void)[] = [];

  /** `answerSeconds`: how long QEMU has for an answer. */
  constructor(
    private readonly stream: Duplex,
    private readonly answerSeconds: number,
  ) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => this.take(chunk));
    // A QEMU that has gone answers nothing.
    stream.on('error', () => {});
    stream.once('close', () => {
      for (const tell of this.waiting) tell(undefined);
    });
  }

  private take(chunk: string): void {
    const lines = (this.buffer + chunk).split('\n');
    this.buffer = lines.pop() ?? '';
    if (this.buffer.length > LONGEST_LINE) this.buffer = '';
    for (const line of lines) {
      const answer = parseAnswer(line);
      if (answer) this.waiting[0]?.(answer);
    }
  }

  private send(command: string, argumentsOfIt?: object): Promise<Answer | undefined> {
    if (this.stream.destroyed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const tell = (answer: Answer | undefined) => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((one) => one !== tell);
        resolve(answer);
      };
      const timer = setTimeout(() => tell(undefined), this.answerSeconds * 1000);
      this.waiting.push(tell);
      this.stream.write(`${JSON.stringify({ execute: command, arguments: argumentsOfIt ?? {} })}\n`);
    });
  }

  /** What QEMU's monitor answers to a command, or undefined when QEMU does not answer. */
  async monitor(command: string): Promise<string | undefined> {
    if (!(await this.send('qmp_capabilities'))) return undefined;
    const answer = await this.send('human-monitor-command', { 'command-line': command });
    return typeof answer?.return === 'string' ? answer.return : undefined;
  }
}
