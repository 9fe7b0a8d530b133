import { describe, expect, it } from 'vitest';
import type { Action, OutboxRow, PlannedAction, Receipt } from '../../src/domain/action.ts';
import type { Conflict } from '../../src/domain/conflict.ts';
import { plainText } from '../../src/domain/text.ts';
import { mentions } from '../../src/delivery/github/render/text.ts';
import { extendExpiry, extendFixing, forgottenConflict } from '../../src/policy/conflict-acts.ts';
import { conflictRowWanted, reconcileConflict, withConflictReceipt, type ConflictDesk } from '../../src/policy/reconcile-conflict.ts';
import { Case, T } from './conflict-given.ts';

const HOUR = 3_600_000;
const PLACES = [{ file: 'hack/lib/golang.sh', format: 'shell-array' as const, at: 'KUBE_SERVER_PLATFORMS' }];
const ISSUE = { repo: 'demo/demo', number: 40, url: 'https://github.com/demo/demo/issues/40' };
const WAY_BACK = { repo: 'demo/demo', number: 41, url: 'https://github.com/demo/demo/issues/41' };

/** The rows of a conflict as the store would keep them: what is planned is done at once, with the receipt that is given for it. */
class Desk {
  rows: OutboxRow[] = [];
  readonly case: Case;
  filed = true;

  constructor(c: Case) { this.case = c; }

  get desk(): ConflictDesk {
    const { proposals, conflict } = this.case;
    const named = (id: string | null) => {
      const found = proposals.find((p) => p.id === id);
      return found === undefined ? null : { ...found, issue: this.filed ? { ...ISSUE, number: id === conflict.proposal ? 40 : 50 } : null };
    };
    return { proposal: named(conflict.proposal), backProposal: named(conflict.backProposal), board: null, channels: { news: ['#power'], tiers: ['#tiers'] }, places: PLACES, milestone: 'v1.37', leads: ['@ivan', '@maria'] };
  }

  plan(): PlannedAction[] { return reconcileConflict(this.case.conflict, this.rows, this.desk); }

  /** Does what is planned, row by row, as long as something is; the keys in their order. */
  work(receipt: (action: Action) => Receipt = receiptOf): string[] {
    const done: string[] = [];
    for (let [next] = this.plan(); next !== undefined; [next] = this.plan()) {
      done.push(next.key.slice(`conflict:${this.case.conflict.id}:`.length));
      const given = receipt(next.action);
      this.rows.push({ ...next, state: 'done', attempts: 1, notBefore: 0, createdAt: T, updatedAt: T, lastError: null, receipt: given });
      this.case.conflict = withConflictReceipt(this.case.conflict, next.action, given) ?? this.case.conflict;
    }
    return done;
  }
}

function receiptOf(action: Action): Receipt {
  switch (action.kind) {
    case 'ensure-document': return { kind: 'document', ...WAY_BACK, state: action.state === 'closed' ? 'closed' : 'open', shown: action.shown };
    case 'ensure-switch-pull': return { kind: 'pull-request', repo: action.repo, number: action.to === 'off' ? 42 : 52, url: 'u', unmarked: [] };
    case 'ensure-card': return { kind: 'card', channel: 'C1', ts: '17.1', shown: action.shown };
    default: return { kind: 'done' };
  }
}

const approved = (): Case => new Case().look().wait(24 * HOUR).vote('ivan').vote('maria').look();
const texts = (rows: readonly PlannedAction[]): string[] => rows.flatMap((r) => 'text' in r.action && typeof r.action.text !== 'string' ? [plainText(r.action.text)] : []);

describe('what a conflict writes', () => {
  it('asks the owners on the blocker once, and tells Slack without calling anybody', () => {
    const desk = new Desk(new Case().look());
    const planned = desk.plan();
    expect(planned.map((r) => r.destination)).toEqual(['github:demo/demo', 'slack:#power']);
    const [comment, card] = planned;
    expect(comment?.action).toMatchObject({ kind: 'post-comment', repo: 'demo/demo', number: 25243 });
    expect([comment, card].map((r) => r && 'text' in r.action && typeof r.action.text !== 'string' ? mentions(r.action.text).length : -1)).toEqual([2, 0]);
    desk.work();
    expect(desk.plan()).toEqual([]);
  });

  it('says that leads decide only when it can name where', () => {
    const desk = new Desk(new Case().look());
    desk.work();
    desk.case.wait(24 * HOUR);
    desk.filed = false;
    expect(desk.plan()).toEqual([]);
    desk.filed = true;
    expect(texts(desk.plan()).join()).toContain('demo/demo#40');
  });

  it('files the issue for the way back first, and then the edit that names it, with whose approval is missing', () => {
    const desk = new Desk(approved());
    desk.case.conflict = { ...desk.case.conflict, plan: { ...desk.case.conflict.plan!, fileOwners: ['@demo/build', '@Ivan'] } };
    const done = desk.work().filter((k) => /ensure-document|switch/.test(k));
    expect(done.map((k) => k.split(':')[0])).toEqual(['ensure-document', 'ensure-switch-pull', 'ensure-document']);
    const pull = desk.rows.find((r) => r.action.kind === 'ensure-switch-pull')?.action;
    if (pull?.kind !== 'ensure-switch-pull') throw new Error('no pull request');
    expect(pull).toMatchObject({ to: 'off', base: 'master', places: PLACES, mark: { proposal: '#40', link: WAY_BACK.url }, milestone: 'v1.37', reviewers: ['@ivan', '@maria', '@demo/build'], branch: `archsignal/deactivate/${desk.case.conflict.proposal}` });
    expect(plainText(pull.body)).toContain('the approval of demo/build');
    expect(desk.case.conflict).toMatchObject({ reactivation: { number: 41 }, pull: { number: 42 } });
  });

  it('tells of more time where it was given: what owners were given to fix it is not told again when it is off, as if the way back were put off', () => {
    const desk = new Desk(new Case().look());
    desk.case.take(extendFixing(desk.case.conflict, desk.case.saying('ivan', 'the fix is in review'), { ms: 12 * HOUR, latest: null }));
    desk.work();
    desk.case.wait(12 * HOUR).turnOff();
    desk.work();
    const more = (): unknown[] => desk.rows.flatMap(({ action: a }) => a.kind === 'post-comment' && typeof a.text !== 'string' && plainText(a.text).includes(' more: ') ? [[a.number, plainText(a.text).split('. ').at(-1)]] : []);
    expect(desk.case.conflict.times.off).not.toBeNull();
    expect(more()).toEqual([[25243, 'Owners of linux/ppc64le have until Wed 18 Nov 20:00 UTC to fix it.']]);
    desk.case.take(extendExpiry(desk.case.conflict, desk.case.saying('ivan', 'a new compiler'), { ms: 24 * HOUR, latest: null }));
    desk.work();
    expect(more()).toEqual([expect.anything(), [WAY_BACK.number, expect.stringMatching(/^Release leads are asked what is to become of it on /)]]);
  });

  it('makes no edit that it cannot, or that nobody has decided', () => {
    const byHand = new Desk(approved());
    byHand.case.conflict = { ...byHand.case.conflict, plan: { ...byHand.case.conflict.plan!, byHand: 'It is written by a program.' } };
    expect(byHand.work().some((k) => k.startsWith('ensure-switch-pull'))).toBe(false);
    expect(byHand.case.conflict.reactivation).not.toBeNull();
    const open = new Desk(new Case().look().wait(24 * HOUR));
    expect(open.work().some((k) => /switch|document/.test(k))).toBe(false);
  });

  it('closes pull request and issue with the reason where the approval falls', () => {
    const desk = new Desk(approved());
    desk.work();
    desk.case.look({ pull: null, platform: 'green' });
    expect(desk.case.conflict.stage).toBe('over');
    const done = desk.work().filter((k) => !k.startsWith('ensure-card'));
    expect(done).toContain('close-pull-request:42');
    expect(done.findIndex((k) => k.endsWith(':reactivation'))).toBeLessThan(done.findIndex((k) => k.endsWith('.closed')));
    expect(done.slice(-2)).toEqual(['post-comment:gone.42', 'close-pull-request:42']);
    expect(done).toContainEqual(expect.stringMatching(/^ensure-document:.*\.closed$/));
    expect(conflictRowWanted({ kind: 'close-pull-request', repo: 'demo/demo', number: 42 }, desk.case.conflict, 1)).toBe(true);
  });

  it('closes its own pull request when the edit came in another, and keeps the issue', () => {
    const desk = new Desk(approved());
    desk.work();
    desk.case.look({ build: 'off', pull: { repo: 'demo/demo', number: 42, url: 'u', state: 'open', mergedAt: null } });
    const done = desk.work();
    expect(done.filter((k) => /moot|close-pull/.test(k))).toEqual(['post-comment:moot.42', 'close-pull-request:42']);
    expect(desk.rows.findLast((r) => r.action.kind === 'ensure-document')?.action).toMatchObject({ state: 'open' });
  });

  it('offers the patch on the blocker where it may not push, and tries it no more', () => {
    const desk = new Desk(approved());
    const done = desk.work((a) => a.kind === 'ensure-switch-pull' ? { kind: 'patch', diff: '-  linux/ppc64le', why: 'The App may not write.', unmarked: [] } : receiptOf(a));
    expect(done.filter((k) => /switch|patch/.test(k)).map((k) => k.replace(/:.*?patch/, ':patch').replace(/deactivate-.*/, ''))).toEqual(['ensure-switch-pull:off:', expect.stringMatching(/^post-comment:patch-off/)]);
    const offered = desk.rows.findLast((r) => r.key.includes('patch-off'));
    expect(offered?.action).toMatchObject({ number: 25243 });
    expect(texts([offered!])[0]).toContain('linux/ppc64le');
  });

  it('turns it on again by the reverse edit after the leads said so, and closes the issue with it', () => {
    const desk = new Desk(new Case().turnOff());
    desk.work();
    desk.case.wait(HOUR, { greens: new Map(desk.case.conflict.exit.jobs.map((j) => [j, 3])), back: { diff: '+  linux/ppc64le', byHand: null } });
    expect(desk.case.conflict.stage).toBe('returning');
    expect(desk.work().some((k) => k.startsWith('ensure-switch-pull'))).toBe(false);
    desk.case.vote('ivan').vote('maria').look();
    expect(desk.work()).toContainEqual(expect.stringMatching(/^ensure-switch-pull:on:/));
    desk.case.wait(HOUR, { build: 'on', backPull: { repo: 'demo/demo', number: 52, url: 'u', state: 'merged', mergedAt: desk.case.now + 1 } });
    const done = desk.work();
    expect(done.findIndex((k) => k.endsWith(':reactivation'))).toBeLessThan(done.findIndex((k) => k.endsWith('.closed')));
    expect(done).toContainEqual(expect.stringMatching(/^ensure-card:\d+:#tiers$/));
  });

  it('plans nothing a second time, whatever the round', () => {
    const desk = new Desk(approved());
    const first = desk.work();
    expect(new Set(first).size).toBe(first.length);
    expect(desk.plan()).toEqual([]);
  });
});

describe('the message in the channels that hear of what is broken', () => {
  const cards = (desk: Desk): { readonly at: unknown; readonly text: string }[] => desk.rows.flatMap(({ action }) =>
    action.kind === 'ensure-card' && action.channel === '#power' ? [{ at: action.at, text: plainText(action.text) }] : []);
  const standing = (desk: Desk): string => {
    desk.work();
    expect(desk.plan()).toEqual([]);
    const all = cards(desk);
    expect(all.map((c) => c.at)).toEqual(all.map((_, i) => i === 0 ? null : { channel: 'C1', ts: '17.1' }));
    return all.at(-1)?.text ?? '';
  };

  it('goes on to say how far it is, in the same place', () => {
    const desk = new Desk(new Case().look());
    expect(standing(desk)).toMatch(/is in the way of this release blocker[^]*What is asked of you:/);
    desk.case.wait(24 * HOUR);
    expect(standing(desk)).toMatch(/^linux\/ppc64le is in the way of this release blocker, and release leads decide now whether the linux\/ppc64le build is turned off on master: demo\/demo#40.*\n+Release blocker:/);
    desk.case.vote('ivan').vote('maria').look();
    expect(standing(desk)).toMatch(/It was decided to turn the linux\/ppc64le build off on master by demo\/demo#42.*, which waits to be merged\./);
    desk.case.wait(HOUR, { build: 'off', pull: { repo: 'demo/demo', number: 42, url: 'u', state: 'merged', mergedAt: desk.case.now + 1 } });
    expect(standing(desk)).toMatch(/^The linux\/ppc64le build is off on master since .* The way back: demo\/demo#41/);
    expect(new Set(cards(desk).map((c) => c.text)).size).toBe(cards(desk).length);
  });

  it('asks for nothing any more when it is over', () => {
    const desk = new Desk(new Case().look());
    standing(desk);
    desk.case.look({ platform: 'green' });
    expect(standing(desk)).toMatch(/^linux\/ppc64le was in the way of this release blocker, from .* on\. Over: .* is green on #25243 again\.\n+Release blocker:[^\n]*$/);
  });

  it('names the deadline that holds', () => {
    const desk = new Desk(new Case().look());
    const before = standing(desk);
    desk.case.conflict = { ...desk.case.conflict, fixBy: desk.case.conflict.fixBy + 12 * HOUR };
    expect(standing(desk)).toBe(before.replace(/by \w+ \d+ \w+ \d\d:\d\d UTC \([^)]*\)/, 'by Wed 18 Nov 20:00 UTC (1 d 12 h)'));
  });

  it('is not posted for what is over before its turn comes, nor for what another mode told of', () => {
    const desk = new Desk(new Case().look());
    const [card] = desk.plan().filter((r) => r.action.kind === 'ensure-card');
    if (card === undefined) throw new Error('no card');
    desk.rows = [{ ...card, state: 'pending', attempts: 0, notBefore: 0, createdAt: T, updatedAt: T, lastError: null, receipt: null }];
    expect(conflictRowWanted(card.action, desk.case.conflict, 1)).toBe(true);
    desk.case.look({ platform: 'green' });
    expect(desk.plan().filter((r) => r.action.kind === 'ensure-card')).toEqual([]);
    expect([1, 2].map((attempts) => conflictRowWanted(card.action, desk.case.conflict, attempts))).toEqual([false, true]);

    const shadowed = new Desk(new Case().look());
    shadowed.work();
    shadowed.case.conflict = forgottenConflict(shadowed.case.conflict, shadowed.case.now).conflict;
    expect(shadowed.plan()).toEqual([]);
  });
});

describe('a row whose turn comes late', () => {
  const row = (to: 'off' | 'on'): Action => ({ kind: 'ensure-switch-pull', repo: 'demo/demo', branch: 'b', base: 'master', since: T, title: '', body: [], labels: [], reviewers: [], milestone: null, platform: 'linux/ppc64le', to, places: PLACES, mark: { proposal: '#1', link: 'l' }, unmarked: [] });

  it('is not done where what it belongs to is over, unless it was begun', () => {
    const stages: readonly Conflict['stage'][] = ['deciding', 'doing', 'returning', 'over'];
    const at = (stage: Conflict['stage']): Conflict => ({ ...approved().conflict, stage });
    expect(stages.map((s) => conflictRowWanted(row('off'), at(s), 1))).toEqual([false, true, false, false]);
    expect(stages.map((s) => conflictRowWanted(row('on'), at(s), 1))).toEqual([false, false, true, false]);
    expect(conflictRowWanted(row('off'), at('over'), 2)).toBe(true);
  });
});
