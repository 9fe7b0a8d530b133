import { fullName, type CheckRun, type Comment, type Issue, type Label, type PullIssue, type Reaction, type Repo, type State, type Team, type User } from './state.ts';

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
const node = (kind: string, id: number): string => Buffer.from(`${kind}:${id}`).toString('base64url');

/** GitHub's JSON of everything, with links that lead back to this server. `base` is its REST root, `site` its pages. */
export class Shapes {
  readonly base: string;
  readonly site: string;
  readonly state: State;
  readonly appId: number;

  constructor(state: State, appId: number, site: string, base = site) {
    this.state = state;
    this.appId = appId;
    this.site = site;
    this.base = base;
  }

  user(user: User): Record<string, unknown> {
    const url = `${this.base}/users/${encodeURIComponent(user.login)}`;
    return {
      login: user.login, id: user.id, node_id: node('User', user.id), avatar_url: '', gravatar_id: '', url,
      html_url: user.type === 'Bot' ? `${this.site}/apps/${user.login.replace('[bot]', '')}` : `${this.site}/${user.login}`,
      followers_url: `${url}/followers`, organizations_url: `${url}/orgs`, repos_url: `${url}/repos`,
      events_url: `${url}/events{/privacy}`, received_events_url: `${url}/received_events`,
      type: user.type, user_view_type: 'public', site_admin: false,
    };
  }

  repo(repo: Repo): Record<string, unknown> {
    const url = `${this.base}/repos/${fullName(repo)}`;
    const open = [...repo.issues.values()].filter((i) => i.state === 'open').length;
    return {
      id: repo.id, node_id: node('Repository', repo.id), name: repo.name, full_name: fullName(repo), private: repo.private,
      owner: this.user(this.state.user(repo.owner, 'Organization')), html_url: `${this.site}/${fullName(repo)}`, description: null, fork: false, url,
      issues_url: `${url}/issues{/number}`, labels_url: `${url}/labels{/name}`, comments_url: `${url}/comments{/number}`,
      issue_comment_url: `${url}/issues/comments{/number}`, contents_url: `${url}/contents/{+path}`, pulls_url: `${url}/pulls{/number}`,
      has_issues: repo.hasIssues, has_projects: false, has_wiki: false, archived: repo.archived, disabled: false,
      open_issues_count: open, open_issues: open, visibility: repo.private ? 'private' : 'public', default_branch: repo.defaultBranch, pushed_at: isoOrNull(repo.pushedAt),
      permissions: { admin: false, maintain: false, push: false, triage: false, pull: true },
    };
  }

  label(repo: Repo, label: Label): Record<string, unknown> {
    return {
      id: label.id, node_id: node('Label', label.id), url: `${this.base}/repos/${fullName(repo)}/labels/${encodeURIComponent(label.name)}`,
      name: label.name, color: label.color, default: false, description: label.description,
    };
  }

  repoUrl(repo: Repo): string { return `${this.base}/repos/${fullName(repo)}`; }

  issueUrl(issue: Issue): string { return `${this.site}/${fullName(issue.repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`; }

  commentUrl(comment: Comment): string { return `${this.issueUrl(comment.issue)}#issuecomment-${comment.id}`; }

  app(): Record<string, unknown> {
    return { id: this.appId, client_id: `Iv1.${this.appId}`, slug: this.state.slug, node_id: node('App', this.appId), name: this.state.slug, owner: this.user(this.state.user('operator')), html_url: `${this.site}/apps/${this.state.slug}` };
  }

  issue(issue: Issue): Record<string, unknown> {
    const url = `${this.base}/repos/${fullName(issue.repo)}/issues/${issue.number}`;
    const assignees = issue.assignees.map((u) => this.user(u));
    return {
      url, repository_url: `${this.base}/repos/${fullName(issue.repo)}`, labels_url: `${url}/labels{/name}`, comments_url: `${url}/comments`,
      events_url: `${url}/events`, html_url: this.issueUrl(issue), id: issue.id, node_id: node('Issue', issue.id), number: issue.number,
      title: issue.title, user: this.user(issue.user), labels: issue.labels.map((l) => this.label(issue.repo, l)), state: issue.state,
      locked: issue.locked, assignee: assignees[0] ?? null, assignees, milestone: issue.milestone === null ? null : this.milestone(issue.milestone), comments: issue.comments.length,
      created_at: iso(issue.createdAt), updated_at: iso(issue.updatedAt), closed_at: isoOrNull(issue.closedAt),
      author_association: this.#association(issue.repo, issue.user), active_lock_reason: issue.lockReason, body: issue.body,
      closed_by: issue.closedBy ? this.user(issue.closedBy) : null, reactions: this.#tally(`${url}/reactions`, issue.reactions),
      timeline_url: `${url}/timeline`, performed_via_github_app: issue.user === this.state.app ? this.app() : null, state_reason: issue.stateReason,
      ...(issue.pull && { pull_request: { url: `${this.repoUrl(issue.repo)}/pulls/${issue.number}`, html_url: this.issueUrl(issue), merged_at: isoOrNull(issue.pull.mergedAt) } }),
    };
  }

  pull(issue: PullIssue): Record<string, unknown> {
    const { repo, pull } = issue;
    const end = (ref: string, sha: string): Record<string, unknown> => ({ label: `${repo.owner}:${ref}`, ref, sha, user: this.user(this.state.user(repo.owner)), repo: this.repo(repo) });
    const { body, title, number, user, labels, assignees, locked, state, milestone } = this.issue(issue);
    return {
      url: `${this.repoUrl(repo)}/pulls/${issue.number}`, id: issue.id, number, html_url: this.issueUrl(issue), issue_url: `${this.repoUrl(repo)}/issues/${issue.number}`,
      title, body, state, user, labels, assignees, locked, draft: false, created_at: iso(issue.createdAt), updated_at: iso(issue.updatedAt), closed_at: isoOrNull(issue.closedAt),
      merged_at: isoOrNull(pull.mergedAt), merged: pull.mergedAt !== null, merged_by: pull.mergedBy ? this.user(pull.mergedBy) : null, merge_commit_sha: pull.mergedAs, milestone,
      requested_reviewers: pull.reviewers.map((l) => this.user(this.state.user(l))), requested_teams: pull.reviewTeams.map((slug) => ({ slug, name: slug })),
      head: end(pull.head, repo.git.at(pull.head)?.sha ?? pull.headSha), base: end(pull.base, repo.git.at(pull.base)?.sha ?? ''),
    };
  }

  checkRun(repo: Repo, run: CheckRun): Record<string, unknown> {
    const url = `${this.repoUrl(repo)}/check-runs/${run.id}`;
    const branch = [...repo.git.branches].find(([, sha]) => sha === run.headSha)?.[0] ?? null;
    const pulls = [...repo.issues.values()].filter((i) => i.pull?.headSha === run.headSha && i.state === 'open').map((i) => ({ number: i.number, url: `${this.repoUrl(repo)}/pulls/${i.number}` }));
    return {
      id: run.id, node_id: node('CheckRun', run.id), name: run.name, head_sha: run.headSha, external_id: run.externalId, url, html_url: `${this.site}/${fullName(repo)}/runs/${run.id}`,
      details_url: run.reported?.detailsUrl ?? `${this.site}/apps/${this.state.slug}`, status: run.status, conclusion: run.conclusion, started_at: iso(run.at), completed_at: run.conclusion === null ? null : iso(run.reported?.endedAt ?? run.at),
      output: { title: run.title, summary: run.summary, text: null, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
      check_suite: { id: 1, head_branch: branch, head_sha: run.headSha }, app: run.reported ? { ...run.reported.app, name: run.reported.app.slug } : this.app(), pull_requests: pulls,
    };
  }

  milestone(title: string): Record<string, unknown> {
    const number = this.state.milestones.get(title) ?? this.state.milestones.size + 1;
    this.state.milestones.set(title, number);
    return { id: number, number, title, state: 'open', description: null };
  }

  comment(comment: Comment): Record<string, unknown> {
    const url = `${this.base}/repos/${fullName(comment.issue.repo)}/issues/comments/${comment.id}`;
    return {
      url, html_url: this.commentUrl(comment), issue_url: `${this.base}/repos/${fullName(comment.issue.repo)}/issues/${comment.issue.number}`,
      id: comment.id, node_id: node('IssueComment', comment.id), user: this.user(comment.user), created_at: iso(comment.createdAt),
      updated_at: iso(comment.updatedAt), author_association: this.#association(comment.issue.repo, comment.user), body: comment.body,
      reactions: this.#tally(`${url}/reactions`, comment.reactions), performed_via_github_app: comment.user === this.state.app ? this.app() : null,
    };
  }

  reaction(reaction: Reaction): Record<string, unknown> {
    return { id: reaction.id, node_id: node('Reaction', reaction.id), user: this.user(reaction.user), content: reaction.content, created_at: iso(reaction.at) };
  }

  team(team: Team): Record<string, unknown> {
    return {
      id: team.id, node_id: node('Team', team.id), name: team.name, slug: team.slug, description: null, privacy: team.privacy,
      notification_setting: 'notifications_enabled', permission: 'pull', url: `${this.base}/organizations/${this.state.user(team.org).id}/team/${team.id}`,
      html_url: `${this.site}/orgs/${team.org}/teams/${team.slug}`, members_url: `${this.base}/orgs/${team.org}/teams/${team.slug}/members{/member}`,
      members_count: team.members.size, organization: this.org(this.state.user(team.org)),
    };
  }

  org(org: User): Record<string, unknown> {
    return { login: org.login, id: org.id, node_id: node('Organization', org.id), url: `${this.base}/orgs/${org.login}`, html_url: `${this.site}/${org.login}`, avatar_url: '', description: null, type: 'Organization' };
  }

  #association(repo: Repo, user: User): string {
    if (user.type === 'Bot') return 'NONE';
    return this.state.isMember(repo.owner, user.login) ? 'MEMBER' : 'NONE';
  }

  #tally(url: string, reactions: readonly Reaction[]): Record<string, unknown> {
    const names = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];
    return { url, total_count: reactions.length, ...Object.fromEntries(names.map((n) => [n, reactions.filter((r) => r.content === n).length])) };
  }
}
