import type { Job } from '../../domain/job.ts';
import { fileShown } from '../../domain/project.ts';
import type { Matter, Proposal } from '../../domain/proposal.ts';
import { isQuiet, type Quiet } from '../../domain/quiet.ts';
import { coded, enumerated, says, type Spans } from '../../domain/text.ts';
import { counted, moment } from '../../domain/time.ts';
import { idOf, openProposalOf, outOfReach, propose } from '../../policy/proposals.ts';
import { releaseFor } from '../../policy/world.ts';
import { LONGEST_REASON, nameOf, occasionOf, unlinked } from '../deciding.ts';
import { leadsNeeded } from '../rights.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { leadingJob, mistaken, readUntil, typedJob, understood } from '../words.ts';

type Mute = Extract<Quiet, { readonly kind: 'mute' }>;

/** `until` (epoch ms) null: an end of the muting. */
interface Muting {
  readonly job: Job;
  readonly until: number | null;
  readonly reason: string;
}

const LONGEST_DAYS = 90;
const LONGEST = LONGEST_DAYS * 86_400_000;

/** Mutes a job; one on the release-blocking board only by a proposal. */
export const mute: Verb<Muting> = {
  name: 'mute',
  usage: 'mute <job> <until> <reason> | mute <job> off',
  about: 'Mutes a job: until then its breakages open no incident. A job that blocks the release takes a decision of the release leads.',
  who: 'leads',
  examples: ['/arch mute ci-kubernetes-e2e-s390x 14d the lab is moving', '/arch mute ci-kubernetes-e2e-s390x 2026-12-01 the lab is moving', '/arch mute ci-kubernetes-e2e-s390x off'],
  more: `\`<until>\` is a duration, a date or \`next-release\`, at most ${LONGEST_DAYS} days away. \`off\` ends the muting. For a job on the release-blocking board this makes a proposal: its issue asks the release leads, and the job goes on being watched until enough of them have approved. Where several platforms have a job of that name, write \`linux/s390x:name\`.`,
  parse: (line, scene, spoken) => readMuting(line, scene, spoken.at),
  needs: (_args, scene) => leadsNeeded(scene.project),
  run: (args, scene, spoken) => {
    const { login } = spoken.actor;
    if (login === null) return unlinked();
    const { job, until, reason } = args;
    if (until === null) return unmute(job, scene, spoken, login);
    const standing = mutesOf(job, scene).find((q) => q.from <= scene.now && q.to >= until);
    if (job.board !== 'blocking') return muteNow({ job, until, reason }, scene, spoken, login);
    return standing ? refused(...about(job), ` is muted until ${moment(standing.to, scene.now)} already.`) : proposeMute({ job, until, reason }, scene, spoken, login);
  },
};

type Bounded = Muting & { readonly until: number };

function readMuting(line: CommandLine, scene: Scene, said: number): Parsed<Muting> {
  const read = leadingJob(line, 0, scene.project);
  if (!read.ok) return read;
  const { job, next } = read.args;
  const word = line.words[next];
  if (word === undefined) return mistaken(null, 'until when is missing here: a duration, a date, or `off` to end the muting');
  if (word.text.toLowerCase() === 'off') return understood({ job, until: null, reason: '' });
  const until = readUntil(word, scene, said, line.words[next + 1]);
  if (!until.ok) return until;
  if (until.args - scene.now > LONGEST) return mistaken(word, `a job is muted for at most ${LONGEST_DAYS} days, so until ${moment(scene.now + LONGEST, scene.now)} at the latest`);
  const reason = line.rest(next + 1).slice(0, LONGEST_REASON);
  return reason === '' ? mistaken(null, 'muting needs a reason, which is shown wherever the job is') : understood({ job, until: until.args, reason });
}

const refused = (...spans: Spans): Outcome => ({ verdict: 'refused', reply: [says(...spans, ' Nothing was changed.')] });

const about = ({ name, platform }: Job): Spans => [coded(name), ` on ${platform}`];

/** Mutes of the job that are in force or to come. */
const mutesOf = (job: Job, { quiets, now }: Scene): readonly Mute[] =>
  quiets.filter((q): q is Mute => q.kind === 'mute' && q.job === job.key && q.ended === null && q.to > now);

const ended = (quiet: Mute, by: string, at: number): Mute => ({ ...quiet, revision: quiet.revision + 1, ended: { by, at } });

function unmute(job: Job, scene: Scene, spoken: Spoken, by: string): Outcome {
  const { now, project } = scene;
  const mutes = mutesOf(job, scene);
  const waiting = openProposalOf(matterOf({ job, until: now, reason: '' }), scene.proposals, now);
  if (mutes.length === 0) {
    const asked: Spans = waiting === null ? [] : [' It is proposed in ', ...nameOf(waiting), '; ', coded(`/arch withdraw ${waiting.id}`), ' takes that back.'];
    return refused(...about(job), ' is not muted.', ...asked);
  }
  return {
    verdict: 'done',
    reply: [says(...about(job), ' is not muted any more: it is watched again from now on, and new failures of it count.')],
    quiets: mutes.map((quiet) => ({ expected: quiet.revision, quiet: ended(quiet, by, now) })),
    audit: mutes.map((quiet) => ({ at: now, project: project.name, entity: `quiet:${quiet.id}`, what: 'ended', actor: `${spoken.actor.surface}:${by}`, evidence: { quiet, said: occasionOf(scene, spoken).evidence } })),
  };
}

/** A job that does not block the release is muted by whoever may; the new end takes the place of an older one. */
function muteNow({ job, until, reason }: Bounded, scene: Scene, spoken: Spoken, by: string): Outcome {
  const { now, project } = scene;
  const before = mutesOf(job, scene);
  const quiet: Mute = {
    kind: 'mute', id: idOf('mute', job.name, [project.name, job.key, spoken.source]), project: project.name, revision: 1, platform: job.platform, job: job.key, jobName: job.name,
    from: now, to: until, reason, by, at: now, ended: null, proposal: null,
  };
  const was = before.find((q) => isQuiet(q, now));
  return {
    verdict: 'done',
    reply: [says(...about(job), ` is muted until ${moment(until, now)}${was ? ` (before: until ${moment(was.to, now)})` : ''}: its breakages open no incident and ask nobody. `, coded(`/arch mute ${typedJob(job, project)} off`), ' ends it.')],
    quiets: [...before.map((q) => ({ expected: q.revision, quiet: ended(q, by, now) })), { expected: null, quiet }],
    audit: [{ at: now, project: project.name, entity: `quiet:${quiet.id}`, what: 'muted', actor: `${spoken.actor.surface}:${by}`, evidence: { quiet, replaces: before.map((q) => q.id), said: occasionOf(scene, spoken).evidence } }],
  };
}

const matterOf = ({ job, until, reason }: Bounded): Matter => ({ kind: 'mute', platform: job.platform, job: job.key, jobName: job.name, until, reason });

function proposeMute(args: Bounded, scene: Scene, spoken: Spoken, by: string): Outcome {
  const { project, now, proposals } = scene;
  const { job } = args;
  const blocks: Spans = [...about(job), ' blocks the release, so muting it is for its release leads to decide'];
  const open = openProposalOf(matterOf(args), proposals, now);
  if (open?.matter.kind === 'mute') return refused(...blocks, '. That is proposed already, in ', ...nameOf(open), `: until ${moment(open.matter.until, now)}, for this reason: “${open.matter.reason}”. To propose something else, take that back first with `, coded(`/arch withdraw ${open.id}`), '.');
  const release = releaseFor(project, job.branch);
  if (release === null || release.leads.length === 0) return refused(...blocks, ', and none are declared for ', coded(job.branch ?? project.name), ': see ', coded('release.leads'), ' in ', coded(fileShown(project)), '.');
  const change = propose(matterOf(args), {
    ...occasionOf(scene, spoken), project, release, by, surface: spoken.actor.surface, at: spoken.at, taken: new Set(proposals.map((p) => p.id)),
  });
  const short = outOfReach(change.proposal);
  if (short !== null) return refused(...blocks, `: ${counted(short.needed, 'approval')}, and yours would not count as you propose it. `,
    ...short.could.length === 0 ? ['Nobody else could approve it'] : ['Only ', ...enumerated(short.could.map(coded)), ' could approve it'], '. Ask somebody of the release-signal team who is no lead to propose it.');
  return { verdict: 'done', reply: [says(...blocks, ...proposed(change.proposal, now))], proposals: [change] };
}

const proposed = ({ id, quorum, deciders, expiresAt }: Proposal, now: number): Spans => [
  `. It is proposed to them (`, coded(id), `), in an issue of its own, whose link follows here: ${counted(quorum, 'approval')} of `, ...enumerated(deciders.map(coded)), ` by ${moment(expiresAt, now)}, yours not counted. Until then it is watched as before. `,
  coded(`/arch withdraw ${id}`), ' takes it back.',
];
