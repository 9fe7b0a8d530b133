import { describe, expect, it } from 'vitest';
import { CODE_HOLDS, link } from '../../../src/commands/verbs/link.ts';
import type { Scene, Spoken } from '../../../src/commands/verb.ts';
import type { LinkCode } from '../../../src/domain/person.ts';
import { Story } from '../../policy/story.ts';
import { IN_SLACK, mentionsIn, ON_GITHUB, reply, say, sceneOf } from '../asking.ts';

const at = new Story([{ platform: 'linux/amd64', name: 'a' }]);
const scene = sceneOf(at);
const declaring = (people: Record<string, string>): Scene => ({ ...scene, project: { ...scene.project, people } });
const FRESH = { fresh: { code: 'K7QM2X9RTA', hash: 'hash' } };
const SLACK = { team: 'T1', user: 'U0123456' };
const CODE: LinkCode = { hash: 'hash', slack: SLACK, createdAt: scene.now - 1, expires: scene.now + 1 };

describe('without Slack', () => {
  it('says that there is nothing to link', () => {
    for (const line of ['/arch link', '/arch link K7QM2X9RTA']) {
      const { outcome } = say(link, line, { ...scene, slack: false }, ON_GITHUB, { code: CODE });
      expect([outcome.verdict, outcome.identity]).toEqual(['refused', undefined]);
      expect(reply(link, line, { ...scene, slack: false }, ON_GITHUB, { code: CODE })).toBe('Slack is not connected here, so there is no Slack account to link. What you say on GitHub counts as yours without it. Nothing was changed.');
    }
  });
});

describe('in Slack', () => {
  it('gives a code for a quarter of an hour, and the line to write on GitHub', () => {
    const { outcome, needs } = say(link, '/arch link', scene, IN_SLACK, FRESH);
    expect(outcome).toMatchObject({ verdict: 'done', code: { give: { hash: 'hash', slack: SLACK, createdAt: scene.now, expires: scene.now + CODE_HOLDS } } });
    expect([needs, CODE_HOLDS]).toEqual([{ allowed: 'everyone', allowedAs: 'everyone' }, 900_000]);
    expect(reply(link, '/arch link', scene, IN_SLACK, FRESH)).toBe([
      'Write this line as a comment on any issue or pull request of demo/demo, within 15 min:', '', '/arch link K7QM2X9RTA', '',
      'What you decide in Slack then counts as the GitHub account that wrote it. The code is for you alone and works once: whoever writes it is taken for you, so show it to nobody before.',
    ].join('\n'));
  });

  it('links somebody anew who is linked', () => {
    const linked: Spoken = { ...IN_SLACK, actor: { ...IN_SLACK.actor, login: 'olga' } };
    expect(say(link, '/arch link', scene, linked, FRESH).outcome.code).toBeDefined();
    expect(reply(link, '/arch link', scene, linked, FRESH)).toMatch(/ You are linked to olga now; this links you anew\.$/);
  });

  it('says where a code belongs, and uses it up for nothing', () => {
    const { outcome, needs } = say(link, '/arch link k7qm2-x9rta', scene, IN_SLACK, FRESH);
    expect([outcome.verdict, outcome.code, outcome.identity, needs.code]).toEqual(['refused', undefined, undefined, undefined]);
    expect(reply(link, '/arch link k7qm2-x9rta', scene, IN_SLACK)).toBe('The code belongs on GitHub, where it proves who you are: write this line as a comment on any issue of demo/demo: /arch link K7QM2X9RTA. Nothing was changed.');
  });

  it('gives no code to whom the operator has linked', () => {
    expect(say(link, '/arch link', declaring({ U0123456: 'octo-porter' }), IN_SLACK, FRESH).outcome.code).toBeUndefined();
    expect(reply(link, '/arch link', declaring({ U0123456: 'octo-porter' }), IN_SLACK, FRESH)).toBe('You are octo-porter on GitHub already: the operator has linked you under people: in config/demo.yml. There is nothing to do; only the operator can change it.');
    expect(say(link, '/arch link', declaring({ U999: 'octo-porter' }), IN_SLACK, FRESH).outcome.code).toBeDefined();
  });

  it('says so where no code could be made, or nobody is known to have asked', () => {
    expect(reply(link, '/arch link', scene, IN_SLACK)).toBe('No code could be made just now; please try again in a minute. Nothing was changed.');
    expect(say(link, '/arch link', scene, { ...IN_SLACK, actor: { ...IN_SLACK.actor, slack: null } }, FRESH).outcome.code).toBeUndefined();
  });
});

describe('on GitHub', () => {
  it('looks the code up however it was typed', () => {
    for (const typed of ['K7QM2X9RTA', 'k7qm2-x9rta', ' k7qm 2x9 rta ', '`K7QM2X9RTA`', '"k7qm2–x9rta".']) expect(say(link, `/arch link ${typed}`, scene).needs.code).toBe('K7QM2X9RTA');
    expect(say(link, `/arch link ${'a'.repeat(5_000)}`, scene).needs.code).toHaveLength(64);
    expect(say(link, '/arch link --', scene).needs.code).toBeUndefined();
    expect(say(link, '/arch link', scene).needs.code).toBeUndefined();
  });

  it('links the Slack member to who wrote the comment, uses the code up and says how to undo it', () => {
    const { outcome } = say(link, '/arch link K7QM2X9RTA', scene, ON_GITHUB, { code: CODE });
    expect(outcome).toMatchObject({ verdict: 'done', identity: { slack: SLACK, login: 'olga', at: scene.now }, code: { use: 'hash' } });
    expect(mentionsIn(outcome.reply)).toEqual([]);
    expect(reply(link, '/arch link K7QM2X9RTA', scene, ON_GITHUB, { code: CODE })).toBe(
      'The Slack member U0123456 is olga from now on: what they decide in Slack counts as olga. If that is not you, or the code came from somebody else, have it undone: '
      + '/arch link in Slack links that member anew, and an operator can link them otherwise under people: in the configuration.');
  });

  it('refuses a wrong and an old code alike', () => {
    const refusal = 'This code cannot be used: it is mistyped, was used before, was replaced by a newer one, or is older than 15 min. Type /arch link in Slack for a new one. Nothing was changed.';
    for (const code of [null, { ...CODE, expires: scene.now }]) {
      expect(reply(link, '/arch link K7QM2X9RTA', scene, ON_GITHUB, { code })).toBe(refusal);
      const { outcome } = say(link, '/arch link K7QM2X9RTA', scene, ON_GITHUB, { code });
      expect([outcome.verdict, outcome.identity, outcome.code]).toEqual(['refused', undefined, undefined]);
    }
    expect(reply(link, '/arch link --', scene)).toBe(refusal);
  });

  it('says where to begin without a code', () => {
    expect(reply(link, '/arch link', scene)).toBe('This begins in Slack: type /arch link there, and write the line that it answers as a comment here. Nothing was changed.');
  });

  it('leaves to the operator whom the configuration links', () => {
    const to = (login: string): string => reply(link, '/arch link K7QM2X9RTA', declaring({ U0123456: login }), ON_GITHUB, { code: CODE });
    expect(to('otto')).toBe('The operator has linked the Slack member U0123456 to otto under people: in config/demo.yml, which goes before a code; only the operator can change it. Nothing was changed.');
    expect(to('Olga')).toBe('The operator has linked the Slack member U0123456 to Olga under people: in config/demo.yml already. There is nothing to do.');
    expect(say(link, '/arch link K7QM2X9RTA', declaring({ U0123456: 'otto' }), ON_GITHUB, { code: CODE }).outcome.identity).toBeUndefined();
  });
});
