import { describe, expect, it } from 'vitest';
import { mistakes, plus } from './given.ts';

const found = (...switches: readonly string[]): string[] => mistakes(plus(`switches:\n${switches.map((s) => `  - { ${s} }`).join('\n')}`));

describe('a switch\'s format', () => {
  it('is one that a file of this name can hold', () => {
    expect(found('file: hack/lib/golang.sh, format: yaml-list, at: P', 'file: .ko.yaml, format: shell-array, at: P', 'file: images/Makefile, format: lines')).toEqual([
      'p.yml:14:41: switches[0].format: "hack/lib/golang.sh" holds no yaml-list, by its name; expected shell-array or comma-list',
      'p.yml:15:31: switches[1].format: ".ko.yaml" holds no shell-array, by its name; expected yaml-list or comma-list',
      'p.yml:16:38: switches[2].format: "images/Makefile" holds no lines, by its name; expected comma-list',
    ]);
    expect(found('file: build/common, format: shell-array, at: P', 'file: a.json, format: yaml-list, at: p', 'file: arches.txt, format: lines', 'file: w.yml, format: comma-list, at: --platform')).toEqual([]);
  });

  it('asks for a place of its kind', () => {
    expect(found('file: a.toml, format: toml-list')).toEqual(['p.yml:14:5: switches[0].at: missing; a toml-list needs the place of the list in its file, such as `at: workspace.metadata.dist.targets`']);
    expect(found('file: a.sh, format: shell-array, at: "a.b"')).toEqual(['p.yml:14:44: switches[0].at: "a.b" is no name of a shell array, such as KUBE_SUPPORTED_SERVER_PLATFORMS']);
  });
});

describe('switches', () => {
  it('name each place once, unless for other branches or for the release', () => {
    const one = 'file: a.sh, format: shell-array, at: P';
    expect(found(one, `${one}, controls: build`)).toEqual(['p.yml:15:5: switches[1]: switches[0] names this place too; keep one of them']);
    expect(found(one, `${one}, controls: release`, `${one}, branches: [release-1.36]`, `${one}, repo: org/other`, 'file: a.sh, format: shell-array, at: Q')).toEqual([]);
  });
});
