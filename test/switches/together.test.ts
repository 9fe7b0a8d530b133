import { describe, expect, it } from 'vitest';
import { elsewhere, switchAll } from '../../src/switches/index.ts';
import { MARK, placeIn, text } from './given.ts';

const WORKFLOW = text('matrix:', '  arch: [amd64, arm64, s390x]', '  include:', '    - arch: s390x', '      runner: z', '    - arch: riscv64', '      runner: r');
const texts = new Map([['w.yml', WORKFLOW], ['a.sh', 'A=(linux/amd64 linux/s390x)\nB=(linux/amd64 linux/s390x)\n'], ['p.json', '["linux/amd64", "linux/s390x"]\n']]);
const [arch, include] = [placeIn('yaml-list', 'matrix.arch', 'w.yml'), placeIn('yaml-list', 'matrix.include', 'w.yml')];
const [a, b] = [placeIn('shell-array', 'A', 'a.sh'), placeIn('shell-array', 'B', 'a.sh')];

describe('several switches of one platform', () => {
  it('change together, a matrix after its `include`, and come back together', () => {
    const off = switchAll(texts, [arch, include, a, b], 'linux/s390x', MARK, 'off');
    if (off.kind !== 'edited') throw new Error(JSON.stringify(off));
    expect([...off.files.keys()]).toEqual(['w.yml', 'a.sh']);
    expect(off.switched.map(({ place, entries }) => [place.at, entries])).toEqual([['matrix.include', ['s390x']], ['A', ['linux/s390x']], ['B', ['linux/s390x']], ['matrix.arch', ['s390x']]]);
    expect(switchAll(off.files, [arch, include, a, b], 'linux/s390x', MARK, 'off')).toEqual({ kind: 'same' });
    const on = switchAll(off.files, [arch, include, a, b], 'linux/s390x', MARK, 'on');
    expect(on.kind === 'edited' && on.files).toEqual(new Map([...texts].slice(0, 2)));
  });

  it('change not at all where one of them cannot', () => {
    const missing = placeIn('lines', null, 'gone.txt');
    const off = switchAll(texts, [a, arch, missing], 'linux/s390x', MARK, 'off');
    expect(off).toEqual({ kind: 'refused', refused: [
      { place: arch, reason: '`include` names `s390x` too, on line 4, and GitHub would run that as a job of its own; make `include` a switch as well, so that both change together.' },
      { place: missing, reason: 'there is no such file.' },
    ] });
  });

  it('come back without those that another decision turned off, which has its own way back', () => {
    const first = switchAll(texts, [b], 'linux/s390x', { ...MARK, proposal: '#9' }, 'off');
    if (first.kind !== 'edited') throw new Error(JSON.stringify(first));
    const both = switchAll(first.files, [a, b], 'linux/s390x', MARK, 'off');
    if (both.kind !== 'edited') throw new Error(JSON.stringify(both));
    const on = switchAll(both.files, [a, b], 'linux/s390x', MARK, 'on');
    expect(on.kind === 'edited' && on.files).toEqual(new Map([['a.sh', first.files.get('a.sh')]]));
    expect(switchAll(first.files, [a, b], 'linux/s390x', MARK, 'on')).toEqual({ kind: 'same' });
    expect(switchAll(first.files, [b], 'linux/s390x', MARK, 'on')).toMatchObject({ kind: 'refused', refused: [{ place: b }] });
  });

  it('hand back what a file without comments cannot hold', () => {
    const json = placeIn('json-list', '[0]', 'p.json');
    expect(switchAll(texts, [json], 'linux/s390x', MARK, 'off')).toMatchObject({ kind: 'refused' });
    const nested = new Map([['p.json', '{"p": ["linux/amd64", "linux/s390x"]}\n']]);
    const place = placeIn('json-list', 'p', 'p.json');
    const off = switchAll(nested, [place], 'linux/s390x', MARK, 'off');
    if (off.kind !== 'edited') throw new Error(JSON.stringify(off));
    const on = switchAll(off.files, [place], 'linux/s390x', MARK, 'on', () => off.switched[0]?.unmarked ?? []);
    expect(on.kind === 'edited' && on.files).toEqual(nested);
  });
});

describe('other places of a file', () => {
  it('are those that name the platform in any spelling, and not another system or variant', () => {
    const file = text(
      'goarch: [s390x]', '      - "ghcr.io/org/tkn:{{ .Tag }}-s390x"', '# gcc-s390x-linux-gnu', 'aix/s390x', 's390xx', 'windows/arm64', 'linux-arm64.tgz', 'aarch64-apple-darwin', 'aarch64-unknown-linux-musl', 'FROM arm64v8/alpine',
      'KUBE_LINUX_ARM_CC arm-linux-gnueabihf', 'linux/arm', 'linux/arm/v7', 'GOARCH=arm64', 'dist: armhf', 'charm', '--platform=linux/amd64,linux/arm64',
    );
    const lines = (platform: `${string}/${string}`) => elsewhere(file, platform).lines.map((l) => l.line);
    expect(lines('linux/s390x')).toEqual([1, 2, 3]);
    expect(lines('linux/arm64')).toEqual([7, 9, 10, 14, 17]);
    expect(lines('darwin/arm64')).toEqual([8]);
    expect(lines('windows/arm64')).toEqual([6]);
    expect(lines('linux/arm/v7')).toEqual([13, 15]);
    expect(lines('linux/arm')).toEqual([11, 12]);
    expect(elsewhere(file, 'linux/s390x', new Set([1])).lines[0]).toEqual({ line: 2, text: '- "ghcr.io/org/tkn:{{ .Tag }}-s390x"' });
  });

  it('are as many as a pull request has room for, and counted', () => {
    const many = elsewhere(`${'x'.repeat(200)} s390x ${'y'.repeat(200)}\n`.repeat(50), 'linux/s390x');
    expect([many.lines.length, many.total]).toEqual([20, 50]);
    expect(many.lines[0]?.text.length).toBe(120);
    expect(elsewhere(`${'s390x '.repeat(500)}\n`, 'linux/s390x').total).toBe(0);
    expect(elsewhere('x', 'plan9/none')).toEqual({ lines: [], total: 0 });
  });
});

describe('a platform that a list has never named', () => {
  const [server, client] = [placeIn('shell-array', 'SERVER', 'b.sh'), placeIn('shell-array', 'CLIENT', 'b.sh')];
  const script = new Map([['b.sh', 'SERVER=(linux/amd64 linux/s390x)\nCLIENT=(linux/amd64 windows/amd64)\n']]);

  it('leaves that list as it is, and the others change', () => {
    const off = switchAll(script, [server, client], 'windows/amd64', MARK, 'off');
    if (off.kind !== 'edited') throw new Error(JSON.stringify(off));
    expect(off.switched.map(({ place }) => place.at)).toEqual(['CLIENT']);
    const on = switchAll(off.files, [server, client], 'windows/amd64', MARK, 'on');
    expect(on.kind === 'edited' && on.files).toEqual(script);
  });

  it('is off where no list names it, and cannot be turned on there', () => {
    expect(switchAll(script, [server, client], 'linux/arm', MARK, 'off')).toEqual({ kind: 'same' });
    expect(switchAll(script, [server, client], 'linux/arm', MARK, 'on')).toMatchObject({ kind: 'refused', refused: [{ place: server }, { place: client }] });
  });

  it('is not called off where a word of the list is not understood', () => {
    const odd = new Map([['b.sh', 'SERVER=(linux/amd64 mainframe)\nCLIENT=(linux/amd64 "${MORE[@]}")\n']]);
    expect(switchAll(odd, [server], 'linux/s390x', MARK, 'off')).toMatchObject({ kind: 'refused' });
    expect(switchAll(odd, [client], 'linux/s390x', MARK, 'off')).toMatchObject({ kind: 'refused' });
  });
});
