// SPDX-License-Identifier: MIT
// A container in which code that nobody trusts is run (sandbox-container.ts): programs and files in and out. It is
// removed at the end, however that comes.
import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import type Docker from 'dockerode';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import { type CommandResult, interrupted } from '../process/command.ts';
import { Output, type OutputOptions } from '../process/output.ts';
import { type ArchiveFile, archiveOf, fileFromArchive, refusedEntry, textFromArchive } from './archive.ts';
import { calling, type Engine, engineLost, engineRefused } from './engine.ts';
import { createContainer, folderOf, missing, type SandboxOptions } from './sandbox-container.ts';

/** A program that runs in a container. */
export interface Running {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit status; to be asked when both streams have ended. */
  status(): Promise<number | undefined>;
}

export interface SandboxCommand extends OutputOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Ends it with a Failure `timed-out`. */
  readonly timeoutSeconds?: number;
}

/** Of a vmlinux with debugging information there are no larger ones. */
const LARGEST_ARTIFACT = 4 * 2 ** 30;
const LARGEST_TEXT = 16 * 2 ** 20;

/** A container that idles, in which commands are run; PID 1 reaps what they leave. */
export class Sandbox {
  private closing: Promise<void> | undefined;
  private constructor(
    private readonly container: Docker.Container,
    /** Where commands run. */
    readonly folder: string,
  ) {}

  /** @throws Failure `docker-image-missing`, `docker-engine-lost`, `docker-engine-refused` */
  static async open(engine: Engine, options: SandboxOptions): Promise<Sandbox> {
    const container = await createContainer(engine, options);
    const sandbox = new Sandbox(container, folderOf(options));
    try {
      await calling('the container was started', () => container.start());
    } catch (error) {
      await sandbox.close();
      throw error;
    }
    return sandbox;
  }

  /** Runs a program to its end. Its status is a result, not an error. */
  async run(argv: readonly string[], options: SandboxCommand = {}): Promise<CommandResult> {
    const { signal } = options;
    const what = `${argv[0]} ran in a container`;
    if (signal?.aborted) throw interrupted(argv[0] ?? 'a command');
    const execution = await calling(what, () =>
      this.container.exec({
        Cmd: [...argv],
        AttachStdout: true,
        AttachStderr: true,
        WorkingDir: options.folder ?? this.folder,
        Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
      }),
    );
    const stream = await calling(what, () => execution.start({ hijack: true, stdin: false }));
    const output = new Output(options);
    let ended: Failure | undefined;
    // The engine cannot end an execution alone: the whole container goes.
    const end = (why: Failure): void => {
      ended ??= why;
      void this.close().finally(() => stream.destroy());
    };
    const onAbort = (): void => end(interrupted(argv[0] ?? 'a command'));
    signal?.addEventListener('abort', onAbort, { once: true });
    const limit = options.timeoutSeconds;
    const timer = limit === undefined ? undefined : setTimeout(() => end(neverEnds(argv, limit)), limit * 1000);
    try {
      await this.follow(stream, output, end);
      if (ended) throw ended;
      const { ExitCode, Running } = await calling(what, () => execution.inspect());
      if (Running || ExitCode === null) throw engineLost(what, new Error('its stream ended before the program'));
      return { exitCode: ExitCode, stdout: output.stdout, tail: output.tail };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      output.close();
    }
  }

  /** Starts a program whose output is not text, or is not to be kept. A reader that is slow holds it back. */
  async start(argv: readonly string[]): Promise<Running> {
    const what = `${argv[0]} ran in a container`;
    const execution = await calling(what, () =>
      this.container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true, WorkingDir: this.folder }),
    );
    const stream = await calling(what, () => execution.start({ hijack: true, stdin: false }));
    const halves = [new PassThrough(), new PassThrough()] as const;
    const held = (half: PassThrough) => ({
      write: (chunk: Buffer): boolean => {
        if (half.destroyed || half.write(chunk)) return true;
        stream.pause();
        half.once('drain', () => stream.resume());
        half.once('close', () => stream.resume());
        return false;
      },
    });
    const end = (): void => {
      for (const half of halves) half.end();
    };
    stream.once('end', end);
    stream.once('close', end);
    stream.once('error', end);
    const [stdout, stderr] = halves;
    this.container.modem.demuxStream(
      stream,
      held(stdout) as unknown as NodeJS.WritableStream,
      held(stderr) as unknown as NodeJS.WritableStream,
    );
    return {
      stdout,
      stderr,
      status: () => calling(what, async () => (await execution.inspect()).ExitCode ?? undefined),
    };
  }

  /** CPU seconds that all of the container has used. */
  async cpuSeconds(): Promise<number> {
    const said = await calling('a container was measured', () =>
      this.container.stats({ stream: false, 'one-shot': true } as { stream: false }),
    );
    return (said.cpu_stats?.cpu_usage?.total_usage ?? 0) / 1e9;
  }

  /** Passes the stream's two halves on until it ends or breaks. */
  private follow(stream: NodeJS.ReadableStream, output: Output, end: (why: Failure) => void): Promise<void> {
    let broken: unknown;
    const sink = (name: 'stdout' | 'stderr') => ({
      write: (chunk: Buffer): boolean => {
        try {
          if (broken === undefined) output.add(name, chunk);
        } catch (error) {
          broken = error;
          end(error as Failure);
        }
        return true;
      },
    });
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        output.end();
        if (broken === undefined) resolve();
        else reject(broken);
      };
      stream.once('end', settle);
      stream.once('close', settle);
      stream.once('error', (error) => {
        end(engineLost('a program ran in a container', error));
        settle();
      });
      this.container.modem.demuxStream(
        stream,
        sink('stdout') as unknown as NodeJS.WritableStream,
        sink('stderr') as unknown as NodeJS.WritableStream,
      );
    });
  }

  /** Puts files below /work (or `folder`). */
  async put(files: Iterable<ArchiveFile>, folder: string = this.folder): Promise<void> {
    await calling('files went into a container', () => this.container.putArchive(archiveOf(files), { path: folder }));
  }

  /** Copies a file of this machine into the folder in memory, into which the engine unpacks no archives. */
  async copyIn(file: string): Promise<void> {
    const name = path.basename(file);
    const what = `${name} went into a container`;
    const { size } = statSync(file);
    const execution = await calling(what, () =>
      this.container.exec({
        // The size, not the stream's end: not every connection to an engine can be closed by halves.
        Cmd: ['/bin/sh', '-c', 'head -c "$1" >"$2"', 'copy', String(size), name],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        WorkingDir: this.folder,
      }),
    );
    const stream = await calling(what, () => execution.start({ hijack: true, stdin: true }));
    const ended = new Promise((resolve) => stream.once('close', resolve).once('end', resolve).once('error', resolve));
    stream.resume();
    createReadStream(file)
      .on('error', (error) => stream.destroy(error))
      .pipe(stream, { end: false });
    await ended;
    const { ExitCode } = await calling(what, () => execution.inspect());
    if (ExitCode !== 0) throw engineRefused(what, new Error(`its folder in memory could not take ${size} bytes`));
  }

  /** Text of a plain file, or undefined when there is none of that name. */
  async read(name: string): Promise<{ text: string; time: Date } | undefined> {
    const archive = await this.archive(name);
    return archive && textFromArchive(archive, path.posix.basename(name), LARGEST_TEXT);
  }

  /** Copies a plain file out. @throws Failure `artifact-refused` */
  async take(name: string, to: string): Promise<void> {
    // Docker gives out a link as what it is; Podman what it leads to, in the container.
    if ((await this.run(['test', '-L', name])).exitCode === 0) throw refusedEntry(name, 'a link');
    const archive = await this.archive(name);
    if (!archive) {
      throw infrastructureFailure('artifact-refused', `the build left nothing where ${name} should be`, 'See its log');
    }
    await fileFromArchive(archive, path.posix.basename(name), to, LARGEST_ARTIFACT);
  }

  private async archive(name: string): Promise<NodeJS.ReadableStream | undefined> {
    return calling(`${name} came out of a container`, async () => {
      try {
        return await this.container.getArchive({ path: path.posix.join(this.folder, name) });
      } catch (error) {
        if (missing(error)) return undefined;
        throw error;
      }
    });
  }

  /** Removes the container with all that runs in it. An engine that is gone is no error here: `clean` finds it later. */
  close(): Promise<void> {
    // Once: the engine answers a second time before the first removal is done.
    this.closing ??= this.container.remove({ force: true, v: true }).catch(() => {});
    return this.closing;
  }
}

function neverEnds(argv: readonly string[], seconds: number): Failure {
  return infrastructureFailure(
    'timed-out',
    `${argv[0]} did not end within ${seconds} s in its container, which was removed`,
    'See its log; TRAPLINE_BUILD_SECONDS allows more',
  );
}
