import type { CheckRun, Issue } from '../../demo/stand-ins/github/index.ts';
import type { World } from './world.ts';

/** All that stays of a run: what people see on GitHub and in Slack, who was called, and what the program wrote down. */

/** A text without what differs between two runs of the same flow: times, spans, commits, ids, addresses. */
export const tidy = (words: string): string => words.replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>').replaceAll(/\bissuecomment-\d+/g, 'issuecomment-<id>').replaceAll(/\bc\d+(?=:\d)/g, 'c<id>')
  .replaceAll(/\b[0-9a-f]{16,64}\b/g, '<hex>').replaceAll(/\bx[0-9a-f]{6,64}\b/g, '<hex>').replaceAll(/\b\w{3} \d{1,2} \w{3} (?:\d{4} )?\d\d:\d\d UTC/g, '<time>').replaceAll(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2}\b/g, '<date>').replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>').replaceAll(/\b[12]\d{9}(?:\d{3}|\.\d{6})?\b/g, '<time>')
  .replaceAll(/\b[0-9a-f]{7,15}\b/g, '<hex>').replaceAll(/\b\d+ (?:d|h|min|s)(?: \d+ (?:h|min|s))?\b/g, '<span>').replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '<host>')
  .replaceAll(/(<!-- archsignal:comment:\S+\.[a-z-]+\.(?:0|<hex>)\.)[a-z0-9]+(?=:)/g, '$1<time>')
  .replaceAll(/\b(breakage|stale|step-linux-s390x|warning-linux-s390x|mute-e2e)-[a-z0-9]{4,}/g, '$1-<id>').replaceAll(/\/\d{10,}/g, '/<build>');

/**
 * What was said in the thread before the issue was there names none: Slack does not wait for an issue that does not come
 * soon, and nobody edits what was said.
 */
const lateIssue = (words: string): string => words.replaceAll(/say on <<host>[^|>]*\|#\d+>/g, 'say on its issue');

function issueText(issue: Issue): string {
  const { number, state, stateReason, title, labels, assignees, locked, pull } = issue;
  const reacted = (on: { readonly reactions: Issue['reactions'] }): string => on.reactions.map((r) => `${r.user.login} ${r.content}`).sort().join();
  return [
    `#${number} ${state} ${stateReason ?? ''} ${title} [${labels.map((l) => l.name).sort().join()}] (${assignees.map((u) => u.login).sort().join()})${locked ? ' locked' : ''} ${reacted(issue)}`,
    ...pull === null ? [] : [`pull ${pull.head} into ${pull.base} merged by ${pull.mergedBy?.login ?? 'nobody'} review by ${[...pull.reviewers, ...pull.reviewTeams].sort().join()}`],
    // Answers to people and news of what they decided are rows of their own, and come in either order.
    issue.body ?? '', ...issue.comments.map((c) => `-- ${c.user.login}: ${c.body} ${reacted(c)}`).sort(),
  ].join('\n');
}

/** What a check of ours says; of one commit the newest counts. */
const checkText = ({ name, conclusion, title, summary, annotations }: CheckRun): string =>
  [`check ${name}: ${conclusion ?? ''} ${title ?? ''}`, summary ?? '', ...annotations.map((a) => `${a.path}:${a.line} ${a.title ?? ''}: ${a.message}`)].join('\n');

function slackText({ slack }: World): string[] {
  return [...slack.state.channels.values()].flatMap((c) => {
    const all = slack.messages(c.name, 'all');
    // What one person alone is told may be told again to whoever asks again.
    const whispers = [...new Set(all.filter((m) => m.ephemeralFor !== null || c.im).map((m) => `${c.name} to ${m.ephemeralFor ?? 'one'}: ${m.text}`))].sort();
    const said = all.filter((m) => m.ephemeralFor === null && !c.im && m.threadTs === null);
    return [...said.map((m) => [`${c.name}: ${m.text}`, ...slack.thread(m).map((r) => `  -> ${r.text}`)].join('\n')), ...whispers];
  });
}

/** What a webhook told that never came is seen with the next look: the same fact, learnt in another way. */
const howLearnt = (words: string): string => words.replaceAll(/"delivery":"<uuid>"|"seen":"with a regular look"/g, '"learnt"')
  .replaceAll(/"event":"issues\.\w+","url":"[^"]*"|"issue":\{[^{}]*\}/g, '"on the issue"');

/** The audit, by what it is about: what is about one thing was written in this order. */
async function auditText({ place }: World): Promise<string[]> {
  const rows = await place.rows('select entity, what, actor, evidence from audit order by seq');
  const of = new Map<string, string[]>();
  for (const r of rows) {
    const entity = tidy(String(r['entity']));
    of.set(entity, [...of.get(entity) ?? [], howLearnt(tidy(`${String(r['what'])} by ${String(r['actor'])} ${String(r['evidence'])}`))]);
  }
  return [...of].sort(([a], [b]) => a < b ? -1 : 1).map(([entity, lines]) => [entity, ...lines].join('\n  '));
}

async function filesText({ github }: World): Promise<string[]> {
  const { git } = github.repo('demo/demo');
  return [...git.branches.keys()].sort().map((branch) => `${branch}: ${JSON.stringify([...git.at(branch)?.files ?? []])}`);
}

/** The whole of it, as text. */
export async function picture(world: World): Promise<string> {
  const { github, slack } = world;
  const parts = [
    ...[...github.state.repos.values()].flatMap((r) => [...[...r.issues.values()].map(issueText), ...r.checkRuns.filter((c) => c.reported === undefined).map(checkText)]), ...slackText(world), ...await filesText(world),
    `mentions: ${github.mentions().map((m) => `${m.handle} on #${m.issue.number}`).sort().join(', ')}`,
    `Slack pings: ${slack.pings().map((p) => p.target).sort().join(', ')}`, 'audit:', ...await auditText(world),
  ];
  return lateIssue(tidy(parts.join('\n\n')));
}

/** The lines in which two pictures differ, each marked by the one that has it. */
export function difference(peace: string, trouble: string): string[] {
  const [a, b] = [peace.split('\n'), trouble.split('\n')];
  const count = (lines: readonly string[]): Map<string, number> => lines.reduce((m, l) => m.set(l, (m.get(l) ?? 0) + 1), new Map<string, number>());
  const only = (lines: readonly string[], others: readonly string[], mark: string): string[] =>
    [...count(lines)].flatMap(([line, n]) => Array.from({ length: Math.max(0, n - (count(others).get(line) ?? 0)) }, () => `${mark} ${line}`));
  const lines = [...only(a, b, '- '), ...only(b, a, '+ ')];
  return lines.length === 0 && peace !== trouble ? ['  the same lines in another order'] : lines;
}
