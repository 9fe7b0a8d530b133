/** What GitHub remembers. Everything here may be read and changed by a test; times are epoch milliseconds. */

export interface User { readonly id: number; readonly login: string; readonly type: 'User' | 'Bot' | 'Organization' }

export interface Team { readonly id: number; readonly org: string; readonly slug: string; name: string; privacy: 'closed' | 'secret'; readonly members: Set<string> }

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
}

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
  readonly app: User;
  readonly slug: string;
  #id = 10_000;

  constructor(slug: string) {
    this.slug = slug;
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
        labels: new Map(), issues: new Map(), gone: new Map(), lastNumber: 0,
      };
      this.repos.set(name.toLowerCase(), repo);
      this.user(owner, 'Organization');
    }
    return Object.assign(repo, set);
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
    return repo;
  }

  /** The team `org/slug` with these members, made where there is none; members are added. */
  team(name: string, members: readonly string[] = []): Team {
    const [org = '', slug = ''] = name.split('/');
    let team = this.teams.get(name.toLowerCase());
    if (!team) {
      team = { id: this.id(), org, slug, name: slug, privacy: 'closed', members: new Set() };
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
