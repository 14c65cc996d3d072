import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef, useState } from 'react';
import { perSecond } from '../format/numbers';
import { at } from '../format/times';
import type { Language } from '../locales/language';
import { useLanguage } from '../locales/use-language';
import { type Mode, useMode } from '../theme/mode';
import { axisNumber } from './axis-number';
import { chartInks, hatch } from './chart-inks';
import type { RatePoint } from './rate-points';

register([LineChart, GridComponent, MarkAreaComponent, TooltipComponent, CanvasRenderer]);

/** A stretch without sending, and its reason in a word or two. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export interface RateChartProps {
  readonly points: readonly RatePoint[];
  readonly bands: readonly Band[];
  /** The cap as a line; left out where it lies so far above that it would press the others to the ground. */
  readonly withCap: boolean;
  readonly words: Readonly<Record<'accepted' | 'delivered' | 'cap', string>>;
  /** The whole picture in one sentence. */
  readonly label: string;
}

const HOUR_MS = 3_600_000;
const TEXT_PX = 12;

/**
 * Messages a second over time. It is drawn only when its properties change, which their owner does at most twice a
 * second, and nothing moves between two drawings.
 */
export function RateChart({ points, bands, withCap, words, label }: RateChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const mode = useMode();
  const [language] = useLanguage();
  const [width, setWidth] = useState(0);
  const option = useMemo(
    () => optionOf({ points, bands, withCap, words }, { mode, language, width }),
    [points, bands, withCap, words, mode, language, width],
  );
  useEffect(() => {
    if (box.current === null) return undefined;
    const made = init(box.current, null, { renderer: 'canvas' });
    chart.current = made;
    const watch = new ResizeObserver(() => {
      made.resize();
      setWidth(made.getWidth());
    });
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { replaceMerge: ['series'], lazyUpdate: true });
  }, [option]);
  return <div ref={box} className="rate-chart" role="img" aria-label={label} />;
}

interface Look {
  readonly mode: Mode;
  readonly language: Language;
  /** Of the whole picture, in pixels. */
  readonly width: number;
}

function optionOf(
  { points, bands, withCap, words }: Omit<RateChartProps, 'label'>,
  { mode, language, width }: Look,
) {
  const inks = chartInks(mode);
  const from = points[0]?.at ?? 0;
  const to = points.at(-1)?.at ?? 0;
  const text = { color: inks.text, fontFamily: inks.font, fontSize: TEXT_PX };
  // A sending of seconds has its seconds told, one over days its days.
  const parts =
    to - from < HOUR_MS / 6 ? 'clockSeconds' : to - from < 20 * HOUR_MS ? 'clock' : 'dayClock';
  const line = (name: 'accepted' | 'delivered', color: string, type: 'solid' | 'dashed') => ({
    id: name,
    name: words[name],
    type: 'line' as const,
    showSymbol: false,
    data: points.map((point) => [point.at, point[name]]),
    lineStyle: { color, width: 2, type },
    itemStyle: { color },
    emphasis: { disabled: true },
  });
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: text,
    // The last moment is written around its tick: half of it stands right of the curve.
    grid: {
      left: 4,
      right: Math.max(12, widthOf(at(to, parts)) / 2),
      top: 14,
      bottom: 4,
      containLabel: true,
    },
    tooltip: {
      trigger: 'axis' as const,
      // On the canvas: what it would write as HTML carries styles that the policy of the page forbids.
      renderMode: 'richText' as const,
      confine: true,
      animation: false,
      transitionDuration: 0,
      backgroundColor: inks.tip,
      borderColor: inks.line,
      textStyle: { ...text, color: inks.strong },
      axisPointer: { animation: false, lineStyle: { color: inks.text } },
      formatter: (shown: unknown) => tipOf(shown as readonly Shown[]),
    },
    xAxis: {
      type: 'time' as const,
      min: from,
      max: to,
      splitNumber: 4,
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: (value: number) => at(value, parts),
      },
      axisLine: { lineStyle: { color: inks.line } },
      axisTick: { lineStyle: { color: inks.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      min: 0,
      splitNumber: 3,
      axisLabel: { ...text, formatter: (value: number) => axisNumber(value, language) },
      splitLine: { lineStyle: { color: inks.line } },
    },
    series: [
      {
        ...line('accepted', inks.accepted, 'solid'),
        markArea: {
          silent: true,
          itemStyle: { color: hatch(inks) },
          label: { ...text, position: 'insideTop' as const },
          data: bands.map((band) => [
            {
              xAxis: Math.max(band.from, from),
              // What has no room for its name has it in the table.
              name:
                (band.to - band.from) / (to - from) > widthOf(band.name) / width ? band.name : '',
            },
            { xAxis: Math.min(band.to, to) },
          ]),
        },
      },
      line('delivered', inks.delivered, 'dashed'),
      ...(withCap
        ? [
            {
              id: 'cap',
              name: words.cap,
              type: 'line' as const,
              // What is allowed holds until the next sample says another.
              step: 'end' as const,
              showSymbol: false,
              data: points.map(({ at: moment, allowed }) => [moment, allowed]),
              lineStyle: { color: inks.cap, width: 1, type: [2, 3] },
              itemStyle: { color: inks.cap },
              emphasis: { disabled: true },
            },
          ]
        : []),
    ],
  };
}

/** About so many pixels: Han characters are square, others half as wide. */
const widthOf = (name: string): number =>
  [...name].reduce((sum, char) => sum + (char < '\u2e80' ? TEXT_PX * 0.6 : TEXT_PX), 0);

interface Shown {
  readonly seriesName: string;
  readonly value: readonly [number, number | null];
}

const tipOf = (shown: readonly Shown[]): string =>
  [
    at(shown[0]?.value[0] ?? 0, 'full'),
    ...shown.map(
      ({ seriesName, value }) => `${seriesName}  ${value[1] === null ? '—' : perSecond(value[1])}`,
    ),
  ].join('\n');
