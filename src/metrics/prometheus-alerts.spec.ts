import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from './metrics.js';

const alerts = readFileSync(join(import.meta.dirname, '../../deploy/prometheus/alerts.yml'), 'utf8')
  .split('- alert: ')
  .slice(1)
  .map((text) => ({
    name: text.split('\n')[0] ?? '',
    metrics: text.match(/\bweicast_[a-z0-9_]+/g) ?? [],
    summary: /summary: '(.*)'/.exec(text)?.[1] ?? '',
  }));

describe("the alerts for Prometheus, beside the dashboard's panels", () => {
  it('the alerts for Prometheus watch only what a process exports', () => {
    const exported = new Set(new Metrics().registry.getMetricsAsArray().map(({ name }) => name));
    expect(alerts.length).toBeGreaterThan(5);
    for (const { name, metrics } of alerts)
      expect([name, metrics.filter((metric) => !exported.has(metric))]).toEqual([name, []]);
  });

  it('the alerts for Prometheus watch each figure that tells of silence', () => {
    const watched = alerts.flatMap(({ metrics }) => metrics);
    expect(watched).toEqual(
      expect.arrayContaining([
        'weicast_turn_age_seconds',
        'weicast_database_unheard_seconds',
        'weicast_database_unanswered_seconds',
      ]),
    );
  });

  it("the alerts for Prometheus, beside the dashboard's panels, say what is wrong in both languages", () => {
    for (const { name, summary } of alerts)
      expect([name, summary]).toEqual([
        name,
        expect.stringMatching(/[\u4e00-\u9fff].* \/ .*[a-z]{3}/),
      ]);
  });
});
