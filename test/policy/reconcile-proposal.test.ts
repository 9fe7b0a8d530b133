import { describe, expect, it } from 'vitest';
import type { Action, OutboxRow, PlannedAction, Receipt } from '../../src/domain/action.ts';
import type { Proposal, Vote } from '../../src/domain/proposal.ts';
import { plainText, type Text } from '../../src/domain/text.ts';
import { atDeadline, invalidate, newEdition } from '../../src/policy/proposals.ts';
import { ISSUE_PATIENCE, type Desk } from '../../src/policy/reconcile.ts';
import { proposalRowWanted, reconcileProposal, withProposalReceipt } from '../../src/policy/reconcile-proposal.ts';
import { END, matter, proposed, says, Table, UNTIL } from './proposals-given.ts';
import { HOUR, START } from './story.ts';

/** The outside, played: rows are executed when told to, receipts are what the executors would give. */
class Outside {
  rows: OutboxRow[] = [];
  readonly table: Table;
  readonly desk: Desk;
  /** Issue and card as they stand, and what was said below them. */
  issue: { body: Text; state: 'open' | 'closed'; title: string } | null = null;
  readonly mentions: string[] = [];
  readonly comments: string[] = [];
  readonly thread: string[] = [];
  card: { text: Text; buttons: readonly string[] } | null = null;

  constructor(proposal: Proposal, channels = ['#leads'], now = START) {
    this.table = new Table(proposal);
    this.desk = { now, channels };
  }

  get proposal(): Proposal { return this.table.proposal; }
  set(proposal: Proposal | undefined): this {
    if (proposal) this.table.proposal = proposal;
    return this;
  }

  hear(...votes: Vote[]): this {
    for (const v of votes) this.table.hear(v);
    return this;
  }

  plan(desk: Desk = this.desk): PlannedAction[] {
    const fresh = reconcileProposal(this.proposal, this.rows, desk);
    for (const a of fresh) {
      if (this.rows.some((r) => r.key === a.key)) throw new Error(`planned twice: ${a.key}`);
      this.rows = this.rows.map((r) => a.family !== null && r.family === a.family && r.state === 'pending' ? { ...r, state: 'superseded' } : r);
      this.rows.push({ ...a, state: 'pending', attempts: 0, notBefore: 0, createdAt: desk.now, updatedAt: 0, lastError: null, receipt: null });
    }
    return fresh;
  }

  /** Executes a pending row. */
  run(key: RegExp, state: 'done' | 'dead' = 'done'): this {
    const row = this.rows.find((r) => key.test(r.key) && (r.state === 'pending' || r.state === 'leased'));
    if (!row) throw new Error(`no pending row ${key}; there are ${this.rows.map((r) => `${r.key} ${r.state}`).join(', ')}`);
    const receipt = state === 'done' ? this.#execute(row.action) : null;
    this.rows = this.rows.map((r) => r.key === row.key ? { ...r, state, attempts: r.attempts + 1, receipt } : r);
    return receipt ? this.set(withProposalReceipt(this.proposal, row.action, receipt) ?? undefined) : this;
  }

  lease(key: RegExp): this {
    this.rows = this.rows.map((r) => key.test(r.key) && r.state === 'pending' ? { ...r, state: 'leased', attempts: 1 } : r);
    return this;
  }

  #execute(action: Action): Receipt {
    switch (action.kind) {
      case 'ensure-document': {
        this.mentions.push(...mentionsIn(action.body));
        const state = action.state === 'kept' ? this.issue?.state ?? 'open' : action.state;
        this.issue = { body: action.body, state, title: action.title };
        return { kind: 'document', repo: action.repo, number: 12, url: 'https://github.example/demo/demo/issues/12', state, shown: action.shown };
      }
      case 'post-comment':
        this.mentions.push(...mentionsIn(action.text));
        this.comments.push(plainText(action.text));
        return { kind: 'comment', url: 'u' };
      case 'ensure-card':
        this.card = { text: action.text, buttons: action.buttons.map((b) => b.verb) };
        return { kind: 'card', channel: 'C1', ts: '1.1', shown: action.shown };
      case 'card-reply':
        this.thread.push(plainText(action.text));
        return { kind: 'reply', ts: '1.2' };
      default: throw new Error(`unexpected ${action.kind}`);
    }
  }

  /** Executes until nothing is left to do; the keys in their order, without the proposal's prefix. */
  settle(): string[] {
    const done: string[] = [];
    for (let i = 0; i < 50; i++) {
      this.plan();
      const row = this.rows.find((r) => r.state === 'pending');
      if (!row) return done;
      done.push(row.key.replace(/^proposal:[^:]+:/, ''));
      this.run(new RegExp(`^${row.key.replaceAll('.', '\\.')}$`));
    }
    throw new Error('it never settles');
  }
}

const mentionsIn = (text: Text): string[] => text.flatMap((b) => b.kind === 'paragraph' ? b.spans : b.kind === 'list' ? b.items.flat() : [])
  .flatMap((s) => typeof s === 'object' && 'mention' in s ? [s.mention] : []);

const TEAM = '@demo/release-team';
const opened = (over: Parameters<typeof proposed>[0] = {}): Outside => {
  const outside = new Outside(proposed(over));
  outside.settle();
  return outside;
};

describe('a proposal outside', () => {
  it('is an issue first, which calls those who decide, then a card that links it', () => {
    const outside = new Outside(proposed());
    const [first] = outside.plan();
    expect(first).toMatchObject({
      entity: `proposal:${outside.proposal.id}`, destination: 'github:demo/demo', project: 'demo',
      action: { kind: 'ensure-document', issue: null, state: 'open', labels: ['archsignal', 'arch/linux-s390x', 'archsignal/proposal'] },
    });
    expect(outside.settle()).toEqual(['ensure-document:1.0', 'ensure-card:1.12:#leads']);
    expect(outside.mentions).toEqual([TEAM]);
    expect(outside.card?.buttons).toEqual(['approve', 'reject', 'object']);
    expect(JSON.stringify(outside.card?.text)).toContain('https://github.example/demo/demo/issues/12');
    expect(outside.plan()).toEqual([]);
  });

  it('has its link told where it was asked for, once, when its issue is filed', () => {
    const asker = { surface: 'github', repo: 'demo/other', number: 7 } as const;
    const outside = new Outside({ ...proposed(), asker });
    expect(outside.plan().map((a) => a.action.kind)).toEqual(['ensure-document']);
    expect(outside.settle()).toContain('post-comment:filed');
    expect(outside.comments).toEqual(['The proposal is demo/demo#12: “Mute ci-e2e-s390x on linux/s390x, which blocks the release, until Tue 1 Dec 08:00 UTC?” It is decided there.']);
    expect(outside.rows.find((r) => r.key.endsWith('filed'))).toMatchObject({ destination: 'github:demo/other', action: { number: 7, text: [{ spans: expect.arrayContaining([{ words: 'demo/demo#12', link: 'https://github.example/demo/demo/issues/12' }]) as unknown }] } });
    expect(outside.hear(says('ivan', 'reject', 1)).settle()).not.toContain('post-comment:filed');
  });

  it('tells whoever asked in Slack to them alone, and nobody where the issue never has a number', () => {
    const asker = { surface: 'slack', channel: 'C1', user: 'U1', responseUrl: 'https://hooks.example/1' } as const;
    const issue = { repo: 'demo/demo', number: 12, url: 'https://github.example/12' };
    const whispered = (proposal: Proposal) => reconcileProposal(proposal, [], { now: START, channels: [] }).filter((a) => a.key.endsWith('filed'));
    expect(whispered({ ...proposed(), asker, issue })).toMatchObject([{ destination: 'slack:@U1', action: { kind: 'whisper', channel: 'C1', user: 'U1', responseUrl: 'https://hooks.example/1' } }]);
    expect(whispered({ ...proposed(), asker, issue: { ...issue, number: 0 } })).toEqual([]);
  });

  it('is shown in Slack without its issue where that takes too long, and linked once it is there', () => {
    const outside = new Outside(proposed());
    outside.plan();
    expect(outside.plan({ ...outside.desk, now: START + ISSUE_PATIENCE - 1 })).toEqual([]);
    expect(outside.plan({ ...outside.desk, now: START + ISSUE_PATIENCE }).map((a) => a.action.kind)).toEqual(['ensure-card']);
    expect(outside.settle()).toEqual(['ensure-document:1.0', 'ensure-card:1.12:#leads']);
  });

  it('is brought up to date in place with every vote that counts, and calls nobody again', () => {
    const outside = opened().hear(says('ivan', 'approve', 1));
    expect(outside.settle()).toEqual(['ensure-document:2.12', 'ensure-card:2.12:#leads']);
    expect(plainText(outside.issue?.body ?? [])).toContain('1 of 2 approvals (ivan)');
    expect(plainText(outside.card?.text ?? [])).toContain('1 of 2 approvals (ivan)');
    expect(outside.hear(says('ivan', 'approve', 2)).settle()).toEqual([]);
    expect(outside.mentions).toEqual([TEAM]);
  });

  it('still calls those who decide where the row that files it was replaced before it was executed', () => {
    const outside = new Outside(proposed());
    outside.plan();
    outside.hear(says('ivan', 'approve', 1));
    expect(outside.settle()).toEqual(['ensure-document:2.0', 'ensure-card:2.12:#leads']);
    expect(outside.mentions).toEqual([TEAM]);
  });

  it('calls them once where a vote is counted while the issue is being filed', () => {
    const outside = new Outside(proposed());
    outside.plan();
    outside.lease(/ensure-document/).hear(says('ivan', 'approve', 1)).plan();
    outside.run(/ensure-document:1\.0$/);
    expect(outside.settle()).toEqual(['ensure-document:2.12', 'ensure-card:2.12:#leads']);
    expect(outside.mentions).toEqual([TEAM]);
  });

  it('is not filed again for the same text where that was given up, and goes on in Slack', () => {
    const outside = new Outside(proposed());
    outside.plan();
    outside.run(/ensure-document/, 'dead');
    expect(outside.settle()).toEqual(['ensure-card:1.0:#leads']);
    expect(outside.hear(says('ivan', 'approve', 1)).settle()).toEqual(['ensure-document:2.0', 'ensure-card:2.12:#leads']);
  });

  it('says a new edition in place, and buttons of the older one are told apart', () => {
    const outside = opened();
    outside.set(newEdition(outside.proposal, matter({ until: UNTIL + HOUR }), { now: START + HOUR, evidence: null })?.proposal);
    outside.settle();
    const row = outside.rows.findLast((r) => r.action.kind === 'ensure-card');
    expect(row?.action.kind === 'ensure-card' && row.action.buttons.every((b) => 'edition' in b.about && b.about.edition === 2)).toBe(true);
  });
});

describe('a decision outside', () => {
  it('is a comment, then the last text and the issue closed; on the card the buttons are gone', () => {
    const outside = opened().hear(says('ivan', 'approve', 1), says('maria', 'approve', 2));
    expect(outside.settle()).toEqual(['post-comment:approved.1', 'ensure-card:3.12:#leads', 'ensure-document:3.12']);
    expect(outside.issue?.state).toBe('closed');
    expect(outside.card?.buttons).toEqual([]);
    expect(outside.comments).toHaveLength(1);
    expect(outside.mentions).toEqual([TEAM]);
  });

  it('waits with the closing until its comment is said or given up', () => {
    const outside = opened().hear(says('ivan', 'reject', 1));
    outside.plan();
    outside.run(/ensure-card/);
    expect(outside.plan()).toEqual([]);
    outside.run(/post-comment/, 'dead');
    expect(outside.settle()).toEqual(['ensure-document:2.12']);
  });

  it('that an earlier word turns is told once more, as a change', () => {
    const outside = opened().hear(says('ivan', 'approve', 1), says('maria', 'approve', 3));
    outside.settle();
    outside.hear(says('anna', 'reject', 2));
    expect(outside.settle()).toEqual(['post-comment:rejected.2', 'ensure-card:4.12:#leads', 'ensure-document:4.12']);
    expect(outside.comments[1]).toMatch(/^This replaces what was said above/);
    outside.hear(says('zoe', 'reject', 1.5));
    expect(outside.settle()).toEqual(['ensure-document:5.12', 'ensure-card:5.12:#leads']);
  });

  it('that was not told yet is replaced in silence', () => {
    const outside = opened().hear(says('ivan', 'approve', 1), says('maria', 'approve', 3));
    outside.plan();
    outside.hear(says('anna', 'reject', 2));
    outside.settle();
    expect(outside.comments).toEqual([expect.stringMatching(/^Rejected/)]);
  });

  it('is told again where an objection that came late had opened it once more', () => {
    const outside = opened();
    outside.set(atDeadline(outside.proposal, END)?.proposal).settle();
    outside.hear(says('porter', 'object', 71));
    outside.settle();
    expect([outside.issue?.state, outside.card?.buttons.length]).toEqual(['open', 3]);
    outside.set(atDeadline(outside.proposal, END + 12 * HOUR)?.proposal).settle();
    expect(outside.comments.filter((c) => c.includes('Not decided in time'))).toHaveLength(2);
    expect(outside.issue?.state).toBe('closed');
  });

  it('that comes to nothing before its issue is begun makes none, and an approval makes one that is closed', () => {
    const taken = new Outside(proposed());
    taken.plan();
    taken.hear(says('olga', 'withdraw', 1));
    expect(taken.plan()).toEqual([]);
    expect(taken.rows.map((r) => proposalRowWanted(r.action, taken.proposal, 1))).toEqual([false]);
    const approved = new Outside(proposed()).hear(says('ivan', 'approve', 1), says('maria', 'approve', 2));
    expect(approved.settle()).toEqual(['ensure-document:3.0']);
    expect([approved.issue?.state, approved.comments, approved.mentions]).toEqual(['closed', [], []]);
  });

  it('ends what is asked of people: the word before the end is not said any more', () => {
    const outside = opened();
    outside.set(atDeadline(outside.proposal, END - 24 * HOUR)?.proposal).plan();
    const ending = outside.rows.filter((r) => r.state === 'pending').map((r) => r.action);
    expect(ending.map((a) => a.kind)).toEqual(['post-comment', 'card-reply']);
    outside.hear(says('ivan', 'reject', 60));
    expect(ending.map((a) => proposalRowWanted(a, outside.proposal, 1))).toEqual([false, false]);
    outside.plan();
    expect(outside.rows.filter((r) => r.key.includes('ending')).map((r) => r.state)).toEqual(['superseded', 'pending']);
  });

  it('of its own accord says why', () => {
    const outside = opened();
    outside.set(invalidate(outside.proposal, 'ci-e2e-s390x on linux/s390x is not tracked any more', { now: START + HOUR, evidence: null })?.proposal).settle();
    expect(outside.comments).toEqual(['There is nothing to decide any more. As of Tue 17 Nov 09:00 UTC, ci-e2e-s390x on linux/s390x is not tracked any more.']);
  });
});

describe('words on the way', () => {
  it('before the end are said once, to those who have not said yes', () => {
    const outside = opened({ leads: ['@olga', '@ivan', '@maria', '@anna'] }).hear(says('ivan', 'approve', 1));
    outside.settle();
    outside.mentions.length = 0;
    outside.set(atDeadline(outside.proposal, END - 24 * HOUR)?.proposal);
    expect(outside.settle()).toEqual(['post-comment:ending.1', 'card-reply:ending.1:#leads']);
    expect(outside.mentions).toEqual(['@maria', '@anna']);
    expect(outside.thread).toHaveLength(1);
    expect(outside.settle()).toEqual([]);
  });

  it('of an objection are in the thread, and on the issue where it was said in Slack', () => {
    const outside = opened().hear(says('porter', 'object', 1), says('paula', 'object', 2, { surface: 'slack' }));
    expect(outside.settle()).toEqual(['post-comment:objection-paula.1', 'ensure-document:3.12', 'ensure-card:3.12:#leads', 'card-reply:objection-porter.1:#leads', 'card-reply:objection-paula.1:#leads']);
    expect(outside.comments).toEqual(['paula objects: “because”.\n\n0 of 2 approvals; there is time to decide until Fri 20 Nov 20:00 UTC.']);
  });

  it('have ids that a marker takes, whoever speaks', () => {
    const outside = opened().hear(says('porter-bot[bot]', 'object', 1, { surface: 'slack' }));
    outside.settle();
    expect(outside.rows.flatMap((r) => r.action.kind === 'post-comment' ? [r.action.id] : [])).toEqual([`${outside.proposal.id}.objection-porter-bot-bot-.1`]);
  });
});
