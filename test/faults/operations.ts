/** What the program asks of the outside, by its kind: the same for every repository, issue, commit and channel. */

export const SYSTEMS = ['GitHub', 'Slack', 'TestGrid', 'Prow', 'PostgreSQL'] as const;
export type System = (typeof SYSTEMS)[number];

/** One kind of request or statement: `GitHub POST /repos/{repo}/issues`, `PostgreSQL commit (outbox)`. */
export interface Operation {
  readonly system: System;
  readonly name: string;
  /** It changes something outside. */
  readonly writes: boolean;
}

const GITHUB: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v3(?=\/)/, ''],
  [/^\/repos\/[^/]+\/[^/]+/, '/repos/{repo}'],
  [/^\/repositories\/\d+/, '/repositories/{id}'],
  [/\/contents\/.+$/, '/contents/{path}'],
  [/\/git\/(ref|refs|matching-refs)\/.+$/, '/git/$1/{ref}'],
  [/\/git\/(trees|commits|blobs)\/[^/]+$/, '/git/$1/{sha}'],
  [/\/compare\/.+$/, '/compare/{range}'],
  [/\/commits\/(?:[^/]|\/(?!check-runs|status|statuses|pulls)[^/]+)+/, '/commits/{ref}'],
  [/\/branches\/.+?(?=\/protection|$)/, '/branches/{branch}'],
  [/\/rules\/branches\/.+$/, '/rules/branches/{branch}'],
  [/^\/orgs\/[^/]+\/teams\/[^/]+/, '/orgs/{org}/teams/{team}'],
  [/\/memberships\/[^/]+$/, '/memberships/{login}'],
  [/^\/users\/[^/]+$/, '/users/{login}'],
  [/\/collaborators\/[^/]+/, '/collaborators/{login}'],
  [/\/labels\/[^/]+$/, '/labels/{label}'],
  [/\/assignees\/[^/]+$/, '/assignees/{login}'],
  [/\/\d+(?=\/|$)/g, '/{n}'],
];

const nameOfPath = (path: string, rules: typeof GITHUB): string => rules.reduce((name, [from, to]) => name.replace(from, to), path);

/** The operation behind a request to GitHub's stand-in. */
export function ofGitHub(method: string, path: string): Operation {
  return { system: 'GitHub', name: `${method} ${nameOfPath(path, GITHUB)}`, writes: method !== 'GET' };
}

const READS = /^(?:auth\.test|conversations\.(?:list|info|history|replies|members)|users\.\w+)$/;

/** The operation behind a request to Slack's stand-in. */
export function ofSlack(_method: string, path: string): Operation {
  const method = /^\/api\/([\w.]+)$/.exec(path)?.[1];
  return method === undefined ? { system: 'Slack', name: 'response_url', writes: true } : { system: 'Slack', name: method, writes: !READS.test(method) };
}

/** The operation behind a request to the stand-in of TestGrid and Prow. */
export function ofCi(method: string, path: string): Operation {
  if (path === '/prowjobs.js') return { system: 'Prow', name: `${method} /prowjobs.js`, writes: false };
  if (path.endsWith('/build-log.txt')) return { system: 'Prow', name: `${method} build-log.txt`, writes: false };
  const v1 = path.replace(/^\/api\/v1\/dashboards\/[^/]+/, '/api/v1/dashboards/{dashboard}').replace(/\/tabs\/[^/]+/, '/tabs/{tab}');
  return { system: 'TestGrid', name: `${method} ${v1 === path ? path.replace(/^\/[^/]+\/(summary|table)$/, '/{dashboard}/$1') : v1}`, writes: false };
}

const TABLE = /\b(?:from|into|update|table(?: if not exists)?)\s+"?(\w+)"?/i;
const CHANGES = /(?<!\bfor )\b(insert into|delete from|update)\s+(?!set\b|skip\b|of\b)"?(\w+)"?/i;

/** The operation behind a statement: what it does, and to which table first. What migrates the schema is one kind. */
export function ofStatement(text: string): Operation {
  const words = text.trim().replaceAll(/\s+/g, ' ');
  const verb = (/^\w+/.exec(words)?.[0] ?? '').toLowerCase();
  const plain = (name: string, writes: boolean): Operation => ({ system: 'PostgreSQL', name, writes });
  if (verb === 'begin' || verb === 'start') return plain('begin', false);
  if (verb === 'rollback' || verb === 'commit') return plain(verb, false);
  if (/^(?:create|alter|drop)$/.test(verb)) return plain('migrate', true);
  if (words.includes('kysely_migration')) return plain('look at migrations', false);
  const changes = CHANGES.exec(words);
  if (changes) return plain(`${verb === 'with' ? 'claim' : changes[1]?.toLowerCase().split(' ')[0] ?? ''} ${changes[2] ?? ''}`, true);
  return plain(`select ${TABLE.exec(words)?.[1] ?? /select (\w+)/i.exec(words)?.[1] ?? ''}`, false);
}
