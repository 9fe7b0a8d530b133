import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { locate, turnOff, turnOn } from '../../src/switches/index.ts';
import { MARK, marker, off, offText, placeIn, text } from './given.ts';

const at = (name: string) => placeIn('shell-array', name, 'hack/lib/golang.sh');

/** Kubernetes' hack/lib/golang.sh: four arrays that share most of their lines, and code around them. */
const GOLANG = text(
  '#!/usr/bin/env bash', '', '# The server platform we are building on.', 'readonly KUBE_SUPPORTED_SERVER_PLATFORMS=(',
  '  linux/amd64', '  linux/arm64', '  linux/s390x', '  linux/ppc64le', ')', '',
  '# The node platforms we build for', 'readonly KUBE_SUPPORTED_NODE_PLATFORMS=(', '  linux/amd64', '  linux/arm64', '  linux/s390x', '  linux/ppc64le', '  windows/amd64', ')', '',
  '# If we update this we should also update the set of platforms whose standard', '# library is precompiled for in build/build-image/cross/Dockerfile',
  'readonly KUBE_SUPPORTED_CLIENT_PLATFORMS=(', '  linux/amd64', '  linux/386', '  linux/arm', '  linux/arm64', '  linux/s390x', '  linux/ppc64le', '  darwin/amd64', '  windows/386', ')', '',
  'readonly KUBE_SUPPORTED_TEST_PLATFORMS=(', '  linux/amd64', '  linux/s390x', '  darwin/amd64', ')', '',
  'kube::golang::setup_platforms() {', '  if [[ -n "${KUBE_BUILD_PLATFORMS:-}" ]]; then', '    local -a platforms', '    IFS=" " read -ra platforms <<< "${KUBE_BUILD_PLATFORMS}"',
  '    kube::util::read-array KUBE_SERVER_PLATFORMS < <(kube::golang::dups \\', '        "${platforms[@]}" \\', '        "${KUBE_SUPPORTED_SERVER_PLATFORMS[@]}" \\', '      )',
  '  elif [[ "${KUBE_FASTBUILD:-}" == "true" ]]; then', '    KUBE_SERVER_PLATFORMS=(linux/amd64)', '  else', '    KUBE_SERVER_PLATFORMS=("${KUBE_SUPPORTED_SERVER_PLATFORMS[@]}")', '  fi', '}',
  '  cat >"${KUBE_GOPATH}/BUILD.bazel" <<EOF', 'KUBE_SUPPORTED_SERVER_PLATFORMS=(', '# ${go_pkg_dir} "', 'EOF', "echo \"it's $(case x in x) echo ')';; esac)\"",
);

const parses = (script: string): boolean => spawnSync('bash', ['-n'], { input: script }).status === 0;

describe('a shell array', () => {
  it('has its entry commented out where it stands on a line of its own, in Kubernetes\' four arrays', () => {
    for (const name of ['SERVER', 'NODE', 'CLIENT', 'TEST']) {
      const place = at(`KUBE_SUPPORTED_${name}_PLATFORMS`);
      expect(off(GOLANG, place, 'linux/s390x')).toEqual(['-  linux/s390x', `+  ${marker('linux/s390x')}`, '+  # linux/s390x']);
      const edited = offText(GOLANG, place, 'linux/s390x');
      expect(parses(edited)).toBe(true);
      expect(edited.indexOf('# linux/s390x')).toBeGreaterThan(GOLANG.indexOf(place.at ?? ''));
      expect(locate(edited, place)).toMatchObject({ ok: true });
    }
  });

  it('keeps the arrays apart: what is off in one is on in the others', () => {
    let script = offText(GOLANG, at('KUBE_SUPPORTED_SERVER_PLATFORMS'), 'linux/s390x');
    script = offText(script, at('KUBE_SUPPORTED_TEST_PLATFORMS'), 'linux/s390x');
    const on = turnOn(script, at('KUBE_SUPPORTED_NODE_PLATFORMS'), 'linux/s390x', MARK);
    expect(on).toEqual({ kind: 'same', by: null });
    const back = turnOn(script, at('KUBE_SUPPORTED_SERVER_PLATFORMS'), 'linux/s390x', MARK);
    const later = turnOn(script, at('KUBE_SUPPORTED_TEST_PLATFORMS'), 'linux/s390x', MARK);
    expect(later.kind === 'edited' && turnOn(later.text, at('KUBE_SUPPORTED_SERVER_PLATFORMS'), 'linux/s390x', MARK)).toMatchObject({ text: GOLANG });
    expect(back.kind === 'edited' && turnOn(back.text, at('KUBE_SUPPORTED_TEST_PLATFORMS'), 'linux/s390x', MARK)).toMatchObject({ text: GOLANG });
  });

  it('has its entry cut out of a line that holds more, under a line that keeps it', () => {
    const place = at('P');
    expect(off("P=(linux/amd64 'linux/arm64' linux/s390x) # all\n", place, 'linux/arm64'))
      .toEqual(["-P=(linux/amd64 'linux/arm64' linux/s390x) # all", `+${marker('linux/arm64', ' (entry 2, " \'linux/arm64\'")')}`, '+P=(linux/amd64 linux/s390x) # all']);
    expect(off('f() {\n\tlocal -a P=( linux/amd64 linux/arm64 )\n}\n', place, 'linux/amd64'))
      .toEqual(['-\tlocal -a P=( linux/amd64 linux/arm64 )', `+\t${marker('linux/amd64', ' (entry 1+1, "linux/amd64 ")')}`, '+\tlocal -a P=( linux/arm64 )']);
    expect(off('declare -a P=(\n  linux/amd64 linux/arm64\n  linux/s390x linux/ppc64le)\n', place, 'linux/ppc64le'))
      .toEqual(['-  linux/s390x linux/ppc64le)', `+  ${marker('linux/ppc64le', ' (entry 4, " linux/ppc64le")')}`, '+  linux/s390x)']);
  });

  it('does not comment a line out that holds another entry', () => {
    const script = 'P=(\n  linux/amd64\n  linux/s390x linux/ppc64le\n)\n';
    expect(off(script, at('P'), 'linux/s390x')).toEqual(['-  linux/s390x linux/ppc64le', `+  ${marker('linux/s390x', ' (entry 2+3, "linux/s390x ")')}`, '+  linux/ppc64le']);
  });

  it('takes nothing back but the entry, whatever a comment has been made to say', () => {
    const cut = offText('P=(linux/amd64 linux/s390x)\n', at('P'), 'linux/s390x');
    for (const piece of [' linux/s390x); rm -rf /; X=(', ' linux/s390x $(id)', ' linux/s390x linux/386', ' "$(id)"', '']) {
      expect(turnOn(cut.replace('" linux/s390x"', JSON.stringify(piece)), at('P'), 'linux/s390x', MARK)).toMatchObject({ kind: 'refused' });
    }
    const commented = offText('P=(\n  linux/amd64\n  linux/s390x\n)\n', at('P'), 'linux/s390x');
    for (const line of ['linux/s390x); rm -rf /; X=(', 'linux/s390x linux/386', 'linux/386']) {
      expect(turnOn(commented.replace('# linux/s390x', `# ${line}`), at('P'), 'linux/s390x', MARK)).toMatchObject({ kind: 'refused' });
    }
  });

  it('keeps comments, quotes, tabs, line ends, a byte order mark and a last line without an end', () => {
    const script = '\uFEFFP=(\r\n\tlinux/amd64 # über alles\r\n\t"linux/s390x"  # IBM Z\r\n\t# the rest\r\n\tlinux/arm64)';
    expect(off(script, at('P'), 'linux/s390x')).toEqual(['-\t"linux/s390x"  # IBM Z\r', `+\t${marker('linux/s390x')}\r`, '+\t# "linux/s390x"  # IBM Z\r']);
    expect(off(script, at('P'), 'linux/arm64')).toHaveLength(3);
  });

  it('turns off every entry that reads as the platform, however it is spelt', () => {
    expect(off('P=(\n  amd64\n  arm64\n  linux/arm64/v8\n  s390x\n)\n', at('P'), 'linux/arm64'))
      .toEqual(['-  arm64', '-  linux/arm64/v8', `+  ${marker('linux/arm64')}`, '+  # arm64', `+  ${marker('linux/arm64')}`, '+  # linux/arm64/v8']);
    expect(off('P=(arm64-linux x86_64-linux-gnu armhf arm64-linux)\n', at('P'), 'linux/arm64')).toHaveLength(4);
    expect(off('P=(\n  linux/arm/v7\n  linux/arm/v6\n)\n', at('P'), 'linux/arm/v7')).toContain('+  # linux/arm/v7');
  });

  it('leaves expansions be, and lets an array that only adds become empty', () => {
    expect(off('P=("${SERVER[@]}" linux/s390x)\n', at('P'), 'linux/s390x')).toContain('+P=("${SERVER[@]}")');
    expect(off('P=(linux/amd64)\nif z; then\n  P+=(linux/s390x)\nfi\n', at('P'), 'linux/s390x')).toContain('+  P+=()');
  });

  it('picks, of several assignments, the one that names the platform', () => {
    const script = 'P=(linux/amd64 linux/s390x)\nif [ "$FAST" ]; then P=(linux/amd64); fi\n';
    expect(off(script, at('P'), 'linux/s390x')).toContain('+P=(linux/amd64)');
    expect(off(script, at('P'), 'linux/amd64')).toBe('`P` gets platforms in several places (lines 1, 2), and which of them counts is decided as the script runs; change it by hand.');
  });

  it('refuses where two branches of a script name the platform, as in etcd\'s release script', () => {
    const script = 'for os in darwin linux; do\n  T=("amd64")\n  if [ ${GOOS} == "linux" ]; then\n    T+=("arm64")\n    T+=("s390x")\n  fi\n  if [ ${GOOS} == "darwin" ]; then T+=("arm64"); fi\ndone\n';
    expect(off(script, at('T'), 'linux/arm64')).toContain('`T` gets platforms in several places');
    expect(off(script, at('T'), 'linux/s390x')).toEqual(['-    T+=("s390x")', `+    ${marker('linux/s390x', ' (entry 1, "\\"s390x\\"")')}`, '+    T+=()']);
  });

  it('is not found in here-documents, quotes and comments', () => {
    const script = 'cat <<-"EOF"\n\tP=(linux/s390x linux/arm64)\n\tEOF\necho "P=(linux/s390x x)" \'P=(linux/s390x)\'\n# P=(linux/s390x)\nx=$((1<<3))\nP=(linux/amd64 linux/s390x)\n';
    expect(off(script, at('P'), 'linux/s390x')).toEqual(['-P=(linux/amd64 linux/s390x)', `+${marker('linux/s390x', ' (entry 2, " linux/s390x")')}`, '+P=(linux/amd64)']);
  });

  it('takes its marker above a statement that runs over several lines', () => {
    const script = 'export X \\\n  P=(linux/amd64 \\\n  linux/s390x)\n';
    expect(off(script, at('P'), 'linux/s390x')).toEqual([
      '-export X \\', '-  P=(linux/amd64 \\', '-  linux/s390x)', `+${marker('linux/s390x', ' (entry 2 of "P", " \\\\\\n  linux/s390x")')}`, '+export X \\', '+  P=(linux/amd64)',
    ]);
    const short = 'export X \\\n  P=(linux/amd64 linux/s390x)\n';
    expect(off(short, at('P'), 'linux/s390x')?.[2]).toBe(`+${marker('linux/s390x', ' (entry 2 of "P", " linux/s390x")')}`);
    expect(parses(offText(script, at('P'), 'linux/s390x'))).toBe(true);
  });

  it.each([
    ['P=(linux/amd64 linux/arm64)\n', 'P', 'no entry of `P` reads as linux/s390x: it lists `linux/amd64`, `linux/arm64`.'],
    ['P=("${A[@]}" linux/arm64)\n', 'P', 'no entry of `P` reads as linux/s390x: it lists `linux/arm64`; what `"${A[@]}"` on line 1 stands for is decided elsewhere.'],
    ['P=(linux/s390x)\n', 'P', 'linux/s390x is the only entry of `P`, and an empty list may be read as "everything" or as a mistake; turn it off by hand.'],
    ['P=(linux/{amd64,s390x} x)\n', 'P', '`linux/{amd64,s390x}` on line 1 builds linux/amd64 as well as linux/s390x; turning it off would turn off those too. Exclude this one platform by hand.'],
    ['P=(all linux/s390x)\n', 'P', '`all` on line 1 stands for many platforms, linux/s390x among them; write them out first, so that one can be turned off.'],
    ['P=(linux/* linux/s390x)\n', 'P', '`linux/*` on line 1 stands for many platforms, linux/s390x among them; write them out first, so that one can be turned off.'],
    ['P="linux/amd64 linux/s390x"\n', 'P', '`P` is one text there and no array; its format is comma-list.'],
    ['PLATFORMS=(linux/s390x x)\n', 'PLATFORM', 'it assigns no array called `PLATFORM`; did you mean "PLATFORMS"?'],
    ['P=(linux/amd64 "linux/s390x\n', 'P', 'it cannot be read as a shell script: a quote or bracket is never closed.'],
    ['P=(a linux/s390x)\n', 'a b', '`a b` is no name of a shell array, such as `KUBE_SUPPORTED_SERVER_PLATFORMS`.'],
  ])('refuses %j with its reason', (script, name, reason) => expect(off(script, at(name), 'linux/s390x')).toBe(reason));

  it('says so where the entry is off already, by a marker or by hand', () => {
    const script = 'P=(\n  linux/amd64\n  # linux/s390x\n)\n';
    expect(off(script, at('P'), 'linux/s390x')).toBe('same');
    expect(turnOn(script, at('P'), 'linux/s390x', MARK)).toEqual({ kind: 'refused', reason: '`linux/s390x` on line 3 is commented out without a marker, so somebody did it by hand; turn it on by hand.' });
    const marked = offText(script.replace('# ', ''), at('P'), 'linux/s390x');
    const other = { ...MARK, proposal: '#9' };
    expect(turnOff(marked, at('P'), 'linux/s390x', other)).toEqual({ kind: 'same', by: MARK });
    expect(turnOn(marked, at('P'), 'linux/s390x', other)).toEqual({ kind: 'refused', reason: 'proposal #812 turned linux/s390x off on line 3, not #9; its own reverse turns it on.', stands: 'theirs' });
    expect(locate(marked, at('P'))).toEqual({ ok: true, entries: [
      { line: 2, spelling: 'linux/amd64', builds: ['linux/amd64'], on: true, mark: null },
      { line: 3, spelling: 'linux/s390x', builds: ['linux/s390x'], on: false, mark: MARK },
    ] });
  });

  it('finds its commented entry again when the file has changed meanwhile', () => {
    const place = at('P');
    const marked = offText('P=(\n  linux/amd64\n  linux/s390x\n)\n', place, 'linux/s390x');
    const moved = `# new\n${marked.replace('  linux/amd64\n', '  linux/386\n  linux/amd64\n  linux/arm64\n')}`;
    expect(turnOn(moved, place, 'linux/s390x', MARK)).toMatchObject({ kind: 'edited', text: '# new\nP=(\n  linux/386\n  linux/amd64\n  linux/arm64\n  linux/s390x\n)\n' });
    const cut = offText('P=(linux/amd64 linux/s390x)\n', place, 'linux/s390x').replace('(linux/amd64)', '( linux/386 )');
    expect(turnOn(cut, place, 'linux/s390x', MARK)).toMatchObject({ kind: 'edited', text: 'P=( linux/386 linux/s390x )\n' });
    const spoilt = marked.replace('  # linux/s390x', '  linux/riscv64');
    expect(turnOn(spoilt, place, 'linux/s390x', MARK)).toEqual({ kind: 'refused', reason: 'what the comment of proposal #812 on line 3 turned off is not as it was left; turn linux/s390x on by hand.' });
  });

  it('is not chosen among more places than anybody writes: each is read against the whole file', () => {
    expect(turnOff(`P=(linux/s390x x)\n${'P=(a)\n'.repeat(50)}`, at('P'), 'linux/s390x', MARK)).toEqual({ kind: 'refused', reason: '`P` is set in 51 places, and which of them counts is decided elsewhere; change it by hand.' });
  });
});
