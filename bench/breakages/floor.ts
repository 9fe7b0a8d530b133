/** The same writes by bare clients, in a process of its own: nothing is decided, stored, looked up or tried again. */
import { App, Octokit } from 'octokit';
import { eachLimited } from '../../src/sources/pool.ts';
import { obey, runChild } from '../child.ts';
import { measure, type Taken } from '../measure.ts';

/** What was written about one breakage, as it was sent. */
export interface Chain {
  readonly issue: Json;
  readonly message: Form;
  readonly reply: Form;
  readonly comment: Json;
  readonly close: Json;
  readonly update: Form;
  readonly lastReply: Form;
}
type Json = Readonly<Record<string, unknown>>;
type Form = Readonly<Record<string, string>>;

export interface FloorPlan {
  readonly github: { readonly url: string; readonly appId: number; readonly privateKey: string; readonly installation: number; readonly repo: string };
  readonly slack: { readonly url: string; readonly token: string };
  readonly chains: readonly Chain[];
  /** Writes under way at once, at each of both. */
  readonly atOnce: number;
}

export interface FloorResult { readonly opening: Taken; readonly closing: Taken }

/** Measures in a process of its own. */
export const measureFloor = (plan: FloorPlan): Promise<FloorResult> => runChild<FloorResult>(import.meta.filename, plan);

/** The numbers and places that the answers told. */
interface Place { number: number; ts: string; channel: string }

async function run({ github, slack, chains, atOnce }: FloorPlan): Promise<FloorResult> {
  const Plain = Octokit.defaults({ baseUrl: github.url, throttle: { enabled: false }, retry: { enabled: false } });
  const octokit = await new App({ appId: github.appId, privateKey: github.privateKey, Octokit: Plain }).getInstallationOctokit(github.installation);
  const [owner = '', repo = ''] = github.repo.split('/');
  const tell = async (method: string, form: Form): Promise<{ ts: string; channel: string }> => {
    const response = await fetch(`${slack.url}${method}`, { method: 'POST', headers: { authorization: `Bearer ${slack.token}` }, body: new URLSearchParams(form) });
    const answer = await response.json() as { ok: boolean; ts: string; channel: string; error?: string };
    if (!answer.ok) throw new Error(`${method}: ${answer.error}`);
    return answer;
  };
  const places = chains.map((): Place => ({ number: 0, ts: '', channel: '' }));
  const at = (i: number): Place => places[i] ?? { number: 0, ts: '', channel: '' };
  const open = async ({ issue }: Chain, i: number): Promise<void> => { at(i).number = (await octokit.request('POST /repos/{owner}/{repo}/issues', { owner, repo, ...issue as { title: string } })).data.number; };
  const show = async ({ message, reply }: Chain, i: number): Promise<void> => {
    Object.assign(at(i), await tell('chat.postMessage', message));
    await tell('chat.postMessage', { ...reply, thread_ts: at(i).ts });
  };
  const close = async ({ comment, close: last }: Chain, i: number): Promise<void> => {
    const where = { owner, repo, issue_number: at(i).number };
    await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...where, ...comment as { body: string } });
    await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...where, ...last });
  };
  const showOver = async ({ update, lastReply }: Chain, i: number): Promise<void> => {
    const { ts, channel } = at(i);
    await tell('chat.update', { ...update, ts, channel });
    await tell('chat.postMessage', { ...lastReply, thread_ts: ts, channel });
  };
  const both = (first: typeof open, second: typeof open): Promise<Taken> => measure(async () => {
    // A message names its issue, so it comes after it; others' go on meanwhile.
    const filed = chains.map(() => Promise.withResolvers<void>());
    await Promise.all([
      eachLimited([...chains.entries()], atOnce, async ([i, chain]) => { await first(chain, i); filed[i]?.resolve(); }),
      eachLimited([...chains.entries()], atOnce, async ([i, chain]) => { await filed[i]?.promise; await second(chain, i); }),
    ]);
  });
  return { opening: await both(open, show), closing: await both(close, showOver) };
}

if (import.meta.main) obey<FloorPlan>(run);
