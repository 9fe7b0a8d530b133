import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLines, newCommandLines, onceEach } from '../../../src/delivery/github/command-lines.ts';
import { inlineSpans } from '../../../src/delivery/github/inline-spans.ts';

describe('the command lines of a comment', () => {
  it.each<[string, string, string[]]>([
    ['the only line', '/arch ack', ['/arch ack']],
    ['a line among prose', 'I look at it.\n/arch ack\nThanks', ['/arch ack']],
    ['several, in their order', '/arch ack\nand\n\n/arch snooze 3d waiting for the fix', ['/arch ack', '/arch snooze 3d waiting for the fix']],
    ['any letter case', '/ARCH Ack', ['/ARCH Ack']],
    ['lines that end as Windows ends them', 'hello\r\n/arch ack\r\n\r\n/arch unack\r\n', ['/arch ack', '/arch unack']],
    ['lines that end with a carriage return alone', 'hello\r/arch ack', ['/arch ack']],
    ['up to three spaces before it, and any behind', '   /arch ack  \n', ['/arch ack']],
    ['the command alone, which asks for help', '/arch', ['/arch']],
    ['a text that begins with a byte order mark', '\uFEFF/arch ack', ['/arch ack']],
    ['a text with a NUL', 'a\0b\n/arch ack', ['/arch ack']],
    ['names whose characters mean something to Markdown', '/arch mute *e2e*_s390x_[1] 3d a &amp; b \\*', ['/arch mute *e2e*_s390x_[1] 3d a &amp; b \\*']],
    ['a line that a backslash breaks', '/arch ack\\\n/arch unack\\', ['/arch ack', '/arch unack\\']],
    ['a line that two spaces break', '/arch ack  \nhello', ['/arch ack']],
    ['a line with code in it', '/arch attempt reverted `abc`', ['/arch attempt reverted `abc`']],
    ['a line without the HTML comments in it', '/arch ack<!-- mine --> <!-- /arch unack -->', ['/arch ack']],
    ['a line whose comment goes on in the next', '/arch ack <!-- not\n/arch unack --> x', ['/arch ack']],
    ['a placeholder that looks like a tag', '/arch link <code>\n\n/arch ack', ['/arch link <code>', '/arch ack']],
    ['a line under a heading', '# Status\n/arch ack', ['/arch ack']],
    ['a line with a rule under it, which Markdown takes for a heading', '/arch ack\n---\nbecause', ['/arch ack']],
    ['a line at the margin after a list', '- one\n- two\n/arch ack', ['/arch ack']],
    ['a line right under a table', 'a | b\n--|--\n1 | 2\n/arch ack', ['/arch ack']],
    ['a line right under a pasted image', '<img width="5" src="https://example.org/a.png" />\n/arch ack', ['/arch ack']],
    ['a line after a quote and a blank line', '> yes\n\n/arch ack', ['/arch ack']],
    ['a line after a fence that was closed', '```\nlog\n```\n/arch ack', ['/arch ack']],
    ['a line after an HTML comment', '<!-- template\n/arch no\n-->\n/arch ack', ['/arch ack']],
    ['a line after folded details', '<details>\n\n/arch no\n\n</details>\n\n/arch ack', ['/arch ack']],
    ['a line right under the end of folded details', '<details><summary>log</summary>\n\n```\n/arch no\n```\n\n</details>\n/arch ack', ['/arch ack']],
    ['a line right under an element', '<details><summary>log</summary>/arch no</details> <!-- x\n/arch no\n-->\nThat is the log.\n/arch ack\n\n<p align="center">x</p>\n/arch unack', ['/arch ack', '/arch unack']],
    ['a line after a formula', '$$\na\n$$\n/arch ack\n\n$$\n\nb\n\n$$\n\n/arch unack', ['/arch ack', '/arch unack']],
    ['a line after dollars that enclose nothing', 'It costs $$ a lot\n/arch ack\n\nand $$ or \\$$\n\n$$\n/arch unack', ['/arch ack', '/arch unack']],
    ['a line before a signature', '/arch ack\n-- \nJohn', ['/arch ack']],
    ['a line before a quoted mail', '/arch ack\n\nOn Tue, 18 Nov 2025 at 14:10, Olga <olga@example.org> wrote:\n> /arch unack', ['/arch ack']],
  ])('are %s', (_what, markdown, expected) => {
    expect(commandLines(markdown)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['in a fence', '```\n/arch approve\n```'],
    ['in a fence of tildes that is never closed', '~~~\n/arch approve'],
    ['in a fence of a list item', '- x\n  ```\n  /arch approve\n  ```'],
    ['indented by four spaces', '    /arch approve'],
    ['indented by a tab', '\t/arch approve'],
    ['indented by four spaces behind a line', 'so:\n    /arch approve'],
    ['in code within a line', '`/arch approve`'],
    ['in code over several lines', 'see `this\n/arch approve\n` there'],
    ['in a quote', '> /arch approve'],
    ['in a quote that goes on without its mark', '> somebody wrote\n/arch approve'],
    ['in a quote within a quote, unmarked', '> a\n>> b\n/arch approve'],
    ['in a quote in a list', '- > a\n/arch approve'],
    ['in an HTML comment', '<!-- /arch approve -->'],
    ['in an HTML comment of several lines', '<!--\n\n/arch approve\n\n-->'],
    ['in an HTML comment that is never closed', '<!--\n/arch approve'],
    ['in an HTML comment that begins within a line', 'Describe it. <!-- such as\n/arch approve\n-->'],
    ['in an HTML comment that begins within a line and goes on over blank ones', 'Describe it. <!-- such as\n\n/arch approve\n\n-->\nThanks'],
    ['behind an HTML comment on its line', '<!-- x -->/arch approve'],
    ['in a formula', '$$\n/arch approve\n$$'],
    ['in a formula that begins and ends within a line', 'so $$ a\n/arch approve\nb $$ holds'],
    ['in a formula that goes on over blank lines', 'Let\n\n$$\n\n/arch approve\n\n$$\n\nthen'],
    ['in raw HTML', '<div>\n/arch approve\n</div>'],
    ['in raw HTML that is never closed', '<div>\n/arch approve'],
    ['under the end of an element within one that goes on', '<details>\n\n<p>x</p>\n/arch approve\n\n</details>'],
    ['under the end of an element, in what is meant as code', '</details>\n```\n/arch approve\n\n```'],
    ['under the end of an element, in what is meant as a quote', '</details>\n> x\n/arch approve'],
    ['under the end of an element, in the tail of a mail', '</details>\nOn Tue, 18 Nov 2025 at 14:10, Olga <olga@example.org> wrote:\n/arch approve'],
    ['under the end of an element, in an attribute', '<p>x</p><p title="\n/arch approve\n'],
    ['in an HTML quote with blank lines', '<blockquote>\n\n/arch approve\n\n</blockquote>'],
    ['in folded details with blank lines', '<details><summary>log</summary>\n\n/arch approve\n\n</details>'],
    ['in details that begin within a line', 'the log: <details>\n\n/arch approve\n\n</details>'],
    ['in a pre element', '<pre>\n\n/arch approve\n\n</pre>'],
    ['in a code element', 'type <code>\n/arch approve\n</code> then'],
    ['in a script element', '<script>\n\n/arch approve\n</script>'],
    ['in an attribute of an element', 'an <a title="\n/arch approve\n">x</a>'],
    ['in the title of a link', '[x](https://example.org "\n/arch approve\n")'],
    ['in the text of an image', '![x\n/arch approve\n](https://example.org/x.png)'],
    ['in the title of a reference', '[x]: https://example.org "\n/arch approve\n"'],
    ['in a table cell', 'a | b\n--|--\n/arch approve | x'],
    ['in a list item', '- /arch approve'],
    ['in a numbered item, indented', '1. then\n   /arch approve'],
    ['in a heading with its mark', '# /arch approve'],
    ['not at the start of a line', 'please /arch approve'],
    ['behind a zero-width space', '\u200B/arch approve'],
    ['behind a byte order mark in the middle', 'x\n\uFEFF/arch approve'],
    ['behind a non-breaking space', '\u00A0/arch approve'],
    ['behind a backslash', '\\/arch approve'],
    ['as a longer word', '/architecture approve\n/arch-approve\n/archapprove'],
    ['after a line separator that is none to Markdown', 'x\u2028/arch approve'],
    ['after a signature', 'Thanks\n\n-- \nJohn\n\n/arch approve'],
    ['under an attribution', 'No.\n\nOn Tue, 18 Nov 2025 at 14:10, Olga <olga@example.org> wrote:\n\n/arch approve'],
    ['under an attribution over two lines', 'No.\n\nOn Tue, 18 Nov 2025 at 14:10, Olga\n<olga@example.org> wrote:\n/arch approve'],
    ['under an attribution in German', 'Nein.\n\nAm 18.11.2025 um 14:10 schrieb Olga <olga@example.org>:\n\n/arch approve'],
    ['under an attribution, after what it quotes', 'On Tue, 18 Nov 2025, Olga wrote:\n> x\n\n/arch approve'],
    ['under the line of an original message', 'No.\n\n-----Original Message-----\n\n/arch approve'],
    ['under the line of a forwarded message', 'fyi\n\n---------- Forwarded message ---------\n\n/arch approve'],
    ['in a message that was forwarded by Mail', 'fyi\n\nBegin forwarded message:\n\n/arch approve'],
    ['under the headers that Outlook writes', 'No.\n\nFrom: Olga <olga@example.org>\nSent: Tuesday\nTo: Ivan\n\n/arch approve'],
    ['under bold headers behind a rule', 'No.\n________________________________\n**From:** Olga\n**Sent:** Tuesday\n\n/arch approve'],
    ['under an attribution that is set in, as Yahoo sends it', 'No.\n\n    On Tuesday, November 18, 2025 at 02:10:00 PM GMT+1, Olga <notifications@github.com> wrote:  \n \n /arch approve'],
    ['under Outlook\'s headers in Japanese', 'No.\n\n________________________________\n差出人: Olga <notifications@github.com>\n送信日時: 2025年11月18日 14:10\n宛先: x\n\n/arch approve'],
    ['under Outlook\'s headers in Chinese, with its own colon', 'No.\n\n发件人： Olga <notifications@github.com>\n发送时间： 2025年11月18日 14:10\n\n/arch approve'],
    ['under Outlook\'s headers in Polish', 'No.\n\nOd: Olga <notifications@github.com>\nWysłano: wtorek, 18 listopada 2025\nDo: x\n\n/arch approve'],
    ['under the foot of a notification', 'No.\n\n—\nReply to this email directly, view it on GitHub\n/arch approve'],
    ['in nothing', ''],
  ])('are none %s', (_what, markdown) => {
    expect(commandLines(markdown)).toEqual([]);
  });

  it.each([
    ['two dashes that underline a heading', 'Status\n--\n\n/arch ack'],
    ['code that is set in', 'The log:\n\n    From: nobody on 1 wrote x\n\n/arch ack'],
    ['prose that begins like an attribution', 'On that topic Ivan wrote:\n\n/arch ack'],
    ['a word that begins like a header', 'From: the logs\nit is flaky\n\n/arch ack'],
    ['an opening of a comment that nothing closes', 'use <!-- for comments\n\n/arch ack'],
    ['an opening of a comment in code', 'use `<!--` for comments\n\n/arch ack\n\nand `-->`'],
    ['a tag that nothing closes', 'the <s> flag\n/arch ack'],
    ['more quotes in one another than anybody writes', `${'>'.repeat(300)} x\n\n/arch ack`],
  ])('are found after %s', (_what, markdown) => {
    expect(commandLines(markdown)).toEqual(['/arch ack']);
  });
});

describe('what is no plain text in a paragraph', () => {
  it('is found where it stands in the source', () => {
    const text = 'a `b\nc` <!-- d --> [e](f) ![g](h) \\`i *j* &amp;';
    expect(inlineSpans(text).map((s) => [s.rule, text.slice(s.from, s.to)])).toEqual([
      ['backticks', '`b\nc`'], ['html_inline', '<!-- d -->'], ['link', '[e](f)'], ['image', '![g](h)'],
    ]);
  });
  it('is no backquote without its other half', () => {
    expect(inlineSpans('a ` b')).toEqual([]);
  });
});

describe('lines that are said at once', () => {
  it('count once each, whatever their white space', () => {
    expect(onceEach(['/arch ack', '/arch attempt a  b', '/arch  ack', '/arch attempt a b', '/arch ACK'])).toEqual(['/arch ack', '/arch attempt a  b', '/arch ACK']);
  });
});

describe('an edited comment', () => {
  it.each<[string, string, string, string[]]>([
    ['only the lines that are new', '/arch ack\nhm', '/arch ack\nhm\n/arch snooze 3d', ['/arch snooze 3d']],
    ['nothing where the words around it changed', '/arch ack', 'I look.\n\n/arch ack\n\nLater.', []],
    ['nothing where lines changed places', '/arch ack\n/arch recheck', '/arch recheck\n/arch ack', []],
    ['nothing where a line was taken away', '/arch ack\n/arch recheck', '/arch recheck', []],
    ['nothing where white space alone changed', '/arch  ack', '   /arch ack  ', []],
    ['a line that is there once more', '/arch recheck', '/arch recheck\n/arch recheck', ['/arch recheck']],
    ['a line that was in a quote before', '> /arch ack', '/arch ack', ['/arch ack']],
    ['a line whose reason changed', '/arch infra disk', '/arch infra network', ['/arch infra network']],
  ])('runs %s', (_what, before, after, expected) => {
    expect(newCommandLines(before, after)).toEqual(expected);
  });
});

/** Pieces that Markdown does something with, and commands. */
const PIECES = ['/arch ack', '/arch', '`', '```', '~~~', '$', '$$', '\n$$\n', '>', '> ', '- ', '1. ', '    ', '\t', '<!--', '-->', '<details>', '</details>', '<code>', '</code>', '<b', '[', '](', ')', '![',
  '"', '|', '-|-', '---', '-- ', '===', '#', '\\', '*', '_', '\n', '\r\n', '\n\n', '\0', '\uFEFF', '\u200B', '\uD83D', 'On 1 wrote:', 'From: x', 'Sent: y', 'a', ' '];
const soup = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 }).map((p) => p.join(''));
/** Paragraphs that leave nothing open behind them. */
const prose = fc.array(fc.stringMatching(/^[A-Za-z0-9 .,;:!?()'"/@#%&+=~^$*_{}\]-]{1,40}$/).filter((p) => !/^(?:--|~~~|\$\$)/.test(p)), { maxLength: 4 });

describe('whatever a comment holds', () => {
  it('is read without an exception, and gives lines that begin with the command', () => {
    fc.assert(fc.property(soup, soup, (before, after) => {
      const lines = [...commandLines(after), ...newCommandLines(before, after)];
      expect(lines.filter((l) => !/^\/arch(?!\S)/i.test(l) || /[\r\n]/.test(l))).toEqual([]);
    }), { numRuns: 1_500 });
  });

  it('hides no command that stands by itself among paragraphs', () => {
    fc.assert(fc.property(prose, prose, (before, after) => {
      expect(commandLines([...before, '/arch ack', ...after].join('\n\n'))).toContain('/arch ack');
    }), { numRuns: 300 });
  });

  it.each<[string, (inner: string) => string]>([
    ['a fence', (x) => `\`\`\`\`\`\n${x}\n\`\`\`\`\``],
    ['an indent', (x) => `    ${x.replaceAll('\n', '\n    ')}`],
    ['a quote', (x) => `> ${x.replaceAll('\n', '\n> ')}`],
    ['an HTML comment', (x) => `<!--\n${x}\n-->`],
    ['a formula', (x) => `$$\n${x.replaceAll('$', '')}\n$$`],
    ['details', (x) => `<details>\n\n${x}\n\n</details>`],
    ['a mail', (x) => `On 18 Nov 2025, Olga wrote:\n\n${x}`],
  ])('runs nothing that is inside %s', (_what, wrap) => {
    fc.assert(fc.property(prose, prose, prose, (before, around, after) => {
      const inner = [...around, '/arch approve', ...around].join('\n\n');
      expect(commandLines([...before, wrap(inner), ...after].join('\n\n'))).not.toContain('/arch approve');
    }), { numRuns: 60 });
  });
});

describe('a comment of 64 KiB that was made to take long', () => {
  const SIZE = 65_536;
  const full = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
  it.each(['[', '![', '[a](<b', '<!--', 'a <!--\n\n', '<a b="', '<![CDATA[', '<code>', '</code>', '`a', '>', '- ', '> - ', 'a|b\n-|-\n', '[a]: b\n', '<details>\n\n', '\\', 'On 1 ', 'On 1 a\n',
    'From: a\n', '/arch `a`\n', '/arch <code>\n', '/arch <!-- x -->', '/arch <!-- x -->\n', '/arch a\\\n', '- /arch\n/arch a\n', '<img>\n', '$$', '$$ $', '$$\n\n', '$$ a\n\n', '$`$$`', '</p>\n/arch a\n', '</p><a "', '</p>\n\n'])('is read all the same: %j', (piece) => {
    expect(commandLines(`/arch first\n\n${full(piece)}`)[0]).toBe('/arch first');
  });
});
