// SPDX-License-Identifier: MIT
// As much of QMP (QEMU's docs/interop/qmp-spec.rst) as the monitor needs: what does a guest that says nothing do?
import type { Duplex } from 'node:stream';

/** Arguments that put QMP on a descriptor of QEMU; left out of `qemu.argv`, since the guest is the same without it. */
export function qmpArguments(descriptor: number): string[] {
  return ['-chardev', `socket,id=qmp,fd=${descriptor}`, '-mon', 'chardev=qmp,mode=control'];
}

const ANSWER_SECONDS = 2;

export class Qmp {
  private buffer = '';
  private readonly waiting: ((answer: unknown) => void)[] = [];

  constructor(private readonly stream: Duplex) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => this.take(chunk));
    // A QEMU that has gone answers nothing: execute() times out.
    stream.on('error', () => {});
  }

  private take(chunk: string): void {
    const lines = (this.buffer + chunk).split('\n');
    this.buffer = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.includes('"return"') && !line.includes('"error"')) continue;
      this.waiting.shift()?.(JSON.parse(line));
    }
  }

  private send(command: string, argumentsOfIt?: object): Promise<unknown> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), ANSWER_SECONDS * 1000);
      this.waiting.push((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.stream.write(`${JSON.stringify({ execute: command, arguments: argumentsOfIt ?? {} })}\n`);
    });
  }

  /** `info registers` of every CPU as text, or undefined when QEMU does not answer. */
  async registers(): Promise<string | undefined> {
    await this.send('qmp_capabilities');
    const answer = (await this.send('human-monitor-command', { 'command-line': 'info registers -a' })) as
      | { return?: string }
      | undefined;
    return answer?.return;
  }
}
