import { describe, expect, it } from 'vitest';
import { errors, event, history, platform, run } from './given.ts';

const at = (time: string): number => Date.parse(time);

describe('the events of a history', () => {
  it('may be missing altogether', async () => {
    expect(await errors([run()])).toEqual([]);
  });

  it('say who did what when, in any order', async () => {
    const h = await history([run()], [
      event('sign-off', { group: '@octo/conformance', by: '@olga', at: '2026-03-05' }),
      event('step', { from: 2, to: 3, at: '2026-03-04' }), event('step', { from: 1, to: 2, at: '2026-01-04' }),
      event('ack', { by: '@olga', job: 'unit' }), event('ack', { by: 'petra', at: '2026-03-03' }),
      event('exception', { criterion: 'pass-rate', until: '2026-06-01', reason: 'new hardware' }),
      event('owners', { owners: ['@octo/s390x', '@olga'] }), event('downtime', { from: '2026-04-01', to: '2026-04-03' }),
      event('release-delayed', { release: 'v1.36' }),
    ]);
    const found = platform(h);
    expect(found.steps).toEqual([{ at: at('2026-01-04'), from: 1, to: 2 }, { at: at('2026-03-04'), from: 2, to: 3 }]);
    expect(found.signOffs).toEqual([{ at: at('2026-03-05'), group: 'octo/conformance', by: 'olga' }]);
    expect(found.exceptions).toEqual([{ at: at('2026-03-02'), criterion: 'pass-rate', until: at('2026-06-01'), reason: 'new hardware' }]);
    expect(found.owners).toEqual([{ at: at('2026-03-02'), owners: ['@octo/s390x', '@olga'] }]);
    expect(found.downtimes).toEqual([{ from: at('2026-04-01'), to: at('2026-04-03'), reason: null }]);
    expect(found.delays).toEqual([{ at: at('2026-03-02'), release: 'v1.36' }]);
    expect(found.acts).toEqual([{ at: at('2026-03-02'), by: 'olga' }, { at: at('2026-03-03'), by: 'petra' }, { at: at('2026-03-05'), by: 'olga' }]);
    expect(h.acks.get('linux/s390x')).toEqual([{ at: at('2026-03-02'), by: 'olga', job: 'unit' }, { at: at('2026-03-03'), by: 'petra', job: null }]);
  });

  it('may state what runs do not show', async () => {
    const h = await history([run()], [
      event('toolchain', { toolchain: 'go', level: 'supported', link: 'https://go.example/ports', at: '2026-03-09' }), event('native-hardware', { job: 'unit', native: true }),
      event('artifacts', { component: 'server', expected: 40, missing: ['kube-proxy'] }), event('parity', { suite: 'e2e', here: 300, reference: 310 }),
    ]);
    expect(platform(h).attestations).toEqual([
      { at: at('2026-03-02'), kind: 'native-hardware', job: 'unit', native: true, link: null },
      { at: at('2026-03-02'), kind: 'artifacts', component: 'server', expected: 40, missing: ['kube-proxy'], link: null },
      { at: at('2026-03-02'), kind: 'parity', suite: 'e2e', here: 300, reference: 310, link: null },
      { at: at('2026-03-09'), kind: 'toolchain', toolchain: 'go', level: 'supported', link: 'https://go.example/ports' },
    ]);
  });

  it('do not make the record begin before its first run', async () => {
    const h = await history([run()], [event('step', { from: 0, to: 1, at: '2019-01-01' })]);
    expect([h.evidence.since, h.span?.from]).toEqual([at('2026-03-01T10:00:00Z'), at('2019-01-01')]);
  });

  it('of platforms and kinds that are not known are left out and told of; nothing stops', async () => {
    const h = await history([run()], [event('step', { from: 1, to: 2, platform: 'linux/riscv64' }), event('sing-off', { group: 'x' }), event('moved-house'), event('moved-house')]);
    expect(h.notes).toEqual([
      'Left out: 1 event of platforms that the configuration does not track: linux/riscv64.',
    ]);
    expect(h.findings.map((line) => line.replace(/^.*\//, ''))).toEqual([
      'events.ndjson:2: events of the kind "sing-off" are not known here, so this one is left out; perhaps sign-off is meant.',
      'events.ndjson:3: events of the kind "moved-house" are not known here, so this one is left out, and 1 more; known are step, sign-off, ack, exception, owners, downtime, release-delayed, native-hardware, artifacts, toolchain and parity.',
    ]);
    expect(h.leftOut).toEqual({ runs: 0, events: 4, repeated: 0 });
    const many = await history([run()], ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((kind) => event(`zz${kind}`)));
    expect(many.findings).toHaveLength(6);
    expect(many.findings[5]).toMatch(/events\.ndjson:6: and from here on likewise of 2 other kinds\.$/);
  });

  it('of a known kind that cannot be read are named and stop it', async () => {
    expect(await errors([run()], [
      event('step', { to: 3 }), event('step', { from: 2, to: '3' }), event('exception', { criterion: 'pass-rte', until: '2026-06-01' }),
      event('downtime', { from: '2026-04-03', to: '2026-04-01' }), event('owners', { owners: '@olga' }), event('ack'), event('ack', { by: 'olga', platform: 7 }), '{"kind": 5}',
    ])).toEqual([
      'events.ndjson:1: from: missing; expected a step as a whole number from 0',
      'events.ndjson:2: to: expected a step as a whole number from 0; found "3"',
      expect.stringMatching(/^events\.ndjson:3: criterion: expected one of suites-present, .*; found "pass-rte"; did you mean "pass-rate"\?$/),
      'events.ndjson:4: to: lies before `from`, or at the same time',
      'events.ndjson:5: owners: expected a list of texts; found "@olga"',
      'events.ndjson:6: by: missing; expected text',
      'events.ndjson:7: platform: expected text; found 7',
      'events.ndjson:8: kind: expected text; found 5',
    ]);
  });
});
