import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../src/domain/proposal.ts';
import { Case, projectOf, T } from '../policy/conflict-given.ts';
import { HOUR } from '../policy/story.ts';
import { ConflictRoom, ELSEWHERE, ON_BLOCKER, SLACK } from './conflict-room.ts';
import { asked } from './deciding-room.ts';

const proposed = (project = projectOf()): ConflictRoom => new ConflictRoom(new Case(project).look().giveUp('porter').look()).proposed();
const returning = (): ConflictRoom => new ConflictRoom(new Case().turnOff().wait(24 * HOUR, { greens: new Map([['build-linux/ppc64le', 3]]), back: { diff: '+', byHand: null } })).filed().proposed();
const BUTTON = (here: ConflictRoom) => ({ ...SLACK, proposal: here.given.proposal().id, edition: here.given.proposal().edition });

describe('a decision to turn a platform off', () => {
  it('is said on the blocker, on its issue, by a button, or from anywhere while it is the only one; once per person', () => {
    for (const place of [ON_BLOCKER, ELSEWHERE, SLACK]) {
      const here = proposed();
      expect(here.say('ivan', '/arch approve', place).text).toContain('Your approval of #12 counts: 1 of 2 approvals (ivan)');
      expect(here.say('ivan', '/arch approve', here.onProposal).text).toContain('counts already');
      expect(here.say('maria', '/arch approve', BUTTON(here)).text).toContain('so it is approved');
      expect(here.given.look().conflict.stage).toBe('doing');
    }
  });

  it('takes no approval of the blocker\'s author, nor of who said that there is a conflict', () => {
    const here = proposed();
    expect(here.say('smarter', '/arch approve', BUTTON(here)).text).toContain('You have a part in #12, so your approval of it does not count; it takes 2 approvals of other release leads.');
    const said = new ConflictRoom(new Case(projectOf(), { said: { by: 'maria', surface: 'slack', at: T } }).look().giveUp('porter').look()).proposed();
    expect(said.say('maria', '/arch approve').text).toContain('You proposed #12, so your approval of it does not count');
    expect(said.say('maria', '/arch withdraw').verdict).toBe('done');
    expect(said.given.look().conflict).toMatchObject({ stage: 'over', outcome: 'declined' });
  });

  it('takes one approval more of a platform that ships', () => {
    const here = proposed(projectOf({}, { step: 3 }));
    here.say('ivan', '/arch approve');
    expect(here.say('maria', '/arch approve').text).toContain('Your approval of #12 counts: 2 of 3 approvals (ivan and maria). 1 more approval by');
    expect(here.say('anna', '/arch approve').text).toContain('so it is approved');
  });

  it('is objected to by owners of the platform alone, with 12 h more', () => {
    const here = proposed();
    expect(here.say('paula', '/arch object #25243 builds with the old linker').text).toContain('Your objection to #12 is shown to the release leads, who now have until Fri 20 Nov 20:00 UTC.');
    expect(here.given.proposal().votes.at(-1)?.reason).toBe('#25243 builds with the old linker');
    expect(here.say('ivan', '/arch object no', BUTTON(here)).verdict).toBe('refused');
    expect(here.say('porter', '/arch approve', ON_BLOCKER).verdict).toBe('refused');
  });

  it('is rejected once for all, and told so to who comes later', () => {
    const here = proposed();
    expect(here.say('ivan', '/arch reject', ON_BLOCKER).text).toContain('A rejection needs a reason');
    expect(here.say('ivan', '/arch reject wait for the fix', ON_BLOCKER).text).toBe('Your rejection decides #12: the linux/ppc64le build stays on.');
    expect(here.given.look().conflict).toMatchObject({ stage: 'over', outcome: 'declined' });
    expect(here.say('maria', '/arch approve', ON_BLOCKER).text).toContain('Rejected: the linux/ppc64le build stays on.');
  });

  it('is nothing to say yet while the owners have their time', () => {
    expect(new ConflictRoom().say('ivan', '/arch approve').text).toContain('Nothing is put to release leads about linux/ppc64le yet: its owners have until Wed 18 Nov 08:00 UTC to fix it; two release leads end that time with /arch no-time <reason>');
  });
});

describe('a word on the pull request that turns a platform off or on again', () => {
  /** Another proposal, the only one that is open. */
  const other = (): Proposal => asked().issue(99).proposal;
  const PULL = { repo: 'demo/demo', number: 41, url: 'https://github.com/demo/demo/pull/41' };
  const ON_PULL = { issue: { repo: 'Demo/demo', number: 41 } };

  it.each(['pull', 'backPull', 'moot'] as const)('is about that, and decides nothing else that happens to be open: %s', (field) => {
    const here = proposed();
    for (const lead of ['ivan', 'maria']) here.say(lead, '/arch approve', here.onProposal);
    here.given.conflict = { ...here.given.look().conflict, [field]: PULL };
    here.given.proposals = [...here.given.proposals, other()];
    for (const line of ['/arch approve', '/arch reject it is not needed any more']) {
      expect(here.say('anna', line, ON_PULL, here.scene.now + 60_000)).toMatchObject({ verdict: 'refused', text: expect.stringMatching(/^Approved: the linux\/ppc64le build is turned off .* That was before you said this\. Nothing was changed\./) as string });
    }
    expect(here.given.proposals.find((p) => p.matter.kind === 'mute')).toMatchObject({ state: 'open', votes: [] });
  });
});

describe('a decision to turn a platform on again', () => {
  it('is said on the reactivation issue, and is about that', () => {
    const here = returning();
    expect(here.say('ivan', '/arch approve', here.onWayBack).text).toContain('Your approval of #12 counts: 1 of 2');
    expect(here.say('paula', '/arch object it fails on real hardware', here.onWayBack).text).toContain('Your objection to #12 is shown');
    expect(here.say('smarter', '/arch approve', here.onWayBack).text).toContain('so it is approved');
    expect(here.given.conflict.stage).toBe('returning');
  });

  it('is said on the blocker too, where only one of its proposals is open', () => {
    const here = returning();
    expect(here.say('ivan', '/arch reject not before the release', ON_BLOCKER).text).toContain('Your rejection decides #12: the linux/ppc64le build stays off.');
    expect(here.given.look().conflict.stage).toBe('watching');
  });
});
