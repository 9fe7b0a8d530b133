import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combined, floodReply, inCode, mistakeReply, refusalReply } from '../../src/commands/replies.ts';
import { replied, type Verb, type Who } from '../../src/commands/verb.ts';
import { mistaken, unfit } from '../../src/commands/words.ts';
import { plainText } from '../../src/domain/text.ts';
import { onGitHub, saidBy } from './line-given.ts';

const verb = (name: string, who: Who): Verb => ({
  name, usage: `${name} [platform]`, about: 'Does it.', who, examples: [`/arch ${name} linux/s390x`],
  parse: () => mistaken(null, ''), needs: () => ({ allowed: 'everyone', allowedAs: '' }), run: () => ({ verdict: 'done', reply: [] }),
});
const ack = verb('ack', 'owners');
const pointing = (line: string, at: number, length: number): string => {
  const [block] = mistakeReply(line, { word: { text: line.slice(at, at + length), at }, message: 'it is wrong' }, ack);
  return block?.kind === 'code' ? block.text : '';
};

describe('what is said about a mistake', () => {
  it('points at the word, says what is wrong, and shows how it would be right', () => {
    expect(plainText(mistakeReply('/arch ack linux/s390', { word: { text: 'linux/s390', at: 10 }, message: 'no platform is called "linux/s390"; did you mean `linux/s390x`?' }, ack))).toBe([
      '/arch ack linux/s390\n          ^^^^^^^^^^',
      'No platform is called "linux/s390"; did you mean linux/s390x? Nothing was changed.',
      'For example: /arch ack linux/s390x. Usage: /arch ack [platform].',
    ].join('\n\n'));
  });

  it('points behind the end where something is missing', () => {
    const [block] = mistakeReply('/arch snooze', { word: null, message: 'a duration is missing here' }, null);
    expect(block).toMatchObject({ text: '/arch snooze\n             ^' });
  });

  it('points at nothing where the line is right and does not fit', () => {
    const read = unfit('no incident is open in demo');
    expect(read.ok ? '' : plainText(mistakeReply('/arch ack', read.mistake, ack))).toBe('No incident is open in demo. Nothing was changed.');
  });

  it('stands under the word after wide and combining characters', () => {
    expect(pointing('/arch snooze 日本 3x', 16, 2)).toBe('/arch snooze 日本 3x\n                  ^^');
    expect(pointing('/arch e\u0301 3x', 9, 2)).toBe('/arch e\u0301 3x\n        ^^');
    expect(pointing('/arch 🚀 3x', 9, 2)).toBe('/arch 🚀 3x\n         ^^');
  });

  it('cuts a long line around the word', () => {
    const text = pointing(`/arch snooze ${'a '.repeat(300)}BAD ${'b '.repeat(300)}`, 613, 3);
    const [shown = '', carets = ''] = text.split('\n');
    expect(shown.length).toBeLessThan(110);
    expect(shown.slice(carets.indexOf('^'), carets.length)).toBe('BAD');
    expect(shown).toMatch(/^….*…$/);
  });

  it('repeats nothing that would act or hide', () => {
    expect(pointing('/arch \u202Eack\u0007\u200B x', 12, 1)).toBe('/arch ·ack·· x\n            ^');
  });

  it('fits any line and any place in it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(250), fc.nat(250), (line, at, length) => {
      const [shown = '', carets = '', ...more] = pointing(line, at, length).split('\n');
      expect(more).toEqual([]);
      expect(carets).toMatch(/^ *\^+$/);
      expect(shown.length + carets.length).toBeLessThan(700);
    }), { numRuns: 150 });
  });
});

describe('a refusal', () => {
  const said = (name: string, who: Who, why: 'unlinked' | 'no' | 'unknown', spoken = saidBy('ivan')): string =>
    plainText(refusalReply({ verb: verb(name, who), allowedAs: 'owners of linux/s390x (`octo/s390x`)', why, spoken }));

  it('says who may, and what else can be done', () => {
    expect(said('ack', 'owners', 'no')).toBe('Only owners of linux/s390x (octo/s390x) may use /arch ack here. You can write what you know as a comment; /arch owners <platform> names the people to ask. Nothing was changed.');
    expect(said('mute', 'leads', 'no')).toContain('You can ask them for it in a comment; ');
    expect(said('mute', 'leads', 'no', saidBy('ivan', onGitHub({ surface: 'slack', issue: null })))).toContain('You can ask them for it in a comment on GitHub; ');
    expect(said('approve', 'proposal', 'no')).toContain('/arch object <reason>');
    expect(said('object', 'proposal', 'no')).not.toContain('/arch object <reason>');
  });

  it('tells somebody who is not linked how to be', () => {
    expect(said('ack', 'owners', 'unlinked', saidBy(null, onGitHub({ surface: 'slack', issue: null })))).toContain('type /arch link and write the code that it gives you as a comment on GitHub');
  });

  it('says that it could not be looked up, and to try again', () => {
    expect(said('ack', 'owners', 'unknown')).toMatch(/^Whether ivan is one of those who may use \/arch ack here .* could not be looked up on GitHub just now, so it was not done\. Please try again in a minute; .* Nothing was changed\.$/);
  });

  it.each(['unlinked', 'no', 'unknown'] as const)('mentions nobody and changes nothing (%s)', (why) => {
    expect(said('ack', 'owners', why)).toMatch(/Nothing was changed\.$/);
    expect(JSON.stringify(refusalReply({ verb: ack, allowedAs: 'x', why, spoken: saidBy('ivan') }))).not.toContain('mention');
  });
});

describe('the reply to a comment', () => {
  it('is the answer alone where there is one command', () => {
    expect(combined([{ line: '/arch ack', reply: replied('Done.') }])).toEqual(replied('Done.'));
  });

  it('names each command before its answer where there are several', () => {
    expect(plainText(combined([{ line: '/arch ack', reply: replied('Done.') }, { line: '/arch snooze 3d', reply: replied('Silent.') }])))
      .toBe('/arch ack\n\nDone.\n\n/arch snooze 3d\n\nSilent.');
  });

  it('cuts a command that is long', () => {
    const [first] = combined([{ line: `/arch infra ${'x'.repeat(60_000)}`, reply: [] }, { line: '/arch ack', reply: [] }]);
    expect(plainText(first ? [first] : []).length).toBe(121);
  });

  it('says when there were more commands than are run', () => {
    expect(plainText(floodReply(34))).toMatch(/^This comment holds 34 commands; the first 20 were run\./);
  });
});

describe('words with code in backquotes', () => {
  it('become spans', () => {
    expect(inCode('say `/arch ack` or `x`.')).toEqual(['say ', { code: '/arch ack' }, ' or ', { code: 'x' }, '.']);
  });
  it('keep a backquote that stands alone', () => {
    expect(inCode('a ` b')).toEqual(['a ', '` b']);
  });
});
