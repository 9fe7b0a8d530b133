import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { connect, REPO } from './fixtures.ts';
import { StandIn } from './stand-in.ts';

let gh: StandIn;
let github: GitHub;
const in3s = { deadline: 3_000 };
beforeEach(async () => {
  gh = await new StandIn().start();
  gh.addRepo(REPO);
  gh.orgs.add('kubernetes');
  gh.users.add('olga');
  gh.teams.set('kubernetes/s390x-owners', new Map([['olga', 'active'], ['pia', 'pending']]));
  github = connect(gh);
});
afterEach(() => gh.stop());

describe('a handle', () => {
  it.each([
    ['@kubernetes/s390x-owners', 'ok'], ['@kubernetes/renamed', 'missing'], ['@nowhere/team', 'unknown'], ['@olga', 'ok'], ['@nobody', 'missing'], ['olga', 'missing'], ['@a b', 'missing'],
  ])('%s is %s', async (handle, expected) => {
    expect(await github.checkHandle(REPO, handle)).toBe(expected);
  });

  it('may be of an account that an enterprise made for its people, and is of nobody who can be called where it is an App\'s', async () => {
    gh.users.add('olga_acme');
    gh.users.add('renovate');
    expect(await github.checkHandle(REPO, '@olga_acme')).toBe('ok');
    expect(await github.checkHandle(REPO, '@pia_acme')).toBe('missing');
    expect(await github.checkHandle(REPO, '@renovate[bot]')).toBe('missing');
  });

  it('is not taken for missing where the lookup fails', async () => {
    gh.faults.push({ path: /teams/, when: 'before', does: { status: 502 } }, { path: /users/, when: 'before', does: { status: 403 } });
    expect(await github.checkHandle(REPO, '@kubernetes/renamed')).toBe('unknown');
    expect(await github.checkHandle(REPO, '@nobody')).toBe('unknown');
  });
});

it('is told apart from one of a team that lacks a permission where an organisation does not let this address in', async () => {
  const says = (message: string): void => { gh.faults.push({ path: /teams/, when: 'before', does: { status: 403, body: { message } } }); };
  says('Resource not accessible by integration');
  expect(await github.checkHandle(REPO, '@kubernetes/s390x-owners')).toBe('forbidden');
  says('Although you appear to have the correct authorization credentials, the `kubernetes` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.');
  expect(await github.checkHandle(REPO, '@kubernetes/s390x-owners')).toBe('shut');
});

describe('a team', () => {
  it('has its active members, however many', async () => {
    expect(await github.teamMembers(REPO, '@kubernetes/s390x-owners')).toEqual(['olga']);
    gh.teams.set('kubernetes/large', new Map(Array.from({ length: 230 }, (_, i) => [`member-${i}`, 'active'])));
    expect(await github.teamMembers(REPO, '@kubernetes/large')).toHaveLength(230);
  });

  it('has none that anybody knows of where it cannot be read, or where it is none', async () => {
    expect(await github.teamMembers(REPO, '@kubernetes/secret')).toBeNull();
    expect(await github.teamMembers(REPO, '@olga')).toBeNull();
    gh.teams.set('kubernetes/large', new Map(Array.from({ length: 230 }, (_, i) => [`member-${i}`, 'active'])));
    gh.faults.push({ path: /members/, when: 'before', does: { status: 403 } });
    expect(await github.teamMembers(REPO, '@kubernetes/large')).toBeNull();
  });
});

describe('membership', () => {
  it('of a login is the login, in any case', async () => {
    expect(await github.isMember(REPO, '@Olga', 'oLGA', in3s)).toBe('yes');
    expect(await github.isMember(REPO, '@olga', 'pia', in3s)).toBe('no');
    expect(gh.requests).toEqual([]);
  });

  it('of a login is known for every login that a configuration may name, so that one among the owners makes nobody else unsure', async () => {
    expect(await github.isMember(REPO, '@olga_acme', 'Olga_acme', in3s)).toBe('yes');
    expect(await github.isMember(REPO, '@renovate[bot]', 'renovate[bot]', in3s)).toBe('yes');
    expect(await github.isMember(REPO, '@renovate[bot]', 'renovate', in3s)).toBe('no');
    expect(await github.isMember(REPO, '@olga_acme', 'olga', in3s)).toBe('no');
  });

  it('of a team is an active one, looked up live', async () => {
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'olga', in3s)).toBe('yes');
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'pia', in3s)).toBe('no');
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'mallory', in3s)).toBe('no');
    gh.teams.get('kubernetes/s390x-owners')?.delete('olga');
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'olga', in3s)).toBe('no');
  });

  it('is unknown where the team cannot be seen or the lookup goes on failing', async () => {
    const briefly = { deadline: 200 };
    expect(await github.isMember(REPO, '@kubernetes/secret', 'olga', in3s)).toBe('unknown');
    gh.faults.push({ path: /memberships/, when: 'before', does: { status: 403, body: { message: 'Resource not accessible by integration' } } });
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'olga', in3s)).toBe('unknown');
    gh.faults.push({ path: /memberships/, when: 'before', does: 'cut', times: 9 });
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'olga', briefly)).toBe('unknown');
    gh.faults.splice(0, 1, { path: /memberships/, when: 'before', does: { status: 200, raw: 'true' }, times: 9 });
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'olga', briefly)).toBe('unknown');
  });

  it('is unknown when it takes longer than the deadline', async () => {
    gh.faults.push({ path: /memberships/, when: 'before', does: 'hang' });
    expect(await github.isMember(REPO, '@kubernetes/s390x-owners', 'olga', { deadline: 20 })).toBe('unknown');
  });
});
