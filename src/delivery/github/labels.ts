import { z } from 'zod';
import type { Incident } from '../../domain/incident.ts';
import { platformLabel, type PlatformId } from '../../domain/platform.ts';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { hasNext, PER_PAGE } from './pages.ts';

export interface Label {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

const OURS: Label = { name: 'archsignal', color: '5319e7', description: 'Filed and followed by archsignal' };
const INCIDENT: Label = { name: 'archsignal/incident', color: 'b60205', description: 'Jobs of a platform are broken' };
const PROPOSAL: Label = { name: 'archsignal/proposal', color: 'fbca04', description: 'Somebody is asked to decide' };
const REACTIVATION: Label = { name: 'archsignal/reactivation', color: '0075ca', description: 'A build that is off is to be turned on again' };
/** GitHub's own, as repositories have it from their beginning. */
const HELP_WANTED: Label = { name: 'help wanted', color: '008672', description: 'Extra attention is needed' };
const forPlatform = (platform: PlatformId): Label => ({ name: platformLabel(platform), color: '0e8a16', description: `About ${platform}`.slice(0, 100) });

/** A label by its name, with the colour and the words that we give it. */
export const labelNamed = (name: string): Label => [OURS, INCIDENT, PROPOSAL, REACTIVATION, HELP_WANTED].find((l) => l.name === name)
  ?? { name, color: name.startsWith('arch/') ? '0e8a16' : 'ededed', description: name.startsWith('arch/') ? `About ${name.slice(5)}`.slice(0, 100) : '' };

/** Platforms that get their label on one issue. */
const MOST_PLATFORMS = 10;

/** The labels that an incident's issue is found by: ours, and its platform's. */
export const findingLabels = (incident: Incident): string[] => [OURS.name, platformLabel(incident.platform)];

/** Every label of an incident's issue; of one that is everywhere, the reference platform's and those that joined. */
export function labelsFor(incident: Incident): Label[] {
  const concerned = [incident.platform, ...incident.jobs.map((j) => j.platform), ...incident.summarises.map((s) => s.platform)];
  return [OURS, INCIDENT, ...[...new Set(concerned)].slice(0, MOST_PLATFORMS).map(forPlatform)];
}

/** Sees to it that labels exist with a colour and a description; each is made once per repository and process. */
export interface Labels {
  /** Answers the first failure; a label that exists is as good as one that was made. */
  ensure(repo: string, labels: readonly Label[]): Promise<Answer<unknown>>;
  /** Makes every label that incidents of these platforms need, knowing by one look which are there; so that a breakage need not. */
  prepare(repo: string, platforms: readonly PlatformId[]): Promise<Answer<unknown>>;
}

/** Labels are listed by the hundred; with more than this many pages they are made as they are needed. */
const PAGES = 10;

export function createLabels(clients: Pick<Clients, 'inRepo'>): Labels {
  const known = new Map<string, Promise<Answer<unknown>>>();
  const make = (repo: string, label: Label): Promise<Answer<unknown>> => {
    const key = `${repo} ${label.name}`;
    const asked = known.get(key);
    if (asked) return asked;
    const making = create(repo, label);
    known.set(key, making);
    void making.then((answer) => { if (!answer.ok) known.delete(key); });
    return making;
  };
  const create = async (repo: string, label: Label): Promise<Answer<unknown>> => {
    const answer = await clients.inRepo(repo, 'POST /repos/{owner}/{repo}/labels', { ...label }, z.object({ name: z.string() }));
    return !answer.ok && answer.failure.status === 422 && /already_exists/.test(answer.failure.reason) ? EXISTS : answer;
  };
  const ensure: Labels['ensure'] = async (repo, labels) => {
    for (const label of labels) {
      const answer = await make(repo, label);
      if (!answer.ok) return answer;
    }
    return EXISTS;
  };
  const prepare: Labels['prepare'] = async (repo, platforms) => {
    const wanted = [OURS, INCIDENT, ...platforms.map(forPlatform)];
    for (let page = 1; page <= PAGES; page++) {
      const listed = await clients.inRepo(repo, 'GET /repos/{owner}/{repo}/labels', { per_page: PER_PAGE, page }, z.array(z.object({ name: z.string() })));
      if (!listed.ok) return listed;
      const names = new Set(listed.data.map((l) => l.name.toLowerCase()));
      for (const label of wanted) if (names.has(label.name.toLowerCase())) known.set(`${repo} ${label.name}`, Promise.resolve(EXISTS));
      if (!hasNext(listed.headers, listed.data.length)) break;
    }
    return ensure(repo, wanted);
  };
  return { ensure, prepare };
}

const EXISTS: Answer<unknown> = { ok: true, data: null, headers: {} };
