import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

/** A text of which a part may be asked for; a range from the end only where the server knows it (Google's store does, Microsoft's ignores it). */
export function ranged(call: Call, text: string, { suffix }: { readonly suffix: boolean }): Answer {
  const all = Buffer.from(text, 'utf8');
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'accept-ranges': 'bytes' };
  const asked = /^bytes=(\d*)-(\d*)$/.exec(call.headers.range ?? '');
  const [from = '', to = ''] = asked?.slice(1) ?? [];
  if (!asked || (from === '' && (to === '' || !suffix))) return { status: 200, headers, body: all };
  const first = from === '' ? Math.max(0, all.length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? all.length - 1 : Math.min(Number(to), all.length - 1);
  if (first > last) return { status: 416, headers: { ...headers, 'content-range': `bytes */${all.length}` }, body: '' };
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${first}-${last}/${all.length}` }, body: all.subarray(first, last + 1) };
}
