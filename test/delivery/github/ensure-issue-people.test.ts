import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../../src/domain/action.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { aJob, anIncident, changed, connect, ensure, filed, first, opened, REPO, subjectOf, T0, unitJob } from './fixtures.ts';
import { StandIn, type StoredIssue, type StoredRepo } from './stand-in.ts';

let gh: StandIn;
let repo: StoredRepo;
let github: GitHub;
beforeEach(async () => {
  gh = await new StandIn().start();
  gh.clock = T0 + 3_600_000;
  repo = gh.addRepo(REPO);
  github = connect(gh);
});
afterEach(() => gh.stop());

const ensured = (incident: Incident, attempt = first) => github.execute(ensure(incident), subjectOf(incident), attempt);
const receiptOf = (result: ActionResult) => {
  if (!result.ok || result.receipt.kind !== 'issue') throw new Error(`no issue: ${JSON.stringify(result)}`);
  return result.receipt;
};
const theIssue = (): StoredIssue => {
  const [issue] = repo.issues;
  if (!issue) throw new Error('no issue was filed');
  return issue;
};
const writes = () => gh.seen().filter((r) => !r.startsWith('GET'));

describe('what people change', () => {
  beforeEach(async () => { await ensured(anIncident()); });
  const acked = () => changed(filed(anIncident()), { acknowledged: { by: 'olga', at: T0 + 7_200_000 }, remindAt: null, escalateAt: null });

  it('keeps their words before and after the section, byte for byte', async () => {
    const issue = theIssue();
    const [before, after] = ['Known: see above.\r\n\r\n', '\r\n\r\ntriage notes \u00e9\ud83d\ude00\r\n<!-- mine -->'];
    issue.body = `${before}${issue.body}${after}`;
    await ensured(acked());
    expect(issue.body.startsWith(`${before}<!-- archsignal:begin -->`)).toBe(true);
    expect(issue.body.endsWith(after)).toBe(true);
    expect(issue.body).toContain('`olga` has it');
  });

  it('changes nothing where only the line ends were changed', async () => {
    theIssue().body = theIssue().body.replaceAll('\n', '\r\n');
    gh.forget();
    await ensured(filed(anIncident()));
    expect(writes()).toEqual([]);
  });

  it('is not the mark of another issue: what it is known by is put back, and their words stay', async () => {
    await ensured(anIncident({ id: 'another' }));
    const [mine, other] = repo.issues;
    if (!mine || !other) throw new Error('there are not two issues');
    const known = mine.body;
    mine.body = `Words above.\n${other.body}\nWords below, with <!-- a note --> and <!-- archsignal:incident:forged.1.1:${'0'.repeat(40)} -->.`;
    await ensured(acked());
    const markIn = (body: string): string | undefined => /<!-- archsignal:incident:kubernetes-[^>]* -->/.exec(body)?.[0];
    expect([markIn(mine.body), mine.body.includes('archsignal:incident:another')]).toEqual([markIn(known), false]);
    expect(mine.body).toMatch(/^Words above\.\n<!-- archsignal:begin -->[^]*`olga` has it[^]*Words below, with <!-- a note --> and <!-- archsignal:incident:forged\.1\.1:0{40} -->\.$/);
    gh.forget();
    await ensured(acked());
    expect(writes(), 'it is done once').toEqual([]);
    // Who has lost the numbers finds each by its own.
    expect([receiptOf(await ensured(anIncident({ id: 'another' }))).number, receiptOf(await ensured(anIncident())).number]).toEqual([2, 1]);
    expect(repo.issues.map((i) => i.state)).toEqual(['open', 'open']);
  });

  it('leaves a body alone whose marks a person took away, and goes on', async () => {
    theIssue().body = 'We know. Leave it.';
    gh.forget();
    expect(receiptOf(await ensured(acked()))).toMatchObject({ number: 1, shown: 2, facts: 1 });
    expect(writes()).toEqual([]);
  });

  it('keeps the title that a person gave', async () => {
    theIssue().title = 's390x: the endpoint thing';
    await ensured(changed(filed(anIncident()), { jobs: [aJob(), unitJob(), aJob({ key: 'x', name: 'conformance' })] }));
    expect(theIssue().title).toBe('s390x: the endpoint thing');
    expect(theIssue().body).toContain('conformance');
    await ensured(changed(filed(anIncident()), { jobs: [aJob()], shown: 9 }));
    expect(theIssue().title).toBe('s390x: the endpoint thing');
  });

  it('renames the issue while the title is one that it wrote', async () => {
    await ensured(changed(filed(anIncident()), { jobs: [aJob(), unitJob(), aJob({ key: 'x', name: 'conformance' })] }));
    expect(theIssue().title).toBe('[linux/s390x] e2e, unit and conformance failing since Tue 18 Nov 14:10 UTC');
  });

  it('leaves labels alone after it was filed', async () => {
    theIssue().labels = ['sig/network'];
    await ensured(acked());
    expect(theIssue().labels).toEqual(['sig/network']);
  });

  it('stays within GitHub\'s limit where people wrote much themselves', async () => {
    theIssue().body = `${'x'.repeat(60_000)}${theIssue().body}`;
    expect((await ensured(changed(acked(), { jobs: Array.from({ length: 80 }, (_, i) => aJob({ key: String(i), name: `job-${i}` })) }))).ok).toBe(true);
    expect(theIssue().body.length).toBeLessThan(65_536);
  });
});

describe('what is lost', () => {
  beforeEach(async () => { await ensured(anIncident()); });

  it('tells a deleted issue', async () => {
    theIssue().deleted = true;
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: false, lost: 'gone' });
  });

  it('tells an issue that answers 404 while the repository can be read', async () => {
    repo.issues.length = 0;
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: false, lost: 'gone' });
  });

  it('does not take a repository that it may no longer read for a deleted issue', async () => {
    gh.repos.delete(REPO);
    gh.repos.set('kubernetes/other', { ...repo, fullName: 'kubernetes/other', id: 5 });
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: false, lost: null });
  });

  it('does not give up an issue for one wrong 404', async () => {
    gh.faults.push({ method: 'GET', path: /\/issues\/1$/, when: 'before', does: { status: 404, body: { message: 'Not Found' } } });
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: true });
  });

  it('tells an issue that was moved to another repository', async () => {
    theIssue().movedTo = `${gh.url}/repos/kubernetes/website/issues/3`;
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: false, lost: 'gone' });
  });

  it('follows a renamed repository and loses nothing', async () => {
    gh.renamed.set(REPO, 'k8s/k8s');
    gh.repos.set('k8s/k8s', repo);
    repo.fullName = 'k8s/k8s';
    const acked = changed(filed(anIncident()), { acknowledged: { by: 'olga', at: T0 } });
    expect((await ensured(acked)).ok).toBe(true);
    expect(theIssue().body).toContain('`olga` has it');
    expect((await ensured(anIncident({ id: 'another' }))).ok).toBe(true);
    expect(repo.issues).toHaveLength(2);
  });

  it('tells an issue with a thousand comments, and closes it, because another goes on from there', async () => {
    theIssue().extraComments = 1_000;
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: false, lost: 'full' });
    expect(theIssue().state).toBe('closed');
  });

  it('replaces it by one that links it and mentions nobody', async () => {
    const old = { repo: REPO, number: 1, url: `https://github.com/${REPO}/issues/1` };
    const next = changed(anIncident(), { generation: 2, lostIssues: [old], facts: [opened(), { n: 2, at: T0 + 9_000_000, asks: [], kind: 'replaced' }] });
    expect(receiptOf(await ensured(next))).toMatchObject({ number: 2, facts: 2 });
    expect(repo.issues[1]?.body).toContain(`This continues [${REPO}#1](${old.url})`);
    expect(repo.issues[1]?.body).not.toContain('@');
  });

  it('does nothing for a row of an issue that was replaced', async () => {
    const next = anIncident({ generation: 2 });
    gh.forget();
    expect(await github.execute({ ...ensure(next), generation: 1 }, subjectOf(next), first)).toMatchObject({ ok: false, retry: false, lost: null });
    expect(gh.seen()).toEqual([]);
  });
});
