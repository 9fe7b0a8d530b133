import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, capped, clean, code, commitWords, link, plain, safeUrl, summaryWords, titleWords } from '../../../../src/delivery/github/render/inert.ts';
import { CORPUS, hostile } from './hostile.ts';
import { effects, read } from './reader.ts';

const NOTHING = { mentions: [], references: [], addresses: [] };
const invisible = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u;

describe('the reader of these tests', () => {
  it('sees a mention, a reference, an address and a tag where they are live', () => {
    const { prose, html } = read('Hi @octocat, fixes #12 and a/b#3 at https://x.example <b>now</b> &#64;org/team');
    expect(effects(prose)).toEqual({ mentions: ['octocat', 'org/team'], references: ['#12', '#3'], addresses: ['https://x.example'] });
    expect(html).toEqual(['<b>', '</b>']);
  });
  it('sees none in code', () => {
    expect(effects(read('`@octocat` ``a`#12`` \n\n```\n@octocat\n```').prose)).toEqual(NOTHING);
    expect(effects(read('```\nx\n```\n@octocat\n').prose).mentions).toEqual(['octocat']);
  });
});

describe.each([
  ['plain words', (text: string) => `before ${plain(text)} after`],
  ['code on a line', (text: string) => `- ${code(text)} after`],
  ['a block', (text: string) => `- x\n\n${block(text, '  ')}\n\nafter`],
  ['a link\'s words', (text: string) => `see ${link(plain(text), 'https://ok.example')} after`],
  ['a table cell', (text: string) => `| a | b |\n| --- | --- |\n| ${plain(text)} | ${link(plain(text), text)} |`],
  ['a title', (text: string) => titleWords(text)],
])('%s', (name, write) => {
  const harmless = (text: string): void => {
    const written = write(text);
    // A title is no Markdown: it is judged as it stands.
    const reading = name === 'a title' ? { ...read(''), prose: written } : read(written);
    if (name !== 'a title') {
      expect(reading.html, written).toEqual([]);
      expect(reading.openFence, written).toBe(false);
      expect(new Set(reading.cells).size, written).toBeLessThanOrEqual(1);
      expect(effects(reading.prose).addresses, written).toEqual([]);
    }
    expect(effects(reading.prose), written).toMatchObject({ mentions: [], references: [] });
    expect(written).not.toMatch(invisible);
    expect(written.isWellFormed()).toBe(true);
    if (written.endsWith('after')) expect(reading.prose.trimEnd().endsWith('after'), written).toBe(true);
  };

  it.each(CORPUS)('is harmless with %j', harmless);
  it('is harmless with any mixture', () => { fc.assert(fc.property(hostile(), harmless), { numRuns: 300 }); });
});

describe('what a reader sees', () => {
  it('keeps ordinary names as they are', () => {
    for (const name of ['[sig-node] Pods should be restarted', 'k8s.io/kubernetes/pkg/kubelet TestPodWorkers/a|b', 'golang.org/x/net@v0.1.0', 'a < b && c > d']) {
      expect(code(name)).toBe(`\`${name}\``);
    }
    expect(read(plain('ci-kubernetes_e2e [slow] <arm>')).prose).toBe('ci-kubernetes_e2e [slow] <arm>');
  });

  it('gives a block a fence that is longer than any inside', () => {
    expect(block('a\n````\nb')).toBe('`````text\na\n````\nb\n`````');
  });

  it('breaks what would call or close even inside code', () => {
    expect(code('@octocat fixes #12')).toBe('`@\u200Boctocat fixes #\u200B12`');
  });

  it('reads a summary as it was written', () => {
    expect(summaryWords('[sig-node] `x` <b> #12 & www.evil.example')).toBe('&#91;sig-node&#93; &#96;x&#96; &lt;b&gt; #\u200B12 &amp; www\u200B.evil.example');
  });

  it('breaks addresses and references after whatever GitHub takes for a beginning', () => {
    for (const before of ['', ' ', '_', '*', '~', '(', 'é']) {
      expect(plain(`x${before}www.evil.example`)).not.toContain('www.evil');
      expect(plain(`x${before}GH-12`)).not.toContain('GH-12');
    }
  });

  it('holds nothing that nobody sees, and no heap of marks', () => {
    expect([clean('a\u3164\u115f\u2800\ufe0f\u{e0100}b'), code('\u3164\u2800'), clean(`Z${'\u0301'.repeat(500)}`)]).toEqual(['ab', '`(no name)`', `Z${'\u0301'.repeat(8)}`]);
  });

  it('says how much of a message was left out', () => {
    expect(block(Array.from({ length: 25 }, (_, i) => `line ${i}`).join('\n')).split('\n').slice(-3)).toEqual(['line 19', '… 5 more lines', '```']);
    expect(block('x'.repeat(2_000)).length).toBeLessThan(1_520);
  });

  it('cuts by characters and not through one', () => {
    expect(capped('\ud83d\ude00'.repeat(5), 3)).toBe('\ud83d\ude00\ud83d\ude00…');
    expect([...code('\ud83d\ude00'.repeat(400))].length).toBe(302);
  });

  it('removes terminal escapes with what they say to a terminal', () => {
    expect(clean('\u001b[31mred\u001b[0m\r\nnext\u0000')).toBe('red\nnext');
  });

  it('is quick with text made to be slow', () => {
    const slow = ['fix'.repeat(30_000), `close ${':'.repeat(90_000)}`, '@'.repeat(100_000), '`'.repeat(100_000), '\u001b['.repeat(50_000), ' '.repeat(100_000)];
    for (const text of slow) expect(block(text).length + code(text).length + plain(text).length).toBeLessThan(10_000);
  });

  it('is quick with whole files, whatever they hold', () => {
    // Each of these took half a minute while what ends a text was looked for from every place in it.
    const began = performance.now();
    for (const text of [`${' '.repeat(99_000)}x`, `${'\n'.repeat(99_000)}x`, 'fix:'.repeat(25_000)]) expect(block(text, '', { lines: 5_000, characters: 99_000 })).toContain('```text\n');
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a commit\'s message', () => {
  it.each(['[skip ci]', '[ci skip]', '[CI Skip]', '[no ci]', '[skip actions]', '[actions skip]', '[skip travis]', '***NO_CI***', 'skip-checks: true', 'fixes https://github.com/demo/demo/issues/1', 'closes https://github.example/a/b/pull/2', 'Co-authored-by: x <x@example.org>', 'Signed-off-by: x <x@example.org>', 'Reviewed-by: x', 'Reported-and-tested-by: x', 'fixes demo/demo#1', '@octocat', 'GH-1'])('tells nobody anything by %j', (text) => {
    const written = commitWords(text, 500);
    expect(written).not.toBe(text);
    expect(written.replaceAll('\u200b', '')).toBe(text);
    expect(written).not.toMatch(/\[(?:skip|ci|no|actions)|NO_CI|skip-checks|-by:|:\/\/\S*\/(?:issues|pull)\/|#\d|@\w|GH-\d/i);
  });

  it('keeps every other word and address', () => {
    for (const text of ['Move linux/s390x from step 2 to 1', 'see https://testgrid.example/a#b and [sig-node]', 'no ci runs there; skip it', 'Decided by ana in demo/demo, stand-by: none']) expect(commitWords(text, 500)).toBe(text);
  });
});

describe('addresses', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://x.example', '//x.example', 'not one', '', 'https://user:secret@x.example/', 'https://github.com/kubernetes/kubernetes/issues/12', 'https://github.com/a/b/pull/3', 'https://x.example/\u202e', `https://x.example/${'a'.repeat(3_000)}`])('refuses %j', (url) => {
    expect(safeUrl(url)).toBeNull();
    expect(link('words', url)).toBe('words');
  });

  it('encodes what would end the link or the cell', () => {
    expect(safeUrl('https://x.example/a(b)|c`d@e"f\'g h<i>')).toBe('https://x.example/a%28b%29%7Cc%60d%40e%22f%27g%20h%3Ci%3E');
  });

  it('keeps the addresses of CI as they are', () => {
    for (const url of ['https://testgrid.k8s.io/ibm-s390x-k8s#ci-kubernetes-unit-s390x&width=20', 'https://prow.k8s.io/view/gs/kubernetes-jenkins/logs/ci_e2e/1850', 'https://github.com/a/b/actions/runs/12']) expect(safeUrl(url)).toBe(url);
  });
});
