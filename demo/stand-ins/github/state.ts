import { Git } from './git.ts';

/** What GitHub remembers. Everything here may be read and changed by a test; times are epoch milliseconds. */

export interface User { readonly id: number; readonly login: string; readonly type: 'User' | 'Bot' | 'Organization' }

export interface Team { readonly id: number; readonly org: string; readonly slug: string; name: string; privacy: 'closed' | 'secret'; readonly members: Set<string>; /** Invited, and not there yet. */ readonly pending: Set<string>; /** Teams whose members belong to this one as well. */ readonly children: Set<Team> }

export interface Label { readonly id: number; name: string; color: string; description: string | null }

export interface Reaction { readonly id: number; readonly user: User; readonly content: string; readonly at: number }

export interface Comment {
  readonly id: number;
  readonly issue: Issue;
  readonly user: User;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly reactions: Reaction[];
  /** Earlier bodies, oldest first. */
  readonly history: string[];
}

/** A line of an issue's timeline that is no comment: `olga closed this as completed`. */
export interface TimelineEvent { readonly at: number; readonly actor: User; readonly text: string }

export interface Issue {
  readonly id: number;
  readonly repo: Repo;
  readonly number: number;
  readonly user: User;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  labels: Label[];
  assignees: User[];
  /** Its title. */
  milestone: string | null;
  locked: boolean;
  lockReason: string | null;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: User | null;
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly timeline: TimelineEvent[];
  /** Earlier titles and bodies, oldest first. */
  readonly history: { readonly title: string; readonly body: string | null; readonly by: string }[];
  /** Lists do not show it yet: GitHub's lists may lag behind. */
  unlisted: boolean;
  /** What makes it a pull request. */
  readonly pull: Pull | null;
}

/** The part of a pull request that issues do not have. */
export interface Pull {
  readonly head: string;
  headSha: string;
  readonly base: string;
  mergedAt: number | null;
  mergedBy: User | null;
  /** The commit that the merge made. */
  mergedAs: string | null;
  /** Whose review is asked for: logins, and slugs of teams. */
  readonly reviewers: string[];
  readonly reviewTeams: string[];
  /** Where its branch was pushed to against its history, oldest first. */
  readonly forced?: { readonly at: number; readonly sha: string; readonly by: User }[];
}

export type PullIssue = Issue & { readonly pull: Pull };

export const isPull = (issue: Issue): issue is PullIssue => issue.pull !== null;

export interface Repo {
  readonly id: number;
  owner: string;
  name: string;
  private: boolean;
  archived: boolean;
  /** The App is installed on it. */
  installed: boolean;
  hasIssues: boolean;
  readonly defaultBranch: string;
  readonly labels: Map<string, Label>;
  readonly issues: Map<number, Issue>;
  /** Issues that are no longer here, and where they went. */
  readonly gone: Map<number, { readonly deleted: true } | { readonly deleted: false; readonly to: Issue }>;
  lastNumber: number;
  readonly git: Git;
  /** When something was last pushed to any branch. */
  pushedAt: number | null;
  /** Oldest first. */
  readonly checkRuns: CheckRun[];
  /** Oldest first. */
  readonly statuses: Status[];
  /** Protected branches; `checks` null: none is required. */
  readonly protection: Map<string, { readonly checks: readonly { readonly name: string; readonly app: number | null }[] | null }>;
  /** Rules of rulesets by the branch, as the API shows them. */
  readonly rules: Map<string, readonly Record<string, unknown>[]>;
}

/** What a check says at a line of a file. */
export interface Annotation { readonly path: string; readonly line: number; readonly level: string; readonly title: string; readonly message: string }

/** What a CI system says of a commit, under one name after the other. */
export interface Status { readonly id: number; readonly sha: string; readonly context: string; readonly state: string; readonly targetUrl: string | null; readonly description: string; readonly at: number; readonly by: User }

/** A check of a commit, by the App or by whoever reports it. */
export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly externalId: string;
  status: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
  readonly annotations: Annotation[];
  readonly at: number;
  /** Of a check by another App. */
  readonly reported?: { readonly app: { readonly id: number; readonly slug: string }; readonly detailsUrl: string; log: string | null; endedAt: number | null };
}

export const fullName = (repo: Repo): string => `${repo.owner}/${repo.name}`;

/** Repositories, people and teams, found whatever the case of their names. */
export class State {
  readonly repos = new Map<string, Repo>();
  readonly users = new Map<string, User>();
  readonly teams = new Map<string, Team>();
  /** Members of an organisation besides those of its teams. */
  readonly members = new Map<string, Set<string>>();
  readonly renamed = new Map<string, Repo>();
  /** Numbers of milestones by their titles. */
  readonly milestones = new Map<string, number>();
  readonly app: User;
  readonly slug: string;
  #id = 10_000;
  /** The App's installation on each owner; the first has the number that was asked for. */
  readonly #installations = new Map<string, number>();
  readonly #firstInstallation: number;

  constructor(slug: string, firstInstallation = 55_001) {
    this.slug = slug;
    this.#firstInstallation = firstInstallation;
    this.app = { id: 41_898_282, login: `${slug}[bot]`, type: 'Bot' };
    this.users.set(this.app.login.toLowerCase(), this.app);
  }

  /** A number that no other thing here has. */
  id(): number { return (this.#id += 1); }

  /** The user of this login, made where there is none. */
  user(login: string, type: User['type'] = login.endsWith('[bot]') ? 'Bot' : 'User'): User {
    const key = login.toLowerCase();
    const known = this.users.get(key);
    if (known) return known;
    const user: User = { id: this.id(), login, type };
    this.users.set(key, user);
    return user;
  }

  /** The repository `owner/name`, made where there is none: public, with the App installed. */
  repo(name: string, set: Partial<Pick<Repo, 'private' | 'archived' | 'installed' | 'hasIssues'>> = {}): Repo {
    let repo = this.repos.get(name.toLowerCase());
    if (!repo) {
      const [owner = '', short = ''] = name.split('/');
      repo = {
        id: this.id(), owner, name: short, private: false, archived: false, installed: true, hasIssues: true, defaultBranch: 'main',
        labels: new Map(), issues: new Map(), gone: new Map(), lastNumber: 0, git: new Git('main'), pushedAt: null, checkRuns: [], statuses: [], protection: new Map(), rules: new Map(),
      };
      this.repos.set(name.toLowerCase(), repo);
      this.user(owner, 'Organization');
      this.installationOf(owner);
    }
    return Object.assign(repo, set);
  }

  /** The number of the App's installation on an owner, made where there is none. */
  installationOf(owner: string): number {
    const key = owner.toLowerCase();
    const known = this.#installations.get(key) ?? this.#firstInstallation + this.#installations.size;
    this.#installations.set(key, known);
    return known;
  }

  /** Owners on which the App is installed, with the numbers of the installations. */
  installations(): [owner: string, id: number][] { return [...this.#installations]; }

  /** Calls an owner differently; its teams go along, and so does its installation. */
  renameOwner(from: string, to: string): number {
    const id = this.installationOf(from);
    this.#installations.delete(from.toLowerCase());
    this.#installations.set(to.toLowerCase(), id);
    for (const [key, team] of this.teams) {
      if (team.org.toLowerCase() !== from.toLowerCase()) continue;
      this.teams.delete(key);
      this.teams.set(`${to}/${team.slug}`.toLowerCase(), { ...team, org: to });
    }
    return id;
  }

  /** Renames a repository; its old name answers 301 from then on. */
  rename(from: string, to: string): Repo {
    const repo = this.repo(from);
    const [owner = '', name = ''] = to.split('/');
    this.repos.delete(from.toLowerCase());
    this.renamed.set(from.toLowerCase(), repo);
    repo.owner = owner;
    repo.name = name;
    this.repos.set(to.toLowerCase(), repo);
    this.renamed.delete(to.toLowerCase());
    this.user(owner, 'Organization');
    this.installationOf(owner);
    return repo;
  }

  /** The team `org/slug` with these members, made where there is none; members are added. */
  team(name: string, members: readonly string[] = []): Team {
    const [org = '', slug = ''] = name.split('/');
    let team = this.teams.get(name.toLowerCase());
    if (!team) {
      team = { id: this.id(), org, slug, name: slug, privacy: 'closed', members: new Set(), pending: new Set(), children: new Set() };
      this.teams.set(name.toLowerCase(), team);
      this.user(org, 'Organization');
    }
    for (const login of members) team.members.add(this.user(login).login);
    return team;
  }

  /** Makes people members of an organisation without a team. */
  join(org: string, logins: readonly string[]): void {
    this.user(org, 'Organization');
    const set = this.members.get(org.toLowerCase()) ?? new Set<string>();
    for (const login of logins) set.add(this.user(login).login);
    this.members.set(org.toLowerCase(), set);
  }

  isMember(org: string, login: string): boolean {
    const same = (other: string): boolean => other.toLowerCase() === login.toLowerCase();
    if ([...this.members.get(org.toLowerCase()) ?? []].some(same)) return true;
    return [...this.teams.values()].some((t) => t.org.toLowerCase() === org.toLowerCase() && [...t.members].some(same));
  }

  /** The label of this name, made grey where the repository has none, as GitHub does for an issue's labels. */
  label(repo: Repo, name: string): Label {
    const known = repo.labels.get(name.toLowerCase());
    if (known) return known;
    const label: Label = { id: this.id(), name, color: 'ededed', description: null };
    repo.labels.set(name.toLowerCase(), label);
    return label;
  }

  /** The comment of this id in a repository, null where there is none. */
  comment(repo: Repo, id: number): Comment | null {
    for (const issue of repo.issues.values()) {
      const found = issue.comments.find((c) => c.id === id);
      if (found) return found;
    }
    return null;
  }
}
