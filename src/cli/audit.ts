import { duration } from '../config/scalars.ts';
import { parsePlatform } from '../domain/platform.ts';
import { readAudit } from '../store/audit.ts';
import { columns, plain, Refusal, thereIsMore, type Io } from './io.ts';

export interface AuditOptions {
  readonly since: string;
  readonly platform?: string;
  readonly by?: string;
  readonly about?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** Who decided what, when, and about what; newest first. The evidence is in `--json`. */
export async function audit(io: Io, options: AuditOptions): Promise<void> {
  const back = duration('how far back').safeParse(options.since);
  if (!back.success) throw new Refusal(`--since: expected a duration such as 30d, found "${options.since}".`);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new Refusal(`--limit: expected a whole number, found "${options.limit}".`);
  const platform = options.platform === undefined ? null : parsePlatform(options.platform);
  if (options.platform !== undefined && platform === null) throw new Refusal(`--platform: expected a platform such as linux/s390x, found "${options.platform}".`);
  const env = io.env();
  const lines = await readAudit({ databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR }, {
    since: io.now() - back.data, platform, by: options.by?.replace(/^@/, '') ?? null, about: options.about ?? null, limit: limit + 1,
  }, io.log);
  const shown = lines.slice(0, limit);
  if (options.json) return io.out(JSON.stringify(shown.map((l) => ({ ...l, at: new Date(l.at).toISOString() })), null, 2));
  if (lines.length === 0) return io.out(`Nothing of this was decided in the last ${options.since}.`);
  io.out(columns([['WHEN', 'WHO', 'WHAT', 'PLATFORM', 'ABOUT'], ...shown.map((l) =>
    [new Date(l.at).toISOString(), l.actor, l.what, l.platform ?? '-', `${l.entity}${l.issue === null ? '' : ` (${l.issue})`}`].map(plain))]));
  if (lines.length > limit) io.out(thereIsMore(limit));
}
