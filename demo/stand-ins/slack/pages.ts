import { emoji } from '../common/emoji.ts';
import { document, html, when, type Html } from '../common/html.ts';
import { renderMrkdwn, renderPlain } from './mrkdwn.ts';
import type { Channel, Json, Message, SlackState, View } from './state.ts';
import { STYLE } from './style.ts';

function shell(state: SlackState, title: string, current: Channel | null, body: Html): Html {
  const channels = [...state.channels.values()].sort((a, b) => a.name.localeCompare(b.name));
  const links = channels.map((c) => html`<a href="/archives/${c.id}"${c === current ? html` class="on"` : ''}>${c.private ? '🔒' : '#'} ${c.name} <small>${c.messages.filter((m) => m.threadTs === null).length || ''}</small></a>`);
  const views = state.views.filter((v) => v.closed !== true).map((v) => html`<a href="/views/${v.id}">${v.kind === 'home' ? '🏠 Home of' : '🗨 Dialog of'} ${nameOf(state, v)}</a>`);
  return document(`${title} · Slack stand-in`, STYLE, html`<nav><h2><a href="/">Slack stand-in</a></h2>${links}${views}</nav><main>${body}</main>`);
}

/** The list of channels. */
export function homePage(state: SlackState): Html {
  const rows = [...state.channels.values()].map((c) => {
    const last = c.messages.at(-1);
    return html`<li><a href="/archives/${c.id}"><b>#${c.name}</b></a>${c.archived ? ' (archived)' : ''} <span class="muted">${c.messages.length} message${c.messages.length === 1 ? '' : 's'}${last ? `, the last on ${when(last.at)}` : ''}</span></li>`;
  });
  return shell(state, 'Channels', null, html`<header><h1>Channels</h1></header><ul class="channels">${rows}</ul>`);
}

const nameOf = (state: SlackState, view: View): string => state.users.get(view.user ?? '')?.name ?? 'somebody';

/** An App Home or a dialog, as its person sees it. */
export function viewPage(state: SlackState, { view, kind, user, closed, id }: View): Html {
  const title = kind === 'home' ? 'Home' : textOf(state, view['title']);
  const blocks = Array.isArray(view['blocks']) ? view['blocks'] as Json[] : [];
  const submit = view['submit'] === undefined ? html`` : html`<div class="actions"><span class="button">${textOf(state, view['close'])}</span><span class="button primary">${textOf(state, view['submit'])}</span></div>`;
  return shell(state, `${kind} ${id}`, null, html`<header><h1>${title}</h1><p class="muted">only visible to ${state.users.get(user ?? '')?.name ?? 'nobody'}${closed === true ? ', closed' : ''}</p></header>
    <div class="messages ${kind}">${blocks.map((b) => blockOf(state, b))}${submit}</div>`);
}

/** A channel with its messages, threads under their message. `target`: the message that a link leads to, without the dot. */
export function channelPage(state: SlackState, channel: Channel, target: string | null): Html {
  const tops = channel.messages.filter((m) => m.threadTs === null || !channel.messages.some((p) => p.ts === m.threadTs));
  const shown = tops.map((m) => {
    const replies = channel.messages.filter((r) => r.threadTs === m.ts);
    return html`<section>${messageBox(state, m, target)}${replies.length > 0 ? html`<div class="thread"><p class="muted">${replies.length} repl${replies.length === 1 ? 'y' : 'ies'}</p>${replies.map((r) => messageBox(state, r, target))}</div>` : ''}</section>`;
  });
  return shell(state, `#${channel.name}`, channel, html`<header><h1>${channel.im ? '' : '#'}${channel.name}</h1>${channel.archived ? html`<p class="muted">This channel is archived.</p>` : ''}</header>
    <div class="messages">${shown.length > 0 ? shown : html`<p class="muted">Nothing was said here yet.</p>`}</div>`);
}

function messageBox(state: SlackState, message: Message, target: string | null): Html {
  const id = message.ts.replace('.', '');
  return html`<article id="p${id}"${target === id ? html` class="target"` : ''}><div class="face ${message.user.isBot ? 'app' : ''}">${message.user.realName.slice(0, 1).toUpperCase()}</div><div class="said">
    <p class="who"><b>${message.user.realName}</b>${message.user.isBot ? html` <span class="bot">APP</span>` : ''} <a class="muted" href="/archives/${message.channel.id}/p${id}">${when(message.at)}</a>${message.ephemeralFor !== null ? html` <span class="muted">only visible to ${state.users.get(message.ephemeralFor)?.name ?? message.ephemeralFor}</span>` : ''}</p>
    ${bodyOf(state, message.text, message.blocks)}${edits(state, message)}${reactions(message)}</div></article>`;
}

function bodyOf(state: SlackState, text: string, blocks: readonly Json[] | null): Html {
  if (blocks !== null && blocks.length > 0) return html`${blocks.map((b) => blockOf(state, b))}`;
  return html`<div class="text">${renderMrkdwn(text, state)}</div>`;
}

function edits(state: SlackState, message: Message): Html {
  if (message.history.length === 0) return message.edited === null ? html`` : html`<p class="muted">(edited)</p>`;
  return html`<details><summary class="muted">(edited ${message.history.length === 1 ? 'once' : `${message.history.length} times`})</summary>
    ${message.history.map((h) => html`<div class="before"><p class="muted">until ${when(h.at)}</p>${bodyOf(state, h.text, h.blocks)}</div>`)}</details>`;
}

function reactions(message: Message): Html {
  return message.reactions.length === 0 ? html`` : html`<p class="reactions">${message.reactions.map((r) => html`<span>${emoji(r.name)} ${r.users.length}</span>`)}</p>`;
}

function blockOf(state: SlackState, block: Json): Html {
  const elements = Array.isArray(block['elements']) ? block['elements'] as Json[] : [];
  switch (block['type']) {
    case 'header': return html`<h3>${textOf(state, block['text'])}</h3>`;
    case 'divider': return html`<hr>`;
    case 'section': return html`<div class="section"><div class="text">${textOf(state, block['text'])}${fieldsOf(state, block['fields'])}</div>${block['accessory'] === undefined ? '' : element(state, block['accessory'] as Json)}</div>`;
    case 'context': return html`<div class="context">${elements.map((e) => html`<span>${textOf(state, e)}</span> `)}</div>`;
    case 'actions': return html`<div class="actions">${elements.map((e) => element(state, e))}</div>`;
    case 'input': return html`<label><b>${textOf(state, block['label'])}</b><textarea></textarea><span class="muted">${textOf(state, block['hint'])}</span></label>`;
    default: return html`<pre>${JSON.stringify(block, null, 1)}</pre>`;
  }
}

function fieldsOf(state: SlackState, fields: unknown): Html {
  return Array.isArray(fields) ? html`<div class="fields">${(fields as Json[]).map((f) => html`<div>${textOf(state, f)}</div>`)}</div>` : html``;
}

function textOf(state: SlackState, text: unknown): Html {
  if (typeof text !== 'object' || text === null) return html``;
  const { type, text: value } = text as Json;
  if (typeof value !== 'string') return html``;
  return type === 'mrkdwn' ? renderMrkdwn(value, state) : renderPlain(value);
}

function element(state: SlackState, e: Json): Html {
  const style = typeof e['style'] === 'string' ? e['style'] : '';
  const label = textOf(state, e['text']);
  if (e['type'] === 'static_select') {
    const options = Array.isArray(e['options']) ? e['options'] as Json[] : [];
    return html`<select class="button" title="${typeof e['action_id'] === 'string' ? e['action_id'] : ''}"><option>${textOf(state, e['placeholder'])}</option>${options.map((o) => html`<option>${textOf(state, o['text'])}</option>`)}</select>`;
  }
  return typeof e['url'] === 'string' && /^https?:/.test(e['url']) ? html`<a class="button ${style}" href="${e['url']}">${label}</a>` : html`<span class="button ${style}" title="${typeof e['action_id'] === 'string' ? e['action_id'] : ''}">${label}</span>`;
}
