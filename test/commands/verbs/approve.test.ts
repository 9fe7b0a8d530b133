import { describe, expect, it } from 'vitest';
import { INVALID_GROUND, second } from '../deciding-cases.ts';
import { plainText } from '../../../src/domain/text.ts';
import { decisionComment, proposalBody, proposalCard } from '../../../src/policy/proposal-words.ts';
import { newEdition } from '../../../src/policy/proposals.ts';
import { tally } from '../../../src/policy/tally.ts';
import { END, matter, UNTIL } from '../../policy/proposals-given.ts';
import { HOUR } from '../../policy/story.ts';
import { asked, BUTTON, MINUTE, ON_ISSUE, Room } from '../deciding-room.ts';

describe('approving', () => {
  it('counts, says how far it goes, and mutes with the last approval that is needed', () => {
    const room = asked();
    expect(room.say('ivan', '/arch approve', ON_ISSUE(room))).toMatchObject({ verdict: 'done', text: 'Your approval of #12 counts: 1 of 2 approvals (ivan). 1 more approval by Fri 20 Nov 08:01 UTC decides it.' });
    expect(room.muted).toEqual([]);
    expect(room.say('maria', '/arch approve', BUTTON(room))).toMatchObject({ verdict: 'done', text: 'Your approval of #12 counts: 2 of 2 approvals (ivan and maria), so it is approved.' });
    expect([room.proposal.state, room.muted]).toEqual(['approved', ['ci-e2e-s390x']]);
  });

  it('counts once from GitHub and from Slack, and after two clicks', () => {
    const room = asked();
    const at = room.now;
    room.say('ivan', '/arch approve', ON_ISSUE(room), at);
    expect(room.say('ivan', '/arch approve', BUTTON(room), at)).toMatchObject({ verdict: 'answered', text: expect.stringContaining('Your approval of #12 counts already: 1 of 2 approvals (ivan)') as string });
    expect(room.say('IVAN', '/arch approve', BUTTON(room)).verdict).toBe('answered');
    expect(room.proposal.state).toBe('open');
  });

  it('is not for whoever proposed it, even as a lead', () => {
    const room = asked();
    room.teams = { ...room.teams, '@demo/release-team': ['ivan', 'maria', 'olga'] };
    expect(room.say('olga', '/arch approve', ON_ISSUE(room))).toMatchObject({
      verdict: 'refused', text: 'You proposed #12, so your approval of it does not count; it takes 2 approvals of other release leads. /arch withdraw takes it back. Nothing was changed.',
    });
    expect(room.proposal.votes).toEqual([]);
  });

  it('is for release leads, and others are told so', () => {
    const room = asked();
    expect(room.say('porter', '/arch approve', ON_ISSUE(room)).text).toBe('Only release leads (demo/release-team) may use /arch approve here. If you own the platform that it is about, say what you know with /arch object <reason>. Nothing was changed.');
    expect(room.proposal.votes).toEqual([]);
  });

  it('looks earlier approvers up again: whoever has left the team counts no more', () => {
    const room = asked();
    room.say('ivan', '/arch approve');
    room.teams = { ...room.teams, '@demo/release-team': ['maria', 'anna'] };
    const answer = room.say('maria', '/arch approve');
    expect(answer.text).toContain('1 of 2 approvals (maria)');
    expect(answer.text).toContain('Counted no more: the approval of ivan, who is not among those who decide any longer.');
    expect(room.say('anna', '/arch approve').text).toContain('so it is approved');
  });

  it('counts earlier approvers on whom GitHub cannot be asked about, and says so in the answer and in the decision', () => {
    const room = asked();
    room.say('Ivan', '/arch approve');
    room.unsure = ['ivan'];
    const told = 'Not confirmed again: Ivan, as GitHub did not answer when the last approval was given; verified when they approved, so it counts.';
    const answer = room.say('maria', '/arch approve', ON_ISSUE(room));
    expect(answer.text).toBe(`Your approval of #12 counts: 2 of 2 approvals (Ivan and maria), so it is approved.\n\n${told}`);
    for (const text of [proposalBody(room.proposal, false), decisionComment(room.proposal, null), proposalCard(room.proposal).text]) expect(plainText(text)).toContain(`Decided by Ivan and maria on Tue 17 Nov 08:02 UTC. ${told}`);
  });

  it('says of an open proposal who was not confirmed, until they are', () => {
    const room = asked();
    room.proposals = [{ ...room.proposal, quorum: 4 }];
    room.say('ivan', '/arch approve');
    room.unsure = ['ivan'];
    room.say('maria', '/arch approve');
    for (const text of [proposalBody(room.proposal, false), proposalCard(room.proposal).text]) expect(plainText(text)).toContain('Not confirmed again: ivan, as');
    room.unsure = [];
    room.say('anna', '/arch approve');
    expect(plainText(proposalBody(room.proposal, false))).not.toContain('Not confirmed');
  });

  it('is for those whom the configuration names now', () => {
    const room = asked();
    room.say('ivan', '/arch approve');
    const releases = room.project.releases.map((r) => ({ ...r, leads: ['@maria', '@anna'] as const }));
    room.project = { ...room.project, releases };
    expect(room.say('ivan', '/arch approve').verdict).toBe('refused');
    expect(room.say('maria', '/arch approve').text).toContain('1 of 2 approvals (maria)');
  });

  it('of an older edition is refused, by its button and by its time', () => {
    const room = asked();
    const said = room.now;
    room.wait(MINUTE);
    const changed = newEdition(room.proposal, matter({ until: UNTIL - HOUR }), { now: room.now, evidence: null });
    room.proposals = changed ? [changed.proposal] : [];
    for (const [place, at] of [[BUTTON(room, 1), room.now + MINUTE], [ON_ISSUE(room), said]] as const) {
      const answer = room.say('ivan', '/arch approve', place, at);
      expect(answer.verdict).toBe('refused');
      expect(answer.text).toBe('#12 has changed since what you saw, so your word is not taken for what it proposes now: “Mute ci-e2e-s390x on linux/s390x, which blocks the release, until Tue 1 Dec 07:00 UTC?” Look at it again, and say it again if you mean it. Nothing was changed.');
    }
    expect(tally(room.proposal, room.now).approvals).toEqual([]);
    expect(room.say('ivan', '/arch approve', BUTTON(room, 2)).verdict).toBe('done');
  });

  it('after it was decided says how it was', () => {
    const room = asked();
    room.say('ivan', '/arch reject not before the cut', ON_ISSUE(room));
    expect(room.say('maria', '/arch approve', ON_ISSUE(room))).toMatchObject({
      verdict: 'refused', text: 'Rejected: ci-e2e-s390x on linux/s390x is not muted by this. Decided by ivan on Tue 17 Nov 08:01 UTC: “not before the cut”. That was before you said this. Nothing was changed. It can be proposed again with /arch mute linux/s390x:ci-e2e-s390x <until> <reason>.',
    });
  });

  it('said before the end and heard after it still counts; said after it, it does not', () => {
    const room = asked();
    room.say('ivan', '/arch approve', ON_ISSUE(room));
    const end = END + MINUTE;
    room.wait(73 * HOUR);
    expect(room.say('anna', '/arch approve', ON_ISSUE(room), end)).toMatchObject({ verdict: 'refused', text: expect.stringContaining('Not decided in time') as string });
    expect(room.say('maria', '/arch approve', ON_ISSUE(room), end - 1)).toMatchObject({ verdict: 'done', text: expect.stringContaining('so it is approved') as string });
    expect(room.muted).toEqual(['ci-e2e-s390x']);
  });

  it('of something whose ground is gone ends it instead, and says why', () => {
    const room = asked();
    room.project = INVALID_GROUND(room.project);
    const answer = room.say('ivan', '/arch approve', ON_ISSUE(room));
    expect(answer.text).toContain('ci-e2e-s390x on linux/s390x is not tracked any more. So there is nothing left to decide.');
    expect([room.proposal.state, room.muted]).toEqual(['invalid', []]);
  });

  it('by somebody without a GitHub login changes nothing', () => {
    const room = asked();
    expect(room.say(null, '/arch approve', BUTTON(room)).verdict).toBe('refused');
    expect(room.proposal.votes).toEqual([]);
  });
});

describe('which proposal is meant', () => {
  it('is the one of the place, the only open one, or the one that is named by issue or id', () => {
    for (const line of ['/arch approve', '/arch approve #12', '/arch approve demo/demo#12', `/arch approve ${asked().proposal.id.toUpperCase()}`, `/arch approve \`${asked().proposal.id}\``]) {
      expect(asked().say('ivan', line).text).toContain('Your approval of #12 counts');
    }
  });

  it('must be said where several are open', () => {
    const room = second(asked());
    const answer = room.say('ivan', '/arch approve');
    expect(answer.verdict).toBe('mistake');
    expect(answer.text).toMatch(/2 proposals are open, so say which: mute-ci-e2e-s390x-[a-z0-9]+ \(#12\) and mute-ci-conformance-s390x-[a-z0-9]+\. Nothing was changed\./);
    expect(room.say('ivan', '/arch approve #12').verdict).toBe('done');
  });

  it('is never guessed from a misspelt name', () => {
    const room = asked();
    const answer = room.say('ivan', `/arch approve ${room.proposal.id.slice(0, -1)}`, ON_ISSUE(room));
    expect(answer.verdict).toBe('mistake');
    expect(answer.text).toContain(`did you mean "${room.proposal.id}"?`);
    expect(room.say('ivan', '/arch approve #13', ON_ISSUE(room)).text).toContain('No proposal is called "#13"');
    expect(room.say('ivan', '/arch approve other/repo#12').verdict).toBe('mistake');
    expect(room.proposal.votes).toEqual([]);
  });

  it('is the one on whose issue it is said, whatever else is said with it; elsewhere a word is a name', () => {
    for (const line of ['/arch approve thanks', '/arch approve LGTM, as said on the re-run', '/arch approve `demo` is fine']) {
      const room = asked();
      expect(room.say('ivan', line, ON_ISSUE(room)).text).toContain('Your approval of #12 counts');
      expect(asked().say('ivan', line)).toMatchObject({ verdict: 'mistake', text: expect.stringMatching(/No proposal is called/) as string });
    }
  });

  it('is the one that was open when it was said, though it is decided by now', () => {
    const room = asked();
    const said = room.now;
    room.say('maria', '/arch approve');
    room.say('anna', '/arch approve');
    expect(room.say('ivan', '/arch reject too early for that', {}, said).verdict).toBe('done');
    expect([room.proposal.state, room.muted]).toEqual(['rejected', []]);
    expect(room.say('ivan', '/arch approve').text).toMatch(/^No proposal is open in demo; the last one, mute-ci-e2e-s390x-[a-z0-9]+ \(#12\), was rejected on Tue 17 Nov 08:01 UTC\. Nothing was changed\.$/);
  });

  it('is none that was proposed only after that was said', () => {
    const room = asked();
    expect(room.say('ivan', '/arch approve', {}, room.proposal.proposer.at - 2_000)).toMatchObject({ verdict: 'mistake', text: expect.stringContaining('No proposal is open') as string });
  });

  it('is none where none is open', () => {
    expect(new Room().say('ivan', '/arch approve')).toMatchObject({ verdict: 'mistake', text: 'No proposal is open in demo. Nothing was changed.' });
  });
});
