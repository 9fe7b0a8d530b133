import { describe, expect, it } from 'vitest';
import { mayAnswerTo } from '../../../src/delivery/slack/whisper.ts';
import { again, first, ID, refusal, useSlack, whisper } from './setup.ts';

const on = useSlack();
const address = (): string => on.standIn.apiUrl.replace('/api/', '/respond/U9');

describe('a word to one member', () => {
  it('goes to the address that came with the question', async () => {
    expect(await on.slack.execute(whisper({ responseUrl: address() }), null, first)).toEqual({ ok: true, receipt: { kind: 'done' } });
    expect(on.standIn.whispers.map((w) => [w.by, w.user, w.text])).toEqual([['address', 'U9', 'You have `linux/s390x`.']]);
    expect(on.standIn.whispers[0]?.body).toMatchObject({ response_type: 'ephemeral', replace_original: false, blocks: [{ type: 'section' }] });
    expect(on.standIn.calls.map((c) => c.method)).toEqual(['response_url']);
  });

  const away = [['is used up', { status: 404 }], ['has expired', { status: 410 }], ['is out of order', { status: 500 }], ['asks to wait', { limit: 30 }], ['does not answer', { cut: 'before' }],
    ['says no with a good status', { refuse: 'used_url' }], ['is hidden behind a page to sign in at', { say: '<!doctype html><title>Sign in</title>' }], ['answers no text', { say: '\u001f\u008bx{"oops' }]] as const;
  for (const [what, fault] of away) {
    it(`is said in the channel, to that member alone, where the address ${what}`, async () => {
      on.standIn.fault('response_url', fault);
      expect(await on.slack.execute(whisper({ responseUrl: address() }), null, first)).toMatchObject({ ok: true });
      expect(on.standIn.whispers.map((w) => [w.by, w.user, w.text])).toEqual([['channel', 'U9', 'You have `linux/s390x`.']]);
      expect(on.standIn.messages).toEqual([]);
    });
  }

  it('is said as a direct message where the member or the bot is not in the channel, or there is none', async () => {
    on.standIn.channels = [{ id: ID, name: 'release-ci-signal', is_member: false }];
    expect(await on.slack.execute(whisper(), null, first)).toMatchObject({ ok: true });
    expect(await on.slack.execute(whisper({ channel: '' }), null, first)).toMatchObject({ ok: true });
    expect(on.standIn.messages.map((m) => [m.channel, m.text])).toEqual([['DU9', 'You have `linux/s390x`.'], ['DU9', 'You have `linux/s390x`.']]);
    expect(on.standIn.whispers).toEqual([]);
  });

  it('is given up where Slack lets nobody say it, and tried again while only the address is away', async () => {
    expect(refusal(await on.slack.execute(whisper({ user: 'U7' }), null, first))).toBe(`Slack cannot say this to one person alone in ${ID}: they are not in it.`);
    on.standIn.fault('response_url', { status: 503 });
    expect(await on.slack.execute(whisper({ user: 'U7', responseUrl: address() }), null, first)).toMatchObject({ ok: false, retry: true, scope: 'row' });
  });

  it('waits for Slack without holding back others', async () => {
    on.standIn.fault('chat.postEphemeral', { limit: 7 });
    expect(await on.slack.execute(whisper(), null, first)).toMatchObject({ ok: false, retry: true, after: 7_000, scope: 'row' });
    expect(on.standIn.messages).toEqual([]);
  });

  it('is said again where the answer was lost: nothing of it can be found', async () => {
    on.standIn.fault('chat.postEphemeral', { cut: 'after' });
    expect(await on.slack.execute(whisper(), null, first)).toMatchObject({ ok: false, retry: true });
    expect(await on.slack.execute(whisper(), null, again)).toMatchObject({ ok: true });
    expect(on.standIn.whispers).toHaveLength(2);
  });

  it('follows no address to another one', async () => {
    on.standIn.fault('response_url', { status: 302 });
    await on.slack.execute(whisper({ responseUrl: address() }), null, first);
    expect(on.standIn.whispers.map((w) => w.by)).toEqual(['channel']);
  });

  it('goes to no address that is neither encrypted nor where the Web API is, nor to one without a name', async () => {
    const allowed: [string, string][] = [
      ['https://hooks.slack.com/commands/T1/1/x', 'https://slack.com/api/'], ['https://hooks.slack.com/x', 'http://127.0.0.1:9/api/'], ['http://127.0.0.1:7/x', 'http://localhost:9/api/'],
      ['http://slack.internal:80/respond/1', 'http://slack.internal/api/'], ['https://10.1.2.3:8443/respond/1', 'https://10.1.2.3:8443/api/'],
    ];
    for (const [to, api] of allowed) expect(mayAnswerTo(to, api), to).toBe(true);
    const refused: [string, string][] = [
      ['http://hooks.slack.com/x', 'https://slack.com/api/'], ['http://127.0.0.1:6379/', 'https://slack.com/api/'], ['http://169.254.169.254/latest', 'http://127.0.0.1:9/api/'], ['file:///etc/passwd', 'http://127.0.0.1:9/api/'],
      ['https://user:pass@hooks.slack.com/x', 'https://slack.com/api/'], ['http://127.0.0.1.evil.example/', 'http://127.0.0.1:9/api/'], ['https://169.254.169.254/', 'https://slack.com/api/'], ['https://2130706433/', 'https://slack.com/api/'],
      ['https://0x7f.1/', 'https://slack.com/api/'], ['https://[::ffff:7f00:1]/', 'https://slack.com/api/'], ['https://localhost/', 'https://slack.com/api/'], ['https://localhost.:8443/', 'https://slack.com/api/'], ['https://x.localhost/', 'https://slack.com/api/'], ['nowhere', 'https://slack.com/api/'],
    ];
    for (const [to, api] of refused) expect(mayAnswerTo(to, api), to).toBe(false);
    await on.slack.execute(whisper({ responseUrl: 'http://169.254.169.254/latest' }), null, first);
    expect(on.standIn.whispers.map((w) => w.by)).toEqual(['channel']);
  });
});
