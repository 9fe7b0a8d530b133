import { splitLine } from '../../src/commands/grammar.ts';
import type { CommandLine, Parsed, Place, Scene, Spoken, Word } from '../../src/commands/verb.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Project } from '../../src/domain/project.ts';
import { makeJob, makeProject, START } from '../policy/story.ts';

export const NOW = START;

/** Three platforms; `unit` runs on two of them, and one job's tab holds white space. */
export function someProject(over: Partial<Project> = {}): Project {
  const jobs = [
    makeJob({ platform: 'linux/amd64', name: 'unit' }), makeJob({ platform: 'linux/s390x', name: 'unit' }), makeJob({ platform: 'linux/s390x', name: 'ci-e2e-s390x' }),
    { ...makeJob({ platform: 'linux/arm/v7', name: 'conformance' }), tab: 'Conformance (armhf)' },
  ];
  return makeProject(jobs, over);
}

export const someScene = (over: Partial<Scene> = {}): Scene =>
  ({ project: someProject(), now: NOW, jobs: [], incidents: [], proposals: [], conflicts: [], quiets: [], unmentionable: new Set(), ...over });

export const onGitHub = (over: Partial<Place> = {}): Place =>
  ({ surface: 'github', issue: { repo: 'demo/demo', number: 7 }, channel: null, incident: null, proposal: null, edition: null, platform: null, ...over });

export const saidBy = (login: string | null, place = onGitHub()): Spoken => ({
  actor: { surface: place.surface, login, slack: place.surface === 'slack' ? { team: 'T1', user: 'U1' } : null },
  place, at: NOW, source: 'c1:1', delivery: 'd1', url: null,
});

export const line = (text: string): CommandLine => {
  const split = splitLine(text);
  if (split === null) throw new Error(`${text} is no command`);
  return split;
};

/** A word as it stands in `/arch x WORD`. */
export const word = (text: string): Word => ({ text, at: 8 });

/** The message of a mistake, or what was read. */
export const told = (parsed: Parsed<unknown>): unknown => parsed.ok ? parsed.args : parsed.mistake.message;

/** An incident as far as commands look at it. */
export const someIncident = (over: Partial<Incident>): Incident => ({
  id: 'i1', project: 'demo', repo: 'demo/demo', platform: 'linux/s390x', kind: 'breakage', scope: 'here', state: 'open', revision: 1, shown: 1,
  openedAt: NOW, closedAt: null, closedBy: null, jobs: [], facts: [], acknowledged: null, firstAcknowledged: null, snooze: null, classified: null, tries: [], fixes: [], lastSaid: {},
  owners: [], remindAt: null, escalateAt: null, stillFailingAt: null, surroundings: { jobsTotal: 1, wellJobs: [], platformsPassing: [], platformsFailing: [] },
  previous: null, summarisedBy: null, summarises: [], generation: 1, issue: null, lostIssues: [], messages: {}, ...over,
});
