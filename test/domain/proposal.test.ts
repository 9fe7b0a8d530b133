import { describe, expect, it } from 'vitest';
import { endsAt, nextProposalDeadline } from '../../src/domain/proposal.ts';
import type { Proposal, Vote } from '../../src/domain/proposal.ts';

const HOUR = 3_600_000;
const BEGAN = Date.UTC(2026, 10, 20, 12);
const END = BEGAN + 72 * HOUR;

const proposal = (over: Partial<Proposal> = {}): Proposal => ({
  id: 'p', project: 'kubernetes', repo: 'kubernetes/kubernetes',
  matter: { kind: 'mute', platform: 'linux/s390x', job: 'linux/s390x|grid|unit', jobName: 'unit', until: END, reason: 'a broken disk' },
  revision: 1, shown: 1, edition: 2, editionAt: BEGAN, state: 'open', proposer: { by: 'olga', surface: 'github', at: BEGAN }, recused: [],
  deciders: ['@kubernetes/release-team'], quorum: 2, objectors: [], expiresAt: END, latestEnd: null, warnAt: END - 24 * HOUR, votes: [], decidedAt: null,
  because: null, issue: null, messages: {}, ...over,
});
const vote = (over: Partial<Vote> = {}): Vote => ({ kind: 'object', by: 'nils', surface: 'slack', at: END - 1, edition: 2, reason: 'not now', ...over });

describe('when a proposal ends', () => {
  it('is when it expires, and twelve hours later with an objection, once however many there are', () => {
    expect(endsAt(proposal())).toBe(END);
    expect(endsAt(proposal({ votes: [vote()] }))).toBe(END + 12 * HOUR);
    expect(endsAt(proposal({ votes: [vote(), vote({ by: 'olaf' }), vote({ at: END - HOUR })] }))).toBe(END + 12 * HOUR);
  });

  it('is extended no further than to the latest end, and never shortened by it', () => {
    expect(endsAt(proposal({ latestEnd: END + 5 * HOUR, votes: [vote()] }))).toBe(END + 5 * HOUR);
    expect(endsAt(proposal({ latestEnd: END - 5 * HOUR, votes: [vote()] }))).toBe(END);
    expect(endsAt(proposal({ latestEnd: END - 5 * HOUR }))).toBe(END);
  });

  it('is not moved by an objection to another edition, by one that came too late, nor by another word', () => {
    expect(endsAt(proposal({ votes: [vote({ edition: 1 }), vote({ at: END }), vote({ kind: 'reject' }), vote({ kind: 'approve' })] }))).toBe(END);
  });
});

describe('the next deadline of a proposal', () => {
  it('is the word before its end, then its end, an objection counted in', () => {
    expect(nextProposalDeadline(proposal())).toBe(END - 24 * HOUR);
    expect(nextProposalDeadline(proposal({ warnAt: null }))).toBe(END);
    expect(nextProposalDeadline(proposal({ warnAt: null, votes: [vote()] }))).toBe(END + 12 * HOUR);
    expect(nextProposalDeadline(proposal({ warnAt: END + 20 * HOUR }))).toBe(END);
  });

  it('is none once it is decided', () => {
    for (const state of ['approved', 'rejected', 'withdrawn', 'expired', 'invalid'] as const) {
      expect(nextProposalDeadline(proposal({ state, decidedAt: END }))).toBeNull();
    }
  });
});
