import type { Text } from '../../domain/text.ts';
import type { Desk } from './executor.ts';

/** Where a repository keeps what its pull requests begin with. */
const TEMPLATES = ['.github/PULL_REQUEST_TEMPLATE.md', '.github/pull_request_template.md', 'PULL_REQUEST_TEMPLATE.md', 'pull_request_template.md', 'docs/PULL_REQUEST_TEMPLATE.md', 'docs/pull_request_template.md'];

/** A fenced block that release tooling reads, as Kubernetes' template has it. */
const BLOCK = /^\s*(?:`{3,}|~{3,})\s*release-note/m;

/** The body with a `release-note` block at its end, where the repository's template asks for one; a template that cannot be read asks for nothing. */
export async function withReleaseNote(desk: Pick<Desk, 'pulls'>, repo: string, branch: string, body: Text, note: string | undefined): Promise<Text> {
  if (note === undefined || !await asksForNotes(desk, repo, branch)) return body;
  return [...body, { kind: 'code', language: 'release-note', text: note }];
}

async function asksForNotes({ pulls }: Pick<Desk, 'pulls'>, repo: string, branch: string): Promise<boolean> {
  for (const path of TEMPLATES) {
    const file = await pulls.file(repo, path, branch);
    if (file.ok && file.data !== null) return BLOCK.test(file.data.text);
  }
  return false;
}
