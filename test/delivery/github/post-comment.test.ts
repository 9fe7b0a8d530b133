import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import type { Comment, Issue } from '../../../demo/stand-ins/github/index.ts';
import { says } from '../../../src/domain/text.ts';
import { again, first, REPO, T0 } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

let w: World;
let github: GitHub;
let issue: Issue;
let asked: Comment;
beforeEach(async () => {
  w = await world();
  github = w.connect();
  const olga = w.gh.person('olga');
  issue = await olga.open(REPO, { title: 'e2e fails' });
  asked = await olga.comment(issue, '/arch status');
});
afterEach(() => w.gh.close());

const reacted = (attempt = first) => github.execute({ kind: 'react', repo: REPO, comment: asked.id, content: 'eyes' }, null, attempt);
const answer = { kind: 'post-comment', repo: REPO, number: 1, id: 'd-1:2026/x', since: T0, text: [says('All ', { code: 'well' }, ', @everyone.'), says({ mention: '@octo/leads' }, ', decide.')] } as const;
const posted = (attempt = first) => github.execute(answer, null, attempt);

describe('a reaction', () => {
  it('is put on the comment, once however often it is asked for', async () => {
    expect(await reacted()).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(await reacted()).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(asked.reactions.map((r) => [r.user.login, r.content])).toEqual([['archsignal[bot]', 'eyes']]);
  });

  it('is missed by nobody where the comment is gone or may not be touched', async () => {
    await w.gh.person('olga').deleteComment(asked);
    expect(await reacted()).toEqual({ ok: true, receipt: { kind: 'done' } });
    for (const status of [403, 404, 410, 422]) {
      w.gh.faults.add({ kind: 'status', status, match: { path: /reactions$/ } });
      expect(await reacted()).toEqual({ ok: true, receipt: { kind: 'done' } });
    }
  });

  it('is tried again after an outage or a limit', async () => {
    w.gh.faults.add({ kind: 'status', status: 502, match: { path: /reactions$/ } });
    expect(await reacted()).toMatchObject({ ok: false, retry: true });
    w.gh.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, match: { path: /reactions$/ } });
    expect(await reacted()).toMatchObject({ ok: false, retry: true, after: 7_000, scope: 'destination' });
  });
});

describe('an answer', () => {
  it('is one comment with its mark, which calls whom it asks and nobody else', async () => {
    expect(await posted()).toMatchObject({ ok: true, receipt: { kind: 'comment', url: expect.stringContaining('#issuecomment-') as string } });
    expect(issue.comments[1]?.body).toMatch(/^All `well`, @\u200Beveryone\.\n\n@octo\/leads, decide\.\n\n<!-- archsignal:comment:x[0-9a-f]{40}:[0-9a-f]{40} -->$/);
    expect(w.gh.mentions().map((m) => m.handle)).toEqual(['@octo/leads']);
  });

  it('is found instead of written twice, wherever an answer of GitHub was lost', async () => {
    for (const kind of ['cut-after', 'hang-after', 'status-after'] as const) {
      w.gh.faults.add({ kind, match: { method: 'POST', path: /comments$/ } });
      const impatient = w.connect({ timeout: 200 });
      expect(await impatient.execute({ ...answer, id: kind }, null, first)).toMatchObject({ ok: false, retry: true });
      expect(await impatient.execute({ ...answer, id: kind }, null, again)).toMatchObject({ ok: true });
    }
    expect(issue.comments).toHaveLength(4);
  });

  it('is not taken for written where a person pasted its mark', async () => {
    await posted();
    const pasted = issue.comments[1]?.body ?? '';
    issue.comments.splice(1);
    await w.gh.person('mallory').comment(issue, pasted);
    expect(await posted(again)).toMatchObject({ ok: true });
    expect(issue.comments).toHaveLength(3);
  });

  it('is given up with words where the issue is locked or deleted', async () => {
    await w.gh.person('olga').lock(issue);
    expect(await posted()).toMatchObject({ ok: false, retry: false, reason: expect.stringContaining(`${REPO}#1 is locked`) as string });
    await w.gh.person('olga').delete(issue);
    expect(await posted()).toMatchObject({ ok: false, retry: false, reason: expect.stringContaining(`${REPO}#1 was deleted`) as string });
  });

  it.each([404, 410])('is tried again where one answer, a %i, says that the issue is not there, and another that it is', async (status) => {
    w.gh.faults.add({ kind: 'status', status, match: { method: 'POST', path: /comments$/ } });
    expect(await posted()).toMatchObject({ ok: false, retry: true });
    expect(await posted(again)).toMatchObject({ ok: true });
  });

  it('is cut where it is longer than a comment may be', async () => {
    const text = Array.from({ length: 900 }, () => says('x'.repeat(200)));
    expect(await github.execute({ ...answer, text }, null, first)).toMatchObject({ ok: true });
    expect(issue.comments[1]?.body.length).toBeLessThanOrEqual(65_536);
    expect(issue.comments[1]?.body).toContain('The rest has no room here.');
  });

  it('is shown beforehand without calling anybody', () => {
    expect(github.preview(answer, null)).toEqual({ title: `Comment on ${REPO}#1`, body: 'All `well`, @\u200Beveryone.\n\n`octo/leads`, decide.', asks: ['@octo/leads'] });
    expect(writes(w.gh)).toEqual([]);
  });
});
