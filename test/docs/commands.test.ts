import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitLine } from '../../src/commands/grammar.ts';
import { groupsOf } from '../../src/commands/groups.ts';
import { VERBS } from '../../src/commands/index.ts';
import { commandsMarkdown } from '../../src/commands/page.ts';
import { commandLines } from '../../src/delivery/github/command-lines.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/commands.md'), 'utf8');

describe('docs/commands.md', () => {
  it('is what the table of verbs says; if not, run: npm run -s archsignal -- commands > docs/commands.md', () => {
    expect(page).toBe(commandsMarkdown(VERBS));
  });

  it('holds nothing that would be a command if it were pasted', () => {
    expect(commandLines(page)).toEqual([]);
  });
});

describe('the table of verbs', () => {
  it('names each verb once, in lower case', () => {
    const names = VERBS.map((v) => v.name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.filter((n) => !/^[a-z]+(-[a-z]+)*$/.test(n))).toEqual([]);
  });

  it('has every verb in one group', () => {
    expect(groupsOf(VERBS).flatMap((g) => g.verbs.map((v) => v.name)).sort()).toEqual(VERBS.map((v) => v.name).sort());
  });

  it.each(VERBS.map((v) => [v.name, v] as const))('tells of %s in whole sentences, with its own usage and examples that are commands', (name, verb) => {
    expect(verb.usage.split(' ')[0]).toBe(name);
    expect(verb.about).toMatch(/^[A-Z].*\.$/);
    expect(verb.more ?? 'Nothing.').toMatch(/^[A-Z`].*[.]$/s);
    expect(`${verb.about}${verb.more ?? ''}`.split('`').length % 2).toBe(1);
    expect(verb.examples.map((e) => splitLine(e)?.verb.text)).toEqual(verb.examples.map(() => name));
    expect(verb.examples.flatMap((e) => commandLines(e))).toEqual(verb.examples);
  });
});
