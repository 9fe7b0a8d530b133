import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ladderFiles } from '../../src/config/ladder-files.ts';
import { loadProject } from '../../src/config/load.ts';
import type { Look } from '../../src/domain/blocker-look.ts';
import type { BringingPull } from '../../src/domain/file-change.ts';
import { plainText, type Text } from '../../src/domain/text.ts';
import { climb } from '../../src/runtime/steps.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import { configOf } from '../e2e/configuration.ts';
import { proposed } from '../policy/proposals-given.ts';
import { DAY, HOUR, stage, type Stage } from './fixtures.ts';

const PORT = 'linux/s390x';
const LADDERS = await ladderFiles('demo.yml');
const FILE = '.github/archsignal.yml';

function textWith(step: number, other = 2): string {
  const text = configOf({ channels: { tiers: '#tiers' }, platforms: { 'linux/amd64': { suites: ['e2e'] }, [PORT]: { suites: ['e2e'], owners: ['@olga'] } } }, 'https://ci.example');
  const at = text.indexOf('step: 2', text.indexOf(PORT));
  return `${text.slice(0, at)}step: ${step}${text.slice(at + 'step: 2'.length)}`.replace('step: 2', `step: ${other}`);
}

function configured(text: string, origin: 'repository' | 'disk' = 'repository'): Tracked {
  const loaded = loadProject(text, { file: FILE, origin, expectedRepo: 'demo/demo', ladders: LADDERS, allow: { channels: ['#tiers', '#signal'], hosts: ['ci.example'] } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return track(loaded.project, [], loaded);
}

let on: Stage;
/** The file's commits, oldest first: text, author, pull request. */
let commits: { readonly text: string; readonly author: string | null; readonly pull: number | null }[];
let asked: string[];
let away: { readonly lasting: boolean } | null;

const answer = <T>(what: string, value: T): Promise<Look<T>> => {
  asked.push(what);
  return Promise.resolve(away === null ? { ok: true, value } : { ok: false, why: 'GitHub is away', after: null, lasting: away.lasting });
};
const pullOf = (number: number | null): BringingPull | null => number === null ? null : { number, url: `https://github.example/demo/demo/pull/${number}`, author: 'olga', mergedBy: 'ivan' };

beforeEach(async () => {
  on = await stage();
  [commits, asked, away] = [[{ text: textWith(2), author: 'olga', pull: null }], [], null];
  on.edge.fileHistory = history();
});
afterEach(() => on.store.close());

/** GitHub, as far as it tells of the file. */
const history = (): Stage['edge']['fileHistory'] => ({
  commits: (_repo, path, sha) => answer(`commits ${path}`, commits.map((c, i) => ({ sha: `c${i}`, url: `https://github.example/c${i}`, author: c.author })).slice(0, Number(sha.slice(1)) + 1).reverse()),
  textAt: (_repo, _path, sha) => answer(`text ${sha}`, commits[Number(sha.slice(1))]?.text ?? null),
  pullOf: (_repo, sha) => answer(`pull ${sha}`, pullOf(commits[Number(sha.slice(1))]?.pull ?? null)),
});

/** Commits to the file; resolves with whether the change is on record. */
async function commit(text: string, { author = 'olga', pull = null }: { author?: string | null; pull?: number | null } = {}): Promise<boolean> {
  commits.push({ text, author, pull });
  return inForce();
}
let revision = 0;
async function inForce(): Promise<boolean> {
  const { text } = commits.at(-1) ?? { text: '' };
  const known = (await on.store.configurations())[0]?.revision ?? null;
  revision = Math.max(revision, known ?? 0) + 1;
  await on.store.commit({ at: on.clock.now, configurations: [{ expected: known, configuration: { repository: 1, revision, repo: 'demo/demo', seen: null, good: { path: FILE, commit: `c${commits.length - 1}`, sha: text, at: on.clock.now, text, repo: 'demo/demo', project: 'demo' } } }] });
  return climb(on.rt, configured(text), false);
}

const moves = async () => (await on.store.platformEvents('demo', 0)).filter((e) => e.kind === 'step');
const rows = async (kind: string) => (await on.rows()).filter((r) => r.action.kind === kind);
const texts = async (kind: string) => (await rows(kind)).map((r) => 'text' in r.action ? plainText(r.action.text as Text) : '');

describe('a change of step in a repository\'s file', () => {
  it('is put down to whoever pushed it, and comments nowhere', async () => {
    await inForce();
    expect(await commit(textWith(3))).toBe(true);
    expect(await moves()).toMatchObject([{ by: 'olga', url: 'https://github.example/c1', change: { commit: { sha: 'c1' }, pull: null } }]);
    expect(await texts('ensure-card')).toEqual([expect.stringContaining('Written by olga in c1, pushed without a pull request and without a proposal.')]);
    expect(await rows('post-comment')).toEqual([]);
  });

  it('is put down to the pull request that brought it, where one comment says what it means', async () => {
    await inForce();
    await commit(textWith(3, 1), { pull: 12 });
    await climb(on.rt, configured(textWith(3, 1)), false);
    expect(await moves()).toMatchObject([{ platform: 'linux/amd64', by: 'ivan' }, { platform: PORT, by: 'ivan', url: 'https://github.example/demo/demo/pull/12' }]);
    expect(await texts('ensure-card')).toEqual([1, 2].map(() => expect.stringContaining('Changed by olga in demo/demo#12, merged by ivan, without a proposal.') as unknown));
    expect((await rows('post-comment')).map((r) => [r.destination, r.action])).toEqual([['github:demo/demo', expect.objectContaining({ repo: 'demo/demo', number: 12, id: 'steps.demo.12' })]]);
    expect((await texts('post-comment'))[0]).toMatch(/linux\/amd64 moves[^]*linux\/s390x moves/);
  });

  it('is found below later commits that left it alone, and below one that cannot be read', async () => {
    await inForce();
    commits.push({ text: textWith(3), author: 'petra', pull: null }, { text: 'platforms: {', author: 'eve', pull: null }, { text: `# a word\n${textWith(3)}`, author: 'nils', pull: 9 });
    await inForce();
    expect(await moves()).toMatchObject([{ by: 'petra', change: { commit: { sha: 'c1' } } }]);
  });

  it('is told with the file\'s history where it lies further back than is read', async () => {
    await inForce();
    for (let i = 0; i < 12; i++) commits.push({ text: `# ${i}\n${textWith(3)}`, author: 'nils', pull: null });
    await inForce();
    expect(await moves()).toMatchObject([{ by: null, url: null }]);
    expect(await texts('ensure-card')).toEqual([expect.stringContaining('the file\'s history tells who changed it')]);
    expect(asked.filter((a) => a.startsWith('text'))).toHaveLength(10);
  });

  it('waits while GitHub does not tell, and is told without once that has lasted', async () => {
    await inForce();
    away = { lasting: false };
    expect(await commit(textWith(3))).toBe(false);
    expect([await moves(), await rows('ensure-card')]).toEqual([[], []]);
    on.clock.now += HOUR;
    expect(await climb(on.rt, configured(textWith(3)), false)).toBe(true);
    expect(await texts('ensure-card')).toEqual([expect.stringContaining('the file\'s history tells who changed it')]);
  });

  it('does not wait for what the App may not read', async () => {
    await inForce();
    away = { lasting: true };
    expect(await commit(textWith(3))).toBe(true);
    expect(await moves()).toMatchObject([{ by: null, to: 3 }]);
  });

  it('comments on the pull request without Slack too, and is told in Slack once that is there', async () => {
    const mute = { ...on.rt, slack: null };
    await inForce();
    commits.push({ text: textWith(3), author: 'olga', pull: 12 });
    const rt = on.rt;
    on = { ...on, rt: mute };
    await inForce();
    on = { ...on, rt };
    expect([(await rows('post-comment')).length, (await rows('ensure-card')).length]).toEqual([1, 0]);
    on.clock.now += DAY;
    await climb(on.rt, configured(textWith(3)), false);
    expect([(await rows('post-comment')).length, await texts('ensure-card')]).toEqual([1, [expect.stringContaining('Changed by olga in demo/demo#12, merged by ivan')]]);
  });

  it('closes the pull request of an approval that another change has overtaken, with a word, and not the one that brought it', async () => {
    const step = (name: string) => ({ name, grants: [], build: 'on', release: 'off' }) as const;
    const matter = { kind: 'step', platform: PORT, from: 2, to: 3, before: step('test'), after: step('release'), because: [], evidence: [], asked: null } as const;
    const pull = { repo: 'demo/demo', number: 15, url: 'https://github.example/demo/demo/pull/15', state: 'open', by: null, at: null } as const;
    const approve = async (): Promise<void> => {
      await inForce();
      await on.store.commit({ at: on.clock.now, proposals: [{ expected: null, proposal: { ...proposed(), id: 'step-s390x', project: 'demo', matter, state: 'approved', decidedAt: on.clock.now, pull } }] });
    };
    await approve();
    await commit(textWith(3), { pull: 15 });
    expect([await rows('close-pull-request'), await rows('post-comment')]).toEqual([[], []]);
    await on.store.close();
    on = await stage();
    on.edge.fileHistory = history();
    commits = [{ text: textWith(2), author: 'olga', pull: null }];
    await approve();
    await commit(textWith(3), { pull: 12 });
    expect((await rows('close-pull-request')).map((r) => r.action)).toEqual([{ kind: 'close-pull-request', repo: 'demo/demo', number: 15 }]);
    expect(await texts('post-comment')).toEqual(['linux/s390x stands on release (3) already, by demo/demo#12. This pull request has nothing left to change, so it is closed.']);
  });

  it('asks GitHub nothing about a file on the operator\'s disk', async () => {
    await climb(on.rt, configured(textWith(2), 'disk'), false);
    expect(await climb(on.rt, configured(textWith(3), 'disk'), false)).toBe(true);
    expect([asked, (await moves()).length]).toEqual([[], 1]);
  });
});
