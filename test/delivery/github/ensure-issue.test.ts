import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../../src/domain/action.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, aJob, anIncident, changed, connect, ensure, filed, first, opened, REPO, subjectOf, T0, unitJob } from './fixtures.ts';
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

describe('filing', () => {
  it('files one issue with title, labels and marker, and tells what it made', async () => {
    const receipt = receiptOf(await ensured(anIncident()));
    expect(receipt).toEqual({ kind: 'issue', repo: REPO, number: 1, url: `https://github.com/${REPO}/issues/1`, state: 'open', shown: 1, facts: 1, comments: 0 });
    const issue = theIssue();
    expect(issue.title).toBe('[linux/s390x] e2e and unit failing since Tue 18 Nov 14:10 UTC');
    expect(issue.labels).toEqual(['archsignal', 'archsignal/incident', 'arch/linux-s390x']);
    expect(issue.body).toMatch(/<!-- archsignal:incident:kubernetes-linux-s390x-breakage-mi4zq8ww\.1\.1:[0-9a-f]{40} -->/);
    for (const name of issue.labels) expect(repo.labels.get(name)?.description).not.toBe('');
  });

  it('costs two requests once token, repository and labels are known', async () => {
    await ensured(anIncident());
    gh.forget();
    await ensured(anIncident({ id: 'another' }));
    expect(gh.seen()).toEqual([`GET /repos/${REPO}/issues`, `POST /repos/${REPO}/issues`]);
  });

  it('calls those whom the opening asks, and nobody when it is brought up to date', async () => {
    await ensured(anIncident());
    expect(theIssue().body).toContain('@kubernetes/s390x-owners, **2 of 5 jobs on linux/s390x are failing.**');
    await ensured(changed(filed(anIncident()), { acknowledged: { by: 'olga', at: gh.clock } }));
    expect(theIssue().body).toContain('`kubernetes/s390x-owners`, **2 of 5 jobs');
    expect(theIssue().body).not.toContain('@');
  });

  it('changes nothing where nothing changed', async () => {
    await ensured(anIncident());
    gh.forget();
    expect(receiptOf(await ensured(filed(anIncident())))).toMatchObject({ number: 1, facts: 1 });
    expect(gh.seen()).toEqual([`GET /repos/${REPO}/issues/1`]);
  });

  it('tells facts that came before it was filed, once: the receipt says up to which', async () => {
    const joined = { n: 2, at: T0 + 7_200_000, asks: [], kind: 'joined', jobs: [] } as const;
    const incident = anIncident({ facts: [opened(), joined], shown: 2 });
    expect(receiptOf(await ensured(incident)).facts).toBe(2);
    const later = changed(filed(incident), { facts: [...incident.facts, { n: 3, at: T0 + 9_000_000, asks: [], kind: 'acknowledged', by: 'olga' }], acknowledged: { by: 'olga', at: T0 + 9_000_000 } });
    expect(receiptOf(await ensured(later))).toMatchObject({ facts: 2, shown: 3 });
  });

  it('mentions nobody where an issue is filed that was over before', async () => {
    await ensured(anIncident({ state: 'closed', closedBy: 'recovery', closedAt: T0 + 7_200_000 }), again);
    expect(theIssue().body).not.toContain('@');
  });

  it('files fifty at once without waiting between them, with one token and each label once', async () => {
    const incidents = Array.from({ length: 50 }, (_, i) => anIncident({ id: `incident-${i}`, platform: `linux/p${i % 5}`, jobs: [aJob({ platform: `linux/p${i % 5}` })] }));
    const results = await Promise.all(incidents.map((i) => ensured(i)));
    expect(results.every((r) => r.ok)).toBe(true);
    expect(repo.issues).toHaveLength(50);
    expect(new Set(results.map((r) => receiptOf(r).number)).size).toBe(50);
    expect(gh.seen().filter((r) => r.includes('access_tokens'))).toHaveLength(1);
    expect(gh.seen().filter((r) => r === `POST /repos/${REPO}/labels`)).toHaveLength(7);
  });

  it('takes labels that exist as they are', async () => {
    repo.labels.set('archsignal', { color: '000000', description: 'ours' });
    expect((await ensured(anIncident())).ok).toBe(true);
    expect(repo.labels.get('archsignal')).toEqual({ color: '000000', description: 'ours' });
  });
});

describe('after an ambiguous failure', () => {
  it('finds the issue whose answer was lost instead of filing a second', async () => {
    gh.faults.push({ method: 'POST', path: /\/issues$/, when: 'after', does: 'cut' });
    expect(await ensured(anIncident())).toMatchObject({ ok: false, retry: true, scope: 'destination' });
    expect(receiptOf(await ensured(anIncident(), again))).toMatchObject({ number: 1, facts: 1 });
    expect(repo.issues).toHaveLength(1);
  });

  it('finds it also where the answer was garbage, and where the process was another one', async () => {
    gh.faults.push({ method: 'POST', path: /\/issues$/, when: 'after', does: { status: 201, raw: '<html>proxy</html>' } });
    expect(await ensured(anIncident())).toMatchObject({ ok: false, retry: true, scope: 'row' });
    github = connect(gh);
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
    expect(repo.issues).toHaveLength(1);
  });

  it('brings what it finds up to date', async () => {
    gh.faults.push({ method: 'POST', path: /\/issues$/, when: 'after', does: { status: 502 } });
    await ensured(anIncident({ jobs: [aJob()] }));
    const receipt = receiptOf(await ensured(changed(anIncident(), {}), again));
    expect(receipt).toMatchObject({ number: 1, shown: 2, facts: 1 });
    expect(theIssue().title).toBe('[linux/s390x] e2e and unit failing since Tue 18 Nov 14:10 UTC');
    expect(theIssue().body).toContain('[unit](');
  });

  it('adopts an issue that a person closed meanwhile, and says so', async () => {
    gh.faults.push({ method: 'POST', path: /\/issues$/, when: 'after', does: 'cut' });
    await ensured(anIncident());
    theIssue().state = 'closed';
    expect(receiptOf(await ensured(anIncident(), again))).toMatchObject({ number: 1, state: 'closed' });
    expect(repo.issues).toHaveLength(1);
  });

  it('does not take a marker that a person pasted for its own', async () => {
    await ensured(anIncident());
    const pasted = gh.addIssue(repo, { body: theIssue().body, labels: theIssue().labels, author: { login: 'mallory', type: 'User' } });
    repo.issues.shift();
    pasted.number = 9;
    expect(receiptOf(await ensured(anIncident(), again)).number).not.toBe(9);
    expect(repo.issues).toHaveLength(2);
  });

  it('does not take a marker of another repository or key for its own', async () => {
    await ensured(anIncident());
    const body = theIssue().body;
    repo.issues.length = 0;
    const other = connect(gh, { markerKeys: ['another key'] });
    gh.addIssue(repo, { body, labels: ['archsignal', 'arch/linux-s390x'], author: gh.bot });
    await other.execute(ensure(anIncident()), subjectOf(anIncident()), again);
    expect(repo.issues).toHaveLength(2);
  });

  it('finds issues that were marked with an earlier key', async () => {
    await ensured(anIncident());
    const later = connect(gh, { markerKeys: ['key two', 'key one'] });
    expect(receiptOf(await later.execute(ensure(anIncident()), subjectOf(anIncident()), again)).number).toBe(1);
  });

  it('knows its own issues where GitHub does not say who the App is', async () => {
    gh.tellsApp = false;
    gh.faults.push({ method: 'POST', path: /\/issues$/, when: 'after', does: 'cut' });
    await ensured(anIncident());
    theIssue().author = { login: 'some-app[bot]', type: 'Bot' };
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
  });

  it('keeps the oldest of several and closes the others with a link', async () => {
    await ensured(anIncident());
    const { body, labels, title } = theIssue();
    gh.addIssue(repo, { body, labels, title, author: gh.bot });
    gh.addIssue(repo, { body, labels, title, author: gh.bot });
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
    expect(repo.issues.map((i) => i.state)).toEqual(['open', 'closed', 'closed']);
    expect(repo.issues.slice(1).map((i) => i.comments.length)).toEqual([1, 1]);
    expect(repo.issues[1]?.comments[0]?.body).toContain(`[#1](https://github.com/${REPO}/issues/1)`);
    expect(repo.issues[1]?.state_reason).toBe('completed');
  });

  it('goes on with the open one where an older one is closed', async () => {
    await ensured(anIncident());
    const { body, labels, title } = theIssue();
    gh.addIssue(repo, { body, labels, title, author: gh.bot });
    theIssue().state = 'closed';
    expect(receiptOf(await ensured(anIncident(), again))).toMatchObject({ number: 2, state: 'open' });
    expect(repo.issues.map((i) => i.comments.length)).toEqual([0, 0]);
  });

  it('says once that an issue is a duplicate, even where closing it failed at first', async () => {
    await ensured(anIncident());
    const { body, labels, title } = theIssue();
    gh.addIssue(repo, { body, labels, title, author: gh.bot });
    gh.faults.push({ method: 'PATCH', path: /\/issues\/2$/, when: 'before', does: { status: 503 } });
    expect(await ensured(anIncident(), again)).toMatchObject({ ok: false, retry: true });
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
    expect(repo.issues[1]).toMatchObject({ state: 'closed' });
    expect(repo.issues[1]?.comments).toHaveLength(1);
  });

  it('looks once more after it filed in a second attempt, so that of two replicas one issue is kept', async () => {
    const lagging = new StandInLag(gh, repo);
    lagging.hideOnce();
    await ensured(anIncident());
    lagging.hideOnce();
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
    expect(repo.issues.map((i) => i.state)).toEqual(['open', 'closed']);
  });

  it('reads further pages', async () => {
    await ensured(anIncident());
    for (let i = 0; i < 130; i++) gh.addIssue(repo, { labels: ['archsignal', 'arch/linux-s390x'], author: gh.bot });
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
  });
});

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

  it('tells an issue with a thousand comments', async () => {
    theIssue().extraComments = 1_000;
    expect(await ensured(filed(anIncident()))).toMatchObject({ ok: false, retry: false, lost: 'full' });
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

/** Hides the newest issues from the next list, like a replica that lags. */
class StandInLag {
  readonly #gh: StandIn;
  readonly #repo: StoredRepo;
  constructor(gh: StandIn, repo: StoredRepo) { this.#gh = gh; this.#repo = repo; }
  hideOnce(): void {
    this.#gh.faults.push({ method: 'GET', path: new RegExp(`/repos/${this.#repo.fullName}/issues$`), when: 'before', does: { status: 200, body: [] } });
  }
}
