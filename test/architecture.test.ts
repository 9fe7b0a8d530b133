import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts')).sort();
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8');
/** What a file imports or re-exports, types included. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+['"]([^'"]+)['"]|(?:^|[^.\w])import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g)]
    .map((m) => m[1] ?? m[2] ?? m[3] ?? '');
/** Which room a file is in: `domain`, `delivery/github`, `main.ts`. */
const roomOf = (file: string): string => {
  const [first = '', second = ''] = file.split('/');
  return first === 'delivery' ? `${first}/${second}` : first;
};
const local = (file: string): string[] => importsOf(file).filter((i) => i.startsWith('.')).map((i) => relative(SRC, resolve(SRC, dirname(file), i)));

/** Which rooms each room may import from, besides itself (house.md). */
const MAY: Record<string, readonly string[]> = {
  domain: [],
  signal: ['domain'], policy: ['domain', 'signal'], commands: ['domain', 'signal', 'policy'], switches: ['domain'],
  config: ['domain'], history: ['domain'], sources: ['domain'], store: ['domain'], web: ['domain'], 'delivery/github': ['domain'], 'delivery/slack': ['domain'],
};
const FLOORS_1_2 = ['domain', 'signal', 'policy', 'commands', 'switches'];
/** Parsers of files are as pure as what uses them. */
const PARSERS: Record<string, readonly string[]> = { switches: ['yaml', 'toml-eslint-parser'] };

describe('the house', () => {
  it.each(Object.entries(MAY))('%s imports from nothing but its own room and %j', (room, may) => {
    const wrong = files.filter((f) => roomOf(f) === room)
      .flatMap((f) => local(f).filter((to) => roomOf(to) !== room && !may.includes(roomOf(to))).map((to) => `${f} imports ${to}`));
    expect(wrong).toEqual([]);
  });

  it('knows every room', () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((r) => !(r in MAY) && !['runtime', 'cli', 'main.ts', 'program.ts', 'cli.ts', 'env.ts', 'dot-env.ts', 'setup.ts'].includes(r))).toEqual([]);
  });

  it('lets words and decisions import no package but parsers, and neither clock nor chance nor Node', () => {
    const pure = files.filter((f) => FLOORS_1_2.includes(roomOf(f)));
    expect(pure.flatMap((f) => importsOf(f).filter((i) => !i.startsWith('.') && !PARSERS[roomOf(f)]?.includes(i)).map((i) => `${f} imports ${i}`))).toEqual([]);
    expect(pure.filter((f) => /Date\.now|new Date\(\)|Math\.random|process\.|globalThis|setTimeout|fetch\(/.test(textOf(f)))).toEqual([]);
  });

  it('reads the environment and the clock in main.ts and cli.ts alone', () => {
    const others = files.filter((f) => !['main.ts', 'cli.ts'].includes(f) && !f.startsWith('cli/'));
    expect(others.filter((f) => /process\.env|process\.on\(|Date\.now\(\)/.test(textOf(f)))).toEqual([]);
  });

  it('has no import that runs in a circle', () => {
    const edges = new Map(files.map((f) => [f, local(f)]));
    const circles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const to of edges.get(file) ?? []) walk(to, [...path, file]);
      done.add(file);
    };
    for (const f of files) walk(f, []);
    expect(circles).toEqual([]);
  });

  it('keeps its files readable: none over 300 lines', () => {
    expect(files.filter((f) => textOf(f).split('\n').length > 300)).toEqual([]);
  });
});
