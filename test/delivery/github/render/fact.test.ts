import { describe, expect, it } from 'vitest';
import type { Fact, FactJob, FactKind, Incident, IncidentJob } from '../../../../src/domain/incident.ts';
import { factText } from '../../../../src/delivery/github/render/fact.ts';
import { aJob, anIncident, subjectOf, T0, unitJob } from '../fixtures.ts';

const HOUR = 3_600_000;
const job = (fields: Partial<FactJob> = {}): FactJob => ({
  key: 'unit', name: 'unit', platform: 'linux/s390x', since: T0 + 2 * HOUR, streak: 3, commits: 2, lastFailedCommit: 'c41e7b0aa1', fixedAt: 'd02aa91bb2', passes: 2, flake: false,
  url: 'https://testgrid.example/x', ...fields,
});
const fact = (fields: { kind: FactKind } & Record<string, unknown>): Fact => ({ n: 2, at: T0 + 20 * HOUR, asks: [], ...fields }) as Fact;
const text = (f: Fact, incident: Partial<Incident> = {}, mention = true): string => factText(f, subjectOf(anIncident(incident)), mention);

describe('a comment', () => {
  it('names the platforms that are green again where it was everywhere, and says once that the issue closes', () => {
    const end = T0 + 27 * HOUR;
    const here = aJob({ platform: 'linux/amd64', state: 'recovered', left: end });
    const there = aJob({ key: 'arm', platform: 'linux/arm64', state: 'moved', left: end });
    const wide = { scope: 'everywhere' as const, platform: 'linux/amd64' as const, state: 'closed' as const, closedAt: end, closedBy: 'recovery' as const };
    const of = (jobs: readonly IncidentJob[], facts: readonly Fact[]): string[] => facts.map((f) => factText(f, subjectOf(anIncident({ ...wide, jobs, facts })), false));
    expect(of([here, { ...there, state: 'recovered' }], [{ n: 2, at: end, asks: [], kind: 'recovered' }])[0]).toContain('**e2e is green again on linux/amd64 and linux/arm64**');
    const told = (j: IncidentJob): FactJob => ({ key: j.key, name: j.name, platform: j.platform, since: T0, streak: 3, commits: 3, lastFailedCommit: null, fixedAt: null, passes: 2, flake: false, url: null });
    const parted = of([here, there], [{ n: 2, at: end, asks: [], kind: 'left', why: 'recovered', jobs: [told(here)] }, { n: 3, at: end, asks: [], kind: 'left', why: 'moved', jobs: [told(there)] }]);
    expect(parted.map((t) => t.includes('so this issue closes'))).toEqual([false, true]);
    expect(parted[1]).toContain('goes on failing where linux/amd64 is green again, so it is followed as a breakage of linux/arm64.');
  });

  it('calls people before a list of several jobs, which stays a list', () => {
    expect(text(fact({ kind: 'joined', asks: ['@signal'], jobs: [job(), job()] }))).toMatch(/^@signal:\n\n- \[unit\].*\n- \[unit\]/);
  });

  it('says which job joined, how often it failed, and since when', () => {
    expect(text(fact({ kind: 'joined', jobs: [job()] }))).toBe('[unit](https://testgrid.example/x) is failing too: 3 failed in a row, on 2 commits, since Tue 18 Nov 16:10 UTC.');
  });

  it('says which job left, by which commits, and what still fails', () => {
    expect(text(fact({ kind: 'left', why: 'recovered', jobs: [job()] }), { jobs: [aJob(), unitJob({ left: T0 + 20 * HOUR })] }))
      .toBe('[unit](https://testgrid.example/x) is green again (2 passed, fixed in [`c41e7b0…d02aa91`](https://github.com/kubernetes/kubernetes/compare/c41e7b0aa1...d02aa91bb2)).\n\nStill failing: e2e.');
  });

  it('says what still failed then, not what fails when it is written', () => {
    const jobs = [aJob({ left: T0 + 30 * HOUR, state: 'recovered' }), unitJob({ left: T0 + 20 * HOUR })];
    expect(text(fact({ kind: 'left', why: 'recovered', jobs: [job()] }), { jobs })).toContain('Still failing: e2e.');
  });

  it('calls a flake one', () => {
    expect(text(fact({ kind: 'left', why: 'recovered', jobs: [job({ flake: true })] }))).toContain('looks like a flake');
  });

  it('says where a job went', () => {
    const out = { jobs: [aJob({ left: T0 + 20 * HOUR })] };
    expect(text(fact({ kind: 'left', why: 'moved', jobs: [job()] }), out)).toContain('is failing on linux/amd64 too, so it is followed there');
    expect(text(fact({ kind: 'left', why: 'moved', jobs: [job()] }), { ...out, platform: 'linux/amd64' })).toContain('so it is followed as a breakage of linux/s390x');
    expect(text(fact({ kind: 'left', why: 'moved', jobs: [job()] }), { ...out, kind: 'stale' })).toContain('reports again and fails');
    expect(text(fact({ kind: 'left', why: 'untracked', jobs: [job()] }), out)).toContain('is not tracked any more');
    expect(text(fact({ kind: 'left', why: 'moved', jobs: [job()] }), out)).toContain('Nothing is left to follow here');
  });

  it('says how long a breakage took', () => {
    const jobs = [aJob({ left: T0 + 27 * HOUR, state: 'recovered', fixedAt: 'eeeeeee123' })];
    expect(text(fact({ kind: 'recovered', at: T0 + 27 * HOUR }), { jobs }))
      .toBe('**e2e on linux/s390x is green again** after 1 d 3 h (failing since Tue 18 Nov 14:10 UTC). e2e: fixed in [`d02aa91…eeeeeee`](https://github.com/kubernetes/kubernetes/compare/d02aa91bb2...eeeeeee123).');
  });

  it('reminds those who were asked, once, and says who is asked next', () => {
    expect(text(fact({ kind: 'reminded', asks: ['@kubernetes/s390x-owners'] }), { remindAt: null }))
      .toBe('@kubernetes/s390x-owners, e2e and unit on linux/s390x have been failing since Tue 18 Nov 14:10 UTC, and nobody has said that they have it. If it is yours, say so with `/arch ack`; if it can wait, `/arch snooze 3d <reason>`. If nobody has by Fri 21 Nov 15:10 UTC, `kubernetes/release-signal` is asked. This is the only reminder.');
  });

  it('escalates to those who are asked last, and only names the owners', () => {
    const escalated = text(fact({ kind: 'escalated', asks: ['@kubernetes/release-signal'], at: T0 + 73 * HOUR }));
    expect(escalated).toMatch(/^@kubernetes\/release-signal, e2e and unit/);
    expect(escalated).toContain('`kubernetes/s390x-owners` has not answered in 3 d');
    expect(escalated.match(/@/g)).toHaveLength(1);
  });

  it('reminds of many breakages at once by how many are left, in one sentence with whom it asks', () => {
    const of = (over: boolean) => (id: string) => ({ id, platform: 'linux/arm64' as const, title: 'unit', over });
    const summarises = [...['a', 'b'].map(of(false)), of(true)('c')];
    expect(text(fact({ kind: 'reminded', asks: ['@signal'] }), { kind: 'flood', jobs: [], summarises })).toMatch(/^@signal, 2 breakages have been open since Tue 18 Nov 15:10 UTC, and nobody has said that they have it\./);
    expect(text(fact({ kind: 'escalated', asks: ['@signal'] }), { kind: 'flood', jobs: [], summarises: summarises.slice(1) })).toMatch(/^@signal, 1 breakage has been open since /);
  });

  it('calls nobody where it only previews', () => {
    for (const kind of ['reminded', 'escalated', 'reopened'] as const) expect(text(fact({ kind, asks: ['@a/b', '@c'] }), {}, false)).not.toContain('@');
  });

  it('says that a closed issue still fails, and that it says so once', () => {
    expect(text(fact({ kind: 'still-failing' }))).toBe('e2e and unit are failing still, since Tue 18 Nov 14:10 UTC. The issue stays closed, and this is the only comment about it; reopen the issue to have it followed again.');
  });

  it('says that a bot has closed what is broken, and what silences it', () => {
    expect(text(fact({ kind: 'kept-open', by: 'stale[bot]' }))).toBe('`stale[bot]` closed this issue, but e2e and unit are failing still, since Tue 18 Nov 14:10 UTC, so it is open again. It closes by itself when all is well; to have silence until then, close it by hand. To keep the bot away, exempt the label `archsignal` from it.');
  });

  it('accuses no bot where it has closed the issue itself, in a time that it does not remember', () => {
    expect(text(fact({ kind: 'kept-open', by: 'archsignal[bot]', own: true }))).toBe('Archsignal had closed this issue, but e2e and unit are failing still, since Tue 18 Nov 14:10 UTC, so it is open again. It closes by itself when all is well; to have silence until then, close it by hand.');
  });

  it.each(['opened', 'joined', 'left', 'reopened', 'reminded', 'escalated', 'recovered', 'still-failing', 'unacknowledged', 'now-here', 'now-everywhere', 'replaced', 'acknowledged', 'dismissed', 'kept-open', 'reopened-by-hand'] as const)('has words for %s in every kind of incident', (kind) => {
    for (const of of ['breakage', 'stale', 'flood', 'configuration'] as const) {
      const said = text(fact({ kind, jobs: [job()], why: 'recovered', by: 'olga' }), { kind: of, summarises: [{ id: 'a', platform: 'linux/arm64', title: 'x', over: false }] });
      expect(said.length).toBeGreaterThan(20);
      expect(said).not.toMatch(/undefined|NaN|null|!/);
    }
  });
});
