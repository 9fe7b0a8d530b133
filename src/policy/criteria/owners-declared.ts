import { counted, listed } from '../../domain/time.ts';
import { met, unmet, type Criterion } from './criterion.ts';
import { declaredOwners, ownersAsPeople } from './owners.ts';

/** Whether enough people answer for the platform. */
export const ownersDeclared: Criterion<'owners-declared'> = ({ count, of }, context) => {
  const owners = declaredOwners(context);
  const { people, unread } = ownersAsPeople(owners, context.project);
  const found = of === 'people' ? people.length + unread.length : owners.length;
  const because = (): string => {
    if (owners.length === 0) return `No owner is declared; ${count === 1 ? 'one is' : `${count} are`} needed.`;
    const counts = of === 'people' && unread.length > 0 ? ` (${listed(unread)} cannot be read and ${unread.length === 1 ? 'counts as one' : 'count as one each'})` : '';
    const has = of === 'entries' ? counted(found, 'entry', 'entries') : counted(found, 'owner');
    return `${has}: ${listed(owners)}${counts}${found < count ? `; ${count} ${count === 1 ? 'is' : 'are'} needed` : ''}.`;
  };
  return found >= count ? met(because) : unmet(because);
};
