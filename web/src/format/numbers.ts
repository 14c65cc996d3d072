const exact = new Intl.NumberFormat('en-US');

/** `1,234,567`, in either language. */
export const count = (value: number): string => exact.format(value);

/** A share with its edges told: what happened to somebody is never `0 %`, what is left open never `100 %`. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '—';
  const share = (part / whole) * 100;
  if (part > 0 && share < 0.1) return '< 0.1 %';
  if (part < whole && share > 99.9) return '> 99.9 %';
  return `${share === 0 || share === 100 ? share : share.toFixed(1)} %`;
}

export const perSecond = (rate: number): string =>
  rate >= 10 || rate === 0 ? exact.format(Math.round(rate)) : rate.toFixed(1);
