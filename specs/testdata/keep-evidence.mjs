// SPDX-License-Identifier: MIT
// Keeps what a run's cells `with` observed, for harness/judge/evidence.test.ts: to be run again when a probe
// records something else.  node specs/testdata/keep-evidence.mjs RUN-FOLDER…
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

for (const run of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path.join(run, 'report.json'), 'utf8'));
  for (const cell of report.cells) {
    if (cell.kernel.label !== 'with') continue;
    const evidence = cell.clauses.flatMap(({ id, trigger, mechanism, observed: { ended, ...records } }) => {
      if (!ended || mechanism !== 'sigtrap') return [];
      const observations = Object.entries(records).flatMap(([what, seen]) =>
        [seen].flat().map((values) => ({ what, ...values })),
      );
      return [{ clause: id, trigger, mechanism, observations, ending: ended }];
    });
    const text = JSON.stringify({ arch: cell.arch, label: 'with', evidence });
    const file = new URL(`evidence-${cell.arch}.json.gz`, import.meta.url);
    writeFileSync(file, gzipSync(text, { level: 9 }));
    process.stdout.write(`${file.pathname}: ${evidence.length} settings\n`);
  }
}
