import { describe, expect, it } from 'vitest';
import { newEdition } from '../../src/policy/proposals.ts';
import { matter, UNTIL } from '../policy/proposals-given.ts';
import { HOUR } from '../policy/story.ts';
import { asked, MINUTE, ON_ISSUE, type Room } from './deciding-room.ts';

const REJECTED = 'Rejected: ci-e2e-s390x on linux/s390x is not muted by this. Decided by maria on Tue 17 Nov 08:02 UTC: “not now”.';
const APPROVED = 'Approved: ci-e2e-s390x on linux/s390x is muted until Tue 1 Dec 08:01 UTC. Decided by maria and anna on Tue 17 Nov 08:03 UTC.';
const AGAIN = 'It can be proposed again with /arch mute linux/s390x:ci-e2e-s390x <until> <reason>.';

const reject = (room: Room): void => { room.say('maria', '/arch reject not now', ON_ISSUE(room)); };
const approve = (room: Room): void => { for (const lead of ['maria', 'anna']) room.say(lead, '/arch approve', ON_ISSUE(room)); };

/** A minute in which words are said that are heard only after the end. */
function ended(end: (room: Room) => void): { readonly room: Room; readonly said: number } {
  const room = asked();
  const said = room.now;
  room.wait(MINUTE);
  end(room);
  return { room, said };
}

describe('a word that was said in time and heard after the end', () => {
  it('is told how it ended, and no deadline that is left', () => {
    for (const [who, line, word] of [['ivan', '/arch approve', 'approval of'], ['porter', '/arch object it works', 'objection to']] as const) {
      const { room, said } = ended(reject);
      expect(room.say(who, line, ON_ISSUE(room), said)).toMatchObject({ verdict: 'done', text: `Your ${word} #12 is on record, as it was said before the end, and changes nothing. ${REJECTED}` });
    }
    const { room, said } = ended(approve);
    expect(room.say('porter', '/arch object it works', ON_ISSUE(room), said).text).toBe(`Your objection to #12 is on record, as it was said before the end, and changes nothing. ${APPROVED}`);
  });

  it('is not told that it came after the end, where it is said twice', () => {
    const { room, said } = ended((r) => { r.say('ivan', '/arch approve', ON_ISSUE(r)); });
    reject(room);
    expect(room.say('ivan', '/arch approve', ON_ISSUE(room), said).text).toBe(`${REJECTED.replace('08:02', '08:03')} Nothing was changed. ${AGAIN}`);
  });
});

describe('a word after the end', () => {
  it('of who had said it before does not count already: it is told how it ended', () => {
    const room = asked();
    room.say('ivan', '/arch approve', ON_ISSUE(room));
    reject(room);
    expect(room.say('ivan', '/arch approve', ON_ISSUE(room))).toMatchObject({ verdict: 'refused', text: `${REJECTED} That was before you said this. Nothing was changed. ${AGAIN}` });
    const late = asked();
    late.say('ivan', '/arch approve', ON_ISSUE(late));
    late.wait(80 * HOUR);
    expect(late.say('ivan', '/arch approve', ON_ISSUE(late)).text).toMatch(/^Not decided in time: .* It had 1 of 2 approvals \(ivan\) by .* That was before you said this\. Nothing was changed\./);
  });

  it('of who decided it so counts already', () => {
    const room = asked();
    approve(room);
    expect(room.say('anna', '/arch approve', ON_ISSUE(room)).text).toBe('Your approval of #12 counts already: it is approved. This adds nothing to it.');
  });

  it('of its proposer asks for no more approvals and takes nothing back', () => {
    for (const [end, how] of [[reject, REJECTED], [(r: Room) => { r.wait(80 * HOUR); }, 'Not decided in time: ']] as const) {
      const { room } = ended(end);
      room.teams = { ...room.teams, '@demo/release-team': ['ivan', 'maria', 'olga'] };
      const { verdict, text } = room.say('olga', '/arch approve', ON_ISSUE(room));
      expect([verdict, text.startsWith(`You proposed #12, so your approval of it does not count. ${how}`)], text).toEqual(['refused', true]);
      expect(text).not.toContain('/arch withdraw');
    }
  });

  it('of an older edition is not asked for again', () => {
    const { room } = ended((r) => {
      const changed = newEdition(r.proposal, matter({ until: UNTIL - HOUR }), { now: r.now, evidence: null });
      r.proposals = changed ? [changed.proposal] : [];
      reject(r);
    });
    const { text } = room.say('ivan', '/arch approve', { ...ON_ISSUE(room), edition: 1 });
    expect(text).toBe(`#12 has changed since what you saw, and is over by now. ${REJECTED} Nothing was changed. ${AGAIN}`);
  });
});

describe('an approval of somebody who left and came back', () => {
  it('counts again, however often they had said it before', () => {
    const room = asked();
    const leads = (...names: string[]): void => { room.teams = { ...room.teams, '@demo/release-team': names }; };
    room.proposals = [{ ...room.proposal, quorum: 3 }];
    for (let i = 0; i < 12; i++) room.say('ivan', '/arch approve', ON_ISSUE(room));
    expect(room.proposal.votes).toHaveLength(10);
    leads('maria', 'anna');
    expect(room.say('maria', '/arch approve', ON_ISSUE(room)).text).toContain('Counted no more: the approval of ivan');
    leads('maria', 'anna', 'ivan');
    expect(room.say('ivan', '/arch approve', ON_ISSUE(room)).text).toContain('Your approval of #12 counts: 2 of 3 approvals (maria and ivan)');
    expect(room.say('anna', '/arch approve', ON_ISSUE(room)).text).toContain('so it is approved');
  });
});

describe('an objection that is repeated', () => {
  it('is one to the proposal, not of it', () => {
    const room = asked();
    room.say('porter', '/arch object it works', ON_ISSUE(room));
    expect(room.say('porter', '/arch object it works', ON_ISSUE(room)).text).toMatch(/^Your objection to #12 counts already: 0 of 2 approvals, with time until /);
  });
});
