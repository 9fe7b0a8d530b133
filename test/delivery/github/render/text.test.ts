import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Span, Spans, Text } from '../../../../src/domain/text.ts';
import { bullets, says } from '../../../../src/domain/text.ts';
import { markdown, mentions } from '../../../../src/delivery/github/render/text.ts';
import { CORPUS, hostile } from './hostile.ts';
import { effects, read } from './reader.ts';

const said = (text: Text, mention = true): string => markdown(text, { mention });
const pieces = (text: string): Span[] => [text, { code: text }, { bold: text }, { words: text, link: 'https://ok.example/x' }, { words: text, link: text }, { mention: text }];

/** Every kind of block with this text in every place that takes one. */
const everywhere = (text: string): Text => [
  says('a ', ...pieces(text), ' z'), ...pieces(text).map((p) => says(p)), bullets(...pieces(text).map((p) => [p]), pieces(text)),
  { kind: 'table', head: [text, 'b'], rows: [...pieces(text).map((p): Spans[] => [[p], ['x']]), [pieces(text)]] },
  { kind: 'code', text, language: '' }, { kind: 'code', text, language: 'diff' }, { kind: 'code', text: 'x', language: text },
  { kind: 'details', summary: text, blocks: [says(text), { kind: 'code', text, language: '' }] }, says('after'),
];

const OURS = /^<\/?(details|summary)>$/;
const harmless = (text: Text, called: readonly string[] = []): void => {
  const written = said(text);
  const reading = read(written);
  expect(reading.html.filter((h) => !OURS.test(h)), written).toEqual([]);
  expect(reading.openFence, written).toBe(false);
  const found = effects(reading.prose);
  expect(found.references, written).toEqual([]);
  expect(found.addresses, written).toEqual([]);
  expect(found.mentions.filter((m) => !called.includes(m)), written).toEqual([]);
  expect(written).not.toMatch(/<!-- archsignal/);
  expect(written.isWellFormed()).toBe(true);
  for (const to of reading.links) expect(to).toMatch(/^https?:\/\//);
};

describe('a text in GitHub\'s Markdown', () => {
  it('puts words, names, links, lists and tables as they are meant', () => {
    expect(said([
      says('Only ', { code: 'release-managers' }, ' can, not ', { bold: 'you' }, '; see ', { words: '#12', link: 'https://github.com/a/b/pull/12' }, '.'),
      bullets(['one ', { code: 'a' }], ['two']),
      { kind: 'table', head: ['job', 'now'], rows: [[[{ code: 'e2e' }], ['red | or not']], [[{ code: 'a|b' }]]] },
      { kind: 'code', text: 'a: 1', language: 'yaml' },
      { kind: 'details', summary: 'More & more_of it', blocks: [says('x')] },
    ])).toBe([
      'Only `release-managers` can, not **you**; see [#\u200B12](https://github.com/a/b/pull/12).',
      '- one `a`\n- two',
      '| job | now |\n| --- | --- |\n| `e2e` | red \\| or not |\n| a\\|b |  |',
      '```yaml\na: 1\n```',
      '<details><summary>More &amp; more_of it</summary>\n\nx\n\n</details>',
    ].join('\n\n'));
  });

  it('calls an account that an enterprise made for its people, and no App, whose name without its ending may be a person\'s', () => {
    expect(said([says({ mention: '@olga_acme' }, ', please look')])).toBe('@olga_acme, please look');
    expect(said([says({ mention: '@renovate[bot]' }, ', please look')])).toBe('`renovate[bot]`, please look');
  });

  it('calls whom it asks when it is new, and only names them otherwise', () => {
    const text: Text = [says({ mention: '@octo/owners' }, ', look; ', { mention: '@olga' }, '/x and ', { mention: 'no handle' }), bullets([{ mention: '@Olga' }])];
    expect(effects(read(said(text)).prose).mentions).toEqual(['octo/owners', 'olga', 'Olga']);
    expect(said(text, false)).not.toContain('@');
    expect(said(text, false)).toContain('`octo/owners`, look; `olga`/x and `no handle`');
    expect(mentions(text)).toEqual(['@octo/owners', '@Olga', 'no handle']);
  });

  it('keeps words apart that mean something together', () => {
    expect(effects(read(said([says('fixes #', '12, www', '.x.org, http:', '//x.org, G', 'H-3 and @', 'olga')])).prose)).toEqual({ mentions: [], references: [], addresses: [] });
    expect(said([says('look!', { words: 'here', link: 'https://x.org' })])).toBe('look\\![here](https://x.org/)');
    expect(said([says('fixes ', { words: 'that', link: 'https://github.com/a/b/issues/3' })])).toContain('fixes \u200B[that]');
    expect(said([says({ code: 'a`b' }, { code: 'c' })])).toBe('`` a`b ``\u200B`c`');
    expect(said([says('x', { mention: '@olga' }, 'nka')])).toBe('x\u200B@olga\u200Bnka');
  });

  it.each(['# a', '- a', '+ a', '1. a', '12) a', '===', '---', '    code', '> a', '* a', '~~~'])('begins a paragraph with %j as words', (text) => {
    const [line = ''] = said([says(text)]).split('\n');
    expect(line).toMatch(/^(\\[#+=*~-]|\d+\\[.)]|&gt;|code)/);
  });

  it.each(CORPUS)('is harmless with %j anywhere in it', (text) => { harmless(everywhere(text)); });

  const span = fc.oneof(hostile(4), fc.record({ code: hostile(4) }), fc.record({ bold: hostile(4) }), fc.record({ words: hostile(4), link: fc.oneof(hostile(2), fc.webUrl()) }), fc.record({ mention: hostile(2) }), fc.constant<Span>({ mention: '@octo/owners' }));
  const spans = fc.array(span, { maxLength: 6 });
  const block: fc.Arbitrary<Block> = fc.oneof(
    spans.map((s): Block => ({ kind: 'paragraph', spans: s })), fc.array(spans, { maxLength: 4 }).map((items): Block => ({ kind: 'list', items })),
    fc.tuple(fc.array(hostile(2), { maxLength: 3 }), fc.array(fc.array(spans, { maxLength: 3 }), { maxLength: 3 })).map(([head, rows]): Block => ({ kind: 'table', head, rows })),
    fc.tuple(hostile(), fc.constantFrom('', 'diff', 'yaml')).map(([text, language]): Block => ({ kind: 'code', text, language })),
  );
  it('is harmless with any mixture', () => {
    const blocks = fc.array(fc.oneof(block, fc.tuple(hostile(2), fc.array(block, { maxLength: 2 })).map(([summary, inner]): Block => ({ kind: 'details', summary, blocks: inner }))), { maxLength: 4 });
    fc.assert(fc.property(blocks, (text) => { harmless(text, ['octo/owners']); }), { numRuns: 300 });
  });

  it('has rows of one width, whatever stands in the cells', () => {
    fc.assert(fc.property(fc.array(spans, { minLength: 2, maxLength: 2 }), (row) => {
      expect([...new Set(read(said([{ kind: 'table', head: ['a', 'b'], rows: [row, [['x'], ['y']]] }])).cells)]).toEqual([2]);
    }), { numRuns: 200 });
  });
});

describe('a text that is too long', () => {
  const long = 'x'.repeat(400);
  it.each([
    ['words', [says(...Array.from({ length: 40 }, () => ['y'.repeat(5_000), { code: 'z' }]).flat())]],
    ['lists', [bullets(...Array.from({ length: 500 }, () => [long]))]],
    ['tables', [{ kind: 'table', head: ['a'], rows: Array.from({ length: 500 }, () => [[long]]) }]],
    ['code', [{ kind: 'code', text: `${long}\n`.repeat(500), language: '' }]],
    ['what is folded away', [{ kind: 'details', summary: 's', blocks: Array.from({ length: 500 }, () => says(long)) }]],
    ['paragraphs', Array.from({ length: 500 }, () => says(long))],
    ['hostile words', [says('@|<#1'.repeat(20_000))]],
  ] as [string, Text][])('of %s is cut with a word, and stays whole in its markup', (_name, text) => {
    const written = markdown([says('first'), ...text], { mention: false, room: 20_000 });
    expect(written.length).toBeLessThanOrEqual(20_000);
    expect(written.startsWith('first')).toBe(true);
    expect(written).toMatch(/…/);
    expect(read(written).openFence).toBe(false);
    expect(written.match(/<details>/g)?.length ?? 0).toBe(written.match(/<\/details>/g)?.length ?? 0);
  });

  it('fits into hardly any room, and keeps the limit of GitHub by itself', () => {
    expect(markdown([says(long)], { mention: false, room: 10 }).length).toBeLessThanOrEqual(10);
    expect(markdown(Array.from({ length: 1_000 }, () => says(long)), { mention: false }).length).toBeLessThanOrEqual(65_536);
  });
});
