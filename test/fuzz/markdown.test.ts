import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { block, code, link, pageUrl, plain, summaryWords } from '../../src/delivery/github/render/inert.ts';
import { atStart, inline } from '../../src/delivery/github/render/spans.ts';
import { markdown } from '../../src/delivery/github/render/text.ts';
import { CORPUS } from '../delivery/github/render/hostile.ts';
import { holds, PATIENCE, piece } from './fuzz.ts';

/** A parser that nobody here has written, with HTML and addresses as GitHub takes them. */
const parser = new MarkdownIt({ html: true, linkify: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add('mailto:', null).add('//', null);

/** What this project's own texts may become. */
const FRAME = new Set(['p', 'ul', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'details', 'summary', 'strong', 'pre', 'code']);
const OK = 'https://ok.example/';

const pieces = [...CORPUS.filter((c) => c.length < 100), '_www.evil.example', '~www.evil.example', '(WWW.evil.example', '_GH-1', '##1', 'a@b.example', 'mailto:a@b.example', '&num;1', '&#x40;x', '[x][y]', '[^1]', '- [ ] x', '1) x', '+ x', '===', '---', '***', '> x', '~~~', '```mermaid', '$$x$$', '<![CDATA[', '<?php', '\\`', '\u2028', '\u0085', '\u3164', '\ufe0f', 'e\u0301\u0301', '"', ' ', '!'];
const outside = fc.array(fc.oneof(fc.constantFrom(...pieces), piece, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 7 }).map((parts) => parts.join(''));

/** Rendered, it is words in our frame: nobody is called, nothing referred to or linked that we did not link. */
function isInert(written: string, links: readonly string[] = []): void {
  const html = parser.render(written).replace(/<pre>[^]*?<\/pre>|<code[^>]*>[^]*?<\/code>/g, '\u0001');
  // GitHub looks at one piece of text at a time.
  const shown = html.replace(/<[^>]+>/g, '\u0002').replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(Number(n))).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  expect([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map((m) => m[1] ?? '').filter((tag) => !FRAME.has(tag)), written).toEqual([]);
  expect([...html.matchAll(/<a href="([^"]*)"/g)].map((m) => m[1]).filter((to) => !links.includes(to ?? '')), written).toEqual([]);
  expect(html.includes('<!--'), written).toBe(false);
  expect(/(?:^|[^A-Za-z0-9_`])@[a-z0-9]/im.exec(shown), written).toBeNull();
  expect(/#\d|GH-\d|(?:^|[^a-z0-9])www\.[a-z0-9]/i.exec(shown), written).toBeNull();
  expect(/[\u0000-\u0008\u001b\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u3164\u{e0000}-\u{e0fff}]/u.exec(written), written).toBeNull();
}

describe('whatever stands in a text of ours, rendered by a parser that is not', () => {
  it('is words where words stand', () => {
    holds(fc.tuple(outside, outside), ([a, b]) => {
      isInert(`x ${plain(a)} y`);
      isInert(atStart(inline([{ bold: a }, b, { code: a }, b, { mention: '@x/y' }, { words: b, link: OK }, a], { mention: false, longest: 200, cell: false })), [OK]);
      isInert(`see ${link(plain(a), OK)} after`, [OK]);
    });
  }, PATIENCE);

  it('is code where code stands, in a line, a block and a cell', () => {
    holds(fc.tuple(outside, outside), ([a, b]) => {
      isInert(`- ${code(a)} after\n\n${block(b, '  ')}\n\nafter`);
      isInert(`| a | b |\n| --- | --- |\n| ${inline([a, { code: b }], { mention: false, longest: 200, cell: true })} | ${inline([{ words: a, link: OK }, b], { mention: false, longest: 200, cell: true })} |`, [OK]);
    });
  }, PATIENCE);

  it('is what it was in a whole text', () => {
    holds(fc.tuple(outside, outside), ([a, b]) => {
      isInert(`<details><summary>${summaryWords(a)}</summary>\n\nx ${plain(b)}\n\n</details>`);
      isInert(markdown([{ kind: 'paragraph', spans: [a] }, { kind: 'list', items: [[a], [b, { code: a }]] }, { kind: 'table', head: ['a', 'b'], rows: [[[a], [{ code: b }]]] }, { kind: 'details', summary: a, blocks: [{ kind: 'code', language: 'diff', text: b }] }], { mention: false }));
    });
  }, PATIENCE);

  it('is one address where it is an address', () => {
    holds(fc.oneof(outside.map((t) => `https://ok.example/${t}`), outside), (raw) => {
      const url = pageUrl(raw);
      if (url !== null) isInert(`[x](${url}) y`, [parser.utils.escapeHtml(parser.normalizeLink(url))]);
    });
  }, PATIENCE);
});
