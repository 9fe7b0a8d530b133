import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../../src/domain/action.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, aJob, anIncident, changed, connect, ensure, filed, first, opened, REPO, subjectOf, T0 } from './fixtures.ts';
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
    await ensuredInTheEnd(anIncident({ state: 'closed', closedBy: 'recovery', closedAt: T0 + 7_200_000 }));
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

  it('finds it where nothing was changed on it for days, and a restored store has learned of the breakage only now', async () => {
    await ensured(anIncident());
    gh.clock += 6 * 86_400_000;
    github = connect(gh);
    expect(receiptOf(await ensured(anIncident({ openedAt: gh.clock })))).toMatchObject({ number: 1 });
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
    expect(receiptOf(await ensuredInTheEnd(anIncident())).number).not.toBe(9);
    expect(repo.issues).toHaveLength(2);
  });

  it('does not take a marker of another repository or key for its own', async () => {
    await ensured(anIncident());
    const body = theIssue().body;
    repo.issues.length = 0;
    const other = connect(gh, { markerKeys: ['another key'] });
    gh.addIssue(repo, { body, labels: ['archsignal', 'arch/linux-s390x'], author: gh.bot });
    await inTheEnd(() => other.execute(ensure(anIncident()), subjectOf(anIncident()), again));
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
    const whileItLags = () => { lagging.hideOnce(); return ensured(anIncident(), again); };
    expect(receiptOf(await inTheEnd(whileItLags)).number).toBe(1);
    expect(repo.issues.map((i) => i.state)).toEqual(['open', 'closed']);
  });

  it('finds the issue of a lost answer in a list that lags, instead of filing another', async () => {
    const lagging = new StandInLag(gh, repo);
    await ensured(anIncident());
    lagging.hideOnce();
    expect(await ensured(anIncident(), again)).toMatchObject({ ok: false, retry: true });
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
    expect(repo.issues).toHaveLength(1);
  });

  it('reads further pages', async () => {
    await ensured(anIncident());
    for (let i = 0; i < 130; i++) gh.addIssue(repo, { labels: ['archsignal', 'arch/linux-s390x'], author: gh.bot });
    expect(receiptOf(await ensured(anIncident(), again)).number).toBe(1);
  });
});

/** Executes until it is no longer only looking for what an earlier execution may have filed. */
async function inTheEnd(execute: () => Promise<ActionResult>): Promise<ActionResult> {
  for (let i = 0; i < 10; i++) {
    const result = await execute();
    if (result.ok || !result.retry || !result.reason.includes('looked through again')) return result;
  }
  throw new Error('it looks for ever');
}

const ensuredInTheEnd = (incident: ReturnType<typeof anIncident>): Promise<ActionResult> => inTheEnd(() => ensured(incident, again));

/** Hides the newest issues from the next list, like a replica that lags. */
class StandInLag {
  readonly #gh: StandIn;
  readonly #repo: StoredRepo;
  constructor(gh: StandIn, repo: StoredRepo) { this.#gh = gh; this.#repo = repo; }
  hideOnce(): void {
    this.#gh.faults.push({ method: 'GET', path: new RegExp(`/repos/${this.#repo.fullName}/issues$`), when: 'before', does: { status: 200, body: [] } });
  }
}
