import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, codeBlock, link, name, plain, prose, safeUrl } from '../../../src/delivery/slack/inert.ts';
import { HOSTILE, hostileText, tokens } from './hostile.ts';

const MARKUP = /^<https?:[^<>|\s]+(\|[^<>|\n]+)?>$/;

/** What no text of ours may ever hold, whatever it was made of. */
function expectInert(markup: string): void {
  for (const token of tokens(markup)) expect(token).toMatch(MARKUP);
  expect(markup.replace(/<https?:[^<>]*>/g, '')).not.toMatch(/[<>]/);
  expect(markup).not.toMatch(/&(?!amp;|lt;|gt;)/);
  expect(markup).not.toMatch(/@(here|channel|everyone|group)\b/i);
  expect(markup).not.toMatch(/[\p{Cf}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/u);
  expect(markup.isWellFormed()).toBe(true);
}

describe('text from outside', () => {
  for (const text of HOSTILE) {
    it(`stays text: ${JSON.stringify(text.slice(0, 60))}`, () => {
      for (const made of [code(text), codeBlock([text, text]), name(text), prose(text), link('https://example.com/a', text), link(text, 'logs')]) expectInert(made);
    });
  }

  it('stays text, whatever it is', () => {
    fc.assert(fc.property(hostileText(), fc.integer({ min: 5, max: 300 }), (text, max) => {
      for (const made of [code(text, max), codeBlock([text, text], max), name(text, max), prose(text, max), link('https://example.com/a', text, max), link(text, text, max)]) expectInert(made);
    }), { numRuns: 300 });
  });

  it('does not leave its code', () => {
    fc.assert(fc.property(hostileText(), (text) => {
      expect(code(text)).toMatch(/^`[^`\n]+`$/);
      const block = codeBlock([text, text]);
      expect(block.startsWith('```\n') && block.endsWith('\n```')).toBe(true);
      expect(block.slice(3, -3)).not.toContain('`');
      expect(block.split('\n')).toHaveLength(4);
    }), { numRuns: 300 });
  });

  it('neither formats, nor adds an emoji, nor a second label, outside code', () => {
    expect(name('*bold* _it_ ~no~ `c` a|b :tada: snake_case_name')).toBe('∗bold∗ ＿it＿ ∼no∼ \'c\' a∣b ：tada: snake_case_name');
  });

  it('is cut at a whole character, and says so', () => {
    expect(name('a'.repeat(50), 10)).toBe('aaaaaaaaa…');
    expect(name('😀'.repeat(50), 10)).toBe(`${'😀'.repeat(9)}…`);
    expect(name('😀'.repeat(10), 10)).toBe('😀'.repeat(10));
    expect(name('😀'.repeat(8), 10)).toBe('😀'.repeat(8));
    expect(code('  \n ')).toBe('`?`');
    expect(codeBlock(['x'.repeat(1_000)], 20)).toBe(`\`\`\`\n${'x'.repeat(19)}…\n\`\`\``);
    expect(codeBlock(Array.from({ length: 50 }, () => '<&>'.repeat(40))).length).toBeLessThan(2_900);
  });

  it('costs little, however long it is', () => {
    const log = '<!channel> '.repeat(3_000_000);
    expect(name(log).length).toBeLessThan(500);
    expect(prose(log).length).toBeLessThanOrEqual(2_500);
  });
});

describe('a link', () => {
  it('goes to a web page or nowhere', () => {
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'slack://open', 'file:///etc/passwd', 'mailto:a@b.c', '//evil.example', 'https://user:secret@evil.example/', 'https://github.com@evil.example/', '', 'no address', `https://example.com/${'a'.repeat(2_000)}`]) {
      expect(safeUrl(bad), bad).toBe(null);
      expect(link(bad, 'logs')).toBe('logs');
    }
    expect(link(null, 'logs')).toBe('logs');
  });

  it('keeps its address whole and in one piece', () => {
    expect(link('https://prow.k8s.io/a?b=1&c=|d>e f', 'logs')).toBe('<https://prow.k8s.io/a?b=1&amp;c=%7Cd%3Ee%20f|logs>');
    expect(link('https://example.com', 'a|b>c')).toBe('<https://example.com/|a∣b&gt;c>');
  });

  it('reads as words and an address in plain text', () => {
    expect(plain('<https://example.com/?a=1&amp;b=2|#4711> &lt;nil&gt; <https://x.example/>')).toBe('#4711 (https://example.com/?a=1&b=2) <nil> https://x.example/');
  });
});
