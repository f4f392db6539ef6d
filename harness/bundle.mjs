// SPDX-License-Identifier: MIT
// Bundles the harness into dist/: Node 20 does not read TypeScript, and --help must be quick.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
// Made beside it and renamed: another trapline may be starting from dist/ now.
const fresh = path.join(root, `dist.${process.pid}.tmp`);
const old = path.join(root, `dist-old.${process.pid}.tmp`);

// What a bundling that was killed left behind; one that is at work has a process.
for (const name of readdirSync(root)) {
  const [, pid] = /^dist(?:-old)?\.(\d+)\.tmp$/.exec(name) ?? [];
  if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(path.join(root, name), { recursive: true, force: true });
}

const common = {
  outdir: fresh,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Packages that are CommonJS ask for Node's own modules by require().
  banner: {
    js: "import { createRequire as trapline_createRequire } from 'node:module'; const require = trapline_createRequire(import.meta.url);",
  },
  logLevel: 'error',
};
await Promise.all([
  build({
    ...common,
    entryPoints: [path.join(root, 'harness/cli.ts')],
    splitting: true,
    // What is small is bundled: reading it package by package takes longer than all of --help may.
    external: ['vitest', 'vitest/*', 'vite', 'esbuild', 'dockerode', 'ssh2', '@parcel/watcher'],
    sourcemap: true,
  }),
  // Goes to other machines, so that all it needs is in it.
  // Native addons of its packages stay behind: they are asked for in vain, and not needed.
  build({ ...common, entryPoints: [path.join(root, 'harness/worker.ts')], external: ['*.node'] }),
]);
mkdirSync(fresh, { recursive: true });
try {
  renameSync(dist, old);
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
try {
  renameSync(fresh, dist);
} catch {
  // Another one was quicker: its bundle is as good.
  rmSync(fresh, { recursive: true, force: true });
}
rmSync(old, { recursive: true, force: true });
