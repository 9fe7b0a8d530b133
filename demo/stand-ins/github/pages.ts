import { page, type Answer } from '../common/answer.ts';
import type { Call } from '../common/call.ts';
import { document, html, type Html, when } from '../common/html.ts';
import { emoji } from '../common/emoji.ts';
import { renderMarkdown } from './markdown.ts';
import { checks, files, jobPage, stateOf } from './pages-pull.ts';
import { STYLE } from './style.ts';
import { fullName, type Comment, type Issue, type Label, type Reaction, type Repo, type TimelineEvent, type User } from './state.ts';
import type { World } from './world.ts';

const RESERVED = new Set(['repos', 'app', 'apps', 'orgs', 'users', 'api', 'repositories', 'installation', 'settings']);

/** The page at a request's path; null where there is none and the request is for the API. */
export async function pageFor(world: World, call: Call): Promise<Answer | null> {
  if (call.method !== 'GET') return null;
  if (call.path === '/' && (call.headers.accept ?? '').includes('text/html')) return page(home(world));
  const match = /^\/([^/]+)\/([^/]+)\/(issues|pull|commit|compare|actions)(?:\/([^/]+))?(?:\/\d+\/job\/(\d+))?\/?$/.exec(call.path);
  if (!match || RESERVED.has(match[1] ?? '')) return null;
  const repo = world.state.repos.get(`${match[1]}/${match[2]}`.toLowerCase());
  if (!repo) return page(shell('Not found', null, html`<p class="empty">There is no such repository here.</p>`), 404);
  const run = match[3] === 'actions' ? repo.checkRuns.find((r) => r.id === Number(match[5])) : undefined;
  if (run) return page(shell(run.name, repo, jobPage(run)));
  if (match[3] !== 'issues' && match[3] !== 'pull') return page(shell(`${match[3]} ${match[4]}`, repo, html`<p class="empty">This stand-in keeps issues only; here would be the ${match[3]} <code>${decodeURIComponent(match[4] ?? '')}</code>.</p>`));
  if (match[4] === undefined) return page(list(repo, call.query.get('q') ?? 'open'));
  const issue = repo.issues.get(Number(match[4]));
  if (!issue) return page(shell('Not found', repo, html`<p class="empty">This issue is not here; it may have been deleted or moved.</p>`), 404);
  return page(await issuePage(world, issue));
}

function shell(title: string, repo: Repo | null, body: Html): Html {
  const crumbs = repo ? html`<a href="/">GitHub stand-in</a> / <a href="/${fullName(repo)}/issues"><b>${fullName(repo)}</b></a>` : html`<b>GitHub stand-in</b>`;
  return document(`${title} · ${repo ? fullName(repo) : 'GitHub stand-in'}`, STYLE, html`<header>${crumbs}</header><main>${body}</main>`);
}

function home(world: World): Html {
  const rows = [...world.state.repos.values()].map((r) => html`<li><a href="/${fullName(r)}/issues">${fullName(r)}</a> <span class="muted">${[...r.issues.values()].filter((i) => i.state === 'open').length} open issues</span></li>`);
  return shell('Repositories', null, html`<h1>Repositories</h1><ul class="plain">${rows}</ul>`);
}

function list(repo: Repo, which: string): Html {
  const all = [...repo.issues.values()].sort((a, b) => b.number - a.number);
  const shown = all.filter((i) => which === 'all' || i.state === which);
  const count = (state: string): number => all.filter((i) => i.state === state).length;
  const tab = (name: string, label: string): Html => html`<a href="?q=${name}"${which === name ? html` class="on"` : ''}>${label}</a>`;
  const rows = shown.map((i) => html`<li class="row"><span class="dot ${stateOf(i)}"></span><div><a class="title" href="/${fullName(repo)}/issues/${i.number}">${i.title}</a> ${i.labels.map(chip)}
    <div class="muted">${i.pull ? 'pull request ' : ''}#${i.number} opened ${when(i.createdAt)} by ${i.user.login}${i.closedAt === null ? '' : ` · ${stateOf(i)} ${when(i.closedAt)}`}</div></div>
    <span class="count">${i.comments.length > 0 ? `💬 ${i.comments.length}` : ''}</span></li>`);
  return shell('Issues', repo, html`<nav class="tabs">${tab('open', `${count('open')} open`)} ${tab('closed', `${count('closed')} closed`)} ${tab('all', 'all')}</nav>
    <ul class="list">${shown.length > 0 ? rows : html`<li class="empty">No issues here.</li>`}</ul>`);
}

/** A label in its colour, its text dark or light by the colour's brightness. */
function chip(label: Label): Html {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((i) => parseInt(label.color.slice(i, i + 2), 16));
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 140;
  return html`<span class="label" title="${label.description ?? ''}" style="background:#${label.color};color:${dark ? '#fff' : '#1f2328'}">${label.name}</span>`;
}

async function issuePage(world: World, issue: Issue): Promise<Html> {
  const entries: { at: number; order: number; html: Html }[] = [
    ...await Promise.all(issue.comments.map(async (c) => ({ at: c.createdAt, order: c.id, html: await box(world, c) }))),
    ...issue.timeline.map((e, i) => ({ at: e.at, order: i, html: event(e) })),
  ];
  entries.sort((a, b) => a.at - b.at || a.order - b.order);
  return shell(`${issue.title} · #${issue.number}`, issue.repo, html`
    <h1>${issue.title} <span class="number">#${issue.number}</span></h1>
    <p class="state-line"><span class="state ${stateOf(issue)}">${stateWords(issue)}</span>
      <b>${issue.user.login}</b> ${bot(issue.user)} opened this ${when(issue.createdAt)} · ${issue.comments.length} comment${issue.comments.length === 1 ? '' : 's'}${issue.locked ? ' · 🔒 locked' : ''}</p>
    <div class="columns"><div class="thread">${await box(world, issue)}${entries.map((e) => e.html)}${checks(issue)}${files(issue)}</div>
    <aside><h4>Assignees</h4><p>${issue.assignees.length > 0 ? issue.assignees.map((u) => u.login).join(', ') : html`<span class="muted">nobody</span>`}</p>
      <h4>Labels</h4><p>${issue.labels.map((l) => html`${chip(l)} `)}</p>
      <h4>Notified by a mention</h4><p>${notified(world, issue)}</p></aside></div>`);
}

const stateWords = (issue: Issue): string => stateOf(issue) === 'merged' ? 'Merged' : issue.state === 'open' ? 'Open' : `Closed${issue.stateReason === 'not_planned' ? ' as not planned' : ''}`;

function notified(world: World, issue: Issue): Html {
  const mentions = world.mentions.all.filter((m) => m.issue === issue && !m.quoted);
  if (mentions.length === 0) return html`<span class="muted">nobody</span>`;
  return html`${mentions.map((m) => html`<span class="ping">${m.handle}<br><span class="muted">${when(m.at)}</span></span>`)}`;
}

async function box(world: World, text: Issue | Comment): Promise<Html> {
  const isComment = 'issue' in text;
  const repo = isComment ? text.issue.repo : text.repo;
  const rules = { issue: (n: number) => `/${fullName(repo)}/issues/${n}`, commit: (sha: string) => `/${fullName(repo)}/commit/${sha}` };
  const body = text.body === null || text.body === '' ? html`<p class="muted">No description provided.</p>` : await renderMarkdown(text.body, rules);
  const edits = isComment ? text.history.length : text.history.filter((h, i) => h.body !== (text.history[i + 1] ?? text).body).length;
  return html`<article id="${isComment ? `issuecomment-${text.id}` : 'issue'}"><h3><b>${text.user.login}</b> ${bot(text.user)}<span class="muted">${isComment ? 'commented' : 'opened'} ${when(text.createdAt)}${edits > 0 ? ` · edited ${edits === 1 ? 'once' : `${edits} times`}` : ''}</span></h3>
    <div class="markdown">${body}</div>${reactions(text.reactions)}</article>`;
}

const bot = (user: User): Html => (user.type === 'Bot' ? html`<span class="bot">bot</span> ` : html``);

function reactions(all: readonly Reaction[]): Html {
  if (all.length === 0) return html``;
  const counts = new Map<string, number>();
  for (const r of all) counts.set(r.content, (counts.get(r.content) ?? 0) + 1);
  return html`<p class="reactions">${[...counts].map(([content, n]) => html`<span>${emoji(content)} ${n}</span>`)}</p>`;
}

const event = (e: TimelineEvent): Html => html`<p class="event"><b>${e.actor.login}</b> ${bot(e.actor)}${e.text} <span class="muted">${when(e.at)}</span></p>`;
