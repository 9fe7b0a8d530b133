import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadProject } from '../../src/config/load.ts';
import { githubEvent } from '../../src/delivery/github/events.ts';
import { ENV_NAMES } from '../../src/env.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');
const readme = read('README.md');

describe('the README', () => {
  it('shows a configuration that is valid', () => {
    const yaml = /```yaml\n([^]*?)```/.exec(readme)?.[1] ?? '';
    expect(loadProject(yaml, { file: 'README.md', origin: 'disk' })).toMatchObject({ ok: true });
  });

  it('names every variable of the environment that the program reads', () => {
    for (const name of ENV_NAMES) expect(readme).toContain(`\`${name}\``);
  });

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run (?:-s )?([a-z]+)/g)].map((m) => m[1] ?? '');
    expect(named.filter((n) => !(n in scripts))).toEqual([]);
  });

  it('says whose App it becomes: an organisation\'s teams and repositories are out of reach for one that belongs to a person', () => {
    expect(/^2\. \*\*GitHub App\.[^]*?^3\. /m.exec(readme)?.[0]).toMatch(/GH_ORG=\S+ npm run setup/);
  });

  it('names every verb of the command line', () => {
    const cli = read('src/cli.ts');
    const groups = new Map([...cli.matchAll(/const (\w+) = program\.command\('([\w-]+)'\)/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
    const verbs = [...cli.matchAll(/\b(\w+)\.command\('([\w-]+)'/g)].flatMap(([, of = '', verb = '']) => of === 'program' ? ([...groups.values()].includes(verb) ? [] : [verb]) : [`${groups.get(of) ?? of} ${verb}`]);
    expect(verbs.length).toBeGreaterThan(12);
    expect(verbs.filter((v) => !readme.includes(`\`${v}`))).toEqual([]);
  });

  it('links only to files that are there', () => {
    for (const [, link] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) expect(() => read(link ?? '')).not.toThrow();
  });
});

describe('the App\'s manifest', () => {
  it('asks for the permissions that docs/permissions.md gives a reason for, and no other', () => {
    const { default_permissions: asked } = parse(read('app.yml')) as { default_permissions: Record<string, string> };
    const explained = [...read('docs/permissions.md').matchAll(/^\| `([a-z_]+)` \| (write|read)/gm)].map((m) => [m[1], m[2]]);
    expect(Object.fromEntries(explained)).toEqual(asked);
  });
});

describe('the App\'s events', () => {
  it('are those that the program listens to, but for those of an installation, which every App gets', () => {
    const { default_events: asked } = parse(read('app.yml')) as { default_events: readonly string[] };
    const used = githubEvent.shape.event.options.map((name) => name.split('.')[0] ?? '').filter((name) => !name.startsWith('installation'));
    expect([...asked].sort()).toEqual([...new Set(used)].sort());
  });
});

describe('docs/dependencies.md', () => {
  it('gives a reason for every runtime dependency, and for nothing else', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const explained = [...read('docs/dependencies.md').matchAll(/^\| (.+?) \|/gm)].flatMap((m) => [...(m[1] ?? '').matchAll(/`([^`]+)`/g)].map((n) => n[1] ?? ''));
    expect(explained.sort()).toEqual([...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {})].sort());
  });
});
