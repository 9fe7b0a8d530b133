import { Lexer, parse, Parser } from 'yaml';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { codeOwnersOf } from './code-owners.ts';
import { createPulls } from './pulls.ts';

/** Where GitHub looks for it, the first counts. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
/** Owners that are named; at the root of a large project there are dozens. */
const MOST = 10;
/** Folders that are looked through for OWNERS, from the file's own up. */
const DEEPEST = 8;

/** A login, those of an enterprise's own accounts (`olga_acme`) among them, or the name of an alias. */
const logins = z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/).nullable().catch(null)).nullish().catch(null).transform((l) => (l ?? []).filter((n) => n !== null));
const owners = z.object({ approvers: logins, filters: z.record(z.string(), z.object({ approvers: logins })).nullish().catch(null) });
const aliases = z.object({ aliases: z.record(z.string(), logins).nullish().catch(null) });

type Read = (path: string) => Promise<Answer<string | null>>;

/**
 * Who has to approve a change of these files, with `@`: by CODEOWNERS, else by the nearest OWNERS file (the approvers, their
 * aliases spelled out). Empty: nobody is named. A failure: it could not be read.
 */
export async function fileOwners(asking: Pick<Clients, 'inRepo'>, repo: string, branch: string, files: readonly string[]): Promise<Answer<readonly string[]>> {
  const pulls = createPulls(asking);
  const read: Read = async (path) => {
    const answer = await pulls.file(repo, path, branch);
    return answer.ok ? { ...answer, data: answer.data?.text ?? null } : answer;
  };
  const found = new Set<string>();
  const code = await firstOf(PLACES, read);
  if (!code.ok) return code;
  for (const file of files) {
    const answer = code.data === null ? await approversOf(file, read) : { ...code, data: codeOwnersOf(code.data, file) };
    if (!answer.ok) return answer;
    for (const owner of answer.data) found.add(owner);
  }
  return { ...code, data: [...found].slice(0, MOST) };
}

async function firstOf(paths: readonly string[], read: Read): Promise<Answer<string | null>> {
  for (const path of paths) {
    const answer = await read(path);
    if (!answer.ok || answer.data !== null) return answer;
  }
  return { ok: true, data: null, headers: {} };
}

/** The approvers in the nearest OWNERS file that names some for the file. */
async function approversOf(file: string, read: Read): Promise<Answer<readonly string[]>> {
  const folders = file.split('/').slice(0, -1);
  for (let depth = folders.length; depth >= Math.max(0, folders.length - DEEPEST); depth--) {
    const answer = await read([...folders.slice(0, depth), 'OWNERS'].join('/'));
    if (!answer.ok) return answer;
    const named = answer.data === null ? [] : approversIn(answer.data, file.split('/').slice(depth).join('/'));
    if (named.length > 0) return spelledOut(named, read);
  }
  return { ok: true, data: [], headers: {} };
}

function approversIn(text: string, file: string): readonly string[] {
  const parsed = owners.safeParse(yamlOf(text));
  if (!parsed.success) return [];
  const filtered = Object.entries(parsed.data.filters ?? {}).filter(([pattern]) => isMeant(pattern, file)).flatMap(([, f]) => f.approvers);
  return [...parsed.data.approvers, ...filtered];
}

/** A filter is a regular expression; only those that every language reads alike, and that cannot run for long, are read: `.*`, `\.go$`. */
const isMeant = (pattern: string, file: string): boolean =>
  pattern.length <= 200 && /^\^?(?:[\w/-]|\\\.)*(?:\.\*)?(?:[\w/-]|\\\.)*\$?$/.test(pattern) && new RegExp(pattern).test(file);

async function spelledOut(named: readonly string[], read: Read): Promise<Answer<readonly string[]>> {
  const answer = await read('OWNERS_ALIASES');
  if (!answer.ok) return answer;
  const parsed = aliases.safeParse(answer.data === null ? {} : yamlOf(answer.data));
  const known = new Map(Object.entries(parsed.success ? parsed.data.aliases ?? {} : {}).map(([name, people]) => [name.toLowerCase(), people]));
  return { ...answer, data: [...new Set(named.flatMap((name) => known.get(name.toLowerCase()) ?? [name]))].map((name) => `@${name}`) };
}

/** Longer than any such file of Kubernetes by far, and deeper. */
const LONGEST = 128 * 1024;
const DEEPEST_NESTING = 32;

/** Files of strangers: without what makes a few lines into millions, or compares each with all before it. */
function yamlOf(text: string): unknown {
  if (text.length > LONGEST || isDeep(text)) return null;
  try {
    return parse(text, { maxAliasCount: 20, logLevel: 'silent', uniqueKeys: false, prettyErrors: false });
  } catch {
    return null;
  }
}

/** The library's time grows with the square of the depth. */
function isDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    parser.next(lexeme).next();
    if (parser.stack.length > DEEPEST_NESTING) return true;
  }
  return false;
}
