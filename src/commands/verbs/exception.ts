import { CRITERIA, type CriterionName, type Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { didYouMean } from '../../domain/suggest.ts';
import { coded, says } from '../../domain/text.ts';
import { listed, moment } from '../../domain/time.ts';
import { idOf } from '../../policy/proposals.ts';
import { LONGEST_REASON, occasionOf, unlinked } from '../deciding.ts';
import { leadsOf } from '../rights.ts';
import { evaluatedOf } from '../step-verbs.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb, Word } from '../verb.ts';
import { bare, mistaken, quoted, readPlatform, readUntil, understood } from '../words.ts';

interface Args {
  readonly platform: PlatformId;
  readonly criterion: CriterionName;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly reason: string;
}

/** Counts a criterion as met on a platform for a while, publicly. */
export const exception: Verb<Args> = {
  name: 'exception',
  usage: 'exception <platform> <criterion> <until> <reason>',
  about: 'Documents an exception: until then the criterion counts as met on the platform, and is shown as excepted.',
  who: 'lead',
  examples: ['/arch exception linux/s390x pass-rate 2026-12-31 the lab is moving', '/arch exception linux/s390x owner-response 30d the owners change hands'],
  more: '`<until>` is a duration, a date or `next-release`, at most a year away. An exception is kept for good and ends by itself; where there are several, the one that ends last counts. It is shown with its end wherever the criterion is.',
  parse,
  needs: (_args, { project }) => {
    const leads = leadsOf(project);
    return { allowed: leads, allowedAs: `release leads (${leads.length === 0 ? 'nobody is declared' : listed(leads.map((h) => `\`${h.slice(1)}\``), 5)})` };
  },
  run: recorded,
};

function parse(line: CommandLine, scene: Scene, { at }: Spoken): Parsed<Args> {
  const [first, second, third] = line.words;
  if (first === undefined) return mistaken(null, 'a platform is missing here');
  const platform = readPlatform(first, scene.project);
  if (!platform.ok) return platform;
  const criterion = readCriterion(second, scene.ladder?.ladder ?? null);
  if (!criterion.ok) return criterion;
  if (third === undefined) return mistaken(null, 'until when is missing here: a duration, a date or `next-release`');
  const until = readUntil(third, scene, at, line.words[3]);
  if (!until.ok) return until;
  const reason = line.rest(3).slice(0, LONGEST_REASON);
  return reason === '' ? mistaken(null, 'an exception needs a reason, which is kept with it') : understood({ platform: platform.args, criterion: criterion.args, until: until.args, reason });
}

/** A criterion that the ladder asks for; while the ladder is not known, any that there is. */
function readCriterion(word: Word | undefined, ladder: Ladder | null): Parsed<CriterionName> {
  const asked = ladder === null ? CRITERIA : CRITERIA.filter((c) => ladder.steps.some((s) => [...s.hold, ...s.enter].some((use) => use.criterion === c)));
  const all = listed(asked.map((c) => `\`${c}\``), 20);
  if (word === undefined) return mistaken(null, `a criterion is missing here: ${all}`);
  const text = bare(word.text).toLowerCase();
  const found = asked.find((c) => c === text);
  if (found !== undefined) return understood(found);
  if (ladder !== null && CRITERIA.some((c) => c === text)) return mistaken(word, `no step of \`${ladder.name}\` asks for ${quoted(text)}; it asks for ${all}`);
  return mistaken(word, `no criterion is called ${quoted(word.text)}${didYouMean(text.slice(0, 100), asked) || `; there are ${all}`}`);
}

function recorded({ platform, criterion, until, reason }: Args, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const { now, project } = scene;
  const id = idOf('exception', platform, [project.name, criterion, spoken.source]);
  const evaluation = evaluatedOf(platform, scene.ladder);
  const present = evaluation === null ? undefined : [...evaluation.criteria, ...evaluation.ahead].find((r) => r.criterion === criterion);
  return {
    verdict: 'done',
    events: [{ id, project: project.name, platform, at: Math.min(spoken.at, now), kind: 'exception', criterion, until, reason, by: login, url: spoken.url }],
    audit: [{ at: now, project: project.name, entity: `platform:${platform}`, what: 'excepted', actor: `${spoken.actor.surface}:${login}`, evidence: { criterion, until, reason, said: occasionOf(scene, spoken).evidence } }],
    reply: [says('Recorded: ', coded(criterion), ` counts as met on ${platform} ${untilWords(until, present?.exceptedUntil ?? null, now)}, and is shown as excepted.`, ...present === undefined ? [] : [` As last evaluated it is ${present.verdict}: ${present.because}`], ' It ends by itself then.')],
  };
}

/** Of several exceptions the one that ends last counts: a shorter one than stands already shortens nothing. */
function untilWords(until: number, standing: number | null, now: number): string {
  const own = `until ${moment(until, now)}`;
  return standing === null || standing <= until ? own : `until ${moment(standing, now)}, as an exception stands already that ends later than this one (${own})`;
}
