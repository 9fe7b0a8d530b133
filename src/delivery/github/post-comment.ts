import { once } from './comment.ts';
import type { Executor } from './executor.ts';
import { spokenMarkId } from './marker.ts';
import { markdown } from './render/text.ts';

/** Our clock and GitHub's may differ by this much (ms). */
const SKEW = 3_600_000;

/** Writes an answer, or a word on a proposal, once. */
export const postComment: Executor<'post-comment'> = (desk, { repo, number, id, since, text }, _subject, { look }) =>
  once(desk, { repo, number, id: spokenMarkId(id), since: since - SKEW, text: (room) => markdown(text, { mention: true, room }) }, look);
