import { webApi } from '@slack/bolt';
import type { ActionResult } from '../../domain/action.ts';
import { cut } from './inert.ts';

/** An execution that did not work. */
export type Failure = Extract<ActionResult, { ok: false }>;

/** A call to Slack that did not work: Slack's own word for it, where there is one, and what it means for the row. */
export interface CallFailure {
  readonly ok: false;
  readonly code: string | null;
  readonly failure: Failure;
  /** It concerns the whole workspace, not one channel: the token, or Slack not answering. */
  readonly general: boolean;
}

/** What was called, for the sentences that people read. */
export interface Call {
  /** The channel as configured; null where the call is about none. */
  readonly channel: string | null;
  readonly method: string;
}

/** Codes that Slack gives for its own trouble; some part may have been done. */
const TRANSIENT = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org', 'external_channel_migrating', 'failed_for_some_channels']);
const LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const TOKEN = new Set(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'org_login_required', 'team_access_not_granted', 'not_allowed_token_type', 'access_denied', 'enterprise_is_restricted']);

/** What an error of the client means. Anything that is not Slack's own refusal may have had its effect: it is retried, and then looked for. */
export function readFailure(error: unknown, call: Call): CallFailure {
  if (error instanceof webApi.WebAPIRateLimitedError) return limited(error.retryAfter, call);
  if (error instanceof webApi.WebAPIPlatformError) return refused(error, call);
  if (error instanceof webApi.WebAPIHTTPError) return http(error.statusCode, call);
  const reason = error instanceof webApi.WebAPIRequestError ? error.original : error;
  return again(null, `Slack did not answer ${call.method}${inChannel(call)}: ${words(reason)}.`);
}

/** A refusal by Slack's own word for it, as if it had answered so. */
export const refusal = (code: string, call: Call): CallFailure => never(code, sentence(code, call, null, null));

/** An answer that says ok and lacks what it must hold: it may have been carried out. */
export const unreadable = (call: Call, what: string): CallFailure =>
  again(null, `Slack's answer to ${call.method}${inChannel(call)} could not be used: ${what}.`);

const inChannel = (call: Call): string => call.channel === null ? '' : ` for ${call.channel}`;

/** `fetch failed: connect ECONNREFUSED …`: what went wrong, with its cause. */
function words(error: unknown): string {
  if (!(error instanceof Error)) return cut(String(error), 200);
  const cause = error.cause instanceof Error && error.cause.message !== '' ? `: ${error.cause.message}` : '';
  const text = error.name === 'TimeoutError' ? 'no answer in time' : `${error.message}${cause}`;
  return cut(text.replace(/\s+/g, ' ').replace(/\.$/, ''), 200);
}

const again = (code: string | null, reason: string): CallFailure =>
  ({ ok: false, code, general: true, failure: { ok: false, retry: true, reason, after: null, scope: 'destination' } });

function limited(seconds: number | undefined, call: Call): CallFailure {
  const after = seconds === undefined ? null : seconds * 1000;
  const reason = `Slack asks to wait${seconds === undefined ? '' : ` ${seconds} s`} before ${call.method}${inChannel(call)}.`;
  return { ok: false, code: 'ratelimited', general: false, failure: { ok: false, retry: true, reason, after, scope: 'destination', slower: true } };
}

function http(status: number, call: Call): CallFailure {
  if (status >= 500 || status === 408 || status === 425) return again(null, `Slack answered ${call.method}${inChannel(call)} with HTTP ${status}.`);
  return never(null, `${call.method}${inChannel(call)} was answered with HTTP ${status}, which is not Slack's way of saying no: check SLACK_API_URL and what stands between here and Slack.`, true);
}

const never = (code: string | null, reason: string, general = false): CallFailure =>
  ({ ok: false, code, general, failure: { ok: false, retry: false, reason, lost: null } });

/** Slack answered and said no. */
function refused(error: webApi.WebAPIPlatformError, call: Call): CallFailure {
  const data = error.data as { error?: unknown; needed?: unknown; response_metadata?: { retryAfter?: number; messages?: unknown } };
  const code = typeof data.error === 'string' ? data.error : '';
  // The client reports a body that is no JSON as an error with that body as its name.
  if (!/^[a-z][a-z0-9_.-]{1,80}$/i.test(code)) return unreadable(call, `it is not JSON ("${cut(code.replace(/\s+/g, ' ').trim(), 60)}")`);
  if (LIMITED.has(code)) return limited(data.response_metadata?.retryAfter, call);
  if (TRANSIENT.has(code)) return again(code, `Slack could not carry out ${call.method}${inChannel(call)} (${code}).`);
  if (TOKEN.has(code)) return never(code, `Slack does not accept SLACK_BOT_TOKEN (${code}): install the app again and set the new token.`, true);
  return never(code, sentence(code, call, typeof data.needed === 'string' ? data.needed : null, data.response_metadata?.messages));
}

/** What a refusal means and what to do about it. */
function sentence(code: string, call: Call, needed: string | null, messages: unknown): string {
  const channel = call.channel ?? 'the channel';
  switch (code) {
    case 'channel_not_found': return `Slack knows no channel ${channel} that the bot can see: correct the name, or invite the bot there with /invite @archsignal.`;
    case 'not_in_channel': return `The bot is not in ${channel}: invite it there with /invite @archsignal.`;
    case 'user_not_in_channel': case 'user_not_found': return `Slack cannot say this to one person alone in ${channel}: they are not in it.`;
    case 'messages_tab_disabled': case 'not_enabled': return `The App's Home and Messages tabs are switched off (${code}): switch them on as in slack-manifest.yml.`;
    case 'expired_trigger_id': case 'exchanged_trigger_id': case 'invalid_trigger_id': return `Slack no longer opens a dialog for that click (${code}).`;
    case 'is_archived': return `${channel} is archived: unarchive it, or name another channel in the configuration.`;
    case 'missing_scope': return `The Slack app lacks the scope ${needed ?? `that ${call.method} needs`}: add it as in slack-manifest.yml and install the app again.`;
    case 'restricted_action': case 'restricted_action_read_only_channel': case 'restricted_action_thread_only_channel':
    case 'restricted_action_non_threadable_channel': case 'restricted_action_thread_locked':
      return `${channel} lets only some people post (${code}): allow the bot there, or name another channel in the configuration.`;
    case 'cant_update_message': case 'edit_window_closed': case 'message_not_found': case 'thread_not_found':
      return `The message in ${channel} cannot be changed any more (${code}): it was deleted, is not the bot's, or the workspace forbids edits.`;
    case 'msg_too_long': case 'invalid_blocks': case 'invalid_blocks_format': case 'msg_blocks_too_long': case 'no_text': case 'invalid_metadata_format': case 'metadata_too_large': case 'invalid_arguments':
      return `Slack refused the form of a message for ${channel} (${code}${detail(messages)}). That is a fault of Archsignal: please report it.`;
    default: return `Slack refused ${call.method}${inChannel(call)}: ${code}${detail(messages)}.`;
  }
}

const detail = (messages: unknown): string =>
  Array.isArray(messages) && messages.length > 0 ? `: ${cut(messages.map(String).join('; ').replace(/\s+/g, ' '), 200)}` : '';
