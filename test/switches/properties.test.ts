import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SWITCH_FORMATS, type SwitchPlace } from '../../src/domain/build-switch.ts';
import { parsePlatform } from '../../src/domain/platform.ts';
import { elsewhere, locate, turnOff, turnOn } from '../../src/switches/index.ts';
import { MARK, placeIn } from './given.ts';

const WORDS = ['linux/amd64', 'linux/arm64', 'arm64', 'aarch64', 'linux/s390x', 's390x', 'linux/ppc64le', 'ppc64el', 'linux/arm/v7', 'armhf', 'windows/amd64', 'darwin/arm64', 'linux/riscv64'];
const entries = fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 2, maxLength: 8, selector: (w) => parsePlatform(w) });
const comment = fc.constantFrom('', ' # über', '\t# "x" (y', ' # it\'s');
const eol = fc.constantFrom('\n', '\r\n');
const indent = fc.constantFrom('', '  ', '    ');
const quote = fc.constantFrom('', '"', "'");
const lines = (of: readonly string[], by: string, ...more: readonly string[]): string => [...of, ...more].join(by);

interface Made { readonly text: string; readonly place: SwitchPlace }
type Layout = fc.Arbitrary<Made & { readonly words: readonly string[] }>;

const layout = (build: (words: readonly string[], how: { eol: string; indent: string; quote: string; comment: string; one: boolean; last: string }) => Made): Layout =>
  fc.record({ words: entries, eol, indent, quote, comment, one: fc.boolean(), last: fc.constantFrom('', '\n') })
    .map(({ words, ...how }) => ({ ...build(words, how), words }));

const shell = layout((words, { eol: end, indent: lead, quote: q, comment: note, one, last }) => ({
  place: placeIn('shell-array', 'P', 'a.sh'),
  text: lines(['echo "a(" # x', one ? `readonly P=( ${words.map((w) => q + w + q).join('  ')} )${note}` : lines(words.map((w) => `${lead}${q}${w}${q}${note}`), end, ')').replace(/^/, `P=(${end}`), 'cat <<EOF', 'P=(', 'EOF'], end) + last,
}));
const yaml = layout((words, { eol: end, indent: lead, quote: q, comment: note, one, last }) => ({
  place: placeIn('yaml-list', 'a.p', 'a.yml'),
  text: lines([`a: # x`, one ? `  p: [ ${words.map((w) => q + w + q).join(',  ')} ]${note}` : `  p:${end}${lines(words.map((w) => `  ${lead}- ${q}${w}${q}${note}`), end)}`, '  z: {y: [1]} # end', 'k: |', '  # no comment'], end) + last,
}));
const comma = layout((words, { eol: end, quote: q, comment: note, one, last }) => ({
  place: placeIn('comma-list', 'a.p', 'a.yaml'), text: lines(['a:', `    p: ${q}${words.join(one ? ',' : ', ')}${q}${note}`, '    q: 1'], end) + last,
}));
const hcl = layout((words, { eol: end, indent: lead, comment: note, one, last }) => ({
  place: placeIn('hcl-list', 't.x.p', 'a.hcl'),
  text: lines(['t "x" {', one ? `  p = [${words.map((w) => `"${w}"`).join(', ')}]${note}` : lines([`  p = [${note}`, ...words.map((w, i) => `${lead}"${w}"${i < words.length - 1 || last === '' ? ',' : ''}${note}`), '  ]'], end), '}'], end) + last,
}));
const toml = layout((words, { eol: end, indent: lead, comment: note, one, last }) => ({
  place: placeIn('toml-list', 't.p', 'a.toml'),
  text: lines(['[t]', one ? `p = ['${words.join("', '")}']${note.replace('\t', ' ')}` : lines(['p = [', ...words.map((w, i) => `${lead}"${w}"${i < words.length - 1 || last === '' ? ',' : ''}${note}`), ']'], end), 'q = 1'], end) + last,
}));
const json = layout((words, { eol: end, indent: lead, one, last }) => ({
  place: placeIn('json-list', 'a.p', 'a.json'), text: `{"a":${end}{"p": [${words.map((w) => `${one ? '' : end + lead}"${w}"`).join(',')}${one ? '' : end}]}}${last}`,
}));
const plain = layout((words, { eol: end, comment: note, one, last }) => ({ place: placeIn('lines', null, 'p.txt'), text: lines([...(one ? ['# all'] : []), ...words.map((w) => w + note)], end) + last }));

describe('turning off and on', () => {
  it('changes that one entry, keeps every other line, and gives every byte back', () => {
    fc.assert(fc.property(fc.oneof(shell, yaml, comma, hcl, toml, json, plain), fc.nat(), fc.boolean(), ({ text, place, words }, which, bom) => {
      const word = words[which % words.length] ?? '';
      const platform = parsePlatform(word) ?? 'linux/none';
      const source = bom ? `\uFEFF${text}` : text;
      const edit = turnOff(source, place, platform, MARK);
      if (edit.kind !== 'edited') throw new Error(JSON.stringify([edit, source]));
      expect(edit.entries).toEqual([word]);
      const left = locate(edit.text, place);
      if (!left.ok) throw new Error(left.reason);
      expect(left.entries.filter((e) => e.on).map((e) => e.spelling)).toEqual(words.filter((w) => w !== word));
      // Every line that does not hold the entry still stands there, comments and blanks aside: those of a marker come on top.
      const bare = (all: string): string => all.split(/\r?\n/).filter((line) => !/^\uFEFF?\s*#/.test(line)).join('').replace(/[\s,]/g, '');
      for (const line of source.split(/\r?\n/)) if (!line.includes(word)) expect(bare(edit.text)).toContain(bare(line));
      if (edit.unmarked.length === 0) expect(turnOff(edit.text, place, platform, MARK)).toEqual({ kind: 'same', by: MARK });
      expect(turnOn(edit.text, place, platform, MARK, edit.unmarked)).toMatchObject({ kind: 'edited', text: source });
    }), { numRuns: 200 });
  });

  it('gives every byte back for several platforms, turned off by several proposals, in any order', () => {
    fc.assert(fc.property(fc.oneof(shell, yaml, comma, hcl, toml), fc.boolean(), ({ text, place, words }, reversed) => {
      const two = words.slice(0, 2).map((w) => parsePlatform(w) ?? 'linux/none');
      const marks = [MARK, { ...MARK, proposal: '#900' }];
      let now = text;
      for (const [i, platform] of two.entries()) {
        const edit = words.length > 2 ? turnOff(now, place, platform, marks[i] ?? MARK) : null;
        if (edit === null) return;
        if (edit.kind !== 'edited') throw new Error(JSON.stringify(edit));
        now = edit.text;
      }
      for (const i of reversed ? [1, 0] : [0, 1]) {
        const edit = turnOn(now, place, two[i] ?? 'linux/none', marks[i] ?? MARK);
        if (edit.kind !== 'edited') throw new Error(JSON.stringify([edit, now]));
        now = edit.text;
      }
      const left = locate(now, place);
      expect(left.ok && left.entries.filter((e) => e.on).map((e) => e.spelling).toSorted()).toEqual([...words].toSorted());
      if (reversed) expect(now).toBe(text);
    }), { numRuns: 100 });
  });

  it('never throws, and edits nothing that it cannot undo, on any text', () => {
    const scraps = fc.array(fc.constantFrom('P', '=', '(', ')', '[', ']', '{', '}', '"', "'", '\\', '$', '`', '#', '//', '/*', '*/', ',', ':', '- ', '\n', '\r\n', ' ', '\t', '|', '>', '&a', '*a', '<<EOF', 'EOF', 'case', 'esac',
      'linux/s390x', 's390x', 'linux/amd64', 'P: ', 'P=(', 'P = [', '${', '$(', '${{', '}}', '---', '!!x', '# archsignal proposal #812: linux/s390x is off, see https://github.com/org/repo/issues/813', '\uFEFF', 'é', '"linux/s390x", '), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.oneof(scraps, fc.string({ unit: 'binary', maxLength: 60 })), fc.constantFrom(...SWITCH_FORMATS), fc.constantFrom('P', 'P[0]', '--P', 'P=', 'a.b["c"]', '[', ''), fc.constantFrom('a.yml', 'a.sh', 'Makefile', 'a.json', 'a.toml', 'a.hcl', 'a'), (text, format, at, file) => {
      const place = placeIn(format, at, file);
      locate(text, place);
      elsewhere(text, 'linux/s390x');
      const edit = turnOff(text, place, 'linux/s390x', MARK);
      if (edit.kind === 'edited') expect(turnOn(edit.text, place, 'linux/s390x', MARK, edit.unmarked)).toMatchObject({ kind: 'edited', text });
      turnOn(text, place, 'linux/s390x', MARK, [{ entry: 3, offset: 9, piece: text }]);
    }), { numRuns: 1_000 });
  });
});
