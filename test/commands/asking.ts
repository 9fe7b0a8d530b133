import { mistakeReply } from '../../src/commands/replies.ts';
import { splitLine } from '../../src/commands/grammar.ts';
import type { Found, Needs, Outcome, Parsed, Scene, Spoken, Verb } from '../../src/commands/verb.ts';
import { plainText, type Text } from '../../src/domain/text.ts';
import type { Story } from '../policy/story.ts';

/** What a command finds after a story. */
export function sceneOf(story: Story, over: Partial<Scene> = {}): Scene {
  const { project, jobs, unmentionable } = story.world();
  return { project, now: story.now, jobs, incidents: story.incidents, proposals: [], conflicts: [], quiets: [], unmentionable, ...over };
}

/** Said by olga on an issue that is about nothing of ours. */
export const ON_GITHUB: Spoken = {
  actor: { surface: 'github', login: 'olga', slack: null },
  place: { surface: 'github', issue: { repo: 'demo/demo', number: 3 }, channel: null, incident: null, proposal: null, edition: null, platform: null },
  at: 0, source: 'c1:1', delivery: 'd1', url: 'https://github.example/demo/demo/issues/3#issuecomment-1',
};

/** Said in Slack by somebody who is not linked. */
export const IN_SLACK: Spoken = {
  actor: { surface: 'slack', login: null, slack: { team: 'T1', user: 'U0123456' } },
  place: { surface: 'slack', issue: null, channel: { id: 'C1', name: 'general' }, incident: null, proposal: null, edition: null, platform: null },
  at: 0, source: 's1:1', delivery: 's1', url: null,
};

const NOTHING: Found = { runs: new Map(), pull: null, code: null, left: new Set(), fresh: null };

export interface Heard {
  readonly outcome: Outcome;
  readonly needs: Needs;
}

/** Says a line that must be understood. */
export function say<A>(verb: Verb<A>, line: string, scene: Scene, spoken: Spoken = ON_GITHUB, found: Partial<Found> = {}): Heard {
  const parsed = read(verb, line, scene, spoken);
  if (!parsed.ok) throw new Error(`not understood: ${parsed.mistake.message}`);
  return { outcome: verb.run(parsed.args, scene, spoken, { ...NOTHING, ...found }), needs: verb.needs(parsed.args, scene, spoken) };
}

/** The reply to a line that must be understood, as plain words. */
export const reply = <A>(verb: Verb<A>, line: string, scene: Scene, spoken: Spoken = ON_GITHUB, found: Partial<Found> = {}): string =>
  plainText(say(verb, line, scene, spoken, found).outcome.reply);

/** What is said about a line that must not be understood, as plain words. */
export function mistake<A>(verb: Verb<A>, line: string, scene: Scene, spoken: Spoken = ON_GITHUB): string {
  const parsed = read(verb, line, scene, spoken);
  if (parsed.ok) throw new Error('it was understood');
  return plainText(mistakeReply(line, parsed.mistake, verb));
}

function read<A>(verb: Verb<A>, line: string, scene: Scene, spoken: Spoken): Parsed<A> {
  const split = splitLine(line);
  if (split === null) throw new Error('this is no command');
  return verb.parse(split, scene, spoken);
}

/** Everything in a text that would call somebody. */
export const mentionsIn = (text: Text): string[] => JSON.stringify(text).match(/"mention":"[^"]*"/g) ?? [];
