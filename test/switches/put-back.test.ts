import { describe, expect, it } from 'vitest';
import type { SwitchPlace } from '../../src/domain/build-switch.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { turnOn } from '../../src/switches/index.ts';
import { MARK, marker, off, offText, placeIn, text } from './given.ts';

const LATER = { proposal: '#900', link: 'https://github.com/org/repo/issues/901' };

/** Layouts in which several entries share a line within the brackets. */
const SHARED: readonly (readonly [string, SwitchPlace, string])[] = [
  ['a script', placeIn('shell-array', 'P', 'a.sh'), text('P=(', '  linux/amd64', '  linux/s390x linux/ppc64le linux/arm64 # last', ')')],
  ['YAML', placeIn('yaml-list', 'p', 'a.yml'), text('p: [', '  linux/s390x , linux/ppc64le , linux/amd64 , linux/arm64', ']')],
  ['TOML', placeIn('toml-list', 'p', 'a.toml'), text('p = [', '  "linux/s390x", "linux/ppc64le", "linux/amd64", "linux/arm64",', ']')],
  ['HCL', placeIn('hcl-list', 't.x.p', 'a.hcl'), text('t "x" {', '  p = [ # ours', '  "linux/amd64", # first', '  "linux/s390x", # odd', '  "linux/ppc64le", "linux/arm64"] # end', '}')],
];

function on(source: string, place: SwitchPlace, platform: PlatformId, mark = MARK): string {
  const edit = turnOn(source, place, platform, mark);
  if (edit.kind !== 'edited') throw new Error(JSON.stringify([edit, source]));
  return edit.text;
}

describe('two platforms that two decisions turned off', () => {
  it.each(SHARED)('come back in either order in %s, neither of them taking the other\'s marker along', (_, place, source) => {
    const pairs: readonly (readonly [PlatformId, PlatformId])[] = [['linux/s390x', 'linux/ppc64le'], ['linux/ppc64le', 'linux/s390x'], ['linux/ppc64le', 'linux/arm64'], ['linux/arm64', 'linux/ppc64le']];
    for (const [first, second] of pairs) {
      const both = offText(offText(source, place, first), place, second, LATER);
      const words = (of: string): string[] => [...of.matchAll(/(?:linux)\/\w+/g)].map(([word]) => word).toSorted();
      expect(words(on(on(both, place, first), place, second, LATER))).toEqual(words(source));
      expect(on(on(both, place, second, LATER), place, first)).toBe(source);
    }
  });
});

describe('a platform that a list names several times', () => {
  it('gets each entry back in its own place', () => {
    expect(off(text('P=(', '  s390x linux/amd64 linux/arm', '  # others', '  "linux/s390x"  linux/arm64 linux/s390x', '  s390x', ')'), placeIn('shell-array', 'P', 'a.sh'), 'linux/s390x')).toBeInstanceOf(Array);
    expect(off(text('p:', '  [', '    s390x', '    , amd64', '    , linux/s390x', '    , arm64 # z', '  ]'), placeIn('yaml-list', 'p', 'a.yml'), 'linux/s390x')).toBeInstanceOf(Array);
    expect(off(text('p = [', '  "linux/amd64",', ' /* big */ "s390x",', ' /* big */ "s390x",', ']'), placeIn('hcl-list', 'p', 'a.hcl'), 'linux/s390x')).toBeInstanceOf(Array);
  });

  it('gets those back that lines with remarks held, where the file has no comment of its own', () => {
    const source = text('linux/amd64', 's390x # old', ' linux/s390x=alpine:3', '  linux/s390x # new');
    expect(off(source, placeIn('lines', null, 'p.txt'), 'linux/s390x')).toEqual(['-s390x # old', '- linux/s390x=alpine:3', '-  linux/s390x # new']);
  });
});

describe('a list right below a here-document', () => {
  it('has its marker above it like any other', () => {
    const source = text('cat <<EOF', 'x', 'EOF', 'P=( linux/s390x linux/amd64 )');
    expect(off(source, placeIn('shell-array', 'P', 'a.sh'), 'linux/s390x')).toEqual([
      '-P=( linux/s390x linux/amd64 )', `+${marker('linux/s390x', ' (entry 1+1, "linux/s390x ")')}`, '+P=( linux/amd64 )',
    ]);
  });
});
