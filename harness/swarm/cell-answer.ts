// SPDX-License-Identifier: MIT
// What a cell that was run elsewhere comes back as: its folder and its evidence, as lines of text that are taken whole
// or not at all. A guest has had a hand in all of it: only the files that a cell has are taken, and no more of them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { z } from 'zod';
import { evidenceSchema, observationSchema } from '../judge/observation.ts';
import { type Failure, infrastructureFailure } from '../outcome/failure.ts';
import type { CellEvidence } from '../run/cell.ts';
import { parsed } from '../run/replay.ts';
import { sha256 } from '../store/hash.ts';

const ANSWER = 'answer.json';
const FILES = /^(console(-\d+)?\.log|qemu(-\d+)?\.argv|observations\.jsonl)$/;
/** Of the archive before it is compressed. A cell has some MiB; one whose guests are lost again and again has more. */
const LARGEST = 512 * 2 ** 20;
/** Characters of a line: less than the 16 KiB at which engines cut them. */
const LINE = 8000;
const END = 'trapline-answer-end';

const evidence = z.strictObject({
  evidence: z.array(evidenceSchema),
  control: z.array(observationSchema),
  boot: z.strictObject({ outcome: z.string(), seconds: z.number(), detail: z.string() }),
  release: z.string().optional(),
  machines: z.number().int(),
  seconds: z.number(),
});
const answerSchema = z.union([
  z.strictObject({ evidence }),
  /** What kept the cell from being run: an infrastructure failure there. */
  z.strictObject({ failure: z.strictObject({ name: z.string(), what: z.string(), remedy: z.string() }) }),
]);
export type Answer = { readonly evidence: CellEvidence } | { readonly failure: Failure };

interface Member {
  readonly name: string;
  readonly content: Buffer;
}

async function archived(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content } of members) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from(archive)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The lines that say it: the last one has the checksum of all before. `folder` is the cell's. */
export async function answerText(answer: Answer, folder: string): Promise<string> {
  const said =
    'failure' in answer
      ? { failure: { name: answer.failure.name, what: answer.failure.what, remedy: answer.failure.remedy } }
      : answer;
  const files = readdirSync(folder).filter((name) => FILES.test(name));
  const members = [
    { name: ANSWER, content: Buffer.from(JSON.stringify(said)) },
    ...files.map((name) => ({ name, content: readFileSync(path.join(folder, name)) })),
  ];
  const packed = gzipSync(await archived(members));
  const lines = packed.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `${lines.join('\n')}\n${END} ${sha256(packed)}\n`;
}

/** The archive that lines say; undefined when they are not whole. */
export function archiveIn(stdout: Buffer): Buffer | undefined {
  const lines = stdout.toString('latin1').trimEnd().split('\n');
  const [, sum] = /^trapline-answer-end ([0-9a-f]{64})$/.exec(lines.pop() ?? '') ?? [];
  const said = lines.join('');
  const packed = Buffer.from(said, 'base64');
  // Node passes over what is no base64, and over all that follows a padding.
  const strict = packed.toString('base64') === said;
  return strict && sum !== undefined && sha256(packed) === sum ? packed : undefined;
}

function refused(cell: string, why: string): Failure {
  return infrastructureFailure(
    'answer-refused',
    `what came back of ${cell} is not what a cell gives: ${why}`,
    'Run it again; see whether the registry gave another image than ours',
  );
}

async function membersOf(packed: Buffer, cell: string): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>();
  const entries = extract();
  const tar = gunzipSync(packed, { maxOutputLength: LARGEST });
  Readable.from([tar])
    .pipe(entries)
    .on('error', () => {});
  for await (const entry of entries) {
    const { name, type } = entry.header;
    if (type !== 'file') throw refused(cell, `${JSON.stringify(name)} is a ${type}`);
    if ((name !== ANSWER && !FILES.test(name)) || members.has(name)) throw refused(cell, JSON.stringify(name));
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    members.set(name, Buffer.concat(chunks));
  }
  return members;
}

/**
 * Writes a cell's files into its folder. `text` may change what they say, by name.
 * @param cell what messages call it
 * @throws Failure `answer-refused`; the one that kept the cell from being run; what the file system says
 */
export async function takeAnswer(
  packed: Buffer,
  folder: string,
  cell: string,
  text: (name: string, content: string) => string,
): Promise<CellEvidence> {
  let members: Map<string, Buffer>;
  try {
    members = await membersOf(packed, cell);
  } catch (error) {
    throw refused(cell, (error as Error).message);
  }
  const answer = answerSchema.safeParse(parsed(members.get(ANSWER)?.toString('utf8') ?? '')).data;
  if (!answer) throw refused(cell, `it has no ${ANSWER}`);
  members.delete(ANSWER);
  for (const [name, content] of members) {
    const isText = name.endsWith('.argv');
    writeFileSync(path.join(folder, name), isText ? text(name, content.toString('utf8')) : content);
  }
  if ('failure' in answer) {
    const { name, what, remedy } = answer.failure;
    throw infrastructureFailure(name, what, remedy);
  }
  const { release, ...rest } = answer.evidence;
  return { ...rest, ...(release === undefined ? {} : { release }) };
}
