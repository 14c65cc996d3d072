import type { Mode } from '../theme/mode';
import { STATE_INKS } from '../theme/state-inks';
import { DARK, LIGHT, SEED } from '../theme/tokens';

/** The colours of a chart: a canvas knows no custom properties. */
export function chartInks(mode: Mode) {
  const palette = mode === 'dark' ? DARK : LIGHT;
  const states = STATE_INKS[mode];
  return {
    accepted: states.stateOpenFill,
    delivered: states.stateGoodFill,
    cap: palette.colorTextTertiary,
    text: palette.colorTextTertiary,
    strong: palette.colorText,
    line: palette.colorBorderSecondary,
    tip: palette.colorBgElevated,
    band: palette.colorFillTertiary,
    bandMark: palette.colorBorderDisabled,
    font: SEED.fontFamily,
  };
}

const SIDE_PX = 8;

/** Grey with thin slanted lines: told from white by somebody who sees no greys, and behind every line. */
export function hatch({ band, bandMark }: ReturnType<typeof chartInks>) {
  const image = document.createElement('canvas');
  image.width = SIDE_PX;
  image.height = SIDE_PX;
  const pen = image.getContext('2d');
  if (pen === null) return band;
  pen.fillStyle = band;
  pen.fillRect(0, 0, SIDE_PX, SIDE_PX);
  pen.strokeStyle = bandMark;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-SIDE_PX, 0, SIDE_PX]) {
    pen.moveTo(shift, SIDE_PX);
    pen.lineTo(shift + SIDE_PX, 0);
  }
  pen.stroke();
  return { image, repeat: 'repeat' as const };
}
