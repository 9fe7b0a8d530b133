import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact, Incident } from '../../../src/domain/incident.ts';
import { createMarkers } from '../../../src/delivery/github/marker.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, aJob, anIncident, connect, ensure, filed, first, opened, REPO, subjectOf, T0, tell, turn } from './fixtures.ts';
import { StandIn, type StoredIssue, type StoredRepo } from './stand-in.ts';

const HOUR = 3_600_000;
let gh: StandIn;
let repo: StoredRepo;
let github: GitHub;
let incident: Incident;
const reminded: Fact = { n: 2, at: T0 + 25 * HOUR, asks: ['@kubernetes/s390x-owners'], kind: 'reminded' };

beforeEach(async () => {
  gh = await new StandIn().start();
  gh.clock = T0 + 25 * HOUR;
  repo = gh.addRepo(REPO);
  github = connect(gh);
  await github.execute(ensure(anIncident()), subjectOf(anIncident()), first);
  incident = filed(anIncident({ facts: [opened(), reminded] }));
  gh.forget();
});
afterEach(() => gh.stop());

const told = (fact = 2, attempt = first) => github.execute(tell(incident, fact), subjectOf(incident), attempt);
const issue = (): StoredIssue => {
  const [found] = repo.issues;
  if (!found) throw new Error('no issue');
  return found;
};

describe('telling a fact', () => {
  it('writes one comment that calls those whom the fact asks', async () => {
    const result = await told();
    expect(result).toMatchObject({ ok: true, receipt: { kind: 'comment', url: expect.stringContaining('#issuecomment-') as string } });
    expect(issue().comments[0]?.body).toMatch(/^@kubernetes\/s390x-owners, e2e and unit .*<!-- archsignal:comment:kubernetes-linux-s390x-breakage-mi4zq8ww\.1\.2\.reminded\.0\.[0-9a-z]+:[0-9a-f]{40} -->$/s);
    expect(gh.seen()).toEqual([`POST /repos/${REPO}/issues/1/comments`]);
  });

  it('costs two requests together with closing the issue', async () => {
    incident = { ...incident, state: 'closed', facts: [opened(), { n: 2, at: T0 + 26 * HOUR, asks: [], kind: 'recovered' }], jobs: [aJob({ left: T0 + 26 * HOUR, state: 'recovered' })] };
    await told();
    expect(await github.execute(turn(incident, 'closed'), subjectOf(incident), first)).toEqual({ ok: true, receipt: { kind: 'issue-state', state: 'closed' } });
    expect(gh.seen()).toEqual([`POST /repos/${REPO}/issues/1/comments`, `PATCH /repos/${REPO}/issues/1`]);
    expect(issue()).toMatchObject({ state: 'closed', state_reason: 'completed' });
  });

  it('finds the comment whose answer was lost, instead of writing a second', async () => {
    gh.faults.push({ method: 'POST', path: /comments$/, when: 'after', does: 'cut' });
    expect(await told()).toMatchObject({ ok: false, retry: true });
    expect(await told(2, again)).toMatchObject({ ok: true, receipt: { kind: 'comment' } });
    expect(issue().comments).toHaveLength(1);
  });

  it('finds the comment that an older version wrote, which marked it by the number alone, and after a restore only what says the same', async () => {
    await told();
    const [comment] = issue().comments;
    if (!comment) throw new Error('no comment');
    const says = comment.body;
    expect(await told(2, { look: true, restored: true })).toMatchObject({ ok: true });
    comment.body = says.replace(/<!-- .* -->/, createMarkers(['key one']).sign('comment', `${incident.id}.1.2`, repo.id));
    await told(2, again);
    expect(issue().comments).toHaveLength(1);
    await told(2, { look: true, restored: true });
    expect(issue().comments).toHaveLength(2);
  });

  it('writes it where looking finds only other comments', async () => {
    issue().comments.push(...Array.from({ length: 120 }, (_, i) => ({ id: i, body: 'me too', author: { login: 'x', type: 'User' as const }, created_at: new Date(gh.clock).toISOString() })));
    expect(await told(2, again)).toMatchObject({ ok: true });
    expect(issue().comments).toHaveLength(121);
    gh.forget();
    expect(await told(2, again)).toMatchObject({ ok: true });
    expect(issue().comments).toHaveLength(121);
    expect(gh.seen()).toHaveLength(2);
  });

  it('is not fooled by its marker in a person\'s comment', async () => {
    await told();
    const ours = issue().comments.pop();
    issue().comments.push({ id: 5, body: `> ${ours?.body}`, author: { login: 'mallory', type: 'User' }, created_at: new Date(gh.clock).toISOString() });
    await told(2, again);
    expect(issue().comments).toHaveLength(2);
  });

  it('gives up on a locked issue, and says so', async () => {
    issue().locked = true;
    expect(await told()).toMatchObject({ ok: false, retry: false, lost: null, reason: expect.stringContaining(`${REPO}#1 is locked`) as string });
  });

  it('tells an issue that is gone', async () => {
    issue().deleted = true;
    expect(await told()).toMatchObject({ ok: false, retry: false, lost: 'gone' });
    issue().deleted = false;
    issue().movedTo = `${gh.url}/repos/a/b/issues/9`;
    expect(await told()).toMatchObject({ ok: false, retry: false, lost: 'gone' });
    repo.issues.length = 0;
    expect(await told()).toMatchObject({ ok: false, retry: false, lost: 'gone' });
  });

  it('says that an archived repository takes nothing more', async () => {
    repo.archived = true;
    expect(await told()).toMatchObject({ ok: false, retry: false, lost: null, reason: expect.stringContaining('archived') as string });
  });

  it('waits where the issue is not there yet, and ends where the fact or the generation is not', async () => {
    expect(await github.execute(tell(incident, 2), subjectOf({ ...incident, issue: null }), first)).toMatchObject({ retry: true, scope: 'row' });
    expect(await told(7)).toMatchObject({ retry: false });
    expect(await github.execute({ ...tell(incident, 2), generation: 9 }, subjectOf(incident), first)).toMatchObject({ retry: false });
    expect(gh.seen()).toEqual([]);
  });

  it('honours a limit, and writes nothing meanwhile', async () => {
    gh.faults.push({ method: 'POST', path: /comments$/, when: 'before', does: { status: 403, headers: { 'retry-after': '42' }, body: { message: 'You have exceeded a secondary rate limit' } } });
    expect(await told()).toMatchObject({ ok: false, retry: true, after: 42_000, scope: 'destination' });
    expect(gh.seen()).toHaveLength(1);
  });
});

describe('opening and closing', () => {
  it('reopens', async () => {
    issue().state = 'closed';
    expect(await github.execute(turn(incident, 'open'), subjectOf(incident), first)).toEqual({ ok: true, receipt: { kind: 'issue-state', state: 'open' } });
    expect(issue()).toMatchObject({ state: 'open', state_reason: 'reopened' });
  });

  it('does not believe an answer that says otherwise', async () => {
    gh.faults.push({ method: 'PATCH', path: /issues\/1$/, when: 'before', does: { status: 200, body: { number: 1, title: '', body: '', state: 'open', comments: 0, html_url: '', created_at: '' } } });
    expect(await github.execute(turn(incident, 'closed'), subjectOf(incident), first)).toMatchObject({ ok: false, retry: true });
  });

  it('tells an issue that is gone', async () => {
    issue().deleted = true;
    expect(await github.execute(turn(incident, 'closed'), subjectOf(incident), first)).toMatchObject({ ok: false, retry: false, lost: 'gone' });
  });
});
