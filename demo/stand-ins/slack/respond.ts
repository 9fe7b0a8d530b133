import { json, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import type { Json, SlackState } from './state.ts';
import { wrongBlocks } from './validate.ts';

/** A `response_url`: an answer that only the asker sees, one for all, or a change of the message that was clicked. */
export function respondTo(call: Call, state: SlackState, id: string): Answer {
  const address = state.answers.get(id);
  if (!address) return json({ ok: false, error: 'invalid_url' }, 404);
  if (address.until < state.now()) return json({ ok: false, error: 'expired_url' }, 404);
  if (address.left === 0) return json({ ok: false, error: 'used_url' }, 404);
  const body = fields(call);
  const text = typeof body['text'] === 'string' ? body['text'] : '';
  const blocks = Array.isArray(body['blocks']) ? body['blocks'] as Json[] : null;
  const wrong = blocks === null ? [] : wrongBlocks(blocks);
  if (wrong.length > 0) return json({ ok: false, error: 'invalid_blocks', errors: wrong }, 400);
  if (text === '' && blocks === null && body['delete_original'] !== true) return json({ ok: false, error: 'no_text' }, 400);
  address.left -= 1;
  const { channel, user, ts } = address;
  const original = channel.messages.find((m) => m.ts === ts);
  if (body['delete_original'] === true && original) channel.messages.splice(channel.messages.indexOf(original), 1);
  else if (body['replace_original'] === true && original) state.edit(original, { text, blocks });
  else state.post(channel, state.bot, { text, blocks, threadTs: original?.threadTs ?? null, ephemeralFor: body['response_type'] === 'in_channel' ? null : user });
  return json({ ok: true });
}
