// SPDX-License-Identifier: MIT
// The design's figures, measured.
import { requestFailure } from '../outcome/failure.ts';
import { coldFigures } from './cold.ts';
import type { Figure } from './figure.ts';
import { promptFigures } from './prompt.ts';
import { warmFigures } from './warm.ts';
import { watchFigure } from './watch.ts';

export { type Figure, type Measurement, reached, scoreOf } from './figure.ts';

/** @throws Failure `unknown-figure` */
export function chooseFigures(names: readonly string[], cold: boolean): readonly Figure[] {
  const all = [...warmFigures, ...promptFigures, ...coldFigures, watchFigure];
  const unknown = names.find((name) => !all.some((figure) => figure.name === name));
  if (unknown !== undefined) {
    throw requestFailure(
      'unknown-figure',
      `there is no figure "${unknown}"`,
      `Figures are ${all.map(({ name }) => name).join(', ')}`,
    );
  }
  return all.filter((figure) => (names.length > 0 ? names.includes(figure.name) : cold || !figure.cold));
}
