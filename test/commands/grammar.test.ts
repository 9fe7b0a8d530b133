import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, splitLine } from '../../src/commands/grammar.ts';
import { replied, type Verb } from '../../src/commands/verb.ts';
import { mistaken, understood } from '../../src/commands/words.ts';
import { saidBy, someScene } from './line-given.ts';

const echo: Verb<string> = {
  name: 'echo', usage: 'echo <words>', about: 'Says it.', who: 'everyone', examples: ['/arch echo hello'],
  parse: (l) => l.words[0] ? understood(l.rest(0)) : mistaken(null, 'words are missing'),
  needs: () => ({ allowed: 'everyone', allowedAs: 'everyone' }), run: (args) => ({ verdict: 'answered', reply: replied(args) }),
};
const verbs: readonly Verb[] = [echo, { ...echo, name: 'fixed-by' }];
const parse = (text: string) => parseCommand(text, someScene(), saidBy('olga'), verbs);

describe('a command line', () => {
  it('is taken apart into its verb and words, each with its place in the line', () => {
    const text = '/arch snooze  3d  until the  disk came ';
    const split = splitLine(text);
    expect(split?.verb).toEqual({ text: 'snooze', at: 6 });
    expect(split?.words.map((w) => w.text)).toEqual(['3d', 'until', 'the', 'disk', 'came']);
    for (const w of split?.words ?? []) expect(text.slice(w.at, w.at + w.text.length)).toBe(w.text);
  });

  it('is understood where its `/arch` stands twice', () => {
    expect(splitLine('/arch /arch ack s390x')).toMatchObject({ verb: { text: 'ack', at: 12 }, words: [{ text: 's390x', at: 16 }] });
    expect(splitLine('/arch /Arch')?.verb.text).toBe('help');
    expect(splitLine('/arch /archive')?.verb.text).toBe('/archive');
  });

  it('keeps a reason as it was written', () => {
    const split = splitLine('/arch infra the  "disk" is   *full* \u00A0');
    expect(split?.rest(0)).toBe('the  "disk" is   *full*');
    expect(split?.rest(2)).toBe('is   *full*');
    expect(split?.rest(9)).toBe('');
  });

  it.each(['/arch ack', '/ARCH ack', '  /arch ack', '/arch\tack', '/arch\u00A0ack\u00A0', '/arch ack\r\n', '/arch \u3000 ack'])('is found in any case and any white space: %j', (text) => {
    expect(splitLine(text)?.verb.text).toBe('ack');
  });

  it.each(['\u200B', '\u202E \u2066', '\u0000', '\u2800\uFE0F', '\u{E0041}'])('ends with what can be seen: %j is no reason', (unseen) => {
    expect(splitLine(`/arch reject #12 ${unseen}`)?.words.map((w) => w.text)).toEqual(['#12']);
    expect(splitLine(`/arch reject ${unseen}`)?.rest(0)).toBe('');
    expect(splitLine(`/arch reject no ${unseen} thanks \u2764\uFE0F ${unseen}`)?.rest(0)).toBe(`no ${unseen} thanks \u2764\uFE0F`);
    expect(splitLine(`/arch ${unseen}`)?.verb.text).toBe('help');
  });

  it('asks for help where nothing follows', () => {
    expect(splitLine('/arch  ')).toMatchObject({ verb: { text: 'help' }, words: [] });
  });

  it.each(['', 'ack', 'arch ack', '/architect', '/arch-ack', '/arch:ack', 'x /arch ack', '//arch ack', '\u200B/arch ack', '\uFEFF/arch ack', '/ arch ack'])('is none in %j', (text) => {
    expect(splitLine(text)).toBeNull();
  });
});

describe('a command', () => {
  it('is read by its verb, whatever the case', () => {
    expect(parse('/Arch ECHO Hello  you')).toMatchObject({ ok: true, verb: { name: 'echo' }, args: 'Hello  you' });
  });

  it('that is misspelt is pointed at, with the nearest verb and an example of it', () => {
    expect(parse('/arch ecoh x')).toEqual({ ok: false, verb: null, mistake: {
      word: { text: 'ecoh', at: 6 }, message: 'no command is called "ecoh"; did you mean `echo`?', example: '/arch echo hello',
    } });
    expect(parse('/arch fixedby #1')).toMatchObject({ mistake: { message: 'no command is called "fixedby"; did you mean `fixed-by`?' } });
  });

  it('that is like none is answered with where to find them', () => {
    expect(parse('/arch deploy')).toMatchObject({ ok: false, mistake: { message: 'no command is called "deploy"; `/arch help` lists them all' } });
  });

  it('whose words are wrong brings its verb along, whose usage helps', () => {
    expect(parse('/arch echo')).toMatchObject({ ok: false, verb: { name: 'echo' }, mistake: { word: null } });
  });

  it('is read from any text without an exception', () => {
    const words = fc.array(fc.oneof(fc.constantFrom('/arch', 'echo', ' ', '\n', '\t', '\u00A0', '`', '"', '/', 'fixed-by'), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 30 }).map((w) => w.join(''));
    fc.assert(fc.property(fc.oneof(words, words.map((w) => `/arch ${w}`)), (text) => {
      const split = splitLine(text);
      const misplaced = (split?.words ?? []).filter((w) => text.slice(w.at, w.at + w.text.length) !== w.text);
      expect([misplaced, typeof parse(text).ok]).toEqual([[], 'boolean']);
    }), { numRuns: 500 });
  });

  it.each([' ', 'a', 'a ', '/arch ', '\u00A0', '`'])('of 64 KiB of %j is read all the same', (piece) => {
    const rest = piece.repeat(65_536 / piece.length);
    expect(splitLine(`/arch echo ${rest}`)?.verb.text).toBe('echo');
    expect(parse(`/arch ${rest}`).ok).toBe(false);
  });
});
