// SPDX-License-Identifier: MIT
// The project's own tests. specs/*.spec.ts are in neither project: the harness runs them over a run's observations.
import { configDefaults, defineConfig } from 'vitest/config';

const BOOT_TESTS = 'harness/**/*.boot.test.ts';
const BROWSER_TESTS = 'harness/**/*.browser.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['harness/**/*.test.ts', 'specs/**/*.test.ts'],
          exclude: [...configDefaults.exclude, BOOT_TESTS, BROWSER_TESTS],
        },
      },
      { test: { name: 'browser', include: [BROWSER_TESTS], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'boot',
          include: [BOOT_TESTS],
          // A cold boot test builds a kernel first.
          testTimeout: 20 * 60_000,
          hookTimeout: 20 * 60_000,
          // Virtual machines and builds would otherwise compete for the same few cores.
          fileParallelism: false,
        },
      },
    ],
  },
});
