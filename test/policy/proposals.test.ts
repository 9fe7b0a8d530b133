import { describe, expect, it } from 'vitest';
import { OBJECTION_EXTENDS } from '../../src/domain/proposal.ts';
import { effectsOf, sameMatter, stillHolds } from '../../src/policy/proposal-kinds.ts';
import { atDeadline, invalidate, newEdition, openProposalOf, outOfReach, propose, withVote } from '../../src/policy/proposals.ts';
import { tally } from '../../src/policy/tally.ts';
import { END, JOB, matter, project, proposed, proposing, release, says, Table, UNTIL } from './proposals-given.ts';
import { HOUR, START } from './story.ts';

const MINUTE = 60_000;
const at = (now: number) => ({ now, evidence: null });

describe('a proposal', () => {
  it('has an id that fits a branch and a marker, and is the same however many propose it at once', () => {
    const first = proposed();
    expect(first.id).toMatch(/^mute-ci-e2e-s390x-[a-z0-9]+$/);
    expect(proposed().id).toBe(first.id);
    expect(proposed({ at: START + 1, by: 'maria', surface: 'slack' }).id).toBe(first.id);
    expect(proposed({ taken: new Set([first.id]) }).id).toBe(`${first.id}-2`);
    const odd = propose(matter({ jobName: `${'Ünïcode Job / [x] '.repeat(20)}` }), proposing()).proposal.id;
    expect(odd).toMatch(/^[a-z0-9-]{1,60}$/);
  });

  it('is decided by the leads of its release, objected to by owners of its platform, and expires when the release says', () => {
    const p = proposed({ release: release({ leads: ['@ivan', '@maria'], quorum: 1, proposalExpires: 10 * HOUR }) });
    expect(p).toMatchObject({ deciders: ['@ivan', '@maria'], quorum: 1, objectors: ['@porter', '@demo/s390x-owners'], expiresAt: START + 10 * HOUR, state: 'open' });
  });

  it('warns a day before its end, and half-way where it has less than a day', () => {
    expect(proposed().warnAt).toBe(END - 24 * HOUR);
    expect(proposed({ release: release({ proposalExpires: 10 * HOUR }) }).warnAt).toBe(START + 5 * HOUR);
  });

  it('does not outlive what it is about', () => {
    const short = propose(matter({ until: START + 6 * HOUR }), proposing()).proposal;
    expect(short.expiresAt).toBe(START + 6 * HOUR);
    const table = new Table(short);
    table.hear(says('porter', 'object', 1));
    expect(atDeadline(table.proposal, START + 6 * HOUR)?.proposal.state).toBe('expired');
  });

  it('takes the approvals that its maker asks for, and is extended no further than they allow', () => {
    const p = proposed({ quorum: 3, latestEnd: END + HOUR, recused: ['ivan'] });
    const table = new Table(p);
    expect(table.hear(says('ivan', 'approve', 1)).verdict).toBe('recused');
    for (const by of ['a', 'b']) table.hear(says(by, 'approve', 1));
    table.hear(says('porter', 'object', 1));
    expect(table.proposal.state).toBe('open');
    expect(atDeadline(table.proposal, END + HOUR - 1)?.proposal.state).not.toBe('expired');
    expect(atDeadline(table.proposal, END + HOUR)?.proposal.state).toBe('expired');
  });

  it('is found again as the same while it is open, though another end or reason is proposed', () => {
    const p = proposed();
    const again = matter({ until: UNTIL + HOUR, reason: 'another' });
    expect(sameMatter(p.matter, again)).toBe(true);
    expect(openProposalOf(again, [p], START)).toBe(p);
    expect(openProposalOf(matter({ job: 'other' }), [p], START)).toBeNull();
    expect(openProposalOf(again, [p], END)).toBeNull();
  });

  it('is out of reach where too few people are named beside its proposer; a team may always hold enough', () => {
    expect(outOfReach(proposed({ leads: ['@olga', '@ivan'] }))).toEqual({ could: ['ivan'], needed: 2 });
    expect(outOfReach(proposed({ leads: ['@Olga', '@ivan', '@maria'] }))).toBeNull();
    expect(outOfReach(proposed({ leads: ['@demo/team'] }))).toBeNull();
  });
});

describe('approvals', () => {
  it('approve with the quorum, and what was proposed is in force from then on', () => {
    const table = new Table(proposed());
    expect(table.hear(says('ivan', 'approve', 1)).verdict).toBe('counted');
    expect([table.proposal.state, table.muted]).toEqual(['open', false]);
    expect(table.hear(says('maria', 'approve', 2)).verdict).toBe('counted');
    expect(table.proposal).toMatchObject({ state: 'approved', decidedAt: START + 2 * HOUR, warnAt: null });
    expect(table.quiets).toMatchObject([{ kind: 'mute', job: JOB.key, from: START + 2 * HOUR, to: UNTIL, by: 'olga', proposal: table.proposal.id, reason: 'the lab is moving' }]);
  });

  it('of the proposer and of the recused do not count, in whatever case their login is written', () => {
    const table = new Table(proposed({ recused: ['nils'] }));
    for (const by of ['olga', 'OLGA', 'Nils']) {
      const heard = table.hear(says(by, 'approve', 1));
      expect([heard.verdict, heard.change]).toEqual(['recused', null]);
    }
    table.hear(says('ivan', 'approve', 2));
    expect(table.proposal.state).toBe('open');
  });

  it('of one person count once, from GitHub and from Slack, and however often they click', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    const shown = table.proposal.shown;
    expect(table.hear(says('Ivan', 'approve', 1, { surface: 'slack', at: START + HOUR + 1 })).verdict).toBe('repeated');
    expect(table.hear(says('ivan', 'approve', 1)).change).toBeNull();
    expect([table.proposal.state, table.proposal.shown]).toEqual(['open', shown]);
    for (let i = 0; i < 100; i++) table.hear(says('ivan', 'approve', 2, { at: START + 2 * HOUR + i }));
    expect(table.proposal.votes.length).toBeLessThanOrEqual(10);
    expect(table.proposal.state).toBe('open');
  });

  it('given for an earlier edition, or before the present one came about, do not count for it', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    const changed = newEdition(table.proposal, matter({ until: UNTIL + HOUR }), at(START + 2 * HOUR));
    table.turn(changed?.proposal ?? table.proposal, START + 2 * HOUR);
    expect(table.proposal).toMatchObject({ edition: 2, state: 'open' });
    expect(tally(table.proposal, START + 3 * HOUR).approvals).toEqual([]);
    expect(table.hear(says('maria', 'approve', 3)).verdict).toBe('outdated');
    expect(table.hear(says('maria', 'approve', 1, { edition: 2 })).verdict).toBe('outdated');
    table.hear(says('maria', 'approve', 3, { edition: 2 }));
    expect(table.proposal.state).toBe('open');
    table.hear(says('ivan', 'approve', 4, { edition: 2 }));
    expect(table.proposal.state).toBe('approved');
  });

  it('go on to count where only the reason was put differently', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    const changed = newEdition(table.proposal, matter({ reason: 'the lab moves' }), at(START + 2 * HOUR))?.proposal;
    expect(changed).toMatchObject({ edition: 1, shown: table.proposal.shown + 1 });
    expect(newEdition(table.proposal, matter(), at(START + 2 * HOUR))).toBeNull();
    table.turn(changed ?? table.proposal, START + 2 * HOUR);
    table.hear(says('maria', 'approve', 3));
    expect(table.proposal.state).toBe('approved');
  });

  it('of somebody who has left those who decide lapse when the next approval is given', () => {
    const table = new Table(proposed());
    table.hear(says('zoe', 'approve', 1));
    const heard = table.hear(says('anna', 'approve', 2), START + 2 * HOUR, new Set(['zoe']));
    expect([heard.verdict, heard.lapsed, table.proposal.state]).toEqual(['counted', ['zoe'], 'open']);
    expect(tally(table.proposal, START + 3 * HOUR).approvals).toEqual(['anna']);
    expect(heard.change?.audit.map((a) => [a.what, a.actor])).toEqual([['lapse', 'archsignal'], ['approval', 'github:anna']]);
    table.hear(says('zoe', 'approve', 3));
    expect(table.proposal.state).toBe('approved');
  });

  it.for([0, -0.5])('of somebody who has left lapse also where the next one was said %d h after them', (later) => {
    const table = new Table(proposed());
    table.hear(says('zoe', 'approve', 2));
    const heard = table.hear(says('anna', 'approve', 2 + later), START + 2 * HOUR, new Set(['zoe']));
    expect([heard.verdict, heard.lapsed, table.proposal.state]).toEqual(['counted', ['zoe'], 'open']);
    expect(tally(table.proposal, START + 3 * HOUR).approvals).toEqual(['anna']);
  });

  it('are on record with who, where, and what it rests on', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    const last = table.hear(says('maria', 'approve', 2, { surface: 'slack' })).change?.audit ?? [];
    expect(last.map((a) => [a.entity, a.what, a.actor])).toEqual([
      [`proposal:${table.proposal.id}`, 'approval', 'slack:maria'], [`proposal:${table.proposal.id}`, 'approved', 'archsignal'],
    ]);
    expect(last[0]?.evidence).toMatchObject({ edition: 1, verdict: 'counted', said: { delivery: expect.stringContaining('maria') as string } });
    expect(last[1]?.evidence).toMatchObject({ approvals: ['ivan', 'maria'], needed: 2 });
  });
});

describe('the tally', () => {
  it('takes votes as they lie, and leaves out those of another edition and of who does not count', () => {
    const p = proposed({ recused: ['nils'] });
    const votes = [says('maria', 'approve', 5), says('zoe', 'approve', 3, { edition: 2 }), says('nils', 'approve', 1), says('olga', 'approve', 1), says('anna', 'approve', 4), says('ivan', 'approve', 2)];
    expect(tally({ ...p, votes }, END)).toMatchObject({ state: 'approved', decidedAt: START + 4 * HOUR, approvals: ['ivan', 'anna'] });
  });

  it('takes the approval of a comment from the very second in which it was proposed in Slack', () => {
    const table = new Table(proposed({ surface: 'slack', at: START + 700, now: START + 800 }));
    expect(table.hear(says('ivan', 'approve', 0)).verdict).toBe('counted');
    expect(table.hear(says('maria', 'approve', 0, { at: START - 1 })).verdict).toBe('outdated');
  });
});

describe('a rejection', () => {
  it('decides alone, and approvals after it change nothing', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'reject', 1));
    expect(table.proposal).toMatchObject({ state: 'rejected', decidedAt: START + HOUR });
    expect(table.hear(says('maria', 'approve', 2)).verdict).toBe('decided');
    table.hear(says('anna', 'approve', 3));
    expect([table.proposal.state, table.muted]).toEqual(['rejected', false]);
  });

  it('given before the last approval and heard after it undoes what was done', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    table.hear(says('maria', 'approve', 3));
    expect(table.muted).toBe(true);
    table.hear(says('anna', 'reject', 2), START + 4 * HOUR);
    expect([table.proposal.state, table.muted]).toEqual(['rejected', false]);
    expect(table.quiets[0]?.ended).toEqual({ by: 'archsignal', at: START + 4 * HOUR });
  });

  it('of the same moment as the last approval comes first', () => {
    const table = new Table(proposed({ quorum: 1 }));
    table.hear(says('anna', 'approve', 1));
    table.hear(says('zoe', 'reject', 1));
    expect([table.proposal.state, table.muted]).toEqual(['rejected', false]);
  });

  it('given after the approval leaves a mute that a person has ended meanwhile alone, as does an earlier approval', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    table.hear(says('maria', 'approve', 5));
    table.quiets = table.quiets.map((q) => ({ ...q, revision: q.revision + 1, ended: { by: 'ivan', at: START + 6 * HOUR } }));
    table.hear(says('anna', 'approve', 2), START + 7 * HOUR);
    expect([table.proposal.state, table.proposal.decidedAt, table.muted]).toEqual(['approved', START + 2 * HOUR, false]);
  });
});

describe('a withdrawal', () => {
  it('ends it', () => {
    const table = new Table(proposed());
    table.hear(says('olga', 'withdraw', 1));
    expect(table.proposal).toMatchObject({ state: 'withdrawn', decidedAt: START + HOUR });
  });
});

describe('the end of a proposal', () => {
  it('is told of once before, and then it expires', () => {
    const p = proposed();
    expect(atDeadline(p, END - 24 * HOUR - 1)).toBeNull();
    const warned = atDeadline(p, END - 24 * HOUR)?.proposal;
    expect(warned).toMatchObject({ warnAt: null, state: 'open', revision: 2, shown: 1 });
    expect(atDeadline(warned ?? p, END - 1)).toBeNull();
    expect(atDeadline(warned ?? p, END)?.proposal).toMatchObject({ state: 'expired', decidedAt: END, revision: 3, shown: 2 });
  });

  it('skips the word before it after a long sleep', () => {
    expect(atDeadline(proposed(), END + HOUR)?.proposal).toMatchObject({ state: 'expired', decidedAt: END, warnAt: null });
  });

  it('takes no vote any more; one that was said before it and comes later still counts', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    table.turn(atDeadline(table.proposal, END)?.proposal ?? table.proposal, END);
    expect(table.hear(says('maria', 'approve', 72), END + MINUTE).verdict).toBe('decided');
    expect(table.proposal.state).toBe('expired');
    expect(table.hear(says('maria', 'approve', 71), END + HOUR).verdict).toBe('counted');
    expect([table.proposal.state, table.proposal.decidedAt, table.muted]).toEqual(['approved', START + 71 * HOUR, true]);
  });

  it('is put off by an objection, with its word before, by twelve hours and once', () => {
    const table = new Table(proposed());
    expect(table.hear(says('porter', 'object', 1)).verdict).toBe('counted');
    table.hear(says('paula', 'object', 2));
    expect(table.hear(says('porter', 'object', 3)).verdict).toBe('repeated');
    expect(table.proposal.warnAt).toBe(END - 24 * HOUR + OBJECTION_EXTENDS);
    expect(tally(table.proposal, END).state).toBe('open');
    expect(tally(table.proposal, END + OBJECTION_EXTENDS).state).toBe('expired');
    expect(tally(table.proposal, END).objections.map((o) => o.by)).toEqual(['porter', 'paula']);
  });

  it('that came before an objection was heard is taken back', () => {
    const table = new Table(proposed());
    table.turn(atDeadline(table.proposal, END)?.proposal ?? table.proposal, END);
    table.hear(says('porter', 'object', 71), END + MINUTE);
    expect(table.proposal).toMatchObject({ state: 'open', decidedAt: null });
  });
});

describe('a proposal whose ground is gone', () => {
  const without = (over: Parameters<typeof project>[0]) => ({ project: project(over), now: START + HOUR });

  it('says why', () => {
    const p = proposed();
    const platforms = project().platforms;
    expect(stillHolds(p, without({}))).toBeNull();
    expect(stillHolds(p, without({ platforms: platforms.map((x) => ({ ...x, jobs: [] })) }))).toBe('ci-e2e-s390x on linux/s390x is not tracked any more');
    expect(stillHolds(p, without({ platforms: platforms.map((x) => ({ ...x, jobs: x.jobs.map((j) => ({ ...j, board: 'informing' as const })) })) })))
      .toBe('ci-e2e-s390x on linux/s390x does not block the release any more, so it can be muted without a decision');
    expect(stillHolds(p, { project: project(), now: UNTIL })).toBe('the time until which it was to be muted, Tue 1 Dec 08:00 UTC, has passed');
  });

  it('is invalid for good: no approval revives it, whenever it was given', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    const gone = invalidate(table.proposal, 'it is gone', at(START + 3 * HOUR));
    expect(gone?.proposal).toMatchObject({ state: 'invalid', because: 'it is gone', decidedAt: START + 3 * HOUR, warnAt: null });
    table.turn(gone?.proposal ?? table.proposal, START + 3 * HOUR);
    expect(table.hear(says('maria', 'approve', 2)).verdict).toBe('decided');
    expect([table.proposal.state, table.muted]).toEqual(['invalid', false]);
    expect(stillHolds(table.proposal, without({ platforms: [] }))).toBeNull();
  });

  it('is left as it was decided', () => {
    const table = new Table(proposed({ quorum: 1 }));
    table.hear(says('ivan', 'approve', 1));
    expect(invalidate(table.proposal, 'it is gone', at(START + 2 * HOUR))).toBeNull();
    expect(newEdition(table.proposal, matter({ until: UNTIL + 1 }), at(START + 2 * HOUR))).toBeNull();
    expect(atDeadline(table.proposal, END)).toBeNull();
  });
});

describe('what an approval brings about', () => {
  it('is the same however many more words were heard with it, and another where it turned to yes again', () => {
    const table = new Table(proposed());
    table.hear(says('ivan', 'approve', 1));
    const before = table.proposal;
    const one = withVote(before, says('maria', 'approve', 9), at(START + 9 * HOUR)).proposal;
    const more = withVote(one, says('zoe', 'approve', 10), at(START + 9 * HOUR)).proposal;
    const made = (p: typeof one) => effectsOf(p, before, [], START + 9 * HOUR).quiets.map((q) => q.quiet.id);
    expect(made(more)).toEqual(made(one));
    table.hear(says('maria', 'approve', 9));
    table.hear(says('anna', 'reject', 5), START + 10 * HOUR);
    expect(table.muted).toBe(false);
    table.hear(says('zoe', 'approve', 3), START + 11 * HOUR);
    expect([table.muted, table.quiets.length]).toEqual([true, 2]);
  });

  it('is nothing where its time is over by then', () => {
    const table = new Table(propose(matter({ until: START + 6 * HOUR }), proposing({ quorum: 1 })).proposal);
    table.hear(says('ivan', 'approve', 5), START + 7 * HOUR);
    expect([table.proposal.state, table.quiets]).toEqual(['approved', []]);
  });
});

describe('every change', () => {
  it('is one revision, and one more to be shown only where a reader sees it', () => {
    const p = proposed();
    const one = withVote(p, says('ivan', 'approve', 1), at(START + HOUR)).change;
    expect(one).toMatchObject({ expected: 1, proposal: { revision: 2, shown: 2 } });
    const two = one && withVote(one.proposal, says('ivan', 'approve', 2), at(START + 2 * HOUR)).change;
    expect(two).toMatchObject({ expected: 2, proposal: { revision: 3, shown: 2 } });
  });
});
