import { describe, expect, it } from 'vitest';
import type { BlockerFound } from '../../../src/commands/verb.ts';
import { plainText } from '../../../src/domain/text.ts';
import { factText } from '../../../src/policy/conflict-texts.ts';
import { BLOCKER, Case, checkFacts, checksOf, GREEN, projectOf, RED, releaseOf, T } from '../../policy/conflict-given.ts';
import { DAY, HOUR } from '../../policy/story.ts';
import { blockerFound, ConflictRoom, ELSEWHERE, ON_BLOCKER, SLACK } from '../conflict-room.ts';

type Found = Extract<BlockerFound, { kind: 'found' }>;

function room(over: Partial<Found> = {}, project = projectOf()): ConflictRoom {
  const here = new ConflictRoom(null);
  here.project = project;
  here.blocker = blockerFound(over);
  return here;
}

describe('/arch conflict', () => {
  it('on the blocker asks the owners to fix it, with what the checks show and the words beside it', () => {
    const here = room();
    const answer = here.say('maria', '/arch conflict linux/ppc64le the linker is too old');
    expect(answer.verdict).toBe('done');
    expect(answer.text).toContain('linux/ppc64le is in the way of #25243: Of 4 checks that block the merge of #25243, only build (linux, ppc64le) is red, twice the same way');
    expect(answer.text).toContain('porter and demo/power are asked here to fix it by Wed 18 Nov 08:00 UTC (1 d). After that release leads are asked to turn the linux/ppc64le build off for v1.37; your own approval of that does not count, as you say so. No time for a fix? Two release leads write /arch no-time <reason>.');
    const { conflict } = here.given;
    expect(conflict).toMatchObject({ stage: 'fixing', platform: 'linux/ppc64le', branch: 'master', remedy: 'deactivate', openedBy: { by: 'maria', surface: 'github', reason: 'the linker is too old' }, evidence: { way: 'checks' }, fixBy: T + 24 * HOUR });
    expect(here.given.asked).toEqual(['opened @porter', 'opened @demo/power']);
    const ping = conflict.facts[0];
    expect(ping && plainText(factText(ping, conflict, { mention: true, proposal: null }))).toContain('maria says: “the linker is too old”.');
  });

  it('shows the words to those who decide, and counts no approval of who said them', () => {
    const here = room();
    here.say('maria', '/arch conflict linux/ppc64le the linker is too old');
    here.given.look().giveUp('porter', 'no way').look();
    expect(here.given.proposal()).toMatchObject({ proposer: { by: 'maria' }, recused: ['smarter'], matter: { case: { said: { by: 'maria', reason: 'the linker is too old' } } } });
    here.proposed();
    expect(here.say('maria', '/arch approve').text).toContain('You proposed #12, so your approval of it does not count');
  });

  it('in Slack needs the number, and links the blocker', () => {
    expect(room().say('maria', '/arch conflict ppc64le', SLACK).text).toContain('Which release blocker it is in the way of is missing: the number of an issue or pull request');
    for (const number of ['#25243', 'demo/demo#25243', 'https://github.com/demo/demo/pull/25243', 'https://github.com/Demo/Demo/issues/25243#issuecomment-1']) {
      const here = room();
      expect([number, here.say('maria', `/arch conflict ppc64le ${number} it hangs`, SLACK).verdict]).toEqual([number, 'done']);
      expect(here.given.conflict.openedBy).toMatchObject({ surface: 'slack', reason: 'it hangs' });
    }
    const elsewhere = room().say('maria', '/arch conflict ppc64le other/repo#1', SLACK);
    expect([elsewhere.verdict, elsewhere.text]).toEqual(['mistake', expect.stringContaining('Blockers are looked at in demo/demo alone, and this is one of other/repo')]);
    expect(room().say('maria', '/arch conflict #25243', SLACK).text).toContain('A platform is missing here');
    expect(room().say('maria', '/arch conflict ppc64', ON_BLOCKER).text).toContain('linux/ppc64 is not tracked');
  });

  it('says what is missing where it does not block the release, and changes nothing', () => {
    for (const [over, because] of [
      [{ labels: [] }, '#25243 does not block the release: it carries no label release-blocker.'],
      [{ milestone: null }, '#25243 does not block the release: it is not in the milestone v1.37.'],
      [{ labels: ['release-blocker', 'okay-after-rc1'] }, '#25243 does not block the release: it carries okay-after-rc1.'],
      [{ state: 'merged' }, '#25243 is merged, so nothing is in its way any more.'],
      [{ state: 'closed' }, '#25243 is closed, so nothing is in its way any more.'],
    ] as const satisfies readonly (readonly [Partial<Found>, string])[]) {
      const here = room(over);
      const answer = here.say('maria', '/arch conflict ppc64le');
      expect([answer.verdict, answer.text]).toEqual(['refused', expect.stringContaining(because)]);
      expect(here.case).toBeNull();
    }
  });

  it('takes a person\'s word where no release says what blocks it', () => {
    const terms = { blockerLabels: [], fixWindow: DAY, expiresAfter: DAY };
    expect(room({ labels: [], milestone: null }, projectOf({ releases: [releaseOf({ milestone: null, conflict: terms })] })).say('maria', '/arch conflict ppc64le').verdict).toBe('done');
  });

  it('proposes nothing where the blocker is the likely cause, of the reference, of what is green, or of what is not built', () => {
    expect(room({ checks: checkFacts({ ...RED, 'build (linux, arm64)': 'F' }) }).say('maria', '/arch conflict ppc64le').text).toContain('so #25243 itself is the likely cause. So nothing is proposed');
    const reference = projectOf({}, { owners: ['@maria'] }, 'linux/amd64');
    expect(room({}, reference).say('maria', '/arch conflict amd64').text).toBe('linux/amd64 is what every other platform is compared with, so it is never turned off. Nothing was changed.');
    expect(room({ checks: checkFacts(GREEN) }).say('maria', '/arch conflict ppc64le').text).toBe('build (linux, ppc64le) of linux/ppc64le is green on #25243, so it is not in its way. Nothing was changed.');
    const unbuilt = projectOf({}, { build: 'off' });
    expect(room({ checks: checkFacts({ unit: 'P' }, { project: unbuilt }) }, unbuilt).say('maria', '/arch conflict ppc64le').text).toBe('linux/ppc64le is not built already. Nothing was changed.');
  });

  it('keeps what was known where the checks could not be read', () => {
    const here = room({ checks: { ...checkFacts(RED), checks: null } });
    expect(here.say('maria', '/arch conflict ppc64le it hangs').text).toContain('maria says so: “it hangs”. The checks by themselves: The checks that block the merge of #25243 could not be read.');
    expect(here.given.conflict.evidence).toMatchObject({ way: 'said', base: 'unknown', checks: [] });
    expect(here.given.changes[0]?.audit[0]?.evidence).toMatchObject({ evidence: { reason: 'it hangs', checks: null, labels: ['release-blocker'] } });
  });

  it('changes nothing where GitHub does not answer, or knows no such number', () => {
    const here = room();
    here.blocker = { kind: 'unknown', why: 'GitHub answered 502.' };
    expect(here.say('maria', '/arch conflict ppc64le').text).toBe('#25243 could not be read on GitHub just now: GitHub answered 502. Who wrote it and whether it blocks the release has to be known first, so please try again in a minute. Nothing was changed.');
    here.blocker = { kind: 'none' };
    expect(here.say('maria', '/arch conflict ppc64le #9').text).toBe('There is no issue or pull request #9 in demo/demo, or this App may not read it. Nothing was changed.');
    expect(here.case).toBeNull();
  });

  it('suggests which checks are whose where the configuration says nothing that fits', () => {
    const { text } = room().say('maria', '/arch conflict ppc64le');
    expect(text).toContain('This is what the names suggest; if it is right, add it to these platforms in config/demo.yml:');
    expect(text).toContain('  linux/ppc64le:\n    checks: ["*ppc64le*"]');
    const told = projectOf({}, { checks: ['*ppc64le*'] });
    expect(room({ checks: { ...checkFacts(RED), project: told, checks: checksOf(RED, told) } }, told).say('maria', '/arch conflict ppc64le').text).not.toContain('names suggest');
  });

  it('says how far it is where it is known already', () => {
    const here = new ConflictRoom();
    expect(here.say('porter', '/arch conflict ppc64le')).toMatchObject({ verdict: 'answered', text: 'That is known since Tue 17 Nov 08:00 UTC, as its checks show it. linux/ppc64le is in the way of #25243 since Tue 17 Nov 08:00 UTC: its owners have until Wed 18 Nov 08:00 UTC to fix it. Owners who see no way write /arch give-up linux/ppc64le <reason>; two release leads who see no time for it write /arch no-time linux/ppc64le <reason>. Either brings the proposal now.' });
    here.given.look().giveUp('porter').look();
    here.proposed();
    expect(here.say('porter', '/arch conflict ppc64le', SLACK).text).toContain('release leads decide whether its build is turned off, in #12 until Fri 20 Nov 08:00 UTC: ivan, maria, anna and smarter. It is decided there');
    expect(here.given.changes).toHaveLength(3);
  });

  it('of a platform that is off says since when, and where its way back is', () => {
    const here = new ConflictRoom(new Case().turnOff()).filed();
    expect(here.say('porter', '/arch conflict ppc64le #25243', SLACK).text).toBe('linux/ppc64le is off on master since Wed 18 Nov 09:00 UTC, on account of #25243 (way back: #77); its exit test: build-linux/ppc64le passed 0 of 3 times in a row. It is proposed to be turned on again when that holds; /arch reactivate linux/ppc64le <reason> proposes it now.');
    here.blocker = blockerFound({ branch: 'release-1.36', blocker: { ...BLOCKER, number: 4 } });
    expect(here.say('porter', '/arch conflict ppc64le #4', SLACK).verdict).toBe('done');
  });

  it('begins anew, from the reactivation issue too, after it was over', () => {
    const here = new ConflictRoom(new Case().look().giveUp('porter').look());
    here.proposed();
    here.given.vote('ivan', 'reject').look();
    expect(here.given.conflict.stage).toBe('over');
    expect(here.say('porter', '/arch conflict ppc64le once more', here.onProposal).verdict).toBe('done');
    expect(here.given.conflict).toMatchObject({ stage: 'fixing', round: 2 });
  });

  it('is for owners, release leads and the release-signal team', () => {
    for (const login of ['porter', 'paula', 'ivan', 'sina']) expect([login, room().say(login, '/arch conflict ppc64le').verdict]).toEqual([login, 'done']);
    expect(room().say('nobody', '/arch conflict ppc64le')).toMatchObject({ verdict: 'refused', text: expect.stringContaining('Only owners of linux/ppc64le, release leads (ivan, maria, anna and smarter) or the release-signal team (demo/signal) may use /arch conflict here.') as string });
  });

  it('is not taken from a lead without whom nobody could approve it', () => {
    const few = projectOf({ releases: [releaseOf({ leads: ['@ivan', '@maria', '@smarter'] })] });
    expect(room({}, few).say('ivan', '/arch conflict ppc64le').text).toBe('To turn linux/ppc64le off takes 2 approvals of release leads, and yours would not count as you say so. Only maria could approve it. Ask an owner, the release-signal team or another lead to say it. Nothing was changed.');
    expect(room({}, few).say('porter', '/arch conflict ppc64le').verdict).toBe('done');
  });

  it('needs a GitHub login', () => {
    expect(room().say(null, '/arch conflict ppc64le #25243', SLACK)).toMatchObject({ verdict: 'refused', text: expect.stringContaining('/arch link') as string });
    expect(room().say('maria', '/arch conflict ppc64le', { ...ELSEWHERE, incident: 'i1' }).verdict).toBe('mistake');
  });
});
