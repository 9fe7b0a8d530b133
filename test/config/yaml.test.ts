import { describe, expect, it } from 'vitest';
import { LEAST, mistakes, plus, valid } from './given.ts';

describe('a text that is no YAML', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a tab', 'version: 1\nsources:\n\tgrid: 1\n', 'p.yml:3:1: (file): a tab indents this line; YAML takes spaces only'],
    ['an unquoted @', 'version: 1\nowners: [@octo/s390x, @b]\n', 'p.yml:2:10: (file): a value cannot begin with @ in YAML; put it in quotes: "@octo/s390x"'],
    ['two keys on one line', 'version: 1\nproject: demo: x\n', 'p.yml:2:10: (file): two "key: value" in one place; put the second on a line of its own, in the column of the first, or quote a value that holds ": "'],
    ['a tag', 'version: !code 1\n', 'p.yml:1:10: (file): tags (!name) are not used in this file: unresolved tag: !code'],
    ['an unknown alias', 'version: *one\nproject: &one x\n', 'p.yml:1:10: version: nothing before this is named &one; an alias (*name) repeats what was named earlier in the file'],
    ['an open quote', 'version: "1\nproject: demo\n', 'p.yml:1:10: (file): the quote that opens here is never closed'],
    ['a channel without quotes, whose closing bracket is a comment with it', 'slack:\n  channels: { incidents: "#a", tiers: #b, proposals: "#c" } # note\n\n# then\nreport: 1\n', 'p.yml:2:39: (file): an unquoted # begins a comment in YAML, and with it the bracket that should close is gone; put the value in quotes: "#b"'],
    ['a bracket that is not closed, beside a comment', 'slack:\n  channels: { incidents: "#a", # note\nreport: 1\n', 'p.yml:3:1: (file): this line is not indented like its neighbours; list items and keys of one mapping stand in one column'],
    ['a key without a colon', 'version: 1\nproject\nrepo: a/b\n', 'p.yml:2:1: (file): this reads as a key that runs over several lines; a colon, a quote or a dash is missing here or on the line before'],
    ['a crooked line', 'sources:\n    grid: 1\n  prow: 2\n', 'p.yml:3:1: (file): this line is not indented like its neighbours; list items and keys of one mapping stand in one column'],
  ];
  for (const [words, text, first] of cases) it(`is told of ${words}`, () => { expect(mistakes(text)[0]).toBe(first); });

  it('is told of the first of any number of brackets that a comment leaves open', () => {
    const found = mistakes(`version: 1\n${'a: [ #a\n'.repeat(30_000)}`);
    expect(found).toHaveLength(20);
    expect(found[0]).toContain('p.yml:2:6: (file): an unquoted # begins a comment in YAML');
  });

  it('is told of several at once, and of no more than help', () => {
    expect(mistakes('a: @x\nb: `y\nc: @z\n')).toEqual([
      'p.yml:1:4: (file): a value cannot begin with @ in YAML; put it in quotes: "@x"',
      'p.yml:2:4: (file): a value cannot begin with ` in YAML; put it in quotes: "`y"',
      'p.yml:3:4: (file): a value cannot begin with @ in YAML; put it in quotes: "@z"',
    ]);
    expect(mistakes('[]'.repeat(100_000))).toHaveLength(20);
  });
});

describe('a text that is no configuration', () => {
  it('is told what it is', () => {
    const example = 'begin from a copy of config/examples/kubernetes.yml';
    for (const empty of ['', '\n\n', '# only this\n', '~', '---\n']) expect([empty, mistakes(empty)]).toEqual([empty, [`p.yml:1:1: (file): the file is empty; ${example}`]]);
    expect(mistakes('\n- a\n')).toEqual([`p.yml:2:1: (file): expected a mapping that begins with \`version: 1\`; found a list; ${example}`]);
    expect(mistakes('hello')).toEqual([`p.yml:1:1: (file): expected a mapping that begins with \`version: 1\`; found "hello"; ${example}`]);
  });

  it('is told that it is two', () => {
    expect(mistakes(`${LEAST}---\n${LEAST}`)).toEqual(['p.yml:13:1: (file): a second document begins here (after ---); one file describes one project, so put it in a file of its own']);
  });

  it('is told that it is no text', () => {
    expect(mistakes('version: 1\nab\u0000c')).toEqual(['p.yml:2:3: (file): this is not UTF-8 text: a character stands here that no text has; save the file as UTF-8']);
    expect(mistakes('\uFFFDELF')).toEqual(['p.yml:1:1: (file): this is not UTF-8 text: a character stands here that no text has; save the file as UTF-8']);
    expect(mistakes('version: "\uD800"')).toHaveLength(1);
  });

  it('is told of a line end of an old Mac, behind which a comment would hide what editors show as a line', () => {
    const told = (at: string): string[] => [`p.yml:${at}: (file): the line ends here as on an old Mac (CR alone), which is not read as a line end; save the file with the line ends of Unix or Windows`];
    expect(mistakes('# ours\rversion: 1\r')).toEqual(told('1:7'));
    expect(mistakes(LEAST.replace('\n', ' # the first\r'))).toEqual(told(`1:${LEAST.indexOf('\n') + 13}`));
    expect(mistakes(LEAST.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  it('is told that it is too long', () => {
    expect(mistakes(`${LEAST}#${'x'.repeat(2 ** 20)}`)).toEqual(['p.yml:1:1: (file): the file has 1,048,846 bytes; a configuration may have 1,048,576 (1 MiB)']);
    expect(mistakes(`${LEAST}# ${'é'.repeat(500_000)}`)).toEqual([]);
  });
});

describe('a text with more than any configuration has', () => {
  const foreign = { foreign: true };

  it('is told that it is too long for a file of others', () => {
    const long = `${LEAST}#${'x'.repeat(2 ** 18 - Buffer.byteLength(LEAST))}`;
    expect(mistakes(long)).toEqual([]);
    expect(mistakes(long, foreign)).toEqual(['p.yml:1:1: (file): the file has 262,145 bytes; a configuration may have 262,144 (256 KiB)']);
    expect(mistakes(long, { origin: 'repository' })).toEqual(mistakes(long, foreign));
  });

  it('is told where the values become too many, however few of them have a name', () => {
    const told = (text: string): string[] => mistakes(text, foreign).map((line) => line.replace(/^p\.yml:\d+:\d+: /, ''));
    const many = 'more than 25,000 values in one file, counting what an alias (*name) repeats; no configuration needs that';
    expect(told(plus(`x: [${'1,'.repeat(30_000)}]`))).toEqual([expect.stringMatching(/^x\[\d+\]: /)]);
    expect(told(plus(`x: [${'1,'.repeat(30_000)}]`))[0]).toContain(many);
    expect(told(plus(`x: &x [${'1,'.repeat(1_000)}]\n${Array.from({ length: 30 }, (_, i) => `y${i}: *x\n`).join('')}`))).toEqual([`y23: ${many}`]);
    expect(told(plus(Array.from({ length: 40_000 }, () => 'a: 1\n').join('')))).toHaveLength(201);
  });

  it('is told in one sentence, where the validator has more to say than it can hold', () => {
    expect(mistakes(LEAST.replace(/jobs:[^]*/, `jobs: [${'{},'.repeat(180_000)}]\n`))).toEqual(['p.yml:1:1: (file): more is wrong here than can be told one by one; begin from a copy of config/examples/kubernetes.yml']);
  });

  it('has no list of patterns that is longer than anybody reads, since each is held against each', () => {
    expect(mistakes(LEAST.replace('    jobs:', `    checks: [${'"a*",'.repeat(101)}]\n    jobs:`))).toEqual(['p.yml:11:13: platforms.linux/s390x.checks: expected at most 100 entries']);
    const step = (field: string): string => plus(`ladder: { steps: [{ step: 2, name: x, ${field}: [${Array.from({ length: 101 }, (_, i) => `a${i}`).join(', ')}] }] }`);
    for (const field of ['branches', 'components']) expect(mistakes(step(field))).toEqual([expect.stringMatching(new RegExp(`ladder\\.steps\\[0\\]\\.${field}: expected at most 100 entries$`))]);
  });

  it('is compared with the names that there are so often as a person reads on', () => {
    const jobs = Array.from({ length: 60 }, (_, i) => `      - { name: j${i}, source: grdi }\n`).join('');
    const told = mistakes(`${LEAST}${jobs}`);
    expect(told.filter((line) => line.endsWith('no source is called "grdi"; did you mean "grid"?'))).toHaveLength(50);
    expect(told.slice(50)).toEqual(Array.from({ length: 10 }, () => expect.stringMatching(/no source is called "grdi"; declared are "grid", "prow"$/) as string));
  });
});

describe('a key', () => {
  it('stands once in its mapping, and the rest is read all the same', () => {
    expect(mistakes(plus('project: other\nsignal: { recent_runs: 5, recent_runs: x }'))).toEqual([
      'p.yml:13:1: project: the key "project" stands twice in this mapping, first in line 2; keep one',
      'p.yml:14:27: signal.recent_runs: the key "recent_runs" stands twice in this mapping, first in line 14; keep one',
      'p.yml:14:40: signal.recent_runs: expected a whole number of runs from 1, such as `3`; found "x"',
    ]);
  });

  it('is text', () => {
    expect(mistakes(plus('? [a]\n: 1'))).toEqual(['p.yml:13:3: (file): a key must be plain text; this one is a list, a mapping or an alias']);
    expect(mistakes(plus('__proto__: { polluted: true }'))).toEqual(['p.yml:13:1: __proto__: "__proto__" cannot be used as a name']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an anchor', () => {
  it('is not merged into a mapping, and the reader is told why its keys are not known', () => {
    const [found] = mistakes(plus('polling: { <<: *none }').replace('version: 1', 'version: &none 1'));
    expect(found).toMatch(/: polling\.<<: keys are not merged here \(<<\), as YAML 1\.2 knows nothing of it; write them out, or repeat a whole value with an alias \(\*name\)$/);
  });

  it('can be used to say a thing once', () => {
    const { project } = valid(plus('escalation: { to: &people ["@octo/a"] }\nrelease: { ci_signal: *people }'));
    expect([project.escalation.to, project.releaseSignal]).toEqual([['@octo/a'], ['@octo/a']]);
  });

  it('leads a mistake to where the thing is written', () => {
    expect(mistakes(plus('escalation: { to: &people ["octo"] }\nrelease: { ci_signal: *people }'))).toEqual([
      'p.yml:13:28: release.ci_signal[0]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "octo"; write "@octo"',
      'p.yml:13:28: escalation.to[0]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "octo"; write "@octo"',
    ]);
  });

  it('is no way to blow a small file up', () => {
    const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`;
    expect(mistakes(laughs)).toEqual(['p.yml:2:8: (file): aliases (*name) of aliases multiply here beyond any use; write these places out']);
    expect(mistakes(`a: &a 1\n${Array.from({ length: 101 }, (_, i) => `k${i}: *a\n`).join('')}`)).toEqual(['p.yml:102:7: k100: more than 100 aliases (*name) in one file; write these places out']);
    expect(mistakes('a: &a { b: *a }\n')).toEqual(['p.yml:1:12: a.b: *a stands inside the very thing that &a names; write it out instead']);
  });
});

describe('depth', () => {
  it('ends where no configuration goes, however it is written', () => {
    for (const open of ['[', '{a: ', '- ', '? ', 'a: ']) {
      expect([open, mistakes(open.repeat(200_000))]).toEqual([open, [expect.stringMatching(/^p\.yml:1:\d+: \(file\): nested more than 64 levels deep here; /)]]);
    }
  });
});

describe('places', () => {
  it('are counted from 1, whatever ends a line, without the byte order mark', () => {
    expect(mistakes(`\uFEFF${LEAST.replaceAll('\n', '\r\n').replace('version: 1', 'version: 3')}`)).toEqual(['p.yml:1:10: version: expected version 1 of the format; found the number 3']);
    expect(mistakes(`${LEAST.replaceAll('\n', '\r\n')}x: 1\r\n`)).toEqual(['p.yml:13:1: x: unknown key']);
  });

  it('hold in a file that says it is YAML 1.1, where "on" would be a truth value', () => {
    expect(mistakes(`%YAML 1.1\n---\n${LEAST}`)).toEqual([]);
  });
});
