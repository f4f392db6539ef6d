// SPDX-License-Identifier: MIT
// The kernel stage: request → plan → artifact.
export { debianMirrors } from './apt.ts';
export { buildKernel, type KernelArtifact, sourceTree, storedKernel } from './build.ts';
export type { Builder } from './builder.ts';
export { type BuilderChoice, chooseBuilder } from './choose-builder.ts';
export { listMutants, type Mutant } from './mutants.ts';
export { loadPatches } from './patches.ts';
export { type KernelPlan, resolveKernel } from './plan.ts';
export { chooseKernels, listKernels, type PruneLimits, pruneKernels, type StoredKernel } from './prune.ts';
export {
  demandFingerprint,
  notInRepository,
  pullKernel,
  pushKernels,
} from './registry.ts';
export { DEFAULT_TREE, type KernelRequest, parseKernelRequest, type SourceSelector, withConfigs } from './request.ts';
export { crossPrefix, kernelBuildRequirements } from './toolchain.ts';
export { chooseStored, exportKernels, importKernels } from './transfer.ts';
