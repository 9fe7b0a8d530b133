import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/config/load.ts';
import { readLadder } from '../../src/config/ladder.ts';
import { shippedLadders } from '../../src/config/ladder-files.ts';
import { laddersMarkdown } from '../../src/config/ladder-page.ts';
import { parametersOf } from '../../src/domain/criteria.ts';
import { CRITERIA } from '../../src/domain/ladder.ts';
import { LEAST } from '../config/given.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/ladders.md'), 'utf8');
const ladders = await shippedLadders();

describe('docs/ladders.md', () => {
  it('is what the criteria and the ladders say; if not, run: npm run -s archsignal -- ladders > docs/ladders.md', () => {
    const read = [...ladders.keys()].map((name) => {
      const reading = readLadder(name, ladders, (message) => { throw new Error(message); });
      if (!reading.ok) throw new Error(name);
      return reading.ladder;
    });
    expect(page).toBe(laddersMarkdown(read));
  });

  it.each(CRITERIA)('tells of %s with every parameter', (criterion) => {
    const chapter = new RegExp(`\n### ${criterion}\n\n[^#]+`).exec(page)?.[0] ?? '';
    expect(chapter).toMatch(/^\n### .*\n\n[A-Z].*\.\n/);
    expect(chapter.split('\n').filter((line) => line.startsWith('| `')).length).toBe(Object.keys(parametersOf(criterion)).length);
  });

  it('shows examples that a configuration may hold as they stand', () => {
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((m) => m[1] ?? '');
    expect(examples).toHaveLength(4);
    for (const example of examples) expect(loadProject(`${LEAST}${example}`, { file: 'example.yml', origin: 'disk', ladders })).toMatchObject({ ok: true });
  });
});
