// SPDX-License-Identifier: MIT
// A terminal for tests: util-linux's script gives a program one, and its size is changed as a window's is.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { shellWord } from '../../process/shell-word.ts';

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export class TestTerminal {
  /** All that was shown so far. */
  shown = '';
  private from = 0;
  private readonly child: ChildProcess;
  readonly closed: Promise<number | null>;

  constructor(command: readonly string[], size: Size, environment: NodeJS.ProcessEnv = process.env) {
    const stty = `stty rows ${size.rows} cols ${size.columns}`;
    const line = `tty; ${stty}; exec ${command.map(shellWord).join(' ')}`;
    this.child = spawn('script', ['-qfec', line, '/dev/null'], { env: { ...environment, TERM: 'vt102' } });
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.shown += bytes.toString('latin1');
    });
    this.closed = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** The program that `script` started, which is trapline itself. */
  get pid(): number {
    return Number(execFileSync('pgrep', ['-P', String(this.child.pid)], { encoding: 'utf8' }).trim());
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  resize({ rows, columns }: Size): void {
    const device = /\/dev\/pts\/\d+/.exec(this.shown)?.[0] ?? '';
    execFileSync('stty', ['-F', device, 'rows', String(rows), 'cols', String(columns)]);
  }

  /** As when a window is closed: whoever runs in it is told by SIGHUP. */
  close(): void {
    this.child.kill('SIGKILL');
  }

  /** Waits for text behind what was waited for before. @returns what was shown up to it, itself included */
  async see(text: string | RegExp, seconds = 120): Promise<string> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const fresh = this.shown.slice(this.from);
      const at = typeof text === 'string' ? fresh.indexOf(text) : fresh.search(text);
      if (at >= 0) {
        const found = typeof text === 'string' ? text : (text.exec(fresh)?.[0] ?? '');
        this.from += at + found.length;
        return fresh.slice(0, at + found.length);
      }
      if (Date.now() > deadline)
        throw new Error(`"${text}" was not shown; what was: ${JSON.stringify(fresh.slice(-2000))}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
