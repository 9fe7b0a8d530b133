import { z } from 'zod';
import type { Good, Remark, RepositoryConfiguration, Seen } from '../../domain/configuration.ts';
import { doc, number, of, text, textOrNull } from './of.ts';

const remark = of<Remark>()(doc({ line: number, column: number, path: text, message: text }));
const seen = of<Seen>()(doc({ path: text, commit: text, sha: text, at: number, mistakes: z.array(remark), unused: textOrNull, unread: text.optional() }));
const good = of<Good>()(doc({ path: text, commit: text, sha: text, at: number, text, repo: text, project: text }));

export const configuration = of<RepositoryConfiguration>()(doc({ repository: number, revision: number, repo: text, seen: seen.nullable(), good: good.nullable() }));
