import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../src/runtime/metrics.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Names of figures that a file asks Prometheus for, without what a histogram adds to its name. */
const named = (file: string): string[] => [...new Set(read(file).match(/archsignal_[a-z0-9_]+/g) ?? [])].map((n) => n.replace(/_bucket$/, ''));

it.each(['deploy/prometheus/alerts.yml', 'deploy/grafana/archsignal.json'])('%s asks only for figures that the program gives', (file) => {
  const given = createMetrics(true).registry.getMetricsAsArray().map((m) => m.name);
  expect(named(file).length).toBeGreaterThan(3);
  expect(named(file).filter((n) => !given.includes(n))).toEqual([]);
});

it('each alert says what it means and what to do', () => {
  const rules = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string; annotations: { summary?: string; description?: string } }[] }[] }).groups.flatMap((g) => g.rules);
  expect(rules.filter((r) => !r.annotations.summary || !r.annotations.description).map((r) => r.alert)).toEqual([]);
});

it('no two panels of the dashboard cover each other', () => {
  const { panels } = JSON.parse(read('deploy/grafana/archsignal.json')) as { panels: { title: string; gridPos: { x: number; y: number; w: number; h: number } }[] };
  const covered = panels.flatMap((a, i) => panels.slice(i + 1).filter((b) => a.gridPos.x < b.gridPos.x + b.gridPos.w && b.gridPos.x < a.gridPos.x + a.gridPos.w && a.gridPos.y < b.gridPos.y + b.gridPos.h && b.gridPos.y < a.gridPos.y + a.gridPos.h).map((b) => `${a.title} / ${b.title}`));
  expect(covered).toEqual([]);
});
