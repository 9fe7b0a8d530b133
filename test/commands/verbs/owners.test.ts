import { describe, expect, it } from 'vitest';
import { isHandle } from '../../../src/config/scalars.ts';
import { owners } from '../../../src/commands/verbs/owners.ts';
import type { Scene } from '../../../src/commands/verb.ts';
import type { Action, Edit } from '../../../src/domain/action.ts';
import type { Handle, Platform } from '../../../src/domain/project.ts';
import { plainText } from '../../../src/domain/text.ts';
import { DAY, Story } from '../../policy/story.ts';
import { IN_SLACK, mentionsIn, mistake, ON_GITHUB, reply, say, sceneOf } from '../asking.ts';

const story = (of: readonly Handle[]): Story => new Story([{ platform: 'linux/amd64', name: 'a' }, { platform: 'linux/s390x', name: 'a' }], {}, { 'linux/s390x': of });
function scene(of: readonly Handle[] = ['@demo/s390x-owners', '@otto'], over: Partial<Platform> = {}): Scene {
  const at = sceneOf(story(of));
  return { ...at, project: { ...at.project, platforms: at.project.platforms.map((p) => p.id === 'linux/s390x' ? { ...p, ...over } : p) } };
}

describe('who owns a platform', () => {
  it('is told with the turns, the hours, the channel and whom nobody reaches', () => {
    const at = scene(undefined, {
      onCall: { people: ['@otto', '@olga'], every: 7 * DAY, from: Date.UTC(2026, 10, 2) }, hours: { from: 9 * 60, to: 17 * 60 + 30, zone: 'Europe/Berlin' }, slack: '#s390x',
    });
    expect(reply(owners, '/arch owners s390x', { ...at, unmentionable: new Set(['@demo/s390x-owners']) })).toBe([
      'linux/s390x is owned by demo/s390x-owners and otto. Who is on call is asked first when it breaks only there, then they all.', '',
      '- On call: otto until Mon 23 Nov 00:00 UTC, then olga for 7 d.',
      '- At work: 09:00–17:30 Europe/Berlin, Monday to Friday; reminders wait for that.',
      '- Slack channel: #s390x.',
      '- demo/s390x-owners cannot be mentioned on GitHub (renamed or removed?), so nobody is reached by that name.', '',
      'Declared in config/demo.yml. Release leads and the release-signal team can ask for a change: /arch owners linux/s390x add @handle.',
    ].join('\n'));
  });

  it('does not say where the operator keeps the configuration', () => {
    const at = scene();
    expect(reply(owners, '/arch owners s390x', { ...at, project: { ...at.project, file: '/srv/archsignal/of-otto/demo.yml' } })).toContain('Declared in demo.yml.');
  });

  it('is told before the first turn, and of one who is always on call', () => {
    const turns = (people: readonly Handle[], from: number): string => reply(owners, '/arch owners s390x', scene(undefined, { onCall: { people, every: DAY, from } })).split('\n')[2] ?? '';
    expect(turns(['@otto', '@olga'], Date.UTC(2026, 10, 20))).toBe('- On call from Fri 20 Nov 00:00 UTC: otto.');
    expect(turns(['@otto'], Date.UTC(2026, 10, 2))).toBe('- On call: otto, always.');
  });

  it('is told where nobody is declared', () => {
    const at = scene([]);
    expect(reply(owners, '/arch owners s390x', at)).toMatch(/^linux\/s390x has no declared owner: when it breaks, demo\/signal is told\.\n/);
    expect(reply(owners, '/arch owners s390x', { ...at, project: { ...at.project, releaseSignal: [], escalation: { ...at.project.escalation, to: [] } } }))
      .toMatch(/^linux\/s390x has no declared owner: nobody is told when it breaks, because the configuration names no release-signal team either\.\n/);
  });

  it('is for everyone, and about the channel\'s own platform where none is named', () => {
    const { outcome, needs } = say(owners, '/arch owners', scene(), { ...IN_SLACK, place: { ...IN_SLACK.place, platform: 'linux/s390x' } });
    expect([outcome.verdict, outcome.actions, needs.allowed, mentionsIn(outcome.reply)]).toEqual(['answered', undefined, 'everyone', []]);
    expect(mistake(owners, '/arch owners', scene())).toContain('A platform is missing here.');
  });
});

type PullRequest = Extract<Action, { kind: 'ensure-pull-request' }>;
function pull(line: string, at = scene(), spoken = ON_GITHUB): PullRequest {
  const action = say(owners, line, at, spoken).outcome.actions?.[0]?.action;
  if (action?.kind !== 'ensure-pull-request') throw new Error('no pull request is asked for');
  return action;
}

describe('adding and removing owners', () => {
  it('asks for a pull request by release leads or the release-signal team', () => {
    const { outcome, needs } = say(owners, '/arch owners s390x add @Octo-Porter', scene());
    expect(needs).toEqual({ allowed: ['@demo/signal'], allowedAs: 'release leads (nobody is declared) or the release-signal team (`demo/signal`)' });
    expect(outcome.verdict).toBe('done');
    expect(outcome.actions).toHaveLength(1);
    expect(outcome.actions?.[0]).toMatchObject({
      key: 'command:c1:1:ensure-pull-request', project: 'demo', entity: 'command:c1:1', destination: 'github:demo/demo', family: null, summary: 'open a pull request: Add Octo-Porter to the owners of linux/s390x',
      action: {
        kind: 'ensure-pull-request', repo: 'demo/demo', branch: 'archsignal/owners/linux-s390x-add-octo-porter', title: 'Add Octo-Porter to the owners of linux/s390x', labels: ['archsignal', 'arch/linux-s390x'],
        edit: { kind: 'owners', project: 'demo', platform: 'linux/s390x', change: 'add', handle: '@Octo-Porter' }, tell: { surface: 'github', repo: 'demo/demo', number: 3 },
      },
    });
    expect(plainText(outcome.reply)).toBe('A change that adds Octo-Porter to the owners of linux/s390x is on its way: its pull request in demo/demo, or the patch for the operator where the configuration is kept elsewhere, follows here. Nothing changes before it is merged.');
    expect(outcome.later).toBe(true);
  });

  it('says in the pull request who asked, what changes and how to drop it, and calls nobody', () => {
    const { body } = pull('/arch owners s390x remove @demo/s390x-owners');
    expect(plainText(body)).toBe([
      'olga asked for this here: /arch owners linux/s390x remove @demo/s390x-owners.', '',
      '- Owners of linux/s390x until now: demo/s390x-owners and otto.', '- From the merge on: otto.', '',
      'Owners are asked when linux/s390x breaks, can claim and silence its incidents, and can object to proposals about it. Merging puts this into force with the next reading of the file; closing this pull request drops it, and nothing else happens.',
    ].join('\n'));
    expect(mentionsIn(body)).toEqual([]);
    expect(JSON.stringify(body)).toContain('{"words":"here","link":"https://github.example/demo/demo/issues/3#issuecomment-1"}');
  });

  it('answers in Slack who asked there', () => {
    const linked = { ...IN_SLACK, actor: { ...IN_SLACK.actor, login: 'olga' } };
    const { tell, body } = pull('/arch owners s390x add octo-porter', scene(), linked);
    expect(tell).toEqual({ surface: 'slack', channel: 'C1', user: 'U0123456', responseUrl: null });
    expect(plainText(body)).toMatch(/^olga asked for this in Slack: /);
  });

  it('finds the same branch for the same request, another for another, and one that git takes', () => {
    const branch = (rest: string): string => pull(`/arch owners s390x ${rest}`).branch;
    expect(branch('add @Octo-Porter')).toBe(branch('ADD octo-porter'));
    expect(branch('add @demo/s390x.lock')).toBe('archsignal/owners/linux-s390x-add-demo-s390x-lock');
    expect(branch('add @renovate[bot]')).toBe('archsignal/owners/linux-s390x-add-renovate-bot');
    expect(branch('remove @otto')).toBe('archsignal/owners/linux-s390x-remove-otto');
  });

  it('takes every handle that the configuration takes, and no other', () => {
    const handleIn = (edit: Edit): boolean => edit.kind === 'owners' && isHandle(edit.handle);
    for (const handle of ['@\u200Ba', '`@a`', '@a-b_c', '@renovate[bot]', '@org/team.x_y', `@${'a'.repeat(39)}`]) expect([handle, handleIn(pull(`/arch owners s390x add ${handle}`).edit)]).toEqual([handle, true]);
    for (const handle of ['@-a', '@a/.b', '@a b', `@${'a'.repeat(40)}`, '@a/b[bot]', '@é']) expect([handle, isHandle(handle), mistake(owners, `/arch owners s390x add ${handle}`, scene()).length > 0]).toEqual([handle, false, true]);
  });

  it('names an owner as the file does', () => {
    expect(pull('/arch owners s390x remove OTTO').edit).toMatchObject({ change: 'remove', handle: '@otto' });
  });

  it('refuses what stands so already', () => {
    const refused = (line: string): string => {
      const { outcome } = say(owners, line, scene());
      expect([outcome.verdict, outcome.actions]).toEqual(['refused', undefined]);
      return plainText(outcome.reply);
    };
    expect(refused('/arch owners s390x add @OTTO')).toBe('otto is an owner of linux/s390x already. Its owners are demo/s390x-owners and otto. Nothing was changed.');
    expect(refused('/arch owners s390x remove @olga')).toBe('olga is no owner of linux/s390x. Its owners are demo/s390x-owners and otto. Nothing was changed.');
  });

  it('says what who decides about it should know', () => {
    const doubts = (line: string, at: Scene): string[] => reply(owners, line, at).split('\n').slice(2);
    expect(doubts('/arch owners s390x remove otto', scene(['@otto'], { onCall: { people: ['@Otto'], every: DAY, from: 0 } }))).toEqual([
      '- This is the last owner: after it nobody answers for linux/s390x, and the release-signal team is told when it breaks: demo/signal.',
      '- otto also takes turns on call there; that is not changed by this.',
    ]);
    expect(doubts('/arch owners s390x add @other/team', scene())).toEqual(['- other/team is a team of another organisation: GitHub does not notify it in a repository of demo. Name single people, or a team of demo.']);
    expect(doubts('/arch owners s390x add @gone', { ...scene(), unmentionable: new Set(['@gone']) })).toEqual(['- gone was not found on GitHub when it was last looked up, so check the spelling.']);
    expect(plainText(pull('/arch owners s390x remove otto', scene(['@otto'])).body)).toContain('- From the merge on: nobody.\n- This is the last owner');
  });

  it('takes nothing for a handle that is none', () => {
    expect(mistake(owners, '/arch owners s390x add <@U0123>', scene())).toBe([
      '/arch owners s390x add <@U0123>', '                       ^^^^^^^^', '',
      '"<@U0123>" is no GitHub person or team: this is somebody in Slack, and owners are named as on GitHub; write @octo-porter or @kubernetes/s390x-owners. Nothing was changed.', '',
      'For example: /arch owners linux/s390x. Usage: /arch owners <platform> [add|remove @handle].',
    ].join('\n'));
    for (const handle of ['@', '@a/b/c', '@a"]', '-a', '@@a', 'a'.repeat(60), '<https://github.com/a>', '@\u0430dmin']) expect(mistake(owners, `/arch owners s390x add ${handle}`, scene())).toContain('is no GitHub person or team');
    expect(mistake(owners, '/arch owners s390x add', scene())).toContain('A GitHub person or team is missing here');
    expect(mistake(owners, '/arch owners s390x add @a @b', scene())).toContain('One person or team at a time');
    expect(mistake(owners, '/arch owners s390x drop @a', scene())).toContain('"drop" is neither add nor remove.');
    expect(mistake(owners, '/arch owners s39x', scene())).toContain('did you mean linux/s390x?');
  });
});
