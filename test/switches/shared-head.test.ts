import { describe, expect, it } from 'vitest';
import type { SwitchPlace } from '../../src/domain/build-switch.ts';
import { switchAll } from '../../src/switches/index.ts';

/** Lists whose markers stand above the same line, since no comment can stand within the script that holds them. */

const FILE = 'nightly.yaml';
const mark = { proposal: '#1', link: 'https://example.org/2' };
const at = (word: string): SwitchPlace => ({ file: FILE, format: 'comma-list', at: word });
const script = (build: string, publish: string): string => `jobs:\n  build:\n    steps:\n      - run: |\n          tkn start \\\n            --param buildPlatforms="${build}" \\\n            --param publishPlatforms="${publish}"\n`;

function thereAndBack(text: string, places: readonly SwitchPlace[], back: readonly SwitchPlace[] = places): string | undefined {
  const off = switchAll(new Map([[FILE, text]]), places, 'linux/s390x', mark, 'off');
  if (off.kind !== 'edited') return off.kind;
  const on = switchAll(off.files, back, 'linux/s390x', mark, 'on');
  return on.kind === 'edited' ? on.files.get(FILE) : on.kind;
}

describe('two lists in one command', () => {
  const [build, publish] = [at('buildPlatforms='), at('publishPlatforms=')];
  const both = script('linux/amd64,linux/s390x', 'linux/amd64,linux/s390x,windows/amd64');

  it.each([['in their order', [build, publish]], ['the other way around', [publish, build]]] as const)('each get their own entry back, %s', (_how, back) => {
    expect(thereAndBack(both, [build, publish], back)).toBe(both);
    expect(thereAndBack(both, [publish, build], back)).toBe(both);
  });

  it('never get an entry that only the other one had', () => {
    const one = script('linux/amd64,linux/s390x', 'linux/amd64,windows/amd64');
    expect(thereAndBack(one, [publish, build])).toBe(one);
    const other = script('linux/amd64,windows/amd64', 'linux/amd64,linux/s390x');
    expect(thereAndBack(other, [build, publish])).toBe(other);
  });
});
