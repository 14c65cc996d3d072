interface Unit {
  /** The smallest value that is written in it. */
  readonly from: number;
  readonly each: number;
  readonly name: string;
}

const UNITS: Readonly<Record<'zh-CN' | 'en', readonly Unit[]>> = {
  'zh-CN': [
    { from: 1e8, each: 1e8, name: '亿' },
    { from: 1e4, each: 1e4, name: '万' },
  ],
  en: [
    { from: 1e9, each: 1e9, name: 'B' },
    { from: 1e6, each: 1e6, name: 'M' },
    { from: 1e4, each: 1e3, name: 'k' },
  ],
};

/** `1.2万`, `12k`: as little as the axis of a chart has room for, in the units that its reader counts by. */
export function axisNumber(value: number, language: 'zh-CN' | 'en'): string {
  const unit = UNITS[language].find(({ from }) => Math.abs(value) >= from);
  return `${Math.round((value / (unit?.each ?? 1)) * 10) / 10}${unit?.name ?? ''}`;
}
