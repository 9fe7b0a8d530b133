import { describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../src/config/load.ts';
import { LEAST, mistakes, plus, valid } from './given.ts';

const ALLOWED: Partial<LoadOptions> = {
  origin: 'repository', file: '.github/archsignal.yml', expectedRepo: 'octo/demo', allow: { channels: ['#ci', 'C0123456789'], hosts: ['testgrid.example.org', 'prow.example.org'] },
};

describe('a file from a repository', () => {
  it('is guarded, so that its sources are looked at before they are asked', () => {
    const { project } = valid(LEAST, ALLOWED);
    expect([project.origin, project.sources.map((source) => source.guarded)]).toEqual(['repository', [true, true]]);
  });

  it('is asked as it is only where the operator has written that very address', () => {
    const guarded = (host: string, ...hosts: string[]): boolean | undefined => valid(LEAST.replace('prow.example.org', host), { ...ALLOWED, allow: { channels: [], hosts: ['testgrid.example.org', ...hosts] } }).project.sources.find((s) => s.name === 'prow')?.guarded;
    expect([guarded('127.0.0.1:81', '127.0.0.1:81'), guarded('localhost:81', 'LOCALHOST:81'), guarded('[::1]:81', '[::1]:81')]).toEqual([false, false, false]);
    expect([guarded('ci.internal', 'ci.internal'), guarded('a.localhost:81', '*.localhost:81'), guarded('127.0.0.1:81', '*.0.0.1:81')]).toEqual([true, true, true]);
  });

  it('is about that repository, letter case aside', () => {
    expect(mistakes(LEAST, { ...ALLOWED, expectedRepo: 'Octo/Demo' })).toEqual([]);
    expect(mistakes(LEAST, { ...ALLOWED, expectedRepo: 'octo/other' })).toEqual(['.github/archsignal.yml:3:7: repo: this file stands in "octo/other", so its `repo` must be "octo/other"; found "octo/demo"']);
  });

  it('does not say who is who', () => {
    expect(mistakes(plus('people: { U0123456: octo-porter }'), ALLOWED)).toEqual(['.github/archsignal.yml:13:1: people: `people` is taken only from the operator\'s file: who somebody is cannot be said in a repository; use `/arch link` instead']);
  });

  it('writes only to channels that the operator allows', () => {
    const text = `${LEAST.replace('    step: 2\n', '    step: 2\n    slack: "#s390x"\n')}slack: { channels: { incidents: "#general", tiers: "#ci", proposals: C0123456789 } }\n`;
    expect(mistakes(text, ALLOWED)).toEqual([
      '.github/archsignal.yml:10:12: platforms.linux/s390x.slack: the operator does not allow this repository to write to "#s390x"; allowed are "#ci", "C0123456789"',
      '.github/archsignal.yml:14:33: slack.channels.incidents: the operator does not allow this repository to write to "#general"; allowed are "#ci", "C0123456789"',
    ]);
    expect(mistakes(LEAST.replace('    step: 2\n', '    step: 2\n    slack: tiers\n') + 'slack: { channels: { tiers: "#ci" } }\n', ALLOWED)).toEqual([]);
  });

  it('asks only sources on hosts that the operator allows', () => {
    const hosts = (...list: string[]): string[] => mistakes(LEAST.replace('prow.example.org', 'ci.example.org:8443'), { ...ALLOWED, allow: { channels: [], hosts: ['testgrid.example.org', ...list] } });
    const refused = '.github/archsignal.yml:6:28: sources.prow.url: the operator does not allow sources on "ci.example.org:8443"; allowed are "testgrid.example.org"';
    expect(hosts()).toEqual([refused]);
    expect(hosts('ci.example.org')).toEqual([`${refused}, "ci.example.org"`]);
    expect(hosts('ci.example.org:8443')).toEqual([]);
    expect(hosts('*.example.org:8443')).toEqual([]);
    expect(hosts('CI.example.org:8443')).toEqual([]);
    expect(hosts('*.ci.example.org:8443')).toEqual([`${refused}, "*.ci.example.org:8443"`]);
  });

  it('is not taken in by a name that only ends or begins like an allowed one', () => {
    const at = (host: string): number => mistakes(LEAST.replace('prow.example.org', host), { ...ALLOWED, allow: { channels: [], hosts: ['testgrid.example.org', '*.k8s.io', 'prow.k8s.io'] } }).length;
    expect(['prow.k8s.io', 'a.b.k8s.io', 'PROW.k8s.io'].map(at)).toEqual([0, 0, 0]);
    expect(['evilk8s.io', 'prow.k8s.io.evil.example', 'k8s.io', 'prow.k8s.io:444'].map(at)).toEqual([1, 1, 1, 1]);
  });

  it('names no more sources than somebody looks after', () => {
    const sources = (count: number): string => LEAST.replace('sources:\n', `sources:\n${Array.from({ length: count - 2 }, (_, i) => `  s${i}: { kind: prow, url: "https://prow.example.org" }\n`).join('')}`);
    expect([mistakes(sources(20), ALLOWED), mistakes(sources(21))]).toEqual([[], []]);
    expect(mistakes(sources(21), ALLOWED)).toEqual(['.github/archsignal.yml:4:1: sources: a file in a repository may name 20 sources at most; found 21']);
  });

  it('polls no oftener than every second and takes no more than 256 MiB at a time', () => {
    const polling = (settings: string): string[] => mistakes(plus(`polling: { ${settings} }`), ALLOWED);
    expect(polling('every: 900ms, body_limit: 257MiB')).toEqual([
      '.github/archsignal.yml:13:19: polling.every: a file in a repository may ask for a poll every second at most; the operator may ask for more',
      '.github/archsignal.yml:13:38: polling.body_limit: a file in a repository may ask for answers of 256MiB at most; the operator may allow more',
    ]);
    expect([polling('every: 1s, body_limit: 256MiB'), polling('every: "*/5 * * * *"')]).toEqual([[], []]);
    expect(mistakes(plus('polling: { every: 1s, body_limit: 1GiB }'))).toEqual([]);
  });

  it('asks for no more of the operator\'s machine than is usual', () => {
    const paths = (more: string): (string | undefined)[] => mistakes(plus(more), ALLOWED).map((m) => m.split(': ')[1]);
    expect(paths('polling: { concurrency: 9, timeout: 61s }')).toEqual(['polling.concurrency', 'polling.timeout']);
    expect(paths('retention: { runs: 91d, rollups: 1096d }')).toEqual(['retention.runs', 'retention.rollups']);
    expect(paths('polling: { concurrency: 8, timeout: 60s }\nretention: { runs: 90d, rollups: 1095d }')).toEqual([]);
    expect(mistakes(plus('polling: { concurrency: 64, timeout: 5m }\nretention: { runs: 400d }'))).toEqual([]);
  });

  it('names switches in that repository only', () => {
    const text = (repo: string): string => plus(`switches:\n  - { file: a.txt, format: lines, repo: ${repo} }`);
    expect(mistakes(text('octo/other'), ALLOWED)).toEqual(['.github/archsignal.yml:14:41: switches[0].repo: a file in a repository may name switches in that repository only; found "octo/other"']);
    expect([mistakes(text('octo/demo'), ALLOWED), mistakes(text('octo/other'))]).toEqual([[], []]);
  });

  it('reaches nothing where nothing is allowed', () => {
    expect(mistakes(LEAST, { origin: 'repository', expectedRepo: 'octo/demo' })).toEqual([
      'p.yml:5:32: sources.grid.url: the operator does not allow sources on "testgrid.example.org"; nothing of the kind is allowed here so far',
      'p.yml:6:28: sources.prow.url: the operator does not allow sources on "prow.example.org"; nothing of the kind is allowed here so far',
    ]);
  });
});

describe('a file on disk', () => {
  it('is its operator\'s: it may name any channel, host and person', () => {
    expect(mistakes(plus('people: { U0123456: octo-porter }\nslack: { channels: { incidents: "#general" } }'), { expectedRepo: 'octo/other' })).toEqual([]);
  });
});
