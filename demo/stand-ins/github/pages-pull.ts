import { html, when, type Html } from '../common/html.ts';
import type { CheckRun, Issue } from './state.ts';

/** What the page of a pull request shows besides its conversation, and the page of a job of GitHub Actions. */

/** Unchanged lines that are shown around a change. */
const AROUND = 3;

export const stateOf = ({ state, pull }: Issue): 'open' | 'closed' | 'merged' => pull?.mergedAt ? 'merged' : state;

/** The checks of a pull request's newest commit, the newest run of each; nothing for an issue. */
export function checks({ pull, repo }: Issue): Html {
  if (!pull) return html``;
  const head = repo.git.at(pull.head)?.sha ?? pull.headSha;
  const newest = new Map(repo.checkRuns.filter((r) => r.headSha === head && r.reported !== undefined).map((r) => [r.name, r]));
  return html`${[...newest.values()].map((r) => html`<p class="event"><b class="${tone(r)}">${r.name}</b> <a href="${pathOf(r)}">${r.conclusion ?? 'in progress'}</a> <span class="muted">${when(r.at)}</span></p>`)}`;
}

const tone = ({ conclusion }: CheckRun): string => conclusion === 'success' ? 'ok' : 'red';
const pathOf = (run: CheckRun): string => URL.parse(run.reported?.detailsUrl ?? '')?.pathname ?? '';

/** The page of a run: its log. */
export const jobPage = (run: CheckRun): Html => html`<h1>${run.name}</h1>
  <p class="state-line"><b class="${tone(run)}">${run.conclusion ?? 'in progress'}</b> · ${when(run.at)} · commit <code>${run.headSha.slice(0, 7)}</code></p>
  <pre class="source">${run.reported?.log ?? 'It printed nothing.'}</pre>`;

/** What a pull request changes, file by file; nothing for an issue. */
export function files({ pull, repo }: Issue): Html {
  if (!pull) return html``;
  const { git } = repo;
  const head = git.at(pull.head)?.sha ?? pull.headSha;
  // Merged, it is what the merge brought in.
  const from = pull.mergedAs === null ? git.fork(pull.base, head) : git.at(pull.mergedAs)?.parents[0] ?? null;
  const to = pull.mergedAs ?? head;
  return html`${[...git.changes(from, to).keys()].map((path) => html`<h4 class="file">${path}</h4>
    <pre>${difference(from === null ? '' : git.read(from, path) ?? '', git.read(to, path) ?? '')}</pre>`)}`;
}

/** The lines between the first and the last that differ, with some around. */
function difference(before: string, after: string): Html {
  const [a, b] = [lines(before), lines(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const row = (kind: string, sign: string) => (line: string): Html => html`<span class="${kind}">${sign} ${line}</span>
`;
  return html`${a.slice(Math.max(0, start - AROUND), start).map(row('', ' '))}${a.slice(start, a.length - end).map(row('removed', '-'))}${b.slice(start, b.length - end).map(row('added', '+'))}${a.slice(a.length - end, a.length - end + AROUND).map(row('', ' '))}`;
}

const lines = (text: string): string[] => text === '' ? [] : text.replace(/\n$/, '').split('\n');
