import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const model = read('docs/threat-model.md');
const rows = model.split('\n').filter((line) => /^\| (?!threat|who|---)/.test(line)).map((line) => line.split(' | '));
const named = [...model.matchAll(/`(test\/[\w./-]+\.ts)` “([^”]+)”/g)].map((m) => [m[1] ?? '', m[2] ?? ''] as const);

describe('the threat model', () => {
  it.each(named)('names a test that is there: %s “%s”', (file, sentence) => {
    const text = existsSync(resolve(root, file)) ? read(file).replaceAll('\\\'', '\'') : '';
    // Only as the name of a test, not in some comment.
    const at = [`it('`, 'it(`', `)('`].some((start) => text.includes(`${start}${sentence}`)) || text.includes(`concurrent('${sentence}`);
    expect(at, `${file} has no test called “${sentence}”`).toBe(true);
  });

  it('names a test for every threat', () => {
    const threats = rows.filter((cells) => cells.length === 3 && !['them', 'nobody', 'theirs', 'readers', 'facts', 'trusted'].some((w) => (cells[2] ?? '').startsWith(w)));
    expect(threats.length).toBeGreaterThan(40);
    expect(threats.filter((cells) => !/`test\/[\w./-]+` “/.test(cells[2] ?? '')).map(([threat]) => threat)).toEqual([]);
  });
});

describe.each(['SECURITY.md', 'docs/threat-model.md', 'docs/authorisation.md', 'docs/permissions.md'])('%s', (file) => {
  it('links only to what is there', () => {
    for (const [, link = '', heading] of read(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)/g)) {
      const path = resolve(root, dirname(file), link);
      expect(existsSync(path), link).toBe(true);
      const headings = heading === undefined ? [] : [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map((m) => (m[1] ?? '').toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'));
      if (heading !== undefined) expect(headings).toContain(heading);
    }
  });
});

describe('docs/permissions.md', () => {
  it('says of every scope of Slack\'s what is missing without it, and of no other', () => {
    const { oauth_config: { scopes } } = parse(read('slack-manifest.yml')) as { oauth_config: { scopes: { bot: string[] } } };
    const told = [...(read('docs/permissions.md').split("## Slack's scopes")[1] ?? '').matchAll(/^\| (`[^|]+) \|/gm)].flatMap((m) => [...(m[1] ?? '').matchAll(/`([^`]+)`/g)].map((n) => n[1] ?? ''));
    expect(told.sort()).toEqual([...scopes.bot].sort());
  });
});
