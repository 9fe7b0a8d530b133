import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../../src/domain/evidence.ts';
import { DAY, S390X, job, on, ran } from '../ladder/given.ts';
import { judged } from './judged.ts';

const jobs = ['unit', 'e2e'].map((suite) => ran(job(S390X, suite), { days: [90, 99] }));
const said = (...attestations: readonly Attestation[]) => ({ jobs, record: { attestations } });
const stated = { at: on(50), link: 'https://proof.example/1' };

describe('native-hardware', () => {
  const native = (name: string, is: boolean, at = on(50)): Attestation => ({ ...stated, at, kind: 'native-hardware', job: name, native: is });

  it('needs a statement for each job, and the newest counts', () => {
    expect(judged('native-hardware', {}, said(native('ci-unit', true), native('ci-e2e', true)))).toMatchObject({ verdict: 'met', because: 'Attested to run on the platform\'s own hardware: ci-unit and ci-e2e.', links: [{ link: stated.link }, { link: stated.link }] });
    expect(judged('native-hardware', {}, said(native('ci-unit', true)))).toMatchObject({ verdict: 'unknown', because: 'Nobody has attested on what hardware ci-e2e runs.' });
    expect(judged('native-hardware', {}, said(native('ci-unit', true), native('ci-e2e', true), native('ci-e2e', false, on(60))))).toMatchObject({ verdict: 'unmet', because: 'Attested to run under emulation: ci-e2e.' });
  });

  it('looks at no statement that is too old, or was not made yet', () => {
    expect(judged('native-hardware', { suites: ['unit'], within: 50 * DAY }, said(native('ci-unit', true))).verdict).toBe('met');
    expect(judged('native-hardware', { suites: ['unit'], within: 49 * DAY }, said(native('ci-unit', true))).verdict).toBe('unknown');
    expect(judged('native-hardware', { suites: ['unit'] }, said(native('ci-unit', true, on(101)))).verdict).toBe('unknown');
  });
});

describe('artifacts-complete', () => {
  const published = (component: string, expected: number, missing: readonly string[] = [], at = on(50)): Attestation => ({ ...stated, at, kind: 'artifacts', component, expected, missing });

  it('needs everything that is expected of every component', () => {
    expect(judged('artifacts-complete', {}, said(published('server', 4), published('node', 2)))).toMatchObject({ verdict: 'met', because: 'All 6 artifacts of server and node are published.' });
    expect(judged('artifacts-complete', {}, said(published('server', 4, ['kube-proxy'])))).toMatchObject({ verdict: 'unmet', because: 'Not published: 1 of 4 artifacts of server (kube-proxy).' });
    expect(judged('artifacts-complete', {}, said(published('server', 4, ['kube-proxy']), published('server', 4, [], on(60)))).verdict).toBe('met');
  });

  it('is unknown without a record of the component', () => {
    expect(judged('artifacts-complete', {}, said())).toMatchObject({ verdict: 'unknown', because: 'Which artifacts were published is not on record.' });
    expect(judged('artifacts-complete', { components: ['client', 'server'] }, said(published('server', 4)))).toMatchObject({ verdict: 'unknown', because: 'Which artifacts of client were published is not on record.' });
  });
});

describe('toolchain-support', () => {
  const supports = (level: 'none' | 'experimental' | 'supported' | 'first-class'): Attestation => ({ ...stated, kind: 'toolchain', toolchain: 'Go', level });

  it('compares levels', () => {
    const of = (level: Parameters<typeof supports>[0], wanted?: string) => judged('toolchain-support', { toolchain: 'go', ...(wanted === undefined ? {} : { level: wanted }) }, said(supports(level)));
    expect(of('supported')).toMatchObject({ verdict: 'met', because: 'go supports this platform.' });
    expect(of('first-class').verdict).toBe('met');
    expect(of('supported', 'first-class')).toMatchObject({ verdict: 'unmet', because: 'go supports this platform; first-class support is needed.' });
    expect(of('experimental').verdict).toBe('unmet');
    expect(of('none').because).toBe('go does not support this platform; support that is no experiment is needed.');
  });

  it('is unknown without a record', () => {
    expect(judged('toolchain-support', { toolchain: 'rustc' }, said(supports('first-class')))).toMatchObject({ verdict: 'unknown', because: 'How well rustc supports this platform is not on record.' });
  });
});

describe('parity', () => {
  const runs = (suite: string, here: number, reference = 1000, at = on(50)): Attestation => ({ ...stated, at, kind: 'parity', suite, here, reference });
  const parity = (...list: readonly Attestation[]) => judged('parity', { share: 0.95, suites: ['unit', 'e2e'] }, said(...list));

  it('is met at the share exactly, in every suite', () => {
    expect(parity(runs('unit', 950), runs('e2e', 1000))).toMatchObject({ verdict: 'met', because: 'unit runs 95% of the reference platform\'s 1000 tests; e2e runs 100% of the reference platform\'s 1000 tests.' });
    expect(parity(runs('unit', 949), runs('e2e', 1000))).toMatchObject({ verdict: 'unmet', because: expect.stringContaining('unit runs 94%') as string });
  });

  it('tells where fewer run than before', () => {
    expect(parity(runs('unit', 990, 1000, on(40)), runs('unit', 960), runs('e2e', 1000)).because).toContain('unit runs 96% of the reference platform\'s 1000 tests, 99% before');
  });

  it('is unknown without a record of a suite', () => {
    expect(parity(runs('unit', 1000))).toMatchObject({ verdict: 'unknown', because: expect.stringContaining('of e2e it is not on record') as string });
    expect(judged('parity', {}, { record: {} })).toMatchObject({ verdict: 'unknown' });
    expect(parity(runs('unit', 1000), runs('e2e', 0, 0)).verdict).toBe('unknown');
  });
});
