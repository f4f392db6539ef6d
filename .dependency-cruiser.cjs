// SPDX-License-Identifier: MIT
// "Imports point downward only": the folders of harness/ from the bottom up, and what each may not reach.

/** Folders of one layer may import each other (without cycles, see below) and every layer before theirs. */
const LAYERS = [
  ['outcome', 'config', 'process'],
  ['arch', 'store', 'crash'],
  ['docker', 'kernel', 'initramfs', 'guest', 'machine', 'tools'],
  ['judge', 'doctor'],
  ['run'],
  ['swarm', 'shell', 'reproduce'],
  ['bench', 'bisect'],
  ['report'],
  ['commands'],
  ['cli'],
];

/** The specs stand between judging and running: what runs reads clauses and expectations. */
const READS_CLAUSES = new Set(['run', 'reproduce', 'commands']);

const inFolders = (folders) => `^harness/(${folders.join('|')})/`;

const upward = LAYERS.slice(0, -1).map((folders, index) => ({
  name: `${folders[0]}-imports-upward`,
  comment: `harness/{${folders.join(',')}} may import only its own layer and those below it`,
  severity: 'error',
  from: { path: inFolders(folders) },
  to: {
    path: [
      inFolders(LAYERS.slice(index + 1).flat()),
      '^harness/cli\\.ts$',
      ...(folders.some((folder) => READS_CLAUSES.has(folder)) ? [] : ['^specs/']),
    ],
  },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'report-knows-outcomes-only',
      comment:
        'a rendering is a pure function of a RunReport: harness/report may import harness/outcome and harness/arch',
      severity: 'error',
      from: { path: inFolders(['report']) },
      to: { path: '^(harness|specs)/', pathNot: inFolders(['report', 'outcome', 'arch']) },
    },
    {
      name: 'report-is-for-commands',
      comment: 'harness/commands is the only importer of harness/report',
      severity: 'error',
      from: { path: '^(harness|specs)/', pathNot: inFolders(['report', 'commands']) },
      to: { path: inFolders(['report']) },
    },
    {
      name: 'commands-are-for-cli',
      comment: 'nothing but the command line imports harness/commands',
      severity: 'error',
      from: { path: '^(harness|specs)/', pathNot: ['^harness/(commands|cli)/', '^harness/cli(\\.test)?\\.ts$'] },
      to: { path: inFolders(['commands']) },
    },
    {
      name: 'specs-judge-only',
      comment: 'specs import harness/outcome, harness/arch and harness/judge',
      severity: 'error',
      from: { path: '^specs/' },
      to: { path: '^harness/', pathNot: inFolders(['outcome', 'arch', 'judge']) },
    },
    {
      name: 'folder-without-a-layer',
      comment: 'a new folder of harness/ is given its place in LAYERS first',
      severity: 'error',
      from: {},
      to: { path: '^harness/[^/]+/', pathNot: inFolders(LAYERS.flat()) },
    },
    {
      name: 'no-cycle',
      comment: 'no file imports itself by way of others',
      severity: 'error',
      from: { path: '^(harness|specs)/' },
      to: { circular: true },
    },
    {
      name: 'no-cycle-of-folders',
      comment: 'nor does a folder',
      severity: 'error',
      scope: 'folder',
      from: { path: '^(harness|specs)/.' },
      to: { circular: true },
    },
    {
      name: 'unresolved',
      comment: 'an import that was not found was not checked either',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^node_modules/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types alone bind as much as values do.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
