import type { Context } from './criterion.ts';
import { plainName } from './words.ts';

/** The owners as declared at the moment: the newest on record, else those of the configuration; without `@`, in lower case. */
export function declaredOwners({ platform, facts, now }: Pick<Context, 'platform' | 'facts' | 'now'>): readonly string[] {
  const recorded = platform.owners.findLast((o) => o.at <= now)?.owners;
  return [...new Set((recorded ?? facts.owners).map(plainName))];
}

/** The people behind them: members of a team one by one; a team that cannot be read stands for one. */
export function ownersAsPeople(owners: readonly string[], { teams }: Context['project']): { readonly people: readonly string[]; readonly unread: readonly string[] } {
  const isUnread = (owner: string): boolean => owner.includes('/') && teams[`@${owner}`] === undefined;
  return {
    people: [...new Set(owners.filter((o) => !isUnread(o)).flatMap((o) => teams[`@${o}`]?.map(plainName) ?? [o]))],
    unread: owners.filter(isUnread),
  };
}
