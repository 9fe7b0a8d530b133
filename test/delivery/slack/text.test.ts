import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrongBlocks } from '../../../demo/stand-ins/slack/validate.ts';
import { bullets, coded, says, type Block, type Text } from '../../../src/domain/text.ts';
import type { Rendering } from '../../../src/delivery/slack/blocks.ts';
import { renderText } from '../../../src/delivery/slack/text.ts';
import { hostileText, tokens } from './hostile.ts';

/** What the blocks show, in Slack's markup. */
const shownIn = (r: Rendering): string => r.blocks.map((b) => b.type === 'section' ? b.text?.text ?? '' : '').join('\n\n');
const shown = (...text: Block[]): string => shownIn(renderText(text));
const lines = (n: number, word = 'line'): string => Array.from({ length: n }, (_, i) => `${word} ${i + 1}`).join('\n');

describe('a text in Slack', () => {
  it('shows paragraphs, code, bold and links, with an empty line between the paragraphs', () => {
    expect(shown(says({ bold: 'Muted' }, ': ', coded('ci-e2e'), ' until Fri, see ', { words: '#12', link: 'https://github.com/a/b/issues/12' }, '.'), says('Nothing else changed.')))
      .toBe('*Muted*: `ci-e2e` until Fri, see <https://github.com/a/b/issues/12|#12>.\n\nNothing else changed.');
  });

  it('calls nobody: whoever is mentioned stands in code style', () => {
    expect(shown(says({ mention: '@kubernetes/release-signal' }, ', please look.'))).toBe('`kubernetes/release-signal`, please look.');
  });

  it('shows a link that leads nowhere as its words', () => {
    expect(shown(says('see ', { words: 'the log', link: 'javascript:alert(1)' }, '.'))).toBe('see the log.');
  });

  it('puts nothing together that stood beside each other', () => {
    expect(shown(says('@', 'here', ' :', 'tada', ': @', { words: 'channel', link: 'nowhere' }))).toBe('＠here ：tada: ＠channel');
  });

  it('takes no mark in plain words for its own', () => {
    expect(shown(says('> *a* `b` _c_ <@U1> & :tada: at 10:20:30'))).toBe("＞ ∗a∗ 'b' ＿c＿ &lt;@U1&gt; &amp; ：tada: at 10:20:30");
  });

  it('shows a list as lines', () => {
    expect(shown(says('Open:'), bullets([coded('e2e'), ' fails'], ['unit passes']))).toBe('Open:\n\n• `e2e` fails\n• unit passes');
  });

  it('keeps code as it stands', () => {
    expect(shown({ kind: 'code', language: 'diff', text: '- a:   1\n+ a:   2\n\tb: <&>\n          deep' })).toBe('```\n- a:   1\n+ a:   2\n  b: &lt;&amp;&gt;\n          deep\n```');
  });

  it('aligns a table that fits on a phone', () => {
    expect(shown({ kind: 'table', head: ['run', 'result'], rows: [[['1021'], ['failed']], [[{ code: '1020' }], ['pass']]] }))
      .toBe('```\nrun   result\n1021  failed\n1020  pass\n```');
  });

  it('tells a wider table, or one with links, row by row, each cell with its column\'s name', () => {
    const head = ['platform', 'step', 'health', 'owners', 'issue'];
    const open = [[{ bold: 'linux/s390x' }], [{ code: 'open e2e' }, ' is muted until Tue']];
    expect(shown({ kind: 'table', head: ['platform', 'open'], rows: [open, [['windows/amd64 with a name that no phone has room for'], ['#4']]] })).toContain('• *linux/s390x*: open: `open e2e` is muted until Tue\n');
    const row = [[{ bold: 'linux/s390x' }], ['2'], ['failing'], [], [{ words: '#4711', link: 'https://github.com/a/b/issues/4711' }]];
    expect(shown({ kind: 'table', head, rows: [row, [['linux/arm64'], ['3'], ['passing'], ['–'], ['']]] }))
      .toBe('• *linux/s390x*: step 2 · health failing · issue <https://github.com/a/b/issues/4711|#4711>\n• linux/arm64: step 3 · health passing');
  });

  it('shows the beginning of what is folded away elsewhere, and how much more there is', () => {
    const text = shown({ kind: 'details', summary: 'Failing tests', blocks: [{ kind: 'code', language: '', text: lines(30) }] });
    expect(text).toBe(`*Failing tests*\n\`\`\`\n${lines(8)}\n\`\`\`\n… 22 more lines are left out here.`);
    expect(shown({ kind: 'details', summary: 'Who', blocks: [says('olga and pia')] })).toBe('*Who*\nolga and pia');
    expect(shown({ kind: 'details', summary: 'All', blocks: [bullets(...Array.from({ length: 12 }, (_, i) => [`item ${i}`]))] })).toMatch(/item 7\n… 4 more lines are left out here\.$/);
  });

  it('cuts long code with a word', () => {
    expect(shown({ kind: 'code', language: '', text: lines(50) })).toMatch(/line 40\n```\n… 10 more lines are left out here\.$/);
  });

  it('says how much of a text that is too long was left out, in the blocks and in the notification', () => {
    const text: Text = [says('First.'), bullets(...Array.from({ length: 900 }, (_, i) => [`platform ${i} is failing since Tuesday`]))];
    const r = renderText(text);
    const all = shownIn(r);
    const kept = (all.match(/^•/gm) ?? []).length;
    expect(all).toMatch(new RegExp(`… ${900 - kept} more lines are left out here\\.$`));
    expect(all.length).toBeLessThan(11_000);
    expect(r.text).toMatch(/^First\.\n\n• platform 0 [^]*… \d+ more lines are left out here\.$/);
    expect(r.text.length).toBeLessThanOrEqual(3_400);
  });

  it('says something where there is nothing', () => {
    expect(renderText([])).toMatchObject({ text: '(nothing)', blocks: [{ text: { text: '(nothing)' } }] });
    expect(renderText([says(''), bullets()]).text).toBe('(nothing)');
  });

  const spans = fc.array(fc.oneof(
    hostileText(), hostileText().map((code) => ({ code })), hostileText().map((bold) => ({ bold })), hostileText().map((mention) => ({ mention })),
    fc.tuple(hostileText(), hostileText()).map(([words, link]) => ({ words, link })),
  ), { maxLength: 6 });
  const flat: fc.Arbitrary<Block> = fc.oneof(
    spans.map((s): Block => ({ kind: 'paragraph', spans: s })), fc.array(spans, { maxLength: 5 }).map((items): Block => ({ kind: 'list', items })),
    fc.record({ head: fc.array(hostileText(), { maxLength: 4 }), rows: fc.array(fc.array(spans, { maxLength: 4 }), { maxLength: 5 }) }).map((t): Block => ({ kind: 'table', ...t })),
    hostileText().map((text): Block => ({ kind: 'code', text, language: '' })),
  );
  const block = fc.oneof(flat, fc.tuple(hostileText(), fc.array(flat, { maxLength: 3 })).map(([summary, blocks]): Block => ({ kind: 'details', summary, blocks })));

  it('can be sent and acts on nothing, whatever it is made of', () => {
    fc.assert(fc.property(fc.array(block, { maxLength: 8 }), (text) => {
      const r = renderText(text);
      expect(wrongBlocks(r.blocks)).toEqual([]);
      expect(r.text.length).toBeLessThanOrEqual(3_500);
      for (const markup of [...r.blocks.map((b) => b.type === 'section' ? b.text?.text ?? '' : ''), r.text]) {
        for (const token of tokens(markup)) expect(token).toMatch(/^<https?:[^<>|\s]+(\|[^<>|\n]+)?>$/);
        expect(markup.replace(/<https?:[^<>]*>/g, '')).not.toMatch(/[<>]/);
        expect(markup).not.toMatch(/&(?!amp;|lt;|gt;)/);
        expect(markup).not.toMatch(/@(here|channel|everyone|group)\b/i);
        expect(markup).not.toMatch(/[\p{Cf}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/u);
        expect(markup.isWellFormed()).toBe(true);
        expect((markup.match(/```/g) ?? []).length % 2).toBe(0);
      }
    }), { numRuns: 120 });
  });
});
