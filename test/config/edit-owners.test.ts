import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editOwners } from '../../src/config/edit-owners.ts';
import { readYaml } from '../../src/config/yaml.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { valid } from './given.ts';

const EXAMPLE = readFileSync(new URL('../../config/examples/kubernetes.yml', import.meta.url), 'utf8');
const S390X: PlatformId = 'linux/s390x';

/** A file in which the platform's section holds these lines, a neighbour before and after it. */
const file = (...section: readonly string[]): string => [
  'version: 1 # of the format', 'platforms:', '  linux/amd64: { step: 4, build: on, owners: ["@x"], jobs: [] }',
  '  linux/s390x: # IBM Z', ...section.map((line) => `    ${line}`), '', '  linux/arm64:', '    owners: ["@y"]', '',
].join('\n');

/** The section's lines after the edit; everything around them must not have changed. */
function section(text: string, change: 'add' | 'remove', handle: string): string[] {
  const result = editOwners(text, S390X, change, handle);
  if (result.kind !== 'edited') return [result.kind === 'refused' ? result.reason : result.kind];
  const [start = '', end = ''] = [text.slice(0, text.indexOf('IBM Z') + 6), text.slice(text.indexOf('\n\n  linux/arm64'))];
  expect(result.text.startsWith(start) && result.text.endsWith(end)).toBe(true);
  return result.text.slice(start.length, result.text.length - end.length).split('\n').map((line) => line.replace(/^ {4}/, ''));
}
const added = (...lines: readonly string[]): string[] => section(file(...lines), 'add', '@new');
const removed = (...lines: readonly string[]): string[] => section(file(...lines), 'remove', '@old');

describe('adding an owner', () => {
  it('continues a list in brackets in its own manner', () => {
    expect(added('owners: ["@a"] # to be checked')).toEqual(['owners: ["@a", "@new"] # to be checked']);
    expect(added("owners: ['@a','@b' ]")).toEqual(["owners: ['@a','@b','@new' ]"]);
    expect(added('owners: [ "@a",  "@b", ]')).toEqual(['owners: [ "@a",  "@b",  "@new", ]']);
    expect(added('owners: []')).toEqual(['owners: ["@new"]']);
    expect(added('owners: [  ]  # none yet')).toEqual(['owners: ["@new"]  # none yet']);
  });

  it('continues a list of brackets over several lines, comments where they were', () => {
    expect(added('owners: [', '  "@a", # leads', '  "@b",  # tests, too', ']')).toEqual(['owners: [', '  "@a", # leads', '  "@b",  # tests, too', '  "@new",', ']']);
    expect(added('owners: [', '  "@a",', '  "@b" # last, so far', ']')).toEqual(['owners: [', '  "@a",', '  "@b", # last, so far', '  "@new"', ']']);
    expect(added('owners: ["@a",', '         "@b"]')).toEqual(['owners: ["@a",', '         "@b", "@new"]']);
    expect(added('owners: [ # none yet', ']')).toEqual(['owners: ["@new" # none yet', ']']);
    expect(added('owners:', '  [', '    "@a"', '  , "@b"', '  ]')).toEqual(['owners:', '  [', '    "@a"', '  , "@b", "@new"', '  ]']);
  });

  it('continues a list of lines, with its indentation and quotes', () => {
    expect(added('owners:', '  - "@a" # leads', '  -  \'@b\' # tests', '  # nobody else', 'step: 2'))
      .toEqual(['owners:', '  - "@a" # leads', '  -  \'@b\' # tests', '  -  \'@new\'', '  # nobody else', 'step: 2']);
    expect(added('owners:', '- "@a"', 'step: 2')).toEqual(['owners:', '- "@a"', '- "@new"', 'step: 2']);
  });

  it('begins a list after `build`, or `step`, or as the first thing, in the platform\'s indentation', () => {
    expect(added('step: 2', 'build: on   # the intent', 'jobs: []')).toEqual(['step: 2', 'build: on   # the intent', 'owners: ["@new"]', 'jobs: []']);
    expect(added('step: 2', 'jobs: []')).toEqual(['step: 2', 'owners: ["@new"]', 'jobs: []']);
    expect(added('# about it', 'jobs: []')).toEqual(['# about it', 'owners: ["@new"]', 'jobs: []']);
    const flow = 'platforms: { linux/s390x: { step: 2, build: on, jobs: [] } }\n';
    expect(editOwners(flow, S390X, 'add', '@new')).toEqual({ kind: 'edited', text: 'platforms: { linux/s390x: { step: 2, build: on, owners: ["@new"], jobs: [] } }\n' });
    expect(editOwners('platforms: {s390x: {jobs: []}}', S390X, 'add', '@new')).toEqual({ kind: 'edited', text: 'platforms: {s390x: {owners: ["@new"], jobs: []}}' });
  });

  it('keeps the line ends, the byte order mark and a last line without an end', () => {
    const crlf = file('owners:', '  - "@a"', 'step: 2').replaceAll('\n', '\r\n');
    expect(editOwners(crlf, S390X, 'add', '@new')).toEqual({ kind: 'edited', text: crlf.replace('- "@a"\r\n', '- "@a"\r\n      - "@new"\r\n') });
    const open = '\uFEFFplatforms:\r\n  linux/s390x:\r\n    step: 2\r\n    build: on';
    expect(editOwners(open, S390X, 'add', '@new')).toEqual({ kind: 'edited', text: `${open}\r\n    owners: ["@new"]` });
    expect(editOwners('platforms:\n  linux/s390x:\n    owners:\n      - "@a"', S390X, 'add', '@new')).toEqual({ kind: 'edited', text: 'platforms:\n  linux/s390x:\n    owners:\n      - "@a"\n      - "@new"' });
  });

  it('finds the platform however the file spells it', () => {
    for (const name of ['s390x', 's390x-linux', '"linux/s390x"', 'linux_s390x']) {
      const text = `platforms:\n  ${name}:\n    owners: ["@a"]\n`;
      expect(editOwners(text, S390X, 'add', '@org/new')).toEqual({ kind: 'edited', text: `platforms:\n  ${name}:\n    owners: ["@a", "@org/new"]\n` });
    }
  });

  it('leaves a list that has the owner already as it is, letter case aside', () => {
    expect(added('owners: ["@NEW"]')).toEqual(['same']);
    expect(removed('owners: ["@NEW"]')).toEqual(['same']);
    expect(removed('step: 2')).toEqual(['same']);
  });
});

describe('removing an owner', () => {
  it('takes the entry and its comma out of brackets', () => {
    expect(removed('owners: ["@old"] # x')).toEqual(['owners: [] # x']);
    expect(removed('owners: [ "@old", ]')).toEqual(['owners: []']);
    expect(removed('owners: ["@OLD", "@b"]')).toEqual(['owners: ["@b"]']);
    expect(removed("owners: ['@a','@old','@c']")).toEqual(["owners: ['@a','@c']"]);
    expect(removed('owners: ["@a", "@old", ]')).toEqual(['owners: ["@a", ]']);
  });

  it('takes the entry\'s line out of brackets over several lines', () => {
    expect(removed('owners: [', '  "@a", # leads', '  "@old",  # left, sadly', '  "@c"', ']')).toEqual(['owners: [', '  "@a", # leads', '  "@c"', ']']);
    expect(removed('owners: [', '  "@a", # leads', '  "@old" # left', ']')).toEqual(['owners: [', '  "@a", # leads', ']']);
    expect(removed('owners: ["@old", # leads', '  "@b"]')).toEqual(['owners: [ # leads', '  "@b"]']);
    expect(removed('owners: ["@a", # leads', '  "@old"]')).toEqual(['owners: ["@a", # leads', '  ]']);
    expect(removed('owners:', '  [', '    "@a"', '  , "@old"', '  , "@c"', '  ]')).toEqual(['owners:', '  [', '    "@a"', '  , "@c"', '  ]']);
  });

  it('takes the entry\'s line out of a list of lines, and leaves an empty list where it was the last', () => {
    expect(removed('owners:', '  # first come', '  - "@a" # leads', '  - "@old" # left', '  # nobody else', 'step: 2')).toEqual(['owners:', '  # first come', '  - "@a" # leads', '  # nobody else', 'step: 2']);
    expect(removed('owners: # see the wiki', '  - "@old"', 'step: 2')).toEqual(['owners: [] # see the wiki', 'step: 2']);
    expect(editOwners('platforms:\n  s390x:\n    owners:\n      - "@a"\n      - "@old"\n', S390X, 'remove', '@old')).toEqual({ kind: 'edited', text: 'platforms:\n  s390x:\n    owners:\n      - "@a"\n' });
    expect(editOwners('platforms:\r\n  s390x:\r\n    owners:\r\n      - "@a"\r\n      - "@old"', S390X, 'remove', '@old')).toEqual({ kind: 'edited', text: 'platforms:\r\n  s390x:\r\n    owners:\r\n      - "@a"' });
  });
});

describe('a file that cannot be edited safely', () => {
  const edit = (text: string, handle = '@new'): unknown => {
    const result = editOwners(text, S390X, 'add', handle);
    return result.kind === 'refused' ? result.reason : result.kind;
  };

  it('is left alone where other places of it have a part in the list', () => {
    expect(added('owners: &us ["@a"]')).toEqual(['the owners of linux/s390x are named &us, and other places of the file may repeat them; change them by hand.']);
    expect(edit('us: &us ["@a"]\nplatforms: { s390x: { owners: *us } }')).toBe('the owners of s390x repeat another place of the file (*us); write them out, or change them by hand.');
    expect(edit('me: &me "@a"\nplatforms: { s390x: { owners: [*me] } }')).toBe('among the owners of s390x, *me repeats another place of the file; write it out, or change it by hand.');
    expect(added('owners: [&me "@a"]')).toEqual(['among the owners of linux/s390x stands something else than a person or a team in quotes; change it by hand.']);
    expect(edit('p: &p { owners: [] }\nplatforms: { s390x: *p }')).toBe('s390x repeats another place of the file (*p); write it out, or change it by hand.');
    expect(edit('platforms:\n  s390x: &p\n    owners: []\n  arm64: *p\n')).toBe('s390x is named &p, and other places of the file may repeat it; change it by hand.');
    expect(edit('p: &p { step: 1 }\nplatforms: { s390x: { <<: *p, owners: [] } }')).toBe('s390x is put together with a merge key (<<); change it by hand.');
    expect(edit('p: &p { s390x: { owners: [] } }\nplatforms: *p')).toBe('`platforms` is put together from other places of the file (an alias or a merge key); change it by hand.');
  });

  it('is left alone where it is not what it should be, and says where', () => {
    expect(edit('platforms: { arm64: { owners: [] } }')).toBe('it has no platform linux/s390x.');
    expect(edit('platforms: { s390x: { owners: [], owners: [] } }')).toBe('line 1 has to be mended first: the key "owners" stands twice in this mapping, first in line 1; keep one.');
    expect(edit('platforms:\n  s390x: { owners: [@a] }')).toBe('line 2 has to be mended first: a value cannot begin with @ in YAML; put it in quotes: "@a".');
    expect(edit('platforms: { s390x: { owners: [] }, linux/s390x: { owners: [] } }')).toBe('linux/s390x stands there twice, as "s390x" and "linux/s390x"; put them together first.');
    expect(edit('platforms: { s390x: { owners: "@a" } }')).toBe('the owners of s390x are no list.');
    expect(edit('platforms:\n  s390x:\n')).toBe('what stands under s390x is no platform.');
    expect(edit('platforms: { s390x: { owners: ["@new", "@New"] } }')).toBe('"@new" stands 2 times among the owners of s390x; keep one by hand first.');
    expect(edit('platforms: { s390x: { owners: [1] } }')).toBe('among the owners of s390x stands something else than a person or a team in quotes; change it by hand.');
    expect(edit('platforms:\n  s390x:\n    owners:\n      -\n        "@a"\n')).toBe('the owners of s390x are written in a way that cannot be edited without touching more than this one entry; change it by hand.');
  });

  it('takes nothing for a handle that is none, whatever it would write', () => {
    for (const handle of ['new', '@', '@a"]', '@a/b/c', '@a\nb', `@${'a'.repeat(60)}`, '@a b']) expect(edit(file('owners: []'), handle)).toMatch(/ is neither @login nor @org\/team\.$/);
  });
});

describe('the example', () => {
  it('is edited in one line, and is valid before and after', () => {
    const result = editOwners(EXAMPLE, 'linux/arm64', 'add', '@octo-porter');
    const text = result.kind === 'edited' ? result.text : '';
    const lines = EXAMPLE.split('\n');
    const differing = text.split('\n').flatMap((line, i) => line === lines[i] ? [] : [line]);
    expect(differing).toEqual(['    owners: ["@kubernetes/arm64-owners", "@octo-porter"] # to be checked']);
    expect(valid(text).project.platforms.find((p) => p.id === 'linux/arm64')?.owners).toEqual(['@kubernetes/arm64-owners', '@octo-porter']);
    expect(editOwners(text, 'linux/arm64', 'remove', '@octo-porter')).toEqual({ kind: 'edited', text: EXAMPLE });
  });
});

describe('any list', () => {
  const handle = fc.tuple(fc.constantFrom('a', 'b-c', 'd_e', 'f9', 'g[bot]', 'h/i', 'j/k.l', 'm/n_o'), fc.nat({ max: 3 })).map(([name, n]) => `@x${n}${name}`);
  const handles = fc.uniqueArray(handle, { maxLength: 5, selector: (h) => h.toLowerCase() });
  const comment = fc.constantFrom('', ' # one, "two" [three]', '  # - "@x"');
  const space = fc.constantFrom('', ' ', '  ');
  const mark = fc.constantFrom('"', "'");

  const inline = fc.tuple(handles, mark, space, space, fc.boolean(), comment)
    .map(([all, q, gap, inner, trailing, note]) => ({ all, text: `    owners: [${inner}${all.map((h) => q + h + q).join(`,${gap}`)}${trailing && all.length > 0 ? ',' : ''}${inner}]${note}\n` }));
  const spread = fc.tuple(handles, mark, fc.boolean(), comment, comment)
    .map(([all, q, trailing, note, other]) => ({ all, text: `    owners: [${other}\n${all.map((h, i) => `      ${q}${h}${q}${trailing || i < all.length - 1 ? ',' : ''}${i % 2 ? note : other}\n`).join('')}    ]${note}\n` }));
  const block = fc.tuple(handles.filter((h) => h.length > 0), mark, fc.constantFrom('    ', '      '), comment, comment)
    .map(([all, q, indent, note, other]) => ({ all, text: `    owners:${note}\n${all.map((h, i) => `${indent}- ${q}${h}${q}${i % 2 ? note : other}\n`).join('')}` }));
  const none = fc.constant({ all: [] as string[], text: '' });

  const whole = fc.tuple(fc.oneof(inline, spread, block, none), fc.constantFrom('\n', '\r\n'), fc.boolean()).map(([list, eol, ends]) => {
    const text = `# top\nproject: x\nplatforms:\n  arm64-linux: # here\n    step: 1 # s\n${list.text}    # more\n    jobs: []\n  linux/amd64: {owners: ["@x"]}${ends ? '\n' : ''}`;
    return { all: list.all, text: text.replaceAll('\n', eol) };
  });

  const ownersIn = (text: string): unknown => {
    const reading = readYaml(text, 'f');
    if (!reading.ok || reading.errors.length > 0) throw new Error(`not readable:\n${text}`);
    return reading.yaml.value;
  };
  const expected = (owners: readonly string[] | undefined): unknown => ({
    project: 'x', platforms: { 'arm64-linux': { step: 1, jobs: [], ...(owners === undefined ? {} : { owners }) }, 'linux/amd64': { owners: ['@x'] } },
  });
  /** Every character of `part` stands in `text`, in this order. */
  const holds = (text: string, part: string): boolean => {
    let at = 0;
    for (const c of text) if (c === part[at]) at++;
    return at === part.length;
  };

  it('gets exactly the one owner more, and every other byte stands', () => {
    fc.assert(fc.property(whole, handle, ({ all, text }, fresh) => {
      const result = editOwners(text, 'linux/arm64', 'add', fresh);
      if (all.includes(fresh)) {
        expect(result).toEqual({ kind: 'same' });
        return;
      }
      const after = result.kind === 'edited' ? result.text : '';
      expect(ownersIn(after)).toEqual(expected([...all, fresh]));
      if (all.length > 0) {
        expect(holds(after, text)).toBe(true);
        // Removing it again gives the text back.
        const back = editOwners(after, 'linux/arm64', 'remove', fresh);
        expect(ownersIn(back.kind === 'edited' ? back.text : '')).toEqual(expected(all));
      }
    }), { numRuns: 150 });
  });

  it('loses exactly the one owner, and every other byte stands', () => {
    fc.assert(fc.property(whole.filter(({ all }) => all.length > 0), fc.nat(), ({ all, text }, n) => {
      const gone = all[n % all.length] ?? '';
      const result = editOwners(text, 'linux/arm64', 'remove', gone.replace('@x', '@X'));
      const after = result.kind === 'edited' ? result.text : '';
      expect(ownersIn(after)).toEqual(expected(all.filter((h) => h !== gone)));
      expect(holds(text, after.replace('owners: []', 'owners:')) || holds(text, after)).toBe(true);
    }), { numRuns: 150 });
  });

  it('is edited or left alone, never an exception, whatever happened to the file', () => {
    const piece = fc.constantFrom('[', ']', '{', '}', '- ', ': ', '"', "'", '#', '\n', ' ', ',', '&a ', '*a', '? ', '| ', '<<: *a', '\t', '\r', '@x', '---\n', '');
    const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 4 }), piece);
    fc.assert(fc.property(whole, fc.array(edit, { minLength: 1, maxLength: 4 }), fc.constantFrom('add' as const, 'remove' as const), ({ text: intact }, edits, change) => {
      let text = intact;
      for (const [where, length, by] of edits) text = text.slice(0, where * text.length) + by + text.slice(where * text.length + length);
      const result = editOwners(text, 'linux/arm64', change, '@x0a');
      expect(result.kind === 'refused' ? result.reason : '').toMatch(/^$|\.$/);
    }), { numRuns: 300 });
  });
});
