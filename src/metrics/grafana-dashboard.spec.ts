import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from './metrics.js';

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const file = join(import.meta.dirname, '../../deploy/grafana/dashboards/weicast.json');
const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: Panel[] };
const graphs = panels.filter(({ targets }) => targets !== undefined);
const expressions = graphs.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** What an expression reads: everything that looks like a metric of a process. */
const metricsIn = (expr: string): string[] =>
  expr.match(/\b(?:weicast|process|nodejs)_[a-z0-9_]+/g) ?? [];

describe('the Grafana dashboard', () => {
  it('the Grafana dashboard shows only what a process exports', async () => {
    const exported = await exportedNames();

    expect(expressions.flatMap(metricsIn).filter((name) => !exported.has(name))).toEqual([]);
    expect(expressions.every((expr) => metricsIn(expr).length > 0)).toBe(true);
  });

  it('the Grafana dashboard leaves none of our own metrics out', async () => {
    const shown = new Set(expressions.flatMap(metricsIn).map(familyOf));
    const ours = [...(await exportedNames())].filter((name) => name.startsWith('weicast_'));

    expect(ours.filter((name) => !shown.has(familyOf(name)))).toEqual([]);
  });

  it('the Grafana dashboard names only labels that the metric has', () => {
    const metrics = new Metrics().registry.getMetricsAsArray();
    const labels = new Map(
      metrics.map((metric) => [
        metric.name,
        (metric as unknown as { labelNames?: string[] }).labelNames ?? [],
      ]),
    );
    // Given by the scrape itself, or by the histogram's buckets.
    const always = ['le', 'role', 'instance'];

    for (const { title, targets = [] } of graphs)
      for (const { expr, legendFormat } of targets) {
        const known = [
          ...metricsIn(expr).flatMap((name) => labels.get(familyOf(name)) ?? []),
          ...always,
        ];
        const named = [
          ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, ?/)),
          ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name),
        ];
        expect({ title, unknown: named.filter((name) => !known.includes(name)) }).toEqual({
          title,
          unknown: [],
        });
      }
  });

  it('the Grafana dashboard says of each panel what it means', () => {
    expect(graphs.length).toBeGreaterThan(10);
    for (const { title, description } of graphs)
      expect([title, description ?? '']).toEqual([title, expect.stringMatching(/\w+/)]);
  });
});

/** Histograms are exported by bucket, sum and count. */
const familyOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');

async function exportedNames(): Promise<Set<string>> {
  const metrics = await new Metrics().registry.getMetricsAsJSON();
  return new Set(
    metrics.flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}
