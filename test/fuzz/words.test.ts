import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseCommand } from '../../src/commands/grammar.ts';
import { VERBS } from '../../src/commands/index.ts';
import { exampleFor } from '../../src/commands/examples.ts';
import { mistakeReply } from '../../src/commands/replies.ts';
import type { Found, Scene, Spoken } from '../../src/commands/verb.ts';
import type { Text } from '../../src/domain/text.ts';
import { markdown } from '../../src/delivery/github/render/text.ts';
import { commandLines } from '../../src/delivery/github/command-lines.ts';
import { renderText } from '../../src/delivery/slack/text.ts';
import { STATES, Town, type StateName } from '../security/rights/town.ts';
import { anyText, holds, PATIENCE, PIECES } from './fuzz.ts';

vi.setConfig({ testTimeout: PATIENCE, hookTimeout: 60_000 });

const scenes: { readonly scene: Scene; readonly about: Town['about'] }[] = [];
beforeAll(async () => {
  for (const state of Object.keys(STATES) as StateName[]) {
    const town = await Town.in(state);
    scenes.push({ scene: await town.seen(), about: town.about });
    await town.end();
  }
});
afterAll(() => { scenes.length = 0; });

const NOTHING: Found = { runs: new Map(), pull: null, code: null, left: new Set(), fresh: { code: 'K7QM2X9RTA', hash: 'h' } };
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What a line is answered by somebody who may, in this scene. */
function answered(line: string, { scene, about }: (typeof scenes)[number], surface: 'github' | 'slack'): Text {
  const spoken: Spoken = {
    actor: { surface, login: 'olga', slack: surface === 'slack' ? { team: 'T1', user: 'UOLGA' } : null }, at: scene.now, source: 'c1:1', delivery: 'd1', url: null,
    place: { surface, issue: surface === 'github' ? { repo: 'demo/demo', number: 7 } : null, channel: null, incident: null, proposal: null, edition: null, platform: null, ...about },
  };
  const parsed = parseCommand(line, scene, spoken);
  if (!parsed.ok) return mistakeReply(line, { ...parsed.mistake, example: exampleFor(line, parsed.mistake, parsed.verb, scene, spoken) }, parsed.verb);
  parsed.verb.needs(parsed.args, scene, spoken);
  return parsed.verb.run(parsed.args, scene, spoken, NOTHING).reply;
}

describe('a line that says anything', () => {
  it('is decided or told what is wrong with it, and the answer calls nobody, starts nothing and steers no terminal', () => {
    const verb = fc.constantFrom(...VERBS.map((v) => v.name), 'snoze', '');
    const word = fc.oneof(fc.constantFrom('linux/s390x', 's390x', '3d', '#12', '#4711', 'off', 'now', '2026-12-01', 'next-release', '@octocat', '@org/team', 'https://example.org/x', ...PIECES), fc.string({ unit: 'binary', maxLength: 12 }));
    const line = fc.tuple(verb, fc.array(word, { maxLength: 8 }), fc.oneof({ weight: 3, arbitrary: fc.constant('') }, anyText)).map(([name, words, more]) => `/arch ${name} ${words.join(' ')} ${more}`.replace(/[\n\r\u2028\u2029]/g, ' '));
    holds(fc.tuple(line, fc.nat({ max: Object.keys(STATES).length - 1 }), fc.constantFrom('github' as const, 'slack' as const)), ([said, which, surface]) => {
      const scene = scenes[which];
      if (!scene) throw new Error('no scene');
      const text = answered(said, scene, surface);
      const github = markdown(text, { mention: false });
      expect([...github].length).toBeLessThanOrEqual(65_536);
      expect(github).not.toMatch(CONTROL);
      const { words, html } = read(github);
      expect(words).not.toMatch(/(?<![\w/])@[a-z0-9]/i);
      expect(html).toEqual([]);
      expect(commandLines(github)).toEqual([]);
      const slack = JSON.stringify(renderText(text));
      expect(slack).not.toMatch(/<!(?:channel|here|everyone|subteam)|<@[UW]/);
      expect(slack).not.toMatch(/\\u0000|\\u001b/);
    });
  });
});

const markup = new MarkdownIt({ html: true });

/** What GitHub's Markdown makes of a text: the words outside of code, and every piece of HTML. */
function read(text: string): { readonly words: string; readonly html: readonly string[] } {
  const tokens = markup.parse(text, {}).flatMap((t) => t.children ?? [t]);
  return {
    words: tokens.filter((t) => t.type === 'text').map((t) => t.content).join(' '),
    html: tokens.filter((t) => t.type.startsWith('html')).map((t) => t.content),
  };
}
