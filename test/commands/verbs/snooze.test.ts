import { describe, expect, it } from 'vitest';
import { ack } from '../../../src/commands/verbs/ack.ts';
import { snooze } from '../../../src/commands/verbs/snooze.ts';
import { unsnooze } from '../../../src/commands/verbs/unsnooze.ts';
import { DAY, HOUR, kinds } from '../../policy/story.ts';
import { broken, Desk } from '../incident-desk.ts';

describe('/arch snooze', () => {
  it('silences the incident until then, and says what comes after and how to end it', () => {
    const desk = new Desk();
    expect(desk.says(snooze, '/arch snooze 3d waiting for the  toolchain')).toBe('linux/s390x (e2e and unit failing since Tue 17 Nov 10:00 UTC) is snoozed until Fri 20 Nov 12:00 UTC: nobody is reminded or asked until then. If it is still broken when that is over, one comment says so. End it earlier with /arch unsnooze.');
    expect(desk.live()).toMatchObject({ acknowledged: null, snooze: { by: 'olga', until: desk.story.now + 3 * DAY, reason: 'waiting for the  toolchain' } });
    desk.story.wait(3 * DAY);
    expect(kinds(desk.live())).toEqual(['opened', 'snoozed', 'woken']);
  });

  it('reads days, a platform before them, and the next release', () => {
    const release = { name: 'v1.37', branch: 'main', leads: [], ciSignal: [], quorum: 1, date: Date.parse('2026-12-09'), freeze: null, milestone: null, proposalExpires: DAY };
    const desk = new Desk(broken({ releases: [release] }));
    desk.says(snooze, '/arch snooze linux/s390x 2026-12-01', { slack: true });
    expect(desk.live().snooze).toMatchObject({ until: Date.parse('2026-12-01'), reason: null });
    desk.says(snooze, '/arch snooze next-release');
    expect(desk.live().snooze?.until).toBe(Date.parse('2026-12-09'));
  });

  it('counts a second click as the first one, and another time as a new one', () => {
    const desk = new Desk();
    desk.says(snooze, '/arch snooze 3d');
    desk.story.now += 2_000;
    expect(desk.outcome(snooze, '/arch snooze 3d', { slack: true, on: desk.live() }).verdict).toBe('answered');
    expect(desk.says(snooze, '/arch snooze 3d', { by: 'petra' })).toBe('linux/s390x is snoozed until Fri 20 Nov 12:00 UTC already, by olga. End it earlier with /arch unsnooze.');
    desk.says(snooze, '/arch snooze 5d', { by: 'petra' });
    expect(desk.live().snooze).toMatchObject({ by: 'petra', until: desk.story.now + 5 * DAY });
  });

  it('that arrives late does not undo what was said since', () => {
    const desk = new Desk();
    desk.story.wait(2 * HOUR);
    desk.says(snooze, '/arch snooze 3d', { by: 'petra' });
    expect(desk.outcome(snooze, '/arch snooze 9d', { at: desk.story.now - HOUR }).verdict).toBe('answered');
    expect(desk.live().snooze?.by).toBe('petra');
  });

  it('says what is missing or wrong', () => {
    const desk = new Desk();
    expect(desk.mistake(snooze, '/arch snooze')).toContain('How long is missing');
    expect(desk.mistake(snooze, '/arch snooze linux/s390x')).toContain('How long is missing');
    expect(desk.mistake(snooze, '/arch snooze tomorrow')).toContain('"tomorrow" is neither a duration nor a date');
    expect(desk.mistake(snooze, '/arch snooze 2020-01-01')).toContain('Wed 1 Jan 2020 00:00 UTC is in the past; it is ');
    expect(desk.mistake(snooze, '/arch snooze -3d')).toContain('"-3d" is in the past: a duration counts forward, such as 3d.');
    expect(desk.mistake(snooze, '/arch snooze next-release')).toContain('has no release with a date to come');
  });

  it('keeps no reason without end', () => {
    const desk = new Desk();
    desk.says(snooze, `/arch snooze 3d ${'x'.repeat(5_000)}`);
    expect(desk.live().snooze?.reason?.length).toBeLessThanOrEqual(300);
  });

  it('is refused where somebody silenced the breakage', () => {
    const desk = new Desk(broken().act({ kind: 'closed', by: 'petra' }));
    expect(desk.outcome(snooze, '/arch snooze 3d').verdict).toBe('refused');
    expect(desk.outcome(unsnooze, '/arch unsnooze').verdict).toBe('refused');
  });
});

describe('/arch unsnooze', () => {
  it('ends the silence, and says who is asked when', () => {
    const desk = new Desk();
    desk.says(snooze, '/arch snooze 3d');
    expect(desk.says(unsnooze, '/arch unsnooze', { by: 'petra' })).toBe('linux/s390x is not snoozed any more. If nobody takes it, there is a reminder on Wed 18 Nov 12:00 UTC, and demo/leads is asked on Fri 20 Nov 12:00 UTC. Take it with /arch ack.');
    expect(desk.live().snooze).toBeNull();
  });

  it('says who has it, if somebody has', () => {
    const desk = new Desk();
    desk.says(snooze, '/arch snooze 3d');
    desk.says(ack, '/arch ack', { by: 'petra' });
    expect(desk.says(unsnooze, '/arch unsnooze')).toBe('linux/s390x is not snoozed any more. petra has it, so nobody is reminded.');
  });

  it('changes nothing where there is no silence', () => {
    const desk = new Desk();
    expect(desk.outcome(unsnooze, '/arch unsnooze').verdict).toBe('answered');
    expect(desk.says(unsnooze, '/arch unsnooze')).toBe('linux/s390x is not snoozed, so nothing was changed.');
  });
});
