// SPDX-License-Identifier: MIT
// The page's assets for the tests, which are not bundled: read from where they lie.
import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
export const ASSETS = { style: read('page.css'), script: read('page.js') };
