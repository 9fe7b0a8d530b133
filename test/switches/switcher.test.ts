import { describe, expect, it } from 'vitest';
import type { SwitchPlace } from '../../src/domain/build-switch.ts';
import { switcher } from '../../src/switches/index.ts';
import { MARK, offText, placeIn, text } from './given.ts';

const SCRIPT = text('SERVER=(', '  linux/amd64', '  linux/s390x', ')', 'CLIENT=(linux/amd64 windows/amd64)');
const [server, client] = [placeIn('shell-array', 'SERVER', 'b.sh'), placeIn('shell-array', 'CLIENT', 'b.sh')];
const JSON_TEXT = '{"p": ["linux/amd64", "linux/s390x"]}\n';
const json = placeIn('json-list', 'p', 'p.json');
const stands = (source: string, place: SwitchPlace, unmarked: Parameters<typeof switcher.stands>[3] = []) => switcher.stands(source, place, 'linux/s390x', unmarked);

describe('how a platform stands at a switch', () => {
  it('is on, off by a marker, off by hand, or absent', () => {
    expect(stands(SCRIPT, server)).toEqual({ stands: 'on', entries: ['linux/s390x'], marks: [], lines: [3] });
    expect(stands(offText(SCRIPT, server, 'linux/s390x'), server)).toEqual({ stands: 'off', entries: [], marks: [MARK], lines: [3, 4] });
    expect(stands(SCRIPT.replace('  linux/s390x', '  # linux/s390x'), server)).toMatchObject({ stands: 'off', marks: [] });
    expect(stands(SCRIPT, client)).toMatchObject({ stands: 'absent', entries: [] });
  });

  it('is on where its entry cannot be taken out, and unknown where the list cannot be read', () => {
    expect(stands('SERVER=(linux/s390x)\n', server)).toMatchObject({ stands: 'on', entries: ['linux/s390x'] });
    expect(stands('SERVER=(linux/*)\n', server)).toMatchObject({ stands: 'on' });
    expect(stands('SERVER=($(uname))\n', server).stands).toBe('unknown');
    expect(stands('', server).stands).toBe('unknown');
  });

  it('is off where it was cut out of a file without comments, as far as that is kept', () => {
    const done = switcher.turn(new Map([['p.json', JSON_TEXT]]), { to: 'off', platform: 'linux/s390x', places: [json], mark: MARK, unmarked: [] });
    if (done.kind !== 'edited') throw new Error(JSON.stringify(done));
    const off = done.files.get('p.json') ?? '';
    expect(done.unmarked).toMatchObject([{ file: 'p.json', at: 'p' }]);
    expect(stands(off, json).stands).toBe('absent');
    expect(stands(off, json, done.unmarked).stands).toBe('off');
    const back = switcher.turn(done.files, { to: 'on', platform: 'linux/s390x', places: [json], mark: MARK, unmarked: done.unmarked });
    expect(back).toMatchObject({ kind: 'edited', files: new Map([['p.json', JSON_TEXT]]), unmarked: [] });
  });
});

describe('turning a platform at several switches', () => {
  it('turns a list once that controls both the build and the release', () => {
    const done = switcher.turn(new Map([['p.json', JSON_TEXT]]), { to: 'off', platform: 'linux/s390x', places: [json, { ...json }], mark: MARK, unmarked: [] });
    expect(done).toMatchObject({ kind: 'edited', entries: [{ entry: 'linux/s390x' }] });
  });

  it('names each file that cannot be edited, and counts the rest', () => {
    const places = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => placeIn('lines', null, `${name}.txt`));
    expect(switcher.turn(new Map(), { to: 'off', platform: 'linux/s390x', places, mark: MARK, unmarked: [] })).toEqual({
      kind: 'refused', reason: 'a.txt: there is no such file. b.txt: there is no such file. c.txt: there is no such file. d.txt: there is no such file. So it is with 2 more.',
    });
  });

  it('keeps what was cut out before of a list that is off already', () => {
    const kept = [{ file: 'p.json', at: 'p', cuts: [{ entry: 2, offset: 0, piece: ', "linux/s390x"' }] }];
    const texts = new Map([['p.json', '{"p": ["linux/amd64"]}\n'], ['b.sh', SCRIPT]]);
    expect(switcher.turn(texts, { to: 'off', platform: 'linux/s390x', places: [json, server], mark: MARK, unmarked: kept })).toMatchObject({ kind: 'edited', unmarked: kept });
  });
});

describe('other platforms of a switch', () => {
  it('are those that are on', () => {
    expect(switcher.others(SCRIPT, client, 'linux/s390x')).toEqual(['linux/amd64', 'windows/amd64']);
    expect(switcher.others(SCRIPT, server, 'linux/s390x')).toEqual(['linux/amd64']);
    expect(switcher.others('', server, 'linux/s390x')).toBeNull();
  });
});
