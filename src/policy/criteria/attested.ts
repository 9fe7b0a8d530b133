import type { Attestation } from '../../domain/evidence.ts';
import type { CriterionResult } from '../../domain/ladder.ts';
import type { Context } from './criterion.ts';

type Kind = Attestation['kind'];
export type Attested<K extends Kind> = Extract<Attestation, { readonly kind: K }>;

/** The statements of a kind that were made by now and are not older than `within` (ms; null: however old), newest first. */
export function attested<K extends Kind>(kind: K, within: number | null, { platform, now, calendar }: Context): readonly Attested<K>[] {
  const from = within === null ? -Infinity : calendar.back(now, within);
  return platform.attestations.filter((a): a is Attested<K> => a.kind === kind && a.at <= now && a.at >= from).toReversed();
}

/** Where the statements can be looked up. */
export const linksOf = (statements: readonly Attestation[]): CriterionResult['links'] =>
  statements.flatMap(({ kind, link }) => link === null ? [] : [{ words: kind, link }]);
