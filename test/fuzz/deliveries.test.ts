import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { commandLines, newCommandLines } from '../../src/delivery/github/command-lines.ts';
import { parseGitHubEvent, reduce } from '../../src/delivery/github/listen.ts';
import { createMarkers } from '../../src/delivery/github/marker.ts';
import { readIncoming } from '../../src/delivery/slack/delivery.ts';
import { parseSlackEvent } from '../../src/delivery/slack/index.ts';
import { carries, incidentMark, readMessages } from '../../src/delivery/slack/marker.ts';
import { laneOf } from '../../src/runtime/handle.ts';
import { anyText, bent, damaged, holds, PATIENCE } from './fuzz.ts';

vi.setConfig({ testTimeout: PATIENCE });

const AT = Date.UTC(2026, 10, 17, 8, 0);
const EXAMPLES = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: object[] }[];
const USED = ['issues', 'issue_comment', 'pull_request', 'push', 'repository', 'check_run', 'check_suite', 'status', 'team', 'member', 'membership', 'installation', 'installation_repositories', 'installation_target', 'organization', 'label', 'milestone'];
const examples = EXAMPLES.filter((e) => USED.includes(e.name)).flatMap((e) => e.examples.slice(0, 6).map((body) => ({ name: e.name, body })));
const DOOR = { bots: ['mirror'], isOurs: () => false };

/** What the inbox does with a payload: it is written as JSON and read back. */
const stored = (payload: unknown): unknown => JSON.parse(JSON.stringify(payload));

describe('a webhook of GitHub\'s whose body is anything', () => {
  it('is dropped with a reason, or reduced to what can be read back', () => {
    expect(examples.length).toBeGreaterThan(40);
    holds(fc.tuple(bent(examples), fc.oneof(fc.constant(null), fc.constantFrom(...USED), anyText)), ([of, other]) => {
      const { name, body } = of as { name?: unknown; body?: unknown } ?? {};
      const event = other ?? String(name);
      const reduced = reduce(event, body, AT, DOOR);
      if (!reduced.use) return expectWord(reduced.why, ['unused', 'bot', 'ours', 'unreadable']);
      const back = parseGitHubEvent(stored(reduced.event));
      expect(back).toEqual(stored(reduced.event));
      expect(Number.isFinite(back.at)).toBe(true);
      expect(laneOf({ id: 'd', surface: 'github', event: back.event, payload: stored(reduced.event) })).not.toBe('');
    });
  });
});

const expectWord = (word: string, words: readonly string[]): void => { expect(words).toContain(word); };

const click = {
  type: 'block_actions', user: { id: 'U9', team_id: 'T1' }, team: { id: 'T1' }, trigger_id: '1.2', response_url: 'https://hooks.slack.com/actions/T1/2/y', channel: { id: 'C2', name: 's390x' },
  container: { message_ts: '100.1' }, message: { ts: '100.1' }, actions: [{ action_id: 'arch:approve', action_ts: `${AT / 1000}.1`, value: '{"proposal":"mute-7","edition":2}' }],
};
const BODIES = [
  { command: '/arch', text: 'ack', user_id: 'U9', team_id: 'T1', channel_id: 'C2', channel_name: 's390x', response_url: 'https://hooks.slack.com/x', trigger_id: '1' }, click,
  { ...click, actions: [{ action_id: 'arch:snooze', selected_option: { value: '3d i1' }, action_ts: '1' }] },
  { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event: { type: 'app_home_opened', user: 'U9', tab: 'home', event_ts: '1.1' } },
  { type: 'view_submission', user: { id: 'U9', team_id: 'T1' }, team: { id: 'T1' }, view: { id: 'V1', callback_id: 'arch:reject', state: { values: { reason: { reason: { type: 'plain_text_input', value: 'because' } } } },
    private_metadata: JSON.stringify({ about: { proposal: 'mute-7', edition: 2 }, channel: null, message: null, responseUrl: null }) } },
];

describe('a request of Slack\'s whose body is anything', () => {
  it('is nothing, a question, or something that can be stored and read back', () => {
    holds(bent(BODIES), (body) => {
      const incoming = readIncoming(body, AT);
      if (incoming.kind !== 'delivery') return;
      const { id, payload } = incoming.delivery;
      expect(id.length).toBeLessThanOrEqual(210);
      expect(parseSlackEvent(stored(payload))).toEqual(stored(payload));
      if ('member' in payload) expect(`${payload.member.team} ${payload.member.user}`).toMatch(/^[\w.-]* [\w.-]+$/);
      if (payload.kind === 'command') expect(payload.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    });
  });

  it('is the same delivery however often it comes', () => {
    holds(bent(BODIES), (body) => {
      const [one, two] = [readIncoming(body, AT), readIncoming(stored(body ?? null), AT + 1_000)];
      if (one.kind === 'delivery' && two.kind === 'delivery' && JSON.stringify(body).includes('"action_ts":"')) expect(two.delivery.id).toBe(one.delivery.id);
    });
  });
});

describe('a comment that holds anything', () => {
  it('gives whole lines that stand in it, and an edit only those that are new', () => {
    const comment = damaged(['/arch ack\n\n> /arch ack\n\n```\n/arch ack\n```\n\n<details>\n/arch ack\n</details>\n\n/arch snooze 3d because\n']);
    holds(fc.tuple(fc.oneof(comment, anyText), comment), ([before, after]) => {
      for (const line of commandLines(after)) expect(line).toMatch(/^\s*\/arch(?:\s|$)/i);
      expect(newCommandLines(after, after)).toEqual([]);
      expect(commandLines(after)).toEqual(expect.arrayContaining(newCommandLines(before, after)));
    });
  });
});

describe('a marker', () => {
  const markers = createMarkers(['key one', 'key two']);
  const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/);

  it('is read back among any text, under each of the keys', () => {
    holds(fc.tuple(anyText, id, fc.nat(), anyText), ([before, name, repository, after]) => {
      const text = `${before}\n${createMarkers(['key two']).sign('incident', name, repository)}\n${after}`;
      expect(markers.read(text, 'incident', repository)).toEqual([name]);
    });
  });

  it('is nothing in another repository, of another kind, under another key, or with one character changed', () => {
    holds(fc.tuple(id, fc.nat(), fc.nat(), fc.constantFrom('0', 'a', 'f', '.', '-', 'x', ' ', '\u0000', '\u200b')), ([name, repository, where, other]) => {
      const real = markers.sign('incident', name, repository);
      expect([markers.read(real, 'incident', repository + 1), markers.read(real, 'proposal', repository), createMarkers(['key three']).read(real, 'incident', repository)]).toEqual([[], [], []]);
      const at = where % real.length;
      const forged = real.slice(0, at) + other + real.slice(at + 1);
      if (forged !== real) expect(markers.any(forged, repository)).toBe(false);
    });
  });

  it('in Slack is taken from no other app, whatever it carries', () => {
    const mark = incidentMark({ id: 'i1', shown: 1, issue: null });
    const message = { ts: '1.1', bot_id: 'BOTHER', metadata: { event_type: 'archsignal_incident', event_payload: { key: 'i1' } }, blocks: [{ block_id: 'archsignal:i1@1.0' }] };
    holds(fc.array(bent([message]), { maxLength: 5 }), (raw) => {
      for (const found of readMessages(raw)) if (typeof found.bot_id === 'string') expect(carries(found, mark, 'BOURS')).toBe(found.bot_id === 'BOURS' && carries(found, mark, null));
    });
  });
});
