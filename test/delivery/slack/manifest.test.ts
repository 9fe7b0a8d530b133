import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Manifest {
  display_information: { name: string; description: string };
  features: { bot_user: { display_name: string }; app_home: Record<string, boolean>; slash_commands: { command: string; url: string; description: string; usage_hint: string; should_escape: boolean }[] };
  oauth_config: { scopes: { bot: string[] } };
  settings: { interactivity: { is_enabled: boolean; request_url: string }; event_subscriptions: { request_url: string; bot_events: string[] }; socket_mode_enabled: boolean };
}

const root = new URL('../../../', import.meta.url);
const text = readFileSync(new URL('slack-manifest.yml', root), 'utf8');
const manifest = parse(text) as Manifest;
const folder = new URL('src/delivery/slack/', root);
const code = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');

/** Scopes of the Web API methods, as Slack's reference of each method names them; private channels need the `groups:` one. */
const SCOPES: Record<string, string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'views.open': [],
  'views.publish': [],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.info': ['channels:read', 'groups:read'],
};

describe('slack-manifest.yml', () => {
  const used = [...new Set([...code.matchAll(/\bweb\.([a-z]+\.[a-zA-Z]+)\(/g)].map((m) => m[1] ?? ''))].sort();

  it('names exactly the scopes that the methods called by the code need, and the command\'s', () => {
    expect(used).toEqual(Object.keys(SCOPES).sort());
    const needed = new Set(['commands', ...used.flatMap((method) => SCOPES[method] ?? [])]);
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
  });

  it('gives a reason for each scope', () => {
    const lines = text.split('\n');
    for (const scope of manifest.oauth_config.scopes.bot) {
      const at = lines.findIndex((l) => l.trim() === `- ${scope}`);
      const before = lines.slice(0, at).toReversed().find((l) => !l.trim().startsWith('- '));
      expect(before?.trim(), scope).toMatch(/^# \S/);
    }
  });

  it('sends commands, buttons and events to the one address', () => {
    const address = 'https://YOUR-HOST/slack/events';
    expect(manifest.features.slash_commands.map((c) => [c.command, c.url])).toEqual([['/arch', address]]);
    expect(manifest.settings.interactivity).toEqual({ is_enabled: true, request_url: address });
    expect(manifest.settings.event_subscriptions.request_url).toBe(address);
    expect(manifest.settings.socket_mode_enabled).toBe(false);
  });

  it('has a home tab, hears when it is opened, and lets nobody write to the bot', () => {
    expect(manifest.features.app_home).toEqual({ home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true });
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(['app_home_opened', 'app_uninstalled', 'tokens_revoked']);
  });

  it('takes commands as they were typed', () => {
    expect(manifest.features.slash_commands.map((c) => c.should_escape)).toEqual([false]);
    expect(manifest.features.slash_commands[0]?.usage_hint).toMatch(/^help \|/);
  });

  it('keeps to the lengths that Slack accepts, and calls the bot as the refusals do', () => {
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
    expect(code).toContain(`/invite @${manifest.features.bot_user.display_name}`);
  });
});
