import { describe, expect, it } from 'vitest';
import type { OutboxRow, PlannedAction, Receipt } from '../../src/domain/action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { foundClosed, ISSUE_PATIENCE, reconcile, stillWanted, withReceipt, type Desk } from '../../src/policy/reconcile.ts';
import { HOUR, Story } from './story.ts';

const S390X = 'linux/s390x e2e';
const AMD64 = 'linux/amd64 e2e';

/** The outside, played: rows are executed when told to, receipts are what the executors would give. */
class Outside {
  rows: OutboxRow[] = [];
  incident: Incident;
  readonly desk: Desk;
  constructor(incident: Incident, channels = ['#signal'], now = incident.openedAt) {
    this.incident = incident;
    this.desk = { now, channels };
  }

  plan(desk: Desk = this.desk): PlannedAction[] {
    const known = new Set(this.rows.map((r) => r.key));
    const fresh = reconcile(this.incident, this.rows, desk).filter((a) => !known.has(a.key));
    for (const a of fresh) {
      this.rows = this.rows.map((r) => a.family !== null && r.family === a.family && r.state === 'pending' ? { ...r, state: 'superseded' } : r);
      this.rows.push({ ...a, state: 'pending', attempts: 0, notBefore: 0, createdAt: desk.now, updatedAt: 0, lastError: null, receipt: null });
    }
    return fresh;
  }

  run(key: RegExp, state: 'done' | 'dead' = 'done'): this {
    const row = this.rows.find((r) => key.test(r.key) && r.state === 'pending');
    if (!row) throw new Error(`no pending row ${key}; there are ${this.rows.map((r) => `${r.key} ${r.state}`).join(', ')}`);
    const receipt = state === 'done' ? this.#receipt(row) : null;
    this.rows = this.rows.map((r) => r === row ? { ...r, state, attempts: 1, receipt } : r);
    if (receipt) this.incident = withReceipt(this.incident, row.action, receipt) ?? this.incident;
    return this;
  }

  #receipt(row: OutboxRow): Receipt {
    switch (row.action.kind) {
      case 'ensure-issue': return { kind: 'issue', repo: this.incident.repo, number: 7, url: 'u', state: 'open', shown: row.action.shown, facts: this.incident.issue ? 99 : this.incident.facts.at(-1)?.n ?? 0, comments: 0 };
      case 'comment': return { kind: 'comment', url: 'u' };
      case 'set-issue-state': return { kind: 'issue-state', state: row.action.state };
      case 'ensure-message': return { kind: 'message', channel: 'C1', ts: '1.1', shown: row.action.shown, issue: row.action.issue };
      case 'reply': return { kind: 'reply', ts: '1.2' };
      case 'notice': return { kind: 'notice', channel: 'C1', ts: '1' };
      default: return { kind: 'done' };
    }
  }

  /** Executes until nothing is left to do; the keys in their order, without the incident's prefix. */
  settle(): string[] {
    const done: string[] = [];
    for (let i = 0; i < 50; i++) {
      this.plan();
      const row = this.rows.find((r) => r.state === 'pending');
      if (!row) return done;
      done.push(row.key.replace(/^incident:[^:]+:/, ''));
      this.run(new RegExp(`^${row.key.replaceAll('.', '\\.')}$`));
    }
    throw new Error('it never settles');
  }
}

const broken = () => new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }]).hours({ [AMD64]: 'PPPP', [S390X]: 'PFFF' });

describe('what is missing outside', () => {
  it('is an issue first, then the message that names it, then the thread', () => {
    const outside = new Outside(broken().live());
    expect(outside.plan().map((a) => a.action.kind)).toEqual(['ensure-issue']);
    expect(outside.settle()).toEqual(['ensure-issue:1.1', 'ensure-message:1.7:#signal', 'reply:1:#signal']);
    expect(outside.plan()).toEqual([]);
  });

  it('is planned once, however often it is asked', () => {
    const outside = new Outside(broken().live());
    outside.plan();
    expect(outside.plan()).toEqual([]);
  });

  it('is the message without the number when the issue takes long, and its number later', () => {
    const story = broken();
    const outside = new Outside(story.live());
    outside.plan();
    const late = { ...outside.desk, now: outside.desk.now + ISSUE_PATIENCE };
    expect(outside.plan(late).map((a) => a.key.replace(/^incident:[^:]+:/, ''))).toEqual(['ensure-message:1.0:#signal']);
    outside.run(/ensure-message/).run(/ensure-issue/);
    expect(outside.plan().map((a) => a.action)).toContainEqual(expect.objectContaining({ kind: 'ensure-message', issue: 7 }));
  });

  it('is no message without the number while an issue that failed once is tried again', () => {
    const outside = new Outside(broken().live());
    outside.plan();
    outside.rows = outside.rows.map((r) => ({ ...r, attempts: 1 }));
    expect(outside.plan()).toEqual([]);
  });

  it('is nothing on GitHub for what its body told already, and one comment for what came later', () => {
    const story = broken();
    const outside = new Outside(story.live());
    outside.settle();
    story.hours({ [AMD64]: 'P', [S390X]: 'F' });
    outside.incident = { ...story.live(), issue: outside.incident.issue, messages: outside.incident.messages };
    expect(outside.settle()).toEqual([]);
    story.wait(25 * HOUR);
    outside.incident = { ...story.live(), issue: outside.incident.issue, messages: outside.incident.messages };
    expect(outside.settle()).toEqual(['ensure-issue:1.2', 'comment:2', 'ensure-message:2.7:#signal', 'reply:2:#signal']);
  });

  it('is a comment on what nobody on GitHub has said or sees by itself, and a reply in Slack on everything', () => {
    const story = broken();
    const outside = new Outside(story.live());
    outside.settle();
    const by = 'olga';
    const fix = { repo: 'demo/demo', number: 1, url: 'u' };
    const facts = [
      { kind: 'acknowledged', by }, { kind: 'unacknowledged' }, { kind: 'snoozed', by, until: 1, reason: null }, { kind: 'unsnoozed', by }, { kind: 'woken' },
      { kind: 'classified', by, as: 'flake', note: null }, { kind: 'unclassified', by }, { kind: 'attempted', by, text: 'x', url: null },
      { kind: 'fix-announced', by, fix }, { kind: 'fix-merged', by, fix }, { kind: 'fix-closed', by, fix }, { kind: 'fix-failed', by, fix },
    ] as const;
    const base = outside.incident;
    outside.incident = { ...base, shown: 2, facts: [...base.facts, ...facts.map((f, i) => ({ ...f, n: i + 2, at: base.openedAt, asks: [] }))] };
    const kindOf = (n: number) => outside.incident.facts.find((f) => f.n === n)?.kind;
    const done = outside.settle();
    const told = (verb: string) => done.filter((k) => k.startsWith(`${verb}:`)).map((k) => kindOf(Number(k.split(':')[1])));
    expect(told('comment')).toEqual(['woken', 'fix-failed']);
    expect(told('reply')).toEqual(facts.map((f) => f.kind));
  });

  it('is that whoever gave it back is no assignee any more, unless they have it again', () => {
    const story = broken();
    const outside = new Outside(story.live());
    outside.settle();
    const base = outside.incident;
    const facts = [{ kind: 'acknowledged', by: 'olga' }, { kind: 'unacknowledged', had: 'olga' }, { kind: 'unacknowledged' }] as const;
    outside.incident = { ...base, shown: 2, facts: [...base.facts, ...facts.map((f, i) => ({ ...f, n: i + 2, at: base.openedAt, asks: [] }))] };
    outside.plan();
    const [action, ...more] = outside.rows.map((r) => r.action).filter((a) => a.kind === 'unassign');
    expect([action, more]).toEqual([{ kind: 'unassign', incident: base.id, generation: 1, fact: 3, login: 'olga' }, []]);
    const wanted = (acknowledged: Incident['acknowledged'], over: Partial<Incident> = {}) => action !== undefined && stillWanted(action, { ...outside.incident, acknowledged, ...over }, 1);
    expect([wanted(null), wanted({ by: 'petra', at: 1 }), wanted({ by: 'Olga', at: 1 }), wanted(null, { generation: 2 })]).toEqual([true, true, false, false]);
    expect(outside.settle().filter((k) => k.startsWith('unassign'))).toEqual(['unassign:3']);
    expect(outside.plan()).toEqual([]);
  });

  it('is that whoever had it given, and was taken it from, is no assignee any more', () => {
    const outside = new Outside(broken().live());
    outside.settle();
    const base = outside.incident;
    outside.incident = { ...base, shown: 2, acknowledged: { by: 'petra', at: base.openedAt }, facts: [...base.facts, { kind: 'acknowledged', by: 'petra', had: 'olga', n: 2, at: base.openedAt, asks: [] }] };
    expect(outside.settle().filter((k) => k.startsWith('unassign'))).toEqual(['unassign:2']);
  });

  it('is the last word first and the closing of the issue after it: two requests', () => {
    const story = broken();
    const outside = new Outside(story.live());
    outside.settle();
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    outside.incident = { ...story.incidents[0]!, issue: outside.incident.issue, messages: outside.incident.messages };
    const github = outside.settle().filter((k) => !/#signal/.test(k));
    expect(github).toEqual(['comment:2', 'set-issue-state:1.2']);
  });

  it('is no closing while the last comment is still to be made', () => {
    const story = broken();
    const outside = new Outside(story.live(), []);
    outside.settle();
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    outside.incident = { ...story.incidents[0]!, issue: outside.incident.issue };
    expect(outside.plan().map((a) => a.action.kind)).toEqual(['comment']);
    expect(outside.plan()).toEqual([]);
    outside.run(/comment/, 'dead');
    expect(outside.plan().map((a) => a.action)).toEqual([expect.objectContaining({ kind: 'set-issue-state', state: 'closed' })]);
  });

  it('is the same issue opened again when it breaks within the grace period', () => {
    const story = broken();
    const outside = new Outside(story.live(), []);
    outside.settle();
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    outside.incident = { ...story.incidents[0]!, issue: outside.incident.issue };
    outside.settle();
    story.hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    outside.incident = { ...story.live(), issue: outside.incident.issue };
    expect(outside.settle()).toEqual(['ensure-issue:1.3', 'comment:3', 'set-issue-state:1.3']);
    expect(outside.rows.at(-1)?.action).toMatchObject({ state: 'open' });
  });

  it('is nothing at all for an incident that was over before anything was written', () => {
    const story = broken().hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    expect(new Outside(story.incidents[0]!).plan()).toEqual([]);
    const late = new Outside(broken().live());
    late.plan();
    const row = late.rows[0]!;
    expect(stillWanted(row.action, story.incidents[0]!, 1)).toBe(false);
    // An attempt that was begun may have had its effect: it must be looked for, and closed.
    expect(stillWanted(row.action, story.incidents[0]!, 2)).toBe(true);
  });

  it('does not touch the state of an issue that a person closed, and lets its text say that nothing is asked any more', () => {
    const story = broken();
    const outside = new Outside(story.live(), []);
    outside.settle();
    story.issue().act({ kind: 'closed', by: 'olga' });
    outside.incident = story.live();
    expect(outside.settle()).toEqual(['ensure-issue:1.2']);
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    outside.incident = story.incidents[0]!;
    expect(outside.settle().map((key) => key.split(':')[0])).toEqual(['ensure-issue']);
  });

  it('is one replacement for a deleted issue, and none for a deleted replacement', () => {
    const story = broken();
    const outside = new Outside(story.live(), []);
    outside.settle();
    story.issue().act({ kind: 'deleted', by: 'olga' });
    outside.incident = story.live();
    expect(outside.settle()).toEqual(['ensure-issue:2.2']);
    story.issue(8).act({ kind: 'deleted', by: 'olga' });
    outside.incident = story.live();
    expect(outside.settle()).toEqual([]);
  });

  it('goes on in Slack when the issue was given up', () => {
    const outside = new Outside(broken().live());
    outside.plan();
    outside.run(/ensure-issue/, 'dead');
    expect(outside.settle()).toEqual(['ensure-message:1.0:#signal', 'reply:1:#signal']);
  });

  it('is one row per channel, so that one that fails holds back no other', () => {
    const outside = new Outside(broken().live(), ['#signal', '#s390x']);
    outside.plan();
    outside.run(/ensure-issue/);
    expect(outside.plan().map((a) => a.destination)).toEqual(['slack:#signal', 'slack:#s390x']);
    outside.run(/ensure-message.*#signal/, 'dead');
    expect(outside.settle()).toEqual(['ensure-message:1.7:#s390x', 'reply:1:#s390x']);
  });

  it('takes an issue found closed for a person\'s act only where nothing of ours closed it', () => {
    const story = broken();
    const outside = new Outside(story.live(), []);
    outside.settle();
    const closed = (shown: number): Receipt => ({ kind: 'issue', repo: 'demo/demo', number: 7, url: 'u', state: 'closed', shown, facts: 1, comments: 0 });
    expect(foundClosed(outside.incident, closed(1), outside.rows)).toBe(true);
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    outside.incident = { ...story.incidents[0]!, issue: outside.incident.issue };
    outside.settle();
    story.hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    outside.incident = { ...story.live(), issue: outside.incident.issue };
    outside.plan();
    expect(foundClosed(outside.incident, closed(3), outside.rows)).toBe(false);
    outside.settle();
    expect(foundClosed(outside.incident, closed(3), outside.rows)).toBe(true);
  });
});
