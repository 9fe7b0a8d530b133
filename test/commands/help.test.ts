import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/commands/grammar.ts';
import { VERBS } from '../../src/commands/index.ts';
import type { Verb } from '../../src/commands/verb.ts';
import { renderText } from '../../src/delivery/slack/text.ts';
import { plainText } from '../../src/domain/text.ts';
import { onGitHub, saidBy, someScene } from './line-given.ts';

const scene = someScene();
const help = (line: string): string => {
  const parsed = parseCommand(line, scene, saidBy(null));
  if (!parsed.ok) return parsed.mistake.message;
  return plainText(parsed.verb.run(parsed.args, scene, saidBy(null), { runs: new Map(), pull: null, code: null, left: new Set(), fresh: null }).reply);
};

describe('/arch help', () => {
  it('lists every verb once, by who may use it', () => {
    const listed = help('/arch help').split('\n').filter((l) => l.startsWith('- ')).map((l) => l.split(/[ :]/)[2]);
    expect(listed.sort()).toEqual(VERBS.map((v) => v.name).sort());
    expect(help('/arch help').indexOf('Everyone')).toBe(0);
  });

  it('speaks of comments on GitHub, and of what is typed in Slack', () => {
    const inSlack = parseCommand('/arch', scene, saidBy(null, onGitHub({ surface: 'slack', issue: null })));
    if (!inSlack.ok) throw new Error('not understood');
    const text = plainText(inSlack.verb.run(inSlack.args, scene, saidBy(null, onGitHub({ surface: 'slack', issue: null })), { runs: new Map(), pull: null, code: null, left: new Set(), fresh: null }).reply);
    expect(text).toMatch(/Type one command at a time; only you see the answer\. \/arch help <command> shows examples\.$/);
    expect(help('/arch')).toMatch(/Each command stands at the start of a line of a comment; several may stand in one comment\. /);
  });

  it('is shown whole in Slack', () => {
    const verb = VERBS.find((v) => v.name === 'help') as Verb;
    const { reply } = verb.run({ verb: null }, scene, saidBy(null, onGitHub({ surface: 'slack', issue: null })), { runs: new Map(), pull: null, code: null, left: new Set(), fresh: null });
    const shown = JSON.stringify(renderText(reply).blocks);
    for (const { name } of VERBS) expect(shown).toContain(`\`/arch ${name}`);
    expect(shown).not.toContain('left out');
  });

  it('is what /arch alone says', () => {
    expect(help('/arch')).toBe(help('/arch help'));
  });

  it.each(['/arch help snooze', '/arch help /arch snooze', '/arch help SNOOZE', '/arch help `snooze`'])('tells how one is used: %s', (line) => {
    const text = help(line);
    expect(text).toMatch(/^\/arch snooze \[platform\]/);
    expect(text).toContain('Who may: Owners of the platform');
    expect(text).toContain('\n/arch snooze 3d');
  });

  it('suggests the nearest where there is none of that name', () => {
    expect(help('/arch help snoze')).toBe('no command is called "snoze"; did you mean `snooze`?');
    expect(help('/arch help me with this build')).toBe('no command is called "me"; `/arch help` lists them all');
  });

  it('asks nobody who it is', () => {
    const verb = VERBS.find((v) => v.name === 'help');
    expect(verb?.needs({ verb: null }, scene, saidBy(null)).allowed).toBe('everyone');
  });
});
