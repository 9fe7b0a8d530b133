import { z } from 'zod';
import type { PullHead } from '../../domain/blocker-look.ts';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';

const pull = z.object({
  number: z.number(), html_url: z.string().nullish(), title: z.string().nullish(), state: z.enum(['open', 'closed']), merged_at: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(), head: z.object({ sha: z.string().min(1) }), base: z.object({ ref: z.string().min(1) }),
});

/** A pull request's head and where it is to go. */
export async function pullHead(asking: Pick<Clients, 'inRepo'>, repo: string, number: number): Promise<Answer<PullHead>> {
  const answer = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: number }, pull);
  if (!answer.ok) return answer;
  const { html_url: url, title, state, merged_at: merged, user, head, base } = answer.data;
  return { ...answer, data: { repo, number, url: url ?? '', title: title ?? '', author: user?.login ?? null, state: merged ? 'merged' : state, head: head.sha, base: base.ref } };
}
