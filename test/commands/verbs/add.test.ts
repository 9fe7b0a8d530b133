import { describe, expect, it } from 'vitest';
import { add } from '../../../src/commands/verbs/add.ts';
import type { Scene } from '../../../src/commands/verb.ts';
import type { Action } from '../../../src/domain/action.ts';
import { plainText } from '../../../src/domain/text.ts';
import { Story } from '../../policy/story.ts';
import { mentionsIn, mistake, ON_GITHUB, reply, say, sceneOf } from '../asking.ts';
import { evaluated } from '../ladder-given.ts';

const scene = (): Scene => sceneOf(new Story([{ platform: 'linux/amd64', name: 'a' }, { platform: 'linux/s390x', name: 'a' }], {}, { 'linux/s390x': ['@otto'] }), { ladder: evaluated() });

function pull(line: string): Extract<Action, { kind: 'ensure-pull-request' }> {
  const action = say(add, line, scene()).outcome.actions?.[0]?.action;
  if (action?.kind !== 'ensure-pull-request') throw new Error('no pull request is asked for');
  return action;
}

describe('adding a platform', () => {
  it('asks for a pull request that enters it at the lowest step of the ladder with its owners', () => {
    const { outcome, needs } = say(add, '/arch add riscv64 @olga, @demo/riscv and otto', scene());
    expect([outcome.verdict, needs.allowed]).toEqual(['done', ['@demo/signal']]);
    expect(outcome.actions).toEqual([expect.objectContaining({
      key: 'command:c1:1:ensure-pull-request', project: 'demo', entity: 'command:c1:1', destination: 'github:demo/demo', family: null,
      action: expect.objectContaining({
        repo: 'demo/demo', branch: 'archsignal/add/linux-riscv64', title: 'Enter linux/riscv64 at step off (0)', labels: ['archsignal', 'arch/linux-riscv64'],
        edit: { kind: 'platform', project: 'demo', platform: 'linux/riscv64', step: 0, owners: ['@olga', '@demo/riscv', '@otto'] }, tell: { surface: 'github', repo: 'demo/demo', number: 3 },
      }) as unknown,
    })]);
    expect(plainText(outcome.reply)).toBe('linux/riscv64 is asked to be entered at off (0), not built, owned by olga, demo/riscv and otto. The pull request for that in demo/demo, or the patch for the operator where the configuration is kept elsewhere, follows here. Nothing is tracked before it is merged.');
  });

  it('tells in the pull request what it means, what is to be added, and where it leads, and calls nobody', () => {
    const { body } = pull('/arch add linux/riscv64 @olga');
    expect(plainText(body)).toBe([
      'olga asked for this here.', '',
      '- Step: off (0), the lowest of demo-steps.', '- Build: off; nobody who changes code has to care for it.', '- Owners: olga. They are asked when it breaks.',
      '- Jobs: none yet. Add those that tell how it is under jobs:, here or later; until then nothing of it is polled.', '',
      'The next step, build (1), asks for nothing more; /arch explain linux/riscv64 shows how it stands.', '',
      'Merging puts this into force with the next reading of the file; closing this pull request drops it, and nothing else happens.',
    ].join('\n'));
    expect(mentionsIn(body)).toEqual([]);
  });

  it('is found again by its branch, whoever asks and however it is spelled', () => {
    expect(new Set(['/arch add riscv64', '/arch add linux_riscv64 @olga', '/arch add riscv64gc'].map((line) => pull(line).branch))).toEqual(new Set(['archsignal/add/linux-riscv64']));
    expect(pull('/arch add aarch64').edit).toMatchObject({ platform: 'linux/arm64' });
    expect(pull('/arch add armhf').edit).toMatchObject({ platform: 'linux/arm/v7' });
  });

  it('says that nobody would answer for it, and whom GitHub would not notify', () => {
    expect(reply(add, '/arch add riscv64', scene())).toContain('not built, without an owner.');
    expect(reply(add, '/arch add riscv64', scene())).toContain('\n- No owner is named, so nobody would answer when it breaks.');
    expect(reply(add, '/arch add riscv64 @other/team', scene())).toContain('\n- other/team is a team of another organisation: GitHub does not notify it in a repository of demo.');
  });

  it('changes nothing for one that is tracked, and says what can be done instead', () => {
    const { outcome } = say(add, '/arch add s390x-linux-gnu @olga', scene());
    expect([outcome.verdict, outcome.actions]).toEqual(['refused', undefined]);
    expect(plainText(outcome.reply)).toBe('linux/s390x is tracked in demo already: on step 2, build on, owned by otto. Nothing was changed.\n\n/arch owners linux/s390x add @olga adds an owner, /arch promote linux/s390x <reason> proposes its next step, /arch explain linux/s390x shows what that takes.');
    expect(reply(add, '/arch add s390x @OTTO', scene())).not.toContain('adds an owner');
  });

  it('waits for the ladder, whose lowest step it needs', () => {
    const { outcome } = say(add, '/arch add riscv64', { ...scene(), ladder: null }, ON_GITHUB);
    expect([outcome.verdict, outcome.actions]).toEqual(['refused', undefined]);
    expect(plainText(outcome.reply)).toContain('Which step is the lowest is not known yet');
  });

  it('points at what is neither a platform nor an owner', () => {
    expect(mistake(add, '/arch add', scene())).toContain('A platform is missing here, such as linux/riscv64.');
    expect(mistake(add, '/arch add riscv46 @olga', scene())).toContain('No platform is called "riscv46"; did you mean linux/riscv64?');
    expect(mistake(add, '/arch add toaster', scene())).toContain('write it as os/arch, such as linux/riscv64');
    expect(mistake(add, '/arch add riscv64 <@U012>', scene())).toContain('is no GitHub person or team: this is somebody in Slack');
    expect(mistake(add, `/arch add riscv64 ${Array.from({ length: 21 }, (_, i) => `@u${i}`).join(' ')}`, scene())).toContain('At most 20 owners can be named at once; name a team.');
  });
});
