import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SWITCH_FORMATS, type SwitchFormat, type SwitchPlace } from '../../src/domain/build-switch.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { elsewhere, locate, turnOff, turnOn } from '../../src/switches/index.ts';
import { anyText, damaged, holds, PATIENCE } from './fuzz.ts';

vi.setConfig({ testTimeout: PATIENCE });

const MARK = { proposal: '#812', link: 'https://github.com/org/repo/issues/813' };

/** A file of each format as projects have it, and where its list is. */
const FILES: Readonly<Record<SwitchFormat, { readonly file: string; readonly at: string | null; readonly text: string }>> = {
  'shell-array': { file: 'a.sh', at: 'P', text: '#!/bin/sh\necho "P=(" # no list\nreadonly P=(\n  linux/amd64 # first\n  "linux/s390x"\n  linux/arm/v7\n)\ncat <<EOF\nP=(linux/ppc64le)\nEOF\n' },
  'yaml-list': { file: 'a.yml', at: 'a.p', text: 'a: # x\n  p:\n    - linux/amd64 # first\n    - "linux/s390x"\n    - linux/arm/v7\n  z: {y: [1]}\nk: |\n  - linux/s390x\n' },
  'comma-list': { file: 'b.yml', at: 'on.x', text: 'on:\n  x: "linux/amd64, linux/s390x,linux/arm/v7" # all\n  y: linux/s390x\n' },
  'hcl-list': { file: 'a.hcl', at: 'target.x.p', text: 'target "x" {\n  p = [\n    "linux/amd64", # first\n    "linux/s390x",\n    "linux/arm/v7"\n  ]\n}\n' },
  'toml-list': { file: 'a.toml', at: 't.p', text: "[t]\np = [\n  'linux/amd64', # first\n  \"linux/s390x\",\n  'linux/arm/v7',\n]\nq = 1\n" },
  'json-list': { file: 'a.json', at: 'a.p', text: '{"a": {"p": ["linux/amd64", "linux/s390x",\n "linux/arm/v7"]}, "b": ["linux/s390x"]}\n' },
  lines: { file: 'p.txt', at: null, text: '# all of them\nlinux/amd64\nlinux/s390x # slow\nlinux/arm/v7\n' },
};
const place = (format: SwitchFormat): SwitchPlace => ({ format, at: FILES[format].at, file: FILES[format].file });
/** The entries that are on, of several lists in that of the platform; null: it cannot be read. */
const on = (text: string, where: SwitchPlace, platform: PlatformId): string[] | null => {
  const found = locate(text, where, platform);
  return found.ok ? found.entries.filter((e) => e.on).map((e) => e.spelling) : null;
};

describe.each(SWITCH_FORMATS)('a %s that somebody damaged', (format) => {
  const where = place(format);
  const text = fc.oneof({ weight: 5, arbitrary: damaged([FILES[format].text]) }, anyText);

  it('is edited so that it can be given back byte for byte and no other entry is touched, or refused with a sentence', () => {
    holds(fc.tuple(text, fc.constantFrom('linux/s390x' as const, 'linux/amd64' as const, 'linux/arm/v7' as const)), ([source, platform]) => {
      const before = on(source, where, platform);
      const edit = turnOff(source, where, platform, MARK);
      if (edit.kind === 'refused') expect(edit.reason).toMatch(/\S.*\S/s);
      if (edit.kind !== 'edited') return;
      expect(edit.text).not.toBe(source);
      // Exactly those entries are gone; all others stand as they were spelt, in their order.
      const gone = [...edit.entries];
      const expected = (before ?? []).filter((e) => { const i = gone.indexOf(e); if (i >= 0) gone.splice(i, 1); return i < 0; });
      expect([on(edit.text, where, platform), gone]).toEqual([expected, []]);
      const back = turnOn(edit.text, where, platform, MARK, edit.unmarked);
      expect(back.kind === 'edited' ? back.text : back).toBe(source);
    });
  });

  it('is turned on from whatever stands there without an exception, and searched for the platform', () => {
    holds(fc.oneof(text, damaged([turnedOff(format)])), (source) => {
      const platform = 'linux/s390x';
      const edit = turnOn(source, where, platform, MARK);
      if (edit.kind === 'edited') expect(on(edit.text, where, platform)?.length).toBeGreaterThan((on(source, where, platform) ?? []).length);
      for (const { line } of elsewhere(source, platform).lines) expect(line).toBeGreaterThan(0);
    });
  });
});

function turnedOff(format: SwitchFormat): string {
  const edit = turnOff(FILES[format].text, place(format), 'linux/s390x', MARK);
  if (edit.kind !== 'edited') throw new Error(JSON.stringify(edit));
  return edit.text;
}
