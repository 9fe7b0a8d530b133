import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
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

it('each counter whose growth an alert asks for stands at zero before it grows, or the first time would not be seen', async () => {
  const asked = [...read('deploy/prometheus/alerts.yml').matchAll(/increase\((archsignal_\w+)\{(.+?)\}\[/g)];
  expect(asked.length).toBeGreaterThan(0);
  const lines = (await createMetrics(false).registry.metrics()).split('\n');
  for (const [, name = '', labels = ''] of asked) expect(lines.filter((l) => l.startsWith(`${name}{`) && l.includes(labels)).map((l) => l.split(' ').at(-1)), name).toEqual(['0', '0']);
});

it('each alert says what it means and what to do', () => {
  const rules = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string; annotations: { summary?: string; description?: string } }[] }[] }).groups.flatMap((g) => g.rules);
  expect(rules.filter((r) => !r.annotations.summary || !r.annotations.description).map((r) => r.alert)).toEqual([]);
});

it('each alert names the section of docs/operating.md that tells what to do', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string; annotations: { description: string } }[] }[] };
  const headings = [...read('docs/operating.md').matchAll(/^##+ (.+)$/gm)].map((m) => m[1]);
  const named = groups.flatMap((g) => g.rules).map((r) => [r.alert, /docs\/operating\.md, "([^"]+)"/.exec(r.annotations.description)?.[1] ?? null] as const);
  expect(named.filter(([, section]) => section === null || !headings.some((h) => h === section || h?.startsWith(`${section},`)))).toEqual([]);
});

it('each alert is tried by the rules\' own tests', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { alert: string }[] }[] };
  const { tests } = parse(read('deploy/prometheus/alerts.test.yml')) as { tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[] };
  const tried = (fires: boolean): Set<string> => new Set(tests.flatMap((t) => t.alert_rule_test).filter((t) => (t.exp_alerts ?? []).length > 0 === fires).map((t) => t.alertname));
  const names = groups.flatMap((g) => g.rules).map((r) => r.alert);
  expect(names.filter((n) => !tried(true).has(n) || !tried(false).has(n))).toEqual([]);
});

it('every figure says what it is, and is named as Prometheus asks', () => {
  for (const { name, help, type } of createMetrics(true).registry.getMetricsAsArray() as unknown as { name: string; help: string; type: string }[]) {
    expect(help, name).toMatch(/^[A-Z].+\.$/);
    expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
    if (/lag|duration|time_to/.test(name)) expect(name).toMatch(/_seconds(_total)?$/);
  }
});

it('the dashboard shows every figure of the program\'s own', () => {
  const own = createMetrics(false).registry.getMetricsAsArray().map((m) => m.name);
  expect(own.filter((n) => !named('deploy/grafana/archsignal.json').includes(n))).toEqual([]);
});

it('every panel of the dashboard has a number of its own, says what it shows, and asks the source that was chosen', () => {
  const { panels, uid } = JSON.parse(read('deploy/grafana/archsignal.json')) as { uid: string; panels: { id: number; title: string; description?: string; fieldConfig: { defaults: { unit?: string } }; targets: { expr: string; legendFormat?: string; datasource: { uid: string } }[] }[] };
  expect(uid).toBe('archsignal');
  expect(new Set(panels.map((p) => p.id)).size).toBe(panels.length);
  for (const { title, description, fieldConfig, targets } of panels) {
    expect(description, title).toMatch(/\.$/);
    expect(fieldConfig.defaults.unit, title).toBeTruthy();
    for (const { expr, legendFormat, datasource } of targets) expect([expr !== '', legendFormat !== undefined && legendFormat !== '', datasource.uid], title).toEqual([true, true, '${datasource}']);
  }
});

it('the image has every file that the program reads at run time', () => {
  const copied = [...read('deploy/Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((m) => (m[1] ?? '').split(' '));
  const left = read('.dockerignore').split('\n').filter((l) => l !== '');
  const readFrom = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) => [...read(file).matchAll(/new URL\([`']((?:\.\.\/)+[\w.-]+)[^`']*[`'], import\.meta\.url\)/g)]
    .map((m) => relative(ROOT, resolve(ROOT, dirname(file), m[1] ?? '')).split('/')[0] ?? ''));
  expect(new Set(readFrom)).toContain('config');
  expect([...new Set([...readFrom, 'src', 'bin', 'package.json'])].filter((f) => !copied.includes(f) || left.includes(f))).toEqual([]);
});

it('no secret and nothing that was made here gets into the image', () => {
  expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.git', '.env*', '**/*.pem', 'node_modules', 'data']));
});

it('no two panels of the dashboard cover each other', () => {
  const { panels } = JSON.parse(read('deploy/grafana/archsignal.json')) as { panels: { title: string; gridPos: { x: number; y: number; w: number; h: number } }[] };
  const covered = panels.flatMap((a, i) => panels.slice(i + 1).filter((b) => a.gridPos.x < b.gridPos.x + b.gridPos.w && b.gridPos.x < a.gridPos.x + a.gridPos.w && a.gridPos.y < b.gridPos.y + b.gridPos.h && b.gridPos.y < a.gridPos.y + a.gridPos.h).map((b) => `${a.title} / ${b.title}`));
  expect(covered).toEqual([]);
});
