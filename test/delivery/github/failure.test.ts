import { describe, expect, it } from 'vitest';
import { resultOf } from '../../../src/delivery/github/errors.ts';
import { failureOf } from '../../../src/delivery/github/failure.ts';

const NOW = Date.parse('2025-11-18T15:00:00Z');
const request = { method: 'POST', url: 'https://api.github.com/repos/kubernetes/kubernetes/issues?x=1' };
const answer = (status: number, headers: Record<string, string> = {}, data: unknown = { message: 'Nope' }) =>
  resultOf(failureOf(Object.assign(new Error('x'), { name: 'HttpError', status, request, response: { status, headers, data } }), NOW));

describe('what is tried again', () => {
  it.each([500, 502, 503, 504, 408])('%i, and everything that goes to the same place waits', (status) => {
    expect(answer(status)).toMatchObject({ ok: false, retry: true, after: null, scope: 'destination' });
  });

  it('a refused token, by itself', () => {
    expect(answer(401, {}, { message: 'Bad credentials' })).toEqual({ ok: false, retry: true, after: null, scope: 'row', reason: 'GitHub answered 401 to POST /repos/kubernetes/kubernetes/issues: Bad credentials.' });
  });

  it('a connection that broke and a time-out', () => {
    const broken = Object.assign(new Error('other side closed'), { name: 'HttpError', status: 500, request });
    expect(resultOf(failureOf(broken, NOW))).toMatchObject({ retry: true, scope: 'destination', reason: 'GitHub did not answer POST /repos/kubernetes/kubernetes/issues: other side closed.' });
    const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(resultOf(failureOf(Object.assign(new Error(late.message), { name: 'HttpError', status: 500, request }), NOW))).toMatchObject({ retry: true, reason: expect.stringContaining('time-out') as string });
  });
});

describe('GitHub\'s own words', () => {
  it.each([[['Reference already exists']], ['Reference already exists'], [{ message: 'Reference already exists' }]])('are told with what it says of fields, in a list or not: %j', (errors) => {
    expect(answer(422, {}, { message: 'Validation Failed', errors })).toMatchObject({ retry: false, reason: expect.stringMatching(/: Validation Failed; .*Reference already exists/) as string });
  });

  it('are told where it says nothing of fields', () => {
    for (const more of [{}, { errors: null }, { errors: [] }]) expect(answer(422, {}, { message: 'Reference already exists', ...more })).toMatchObject({ reason: expect.stringMatching(/: Reference already exists\.$/) as string });
  });
});

describe('limits', () => {
  it('waits as long as Retry-After says, in seconds or as a date', () => {
    expect(answer(403, { 'retry-after': '17' }, { message: 'You have exceeded a secondary rate limit' })).toMatchObject({ retry: true, after: 17_000, scope: 'destination' });
    expect(answer(429, { 'retry-after': '0' })).toMatchObject({ retry: true, after: 0 });
    expect(answer(429, { date: 'Tue, 18 Nov 2025 15:00:00 GMT', 'retry-after': 'Tue, 18 Nov 2025 15:00:30 GMT' })).toMatchObject({ after: 30_000 });
    expect(answer(503, { 'retry-after': '5' })).toMatchObject({ after: 5_000 });
  });

  it('waits until the primary limit resets, by GitHub\'s clock and not by ours', () => {
    const reset = String(Date.parse('2025-11-18T12:10:00Z') / 1000);
    expect(answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset, date: 'Tue, 18 Nov 2025 12:00:00 GMT' })).toMatchObject({ retry: true, after: 601_000, scope: 'destination' });
    expect(answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 20) })).toMatchObject({ after: 21_000 });
  });

  it('waits a minute where a secondary limit names no time, and never for years', () => {
    expect(answer(403, {}, { message: 'You have exceeded a secondary rate limit.' })).toMatchObject({ retry: true, after: 60_000 });
    expect(answer(429)).toMatchObject({ retry: true, after: 60_000 });
    expect(answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' })).toMatchObject({ after: 61 * 60_000 });
    expect(answer(403, { 'x-ratelimit-remaining': '0' })).toMatchObject({ after: 60_000 });
    // Over since a second: what was told is rounded. Since long: it is wrong.
    const reset = (ago: number) => failureOf(Object.assign(new Error('x'), { name: 'HttpError', status: 403, request, response: { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 - ago) }, data: {} } }), NOW);
    expect([reset(1), reset(600)]).toMatchObject([{ after: 1_000, limit: 'primary' }, { after: 60_000, limit: 'guess' }]);
  });

  it('does not take a refusal for a limit because the quota ran out with it', () => {
    expect(answer(403, { 'x-ratelimit-remaining': '0' }, { message: 'Resource not accessible by integration' })).toMatchObject({ retry: false });
  });
});

describe('what is not tried again', () => {
  it.each([404, 410, 422, 400, 451])('%i, with GitHub\'s own reason', (status) => {
    expect(answer(status, {}, { message: 'Validation Failed', errors: [{ field: 'title', code: 'missing' }, 'and more'] }))
      .toEqual({ ok: false, retry: false, lost: null, reason: `GitHub answered ${status} to POST /repos/kubernetes/kubernetes/issues: Validation Failed; {"field":"title","code":"missing"}; and more.` });
  });

  it('an App that was taken off the repository, with what brings the rest', () => {
    const missing = { name: 'HttpError', message: '', status: 404, request: { method: 'GET', url: 'https://host/api/v3/repos/a/b/installation' } };
    const told = (message: string): string => failureOf({ ...missing, response: { status: 404, headers: {}, data: { message } } }, 0).reason;
    expect(told('Not Found')).toBe('The App is not installed on a/b, or that repository is gone: once it is installed, what was given up is tried again by itself. GitHub answered 404 to GET /api/v3/repos/a/b/installation: Not Found.');
    expect(told('Integration not found')).toMatch(/^GitHub answered 404/);
  });

  it.each(['Issues are disabled for this repo', 'Issues has been disabled in this repository.'])('an issue of a repository that has them switched off (%s), which is none that was deleted', (message) => {
    expect(answer(410, {}, { message })).toMatchObject({ retry: false, lost: null, reason: expect.stringMatching(/^Issues are switched off in the repository.* Switch them on in its settings/) as string });
    expect(failureOf({ name: 'HttpError', message: '', status: 410, response: { status: 410, headers: {}, data: { message } } }, 0).kind).toBe('forbidden');
  });

  it('a suspended installation, with who can end that', () => {
    expect(answer(403, {}, { message: 'This installation has been suspended' })).toMatchObject({ retry: false, reason: expect.stringMatching(/^The App's installation is suspended: who administers the account can unsuspend it .* tried again by itself/) as string });
  });

  it('an address that an organisation does not let in, with who can enter it', () => {
    const message = 'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.';
    expect(answer(403, {}, { message })).toMatchObject({ retry: false, reason: expect.stringMatching(/^The organisation or enterprise lets in listed addresses alone.* can enter the address there; .* GitHub answered 403 to POST .*: Although/) as string });
  });

  it('an archived repository, with what to do', () => {
    expect(answer(403, {}, { message: 'Repository was archived so is read-only.' })).toMatchObject({ retry: false, reason: expect.stringMatching(/^The repository is archived.*Unarchive it/) as string });
  });

  it('a missing permission, by its name', () => {
    expect(answer(403, { 'x-accepted-github-permissions': 'issues=write' }, { message: 'Resource not accessible by integration' })).toMatchObject({ retry: false, reason: expect.stringContaining('lacks the permission `issues=write`') as string });
    expect(answer(403, {}, { message: 'Resource not accessible by integration' })).toMatchObject({ reason: expect.stringContaining('`issues: write`') as string });
  });
});

describe('reasons', () => {
  it('are short, on one line, and hold no page of HTML and no query', () => {
    const result = answer(502, {}, '<!DOCTYPE html><html>Unicorn</html>');
    expect(result.reason).toBe('GitHub answered 502 to POST /repos/kubernetes/kubernetes/issues.');
    expect(answer(422, {}, { message: 'x\n'.repeat(5_000) }).reason.length).toBeLessThan(420);
  });

  it('say that the key cannot be used where signing failed', () => {
    expect(failureOf(new Error('Invalid keyData'), NOW)).toMatchObject({ kind: 'credentials', status: null });
  });
});
