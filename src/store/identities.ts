import type { Identity, LinkCode, SlackMember } from '../domain/person.ts';
import { unlessTaken } from './engine.ts';
import type { Engine, Handle } from './engine.ts';
import { ms } from './values.ts';

/** The GitHub login that a Slack member has proven to be; null: none. */
export async function identityOf(engine: Engine, { team, user }: SlackMember): Promise<Identity | null> {
  const row = await engine.db.selectFrom('identities').selectAll().where('slack_team', '=', team).where('slack_user', '=', user).executeTakeFirst();
  return row ? { slack: { team: row.slack_team, user: row.slack_user }, login: row.login, at: row.at } : null;
}

/** Remembers who a member is, in place of what was known of them. */
export async function writeIdentity(trx: Handle, { slack, login, at }: Identity): Promise<void> {
  const values = { login, at: ms(at) };
  await trx.insertInto('identities').values({ slack_team: slack.team, slack_user: slack.user, ...values })
    .onConflict((oc) => oc.columns(['slack_team', 'slack_user']).doUpdateSet(values)).execute();
}

/** A code that was given out, used by nobody and not yet cleared away; whether it has expired is the caller's to say. */
export async function linkCode(engine: Engine, hash: string): Promise<LinkCode | null> {
  const row = await engine.db.selectFrom('link_codes').selectAll().where('hash', '=', hash).executeTakeFirst();
  return row ? { hash: row.hash, slack: { team: row.slack_team, user: row.slack_user }, createdAt: row.created_at, expires: row.expires } : null;
}

/**
 * Gives a code out. A member has one row, so a new code is the end of the one before, also where two are given out at once.
 * False: the code is another member's, and the transaction has to be given up.
 */
export async function giveCode(trx: Handle, { hash, slack, createdAt, expires }: LinkCode): Promise<boolean> {
  const values = { hash, created_at: ms(createdAt), expires: ms(expires) };
  return unlessTaken(async () => {
    await trx.insertInto('link_codes').values({ slack_team: slack.team, slack_user: slack.user, ...values })
      .onConflict((oc) => oc.columns(['slack_team', 'slack_user']).doUpdateSet(values)).execute();
    return true;
  });
}

/** Uses a code up. False: somebody has used it, or it was replaced, and the transaction has to be given up. */
export async function useCode(trx: Handle, hash: string): Promise<boolean> {
  const result = await trx.deleteFrom('link_codes').where('hash', '=', hash).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
