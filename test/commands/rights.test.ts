import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/commands/grammar.ts';
import { VERBS } from '../../src/commands/index.ts';
import type { Scene, Who } from '../../src/commands/verb.ts';
import type { Handle, Release } from '../../src/domain/project.ts';
import { HOUR, makeJob, makeProject } from '../policy/story.ts';
import { evaluation, LADDER } from './ladder-given.ts';
import { onGitHub, saidBy, someIncident, someScene } from './line-given.ts';

/** Everybody whom the project names, by what they are to linux/s390x; a release that is supported besides has people of its own. */
const PEOPLE: Readonly<Record<Handle, string>> = {
  '@demo/s390x-owners': 'owner', '@demo/amd64-owners': 'owner of another platform', '@on-call': 'owner', '@demo/leads': 'lead', '@demo/old-leads': 'lead', '@demo/signal': 'signal', '@demo/old-signal': 'signal',
};
const release = (name: string, leads: Handle, signal: Handle): Release =>
  ({ name, branch: name, leads: [leads], ciSignal: [signal], quorum: 2, date: null, freeze: null, milestone: null, proposalExpires: 72 * HOUR });

const JOBS = [makeJob({ platform: 'linux/amd64', name: 'unit' }), { ...makeJob({ platform: 'linux/s390x', name: 'ci-kubernetes-e2e-s390x' }), board: 'blocking' as const }];
const base = makeProject(JOBS, { releases: [release('v1', '@demo/leads', '@demo/signal'), release('v0', '@demo/old-leads', '@demo/old-signal')] }, { 'linux/amd64': ['@demo/amd64-owners'], 'linux/s390x': ['@demo/s390x-owners'] });
const project = { ...base, releaseSignal: ['@demo/signal', '@demo/old-signal'] as Handle[], platforms: base.platforms.map((p) => p.id === 'linux/s390x' ? { ...p, onCall: { people: ['@on-call'], days: 7, since: 0 } } : p) };
const scene: Scene = someScene({ project: project as Scene['project'], incidents: [someIncident({ id: 'i1' })], ladder: { ladder: LADDER, platforms: [evaluation()] } });

/** Those groups of the documentation that name roles; the others depend on a proposal, on the ladder, or on who asks. */
const ROLES: Partial<Record<Who, readonly string[]>> = {
  owners: ['owner', 'signal'], owner: ['owner'], concerned: ['lead', 'owner', 'signal'], leads: ['lead', 'signal'], lead: ['lead'],
};

describe('what the documentation says of who may', () => {
  it.each(VERBS.filter((v) => ROLES[v.who] !== undefined).map((v) => [v.name, v] as const))('is what /arch %s asks for, and nobody of another platform may', (_name, verb) => {
    const spoken = saidBy('olga', onGitHub({ incident: 'i1' }));
    const lines = verb.examples.map((example) => parseCommand(example, scene, spoken));
    const said = lines.map((parsed) => {
      if (!parsed.ok) return null;
      const { allowed } = verb.needs(parsed.args, scene, spoken);
      return allowed === 'everyone' ? ['everyone'] : [...new Set(allowed.map((h) => PEOPLE[h] ?? h))].sort();
    }).filter((roles) => roles !== null);
    // What an example is about may not be there.
    expect(said.length > 0 || lines.every((l) => !l.ok && l.mistake.unfit)).toBe(true);
    for (const roles of said) expect(roles).toEqual(ROLES[verb.who]);
  });

  it('is that everyone may look', () => {
    for (const verb of VERBS.filter((v) => v.who === 'everyone' || v.who === 'self')) {
      const [example = ''] = verb.examples;
      const parsed = parseCommand(example, scene, saidBy('olga'));
      if (parsed.ok) expect([verb.name, verb.needs(parsed.args, scene, saidBy('olga')).allowed]).toEqual([verb.name, 'everyone']);
    }
  });

  it('is of a change of owners that it is for release leads and the release-signal team', () => {
    const parsed = parseCommand('/arch owners linux/s390x add @octo-porter', scene, saidBy('olga'));
    if (!parsed.ok) throw new Error(parsed.mistake.message);
    const { allowed } = parsed.verb.needs(parsed.args, scene, saidBy('olga'));
    expect(allowed === 'everyone' ? [] : [...new Set(allowed.map((h) => PEOPLE[h]))].sort()).toEqual(['lead', 'signal']);
  });
});
