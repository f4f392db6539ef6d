// SPDX-License-Identifier: MIT
// The kernel stage: request → plan → artifact.
export { absoluteRequest } from './absolute.ts';
export { debianMirrors } from './apt-state.ts';
export { buildKernel, type KernelArtifact, sourceTree, storedKernel } from './build.ts';
export type { Builder } from './builder.ts';
export { type BuilderChoice, chooseBuilder } from './choose-builder.ts';
export { listMutants, type Mutant } from './mutants.ts';
export { loadPatches } from './patches.ts';
export { type KernelPlan, patchesOf, resolveKernel } from './plan.ts';
export { chooseKernels, listKernels, type PruneLimits, pruneKernels, type StoredKernel } from './prune.ts';
export {
  demandFingerprint,
  notInRepository,
  pullKernel,
  pushKernels,
} from './registry.ts';
export { DEFAULT_TREE, type KernelRequest, parseKernelRequest, type SourceSelector, withConfigs } from './request.ts';
export { demandGit, GIT_ARGS, gitEnvironment } from './source-git.ts';
export { demandTree, type TreeSource, treeSource } from './source-tree.ts';
export { binaryTool, crossPrefix, kernelBuildRequirements, kernelTools, symbolTools } from './toolchain.ts';
export { chooseStored, exportKernels, importKernels } from './transfer.ts';
export { isUnpacked, knownPackages, type PackageSet, unpackedPackages } from './unpacked.ts';
export { unpackedCompiler } from './unpacked-compiler.ts';
