import type { Found, Outcome, Scene, Spoken, Verb } from '../../src/commands/verb.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { plainText } from '../../src/domain/text.ts';
import { DAY, Story } from '../policy/story.ts';
import { IN_SLACK, mentionsIn, mistake, ON_GITHUB, say, sceneOf } from './asking.ts';

export const S390X = 'linux/s390x e2e';
export const UNIT = 'linux/s390x unit';
export const AMD64 = 'linux/amd64 e2e';
export const PPC = 'linux/ppc64le e2e';
const patient = { thresholds: { staleAfter: 300 * DAY } };

/** linux/s390x fails e2e and unit, and its issue is #7; nothing else is open. */
export const broken = (over = {}): Story => new Story([
  { platform: 'linux/amd64', name: 'e2e', ...patient }, { platform: 'linux/s390x', name: 'e2e', ...patient },
  { platform: 'linux/s390x', name: 'unit', ...patient }, { platform: 'linux/ppc64le', name: 'e2e', ...patient },
], over).hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'PFFF', [UNIT]: 'PFFF' }).issue();

interface How {
  readonly by?: string;
  /** The incident on whose issue it is said; null: elsewhere on GitHub. */
  readonly on?: Incident | null;
  readonly slack?: boolean;
  readonly at?: number;
  readonly source?: string;
  readonly found?: Partial<Found>;
}

/** People say things about a story, and what they decide happens. */
export class Desk {
  readonly story: Story;
  #said = 0;
  constructor(story: Story = broken()) { this.story = story; }

  get scene(): Scene { return sceneOf(this.story, { quiets: this.story.quiets.filter((q) => q.ended === null && q.to > this.story.now) }); }

  spoken({ by = 'olga', on, slack = false, at = this.story.now, source }: How): Spoken {
    const base = slack ? { ...IN_SLACK, actor: { ...IN_SLACK.actor, login: by } } : { ...ON_GITHUB, actor: { ...ON_GITHUB.actor, login: by } };
    const here = on === undefined && !slack ? this.story.incidents.find((i) => i.state !== 'closed') ?? null : on ?? null;
    return { ...base, at, source: source ?? `c${this.#said++}:1`, place: { ...base.place, incident: here?.id ?? null } };
  }

  /** Says it, keeps what it changes, and gives what is replied. */
  outcome<A>(verb: Verb<A>, line: string, how: How = {}): Outcome {
    const { outcome } = say(verb, line, this.scene, this.spoken(how), how.found);
    if (mentionsIn(outcome.reply).length > 0) throw new Error('a reply calls somebody');
    this.story.keep(outcome.incidents ?? []);
    for (const { quiet, expected } of outcome.quiets ?? []) {
      const known = this.story.quiets.find((q) => q.id === quiet.id);
      if ((known?.revision ?? null) !== expected) throw new Error(`${quiet.id} has moved on`);
      this.story.quiets = [...this.story.quiets.filter((q) => q.id !== quiet.id), quiet];
    }
    return outcome;
  }

  says<A>(verb: Verb<A>, line: string, how: How = {}): string { return plainText(this.outcome(verb, line, how).reply); }

  mistake<A>(verb: Verb<A>, line: string, how: How = {}): string { return mistake(verb, line, this.scene, this.spoken(how)); }

  needs<A>(verb: Verb<A>, line: string, how: How = {}) { return say(verb, line, this.scene, this.spoken(how), how.found).needs; }

  live(): Incident { return this.story.live(); }
}
