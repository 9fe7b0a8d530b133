import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubAction } from '../../../src/domain/action.ts';
import { says } from '../../../src/domain/text.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, first, REPO, T0 } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

type Document = Extract<GitHubAction, { kind: 'ensure-document' }>;
let w: World;
let github: GitHub;
beforeEach(async () => {
  w = await world();
  github = w.connect();
});
afterEach(() => w.gh.close());

const document = (fields: Partial<Document> = {}): Document => ({
  kind: 'ensure-document', document: { kind: 'proposal', id: 'mute-e2e:1' }, repo: REPO, issue: null, since: T0, title: 'Mute e2e until Fri?',
  labels: ['archsignal', 'archsignal/proposal', 'arch/linux-s390x'], body: [says({ mention: '@kubernetes/leads' }, ', decide: 0 of 2.')], state: 'open', shown: 1, ...fields,
});
const ensured = (fields: Partial<Document> = {}, attempt = first) => github.execute(document(fields), null, attempt);
const issue = (n = 1) => w.gh.issue(`${REPO}#${n}`);
const open = () => w.gh.issues(REPO, 'open').map((i) => i.number);
const decided = [says('Decided: 2 of 2.')];

describe('a document\'s issue', () => {
  it('is filed once, with title, labels and mark, and calls whom it asks', async () => {
    expect(await ensured()).toEqual({ ok: true, receipt: { kind: 'document', repo: REPO, number: 1, url: `${w.gh.url}/${REPO}/issues/1`, state: 'open', shown: 1 } });
    expect(issue()).toMatchObject({ title: 'Mute e2e until Fri?', labels: [{ name: 'archsignal' }, { name: 'archsignal/proposal', color: 'fbca04' }, { name: 'arch/linux-s390x', color: '0e8a16' }] });
    expect(issue().body).toMatch(/^<!-- archsignal:begin -->\n@kubernetes\/leads, decide: 0 of 2\.\n\n<!-- archsignal:title:.* -->\n<!-- archsignal:end -->\n<!-- archsignal:proposal:x[0-9a-f]{40}:[0-9a-f]{40} -->\n$/s);
    expect(await ensured({ issue: 1 })).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(w.gh.mentions().map((m) => [m.handle, m.edited])).toEqual([['@kubernetes/leads', false]]);
  });

  it('is brought up to date and closed in one go, and calls nobody by that', async () => {
    await ensured();
    w.gh.requests.clear();
    expect(await ensured({ issue: 1, body: [says({ mention: '@kubernetes/others' }, ' decided.')], state: 'closed', shown: 2 })).toMatchObject({ ok: true, receipt: { number: 1, state: 'closed', shown: 2 } });
    expect(writes(w.gh)).toEqual([`PATCH /repos/${REPO}/issues/1`]);
    expect(issue().body).toContain('`kubernetes/others` decided.');
    expect(w.gh.mentions()).toHaveLength(1);
    await ensured({ issue: 1, state: 'open', shown: 3 });
    expect(issue().state).toBe('open');
  });

  it('leaves alone what people wrote around it, and their title', async () => {
    await ensured();
    const olga = w.gh.person('olga');
    await olga.editBody(issue(), `Mine.\n\n${issue().body}\nMine too.`);
    await olga.retitle(issue(), 'My title');
    await olga.relabel(issue(), ['mine']);
    await ensured({ issue: 1, title: 'Another', body: decided, shown: 2 });
    expect(issue()).toMatchObject({ title: 'My title', labels: [{ name: 'mine' }] });
    expect(issue().body).toMatch(/^Mine\.\n\n<!-- archsignal:begin -->\nDecided: 2 of 2\.[^]*\nMine too\.$/);
    await olga.editBody(issue(), 'All mine.');
    await ensured({ issue: 1, state: 'closed', shown: 3 });
    expect(issue()).toMatchObject({ body: 'All mine.', state: 'closed' });
  });

  it.each(['cut-after', 'hang-after', 'status-after', 'cut-middle'] as const)('is found by its mark when its answer is lost (%s)', async (kind) => {
    const impatient = w.connect({ timeout: 300 });
    w.gh.faults.add({ kind, match: { method: 'POST', path: /issues$/ } });
    expect(await impatient.execute(document(), null, first)).toMatchObject({ ok: false, retry: true });
    expect(await impatient.execute(document({ body: decided, shown: 2 }), null, again)).toMatchObject({ ok: true, receipt: { number: 1, shown: 2 } });
    expect(open()).toEqual([1]);
    expect(issue().body).toContain('Decided');
  });

  it('is not taken for one whose mark a person pasted, nor for another document\'s', async () => {
    await ensured();
    const pasted = issue().body;
    await w.gh.person('olga').delete(issue());
    await w.gh.person('mallory').open(REPO, { title: 'x', body: pasted, labels: ['archsignal', 'archsignal/proposal'] });
    expect(await ensured()).toMatchObject({ ok: true, receipt: { number: 3 } });
    expect(await ensured({ document: { kind: 'proposal', id: 'another' } })).toMatchObject({ ok: true, receipt: { number: 4 } });
  });

  it('is kept once where it was filed twice', async () => {
    w.gh.lagLists(true);
    await ensured();
    await ensured();
    w.gh.lagLists(false);
    expect(await ensured({}, again)).toMatchObject({ ok: true, receipt: { number: 1 } });
    expect(open()).toEqual([1]);
    expect(issue(2).comments[0]?.body).toContain(`it goes on in [#1](${w.gh.url}/${REPO}/issues/1)`);
  });

  it('is filed closed where it was decided before it could be filed, and then calls nobody', async () => {
    expect(await ensured({ state: 'closed' })).toMatchObject({ ok: true, receipt: { state: 'closed' } });
    expect(issue().state).toBe('closed');
    expect(w.gh.mentions()).toEqual([]);
  });
});

describe('a document whose issue is lost', () => {
  beforeEach(async () => { await ensured(); });

  it('is filed anew while it is undecided, calling nobody a second time', async () => {
    await w.gh.person('olga').delete(issue());
    expect(await ensured({ issue: 1, shown: 2 })).toMatchObject({ ok: true, receipt: { number: 2, shown: 2 } });
    expect(await ensured({ issue: 2, shown: 3 })).toMatchObject({ ok: true, receipt: { number: 2 } });
    await w.gh.person('olga').transfer(issue(2), 'kubernetes/other');
    expect(await ensured({ issue: 2, shown: 4 })).toMatchObject({ ok: true, receipt: { number: 3 } });
    expect(w.gh.mentions()).toHaveLength(1);
    expect(w.gh.issues(REPO)).toHaveLength(1);
  });

  it('is given up with words when it was decided', async () => {
    await w.gh.person('olga').delete(issue());
    expect(await ensured({ issue: 1, state: 'closed', shown: 2 })).toMatchObject({ ok: false, retry: false, lost: null, reason: expect.stringMatching(/#1 was deleted\..* It was decided already/) as string });
    expect(w.gh.issues(REPO)).toEqual([]);
  });

  it('is not given up for a failure that passes', async () => {
    w.gh.faults.add({ kind: 'status', status: 502, match: { path: /issues\/1$/ } });
    expect(await ensured({ issue: 1, shown: 2 })).toMatchObject({ ok: false, retry: true });
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: /issues\/1$/ } });
    expect(await ensured({ issue: 1, shown: 2 })).toMatchObject({ ok: false, retry: true });
    expect(w.gh.issues(REPO)).toHaveLength(1);
  });
});
