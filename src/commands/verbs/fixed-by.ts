import type { Incident } from '../../domain/incident.ts';
import type { PullNow } from '../../domain/pull.ts';
import { coded, type Span, type Spans } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import { announceFix, isSamePull, MOST_FIXES } from '../../policy/fixes.ts';
import { capitalised, contextOf, meaning, meantFirst, needsFor, onEach, subjectOf, type Done, type Meant } from '../incident-verbs.ts';
import { webOf, type Parsed, type Scene, type Spoken, type Verb, type Word } from '../verb.ts';
import { mistaken, quoted, understood } from '../words.ts';
import { yoursNow } from './attempt.ts';

interface Pull {
  readonly repo: string;
  readonly number: number;
}
type Args = Meant & Pull;

const SHORT = /^(?:([\w.-]{1,100}\/[\w.-]{1,100}))?#?(\d{1,9})$/;
const PATH = /^\/([\w.-]{1,100}\/[\w.-]{1,100})\/pull\/(\d{1,9})(?:\/|$)/i;

/** `#123`, `owner/repo#123`, or a pull request's address on this GitHub: no other host is asked about it. */
function readPull(word: Word, repo: string, web: string): Parsed<Pull> {
  const text = word.text.replace(/^[<(`"']+|[>)`"'.,;]+$/g, '');
  if (/^https?:\/\//i.test(text)) return readAddress(word, text, web);
  const [, named, number = ''] = SHORT.exec(text) ?? [];
  if (Number(number) > 0 && (named === undefined || text.includes('#'))) return understood({ repo: named ?? repo, number: Number(number) });
  return mistaken(word, `${quoted(word.text)} is no pull request; write \`#123\`, \`owner/repo#123\` or its address`);
}

function readAddress(word: Word, text: string, web: string): Parsed<Pull> {
  const address = URL.canParse(text) ? new URL(text) : null;
  const here = new URL(web);
  const base = here.pathname.replace(/\/$/, '');
  if (address !== null && hostOf(address) !== hostOf(here)) return mistaken(word, `pull requests are followed on ${here.host} alone, and this address leads to ${address.host}; \`/arch attempt <link>\` records any link`);
  const [, own = '', id = ''] = address?.pathname.startsWith(`${base}/`) ? PATH.exec(address.pathname.slice(base.length)) ?? [] : [];
  return Number(id) > 0 ? understood({ repo: own, number: Number(id) }) : mistaken(word, `${quoted(word.text)} is no pull request; write \`#123\`, \`owner/repo#123\` or its address`);
}

const hostOf = ({ host }: URL): string => host.replace(/^www\./, '');

export const fixedBy: Verb<Args> = {
  name: 'fixed-by',
  usage: 'fixed-by [platform] <pull request>',
  about: 'Names the pull request that fixes it. It is watched: merged and still red is said.',
  who: 'owners',
  examples: ['/arch fixed-by #4711', '/arch fixed-by linux/s390x octo/toolchain#12', '/arch fixed-by https://github.com/octo/toolchain/pull/12'],
  more: 'The incident is yours then, unless somebody has it already. An address has to be one of the GitHub that the project is on; any other link can be recorded with `/arch attempt`.',
  parse: (line, scene, spoken) => {
    const lead = meantFirst(line, scene, spoken, false);
    if (!lead.ok) return lead;
    const { platform, next } = lead.args;
    const word = line.words[next];
    if (word === undefined) return mistaken(null, 'the pull request is missing: `#123`, `owner/repo#123` or its address');
    const pull = readPull(word, spoken.place.issue?.repo ?? scene.project.repo, webOf(scene));
    return pull.ok ? meaning({ platform, ...pull.args }, scene, spoken) : pull;
  },
  needs: (args, scene, spoken) => ({ ...needsFor(args, scene, spoken), pull: { repo: args.repo, number: args.number } }),
  run: (args, scene, spoken, { pull }) => onEach(args, scene, spoken, (incident) => announce(incident, pull ?? unread(args, webOf(scene)), scene, spoken)),
};

const unread = ({ repo, number }: Pull, web: string): PullNow => ({ repo, number, url: `${web}/${repo}/pull/${number}`, state: 'unknown', mergedAt: null });

function announce(incident: Incident, pull: PullNow, scene: Scene, spoken: Spoken): Done {
  const name = capitalised(subjectOf(incident));
  const link: Span = { words: `${pull.repo}#${pull.number}`, link: pull.url };
  if (pull.state === 'missing') return { verdict: 'refused', said: ['There is no pull request ', coded(`${pull.repo}#${pull.number}`), ', or this App may not read it. Nothing was changed.'] };
  const known = incident.fixes.find((f) => isSamePull(f, pull));
  if (known) return { verdict: 'answered', said: [link, ' is recorded as the fix of ', subjectOf(incident), ' already, by ', coded(known.by), '.'] };
  if (incident.fixes.length >= MOST_FIXES) return { verdict: 'refused', said: [name, ` has ${MOST_FIXES} recorded fixes, and no more are kept; write it as a comment. Nothing was changed.`] };
  const change = announceFix(incident, pull, contextOf(scene, spoken));
  if (change === null) return { verdict: 'refused', said: [name, ' is over. Nothing was changed.'] };
  return { verdict: 'done', change, said: [link, ' is recorded as the fix of ', subjectOf(incident), '.', ...whatIsWatched(pull, scene.now)], then: yoursNow(incident, change.incident, spoken) };
}

function whatIsWatched({ state, mergedAt }: PullNow, now: number): Spans {
  switch (state) {
    case 'open': return [' If a run that began after its merge fails, one comment says so.'];
    case 'merged': return [` It was merged${mergedAt === null ? '' : ` on ${moment(mergedAt, now)}`}; if a run that began after that fails, one comment says so.`];
    case 'closed': return [' It is closed and was not merged, as far as GitHub knows.'];
    case 'unknown': return [' Whether it is merged could not be read just now; it is looked at again.'];
    case 'missing': return [];
    default: return state satisfies never;
  }
}
