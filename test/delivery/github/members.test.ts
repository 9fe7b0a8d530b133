import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { REPO } from './fixtures.ts';
import { world, type World } from './world.ts';

let w: World;
let github: GitHub;
const OWNERS = '@kubernetes/s390x-owners';
const SIGNAL = '@kubernetes/release-signal';
const in3s = { deadline: 3_000 };
beforeEach(async () => {
  w = await world();
  w.gh.team('kubernetes/s390x-owners', ['olga']).pending.add('pia');
  w.gh.team('kubernetes/release-signal', ['rita']);
  github = w.connect();
});
afterEach(() => w.gh.close());

const members = async (handles: readonly string[], logins: readonly string[], limit = in3s) => Object.fromEntries(await github.areMembers(REPO, handles, logins, limit));
const memberships = () => w.gh.requests.where({ path: /memberships/ }).length;

describe('several people in several teams', () => {
  it('are members where any team says so, whatever the case of their names', async () => {
    expect(await members([OWNERS, SIGNAL, '@Ada'], ['Olga', 'RITA', 'ada', 'mallory', 'pia'])).toEqual({ olga: 'yes', rita: 'yes', ada: 'yes', mallory: 'no', pia: 'no' });
  });

  it('are members through a child team', async () => {
    w.gh.team('kubernetes/s390x-owners').children.add(w.gh.team('kubernetes/zseries', ['zoe']));
    expect(await members([OWNERS], ['zoe'])).toEqual({ zoe: 'yes' });
  });

  it('are asked about once per team and person, and not at all where they are named', async () => {
    expect(await members([OWNERS, OWNERS.toUpperCase().replace('@KUBERNETES', '@kubernetes'), SIGNAL, '@ada'], ['mallory', 'Mallory', 'ada'])).toEqual({ mallory: 'no', ada: 'yes' });
    expect(memberships()).toBe(2);
    expect(await members(['@ada'], ['ada', 'bob'])).toEqual({ ada: 'yes', bob: 'no' });
    expect(await members([], ['ada'])).toEqual({ ada: 'no' });
    expect(memberships()).toBe(2);
  });

  it('are asked about anew every time: who has left a team may nothing more', async () => {
    expect(await members([OWNERS], ['olga'])).toEqual({ olga: 'yes' });
    w.gh.team('kubernetes/s390x-owners').members.delete('olga');
    expect(await members([OWNERS], ['olga'])).toEqual({ olga: 'no' });
  });

  it('are unknown where a team cannot be asked and no other says yes', async () => {
    w.gh.team('kubernetes/s390x-owners').privacy = 'secret';
    expect(await members([OWNERS, SIGNAL], ['olga', 'rita'])).toEqual({ olga: 'unknown', rita: 'yes' });
    expect(await members(['@other/team', SIGNAL], ['mallory'])).toEqual({ mallory: 'unknown' });
    expect(await members(['no handle', SIGNAL], ['mallory', 'rita'])).toEqual({ mallory: 'unknown', rita: 'yes' });
    delete w.gh.auth.permissions['members'];
    expect(await members([SIGNAL], ['rita'])).toEqual({ rita: 'unknown' });
    expect(await github.checkHandle(REPO, SIGNAL)).toBe('forbidden');
  });

  it('are unknown when time is up, and a late yes changes nothing', async () => {
    await github.ready([REPO]);
    w.gh.faults.add({ kind: 'slow', ms: 150, match: { path: /memberships/ }, times: 2 });
    const asked = members([OWNERS, '@ada'], ['olga', 'ada'], { deadline: 30 });
    expect(await asked).toEqual({ olga: 'unknown', ada: 'yes' });
    w.gh.faults.clear();
    w.gh.faults.add({ kind: 'hang', match: { path: /s390x-owners\/memberships/ }, times: Infinity });
    expect(await members([OWNERS, SIGNAL], ['olga'], { deadline: 30 })).toEqual({ olga: 'unknown' });
    expect(await members([OWNERS, SIGNAL], ['rita'], { deadline: 600_000 })).toEqual({ rita: 'yes' });
  });

  it.each([/installation$/, /access_tokens$/])('are unknown when time is up while the token is fetched (%s)', async (path) => {
    w.gh.faults.add({ kind: 'hang', match: { path }, times: Infinity });
    expect(await members([OWNERS], ['olga'], { deadline: 30 })).toEqual({ olga: 'unknown' });
  });

  it('are found after a refused token was replaced, within the same deadline', async () => {
    await members([OWNERS], ['olga']);
    w.gh.auth.revokeAll();
    expect(await members([OWNERS], ['olga'])).toEqual({ olga: 'yes' });
    w.gh.faults.add({ kind: 'hang', match: { path: /access_tokens$/ }, times: Infinity });
    w.gh.auth.revokeAll();
    expect(await members([OWNERS], ['olga'], { deadline: 30 })).toEqual({ olga: 'unknown' });
  });

  it.each([
    ['GitHub answers 502', { kind: 'status', status: 502 }], ['the connection is cut', { kind: 'cut-before' }], ['the answer is cut off', { kind: 'cut-middle' }],
    ['a limit is over at once', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
  ] as const)('are asked about again when %s', async (_, trouble) => {
    await github.ready([REPO]);
    w.gh.faults.add({ ...trouble, match: { path: /memberships/ } });
    expect(await members([OWNERS], ['olga'])).toEqual({ olga: 'yes' });
    expect(memberships()).toBe(2);
    w.gh.faults.add({ ...trouble, match: { path: /s390x-owners$/ } });
    expect(await members([OWNERS], ['mallory'])).toEqual({ mallory: 'no' });
  });

  it.each([/installation$/, /access_tokens$/])('are asked about again when the token could not be fetched at first (%s)', async (path) => {
    w.gh.faults.add({ kind: 'status', status: 502, match: { path } });
    expect(await members([OWNERS], ['olga'])).toEqual({ olga: 'yes' });
  });

  it('are unknown, without being asked about again, where that would take longer than there is time', async () => {
    await github.ready([REPO]);
    w.gh.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '60' }, match: { path: /memberships/ }, times: Infinity });
    expect(await members([OWNERS], ['olga'])).toEqual({ olga: 'unknown' });
    expect(memberships()).toBe(1);
    w.gh.faults.clear();
    w.gh.faults.add({ kind: 'status', status: 503, match: { path: /memberships/ }, times: Infinity });
    expect(await members([OWNERS], ['olga'], { deadline: 350 })).toEqual({ olga: 'unknown' });
    expect(memberships()).toBeLessThanOrEqual(1 + 3);
  });
});
