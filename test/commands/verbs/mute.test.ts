import { describe, expect, it } from 'vitest';
import type { Handle } from '../../../src/domain/project.ts';
import { JOB, release } from '../../policy/proposals-given.ts';
import { asked, DAYS, INFORMING, Room, roomProject } from '../deciding-room.ts';

describe('muting a job that blocks nothing', () => {
  it('is done at once by leads and the release-signal team, and says until when', () => {
    const room = new Room();
    const answer = room.say('sina', '/arch mute ci-unit-s390x 3d the disk is full');
    expect(answer).toMatchObject({ verdict: 'done', text: 'ci-unit-s390x on linux/s390x is muted until Fri 20 Nov 08:01 UTC: its breakages open no incident and ask nobody. /arch mute ci-unit-s390x off ends it.' });
    expect(room.quiets).toMatchObject([{ kind: 'mute', job: INFORMING.key, by: 'sina', from: room.now, to: room.now + 3 * DAYS, reason: 'the disk is full', proposal: null }]);
    expect(room.quiets[0]?.id).toMatch(/^mute-ci-unit-s390x-[a-z0-9]+$/);
    expect(answer.outcome?.audit).toMatchObject([{ what: 'muted', actor: 'github:sina', evidence: { said: { delivery: 'd1' } } }]);
    expect(new Room().say('ivan', '/arch mute ci-unit-s390x 3d why not').verdict).toBe('done');
  });

  it('again takes the place of what was before', () => {
    const room = new Room();
    room.say('sina', '/arch mute ci-unit-s390x 3d the disk is full');
    expect(room.say('ivan', '/arch mute ci-unit-s390x 1d it is nearly mended').text).toContain('is muted until Wed 18 Nov 08:02 UTC (before: until Fri 20 Nov 08:01 UTC)');
    expect(room.quiets.filter((q) => q.ended === null)).toMatchObject([{ by: 'ivan', to: room.now + DAYS }]);
  });

  it('is ended with off, by others as well', () => {
    const room = new Room();
    room.say('sina', '/arch mute ci-unit-s390x 3d the disk is full');
    expect(room.say('ivan', '/arch mute ci-unit-s390x OFF')).toMatchObject({ verdict: 'done', text: expect.stringContaining('is not muted any more') as string });
    expect(room.quiets[0]?.ended).toEqual({ by: 'ivan', at: room.now });
    expect(room.say('ivan', '/arch mute ci-unit-s390x off')).toMatchObject({ verdict: 'refused', text: 'ci-unit-s390x on linux/s390x is not muted. Nothing was changed.' });
  });

  it('is not for owners, and they are told who may', () => {
    const room = new Room();
    const answer = room.say('porter', '/arch mute ci-unit-s390x 3d it is ours');
    expect(answer).toMatchObject({ verdict: 'refused', text: expect.stringContaining('Only release leads (demo/release-team) or the release-signal team (demo/signal) may use /arch mute here.') as string });
    expect(room.quiets).toEqual([]);
  });
});

describe('a line that mutes', () => {
  const wrong = (line: string): string => {
    const answer = new Room().say('sina', line);
    expect(answer.verdict).toBe('mistake');
    return answer.text;
  };

  it('names a job, a time and a reason, and says which of them is missing or wrong', () => {
    expect(wrong('/arch mute')).toContain('A job is missing here');
    expect(wrong('/arch mute ci-unit-s39x 3d x')).toContain('did you mean ci-unit-s390x?');
    expect(wrong('/arch mute ci-unit-s390x')).toContain('Until when is missing here');
    expect(wrong('/arch mute ci-unit-s390x tomorrow x')).toContain('neither a duration nor a date');
    expect(wrong('/arch mute ci-unit-s390x 3d')).toContain('Muting needs a reason');
  });

  it('goes no further than 90 days', () => {
    expect(wrong('/arch mute ci-unit-s390x 91d x')).toContain('A job is muted for at most 90 days, so until Mon 15 Feb 2027 08:01 UTC at the latest.');
    expect(new Room().say('sina', '/arch mute ci-unit-s390x 90d x').verdict).toBe('done');
  });
});

describe('muting a job that blocks the release', () => {
  it('is a proposal, and nothing is muted by it', () => {
    const room = asked();
    expect(room.muted).toEqual([]);
    expect(room.proposal).toMatchObject({
      state: 'open', deciders: ['@demo/release-team'], quorum: 2, objectors: ['@porter', '@demo/s390x-owners'], proposer: { by: 'olga', surface: 'github' },
      matter: { kind: 'mute', job: JOB.key, jobName: 'ci-e2e-s390x', reason: 'the lab is moving' },
    });
  });

  it('says who decides, by when, and how it is taken back', () => {
    const room = new Room();
    expect(room.say('olga', '/arch mute ci-e2e-s390x 14d the lab is moving').text).toBe(
      `ci-e2e-s390x on linux/s390x blocks the release, so muting it is for its release leads to decide. It is proposed to them (${room.proposal.id}), in an issue of its own, whose link follows here: 2 approvals of demo/release-team by Fri 20 Nov 08:01 UTC, yours not counted. Until then it is watched as before. /arch withdraw ${room.proposal.id} takes it back.`);
  });

  it('is proposed once: a second time names the first', () => {
    const room = asked();
    const again = room.say('sina', '/arch mute ci-e2e-s390x 3d again');
    expect(again.verdict).toBe('refused');
    expect(again.text).toContain('That is proposed already, in #12');
    expect(room.proposals).toHaveLength(1);
  });

  it('has its own leads where its branch has a release of its own', () => {
    const room = new Room();
    const old = release({ name: 'v1.36', branch: 'release-1.36', leads: ['@demo/old-team'], quorum: 1 });
    room.project = { ...roomProject({ releases: [release(), old] }), platforms: roomProject().platforms.map((p) => ({ ...p, jobs: [{ ...JOB, branch: 'release-1.36' }] })) };
    room.say('olga', '/arch mute ci-e2e-s390x 14d the lab is moving');
    expect(room.proposal).toMatchObject({ deciders: ['@demo/old-team'], quorum: 1 });
  });

  it('is refused where nobody could decide it', () => {
    const room = new Room();
    room.project = roomProject({ releases: [] });
    expect(room.say('olga', '/arch mute ci-e2e-s390x 14d x').text).toContain('none are declared for demo: see release.leads in config/demo.yml. Nothing was changed.');
    const few: readonly Handle[] = ['@ivan', '@maria'];
    room.project = roomProject({ releases: [release({ leads: few })] });
    expect(room.say('ivan', '/arch mute ci-e2e-s390x 14d x').text).toContain('Only maria could approve it.');
    expect(room.proposals).toEqual([]);
    expect(room.say('olga', '/arch mute ci-e2e-s390x 14d x').verdict).toBe('done');
  });

  it('is refused where it is muted as long already, and may be proposed for longer', () => {
    const room = asked();
    room.say('ivan', '/arch approve');
    room.say('maria', '/arch approve');
    expect(room.muted).toEqual(['ci-e2e-s390x']);
    expect(room.say('olga', '/arch mute ci-e2e-s390x 3d x').text).toContain('is muted until Tue 1 Dec 08:01 UTC already. Nothing was changed.');
    expect(room.say('olga', '/arch mute ci-e2e-s390x 30d x').verdict).toBe('done');
    expect(room.say('sina', '/arch mute ci-e2e-s390x off').verdict).toBe('done');
    expect(room.muted).toEqual([]);
  });

  it('that is only proposed cannot be ended, and says what can', () => {
    const room = asked();
    expect(room.say('ivan', '/arch mute ci-e2e-s390x off').text).toBe(`ci-e2e-s390x on linux/s390x is not muted. It is proposed in #12; /arch withdraw ${room.proposal.id} takes that back. Nothing was changed.`);
  });
});
