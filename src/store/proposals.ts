import { nextProposalDeadline } from '../domain/proposal.ts';
import type { Proposal } from '../domain/proposal.ts';
import { readable, writeRevision } from './documents.ts';
import type { DocumentRow } from './documents.ts';
import type { Engine, Handle } from './engine.ts';
import { proposal as schema } from './schemas/proposal.ts';
import { ms, repoKey, rowLimit } from './values.ts';

const ROW = ['proposals.id', 'proposals.document'] as const;
const read = (engine: Engine, rows: readonly DocumentRow[]): Proposal[] => readable(engine, 'proposals', schema, rows);

/** Open proposals, and those decided at or after `decidedSince`; oldest first. */
export async function proposals(engine: Engine, project: string, decidedSince: number): Promise<Proposal[]> {
  return read(engine, await engine.db.selectFrom('proposals').select(ROW).where('project', '=', project)
    .where((eb) => eb.or([eb('decided_at', 'is', null), eb('decided_at', '>=', ms(decidedSince))]))
    .orderBy('proposed_at').orderBy('id').execute());
}

export async function proposalById(engine: Engine, id: string): Promise<Proposal | null> {
  return read(engine, await engine.db.selectFrom('proposals').select(ROW).where('id', '=', id).execute())[0] ?? null;
}

/** The proposal that the issue belongs to now, else the newest of those that it once belonged to. */
export async function proposalByIssue(engine: Engine, repo: string, number: number): Promise<Proposal | null> {
  const rows = await engine.db.selectFrom('proposal_issues').innerJoin('proposals', 'proposals.id', 'proposal_issues.proposal')
    .select(ROW).where('repo', '=', repoKey(repo)).where('number', '=', number)
    .orderBy('proposed_at', 'desc').orderBy('id', 'desc').execute();
  const found = read(engine, rows);
  return found.find((p) => p.issue?.number === number && repoKey(p.issue.repo) === repoKey(repo)) ?? found[0] ?? null;
}

export async function dueProposals(engine: Engine, now: number, limit: number): Promise<{ id: string; project: string }[]> {
  const rows = await engine.db.selectFrom('proposals').select(ROW).where('next_deadline', '<=', ms(now))
    .orderBy('next_deadline').orderBy('id').limit(rowLimit(limit)).execute();
  return read(engine, rows).map(({ id, project }) => ({ id, project }));
}

const columnsOf = (proposal: Proposal) => {
  const deadline = nextProposalDeadline(proposal);
  const { project, state, revision, proposer, decidedAt } = proposal;
  return {
    project, state, revision,
    next_deadline: deadline === null ? null : ms(deadline),
    proposed_at: ms(proposer.at),
    decided_at: state === 'open' ? null : ms(decidedAt ?? proposer.at),
    document: JSON.stringify(proposal),
  };
};

/** Writes one proposal if it still has the expected revision (null: if its id is free). False: give the transaction up. */
export async function writeProposal(trx: Handle, expected: number | null, proposal: Proposal): Promise<boolean> {
  const { id, revision, issue } = proposal;
  const columns = columnsOf(proposal);
  const written = await writeRevision(`proposal ${id}`, expected, revision, {
    insert: () => trx.insertInto('proposals').values({ id, ...columns }).onConflict((oc) => oc.doNothing()).executeTakeFirst(),
    update: (from) => trx.updateTable('proposals').set(columns).where('id', '=', id).where('revision', '=', from).executeTakeFirst(),
  });
  if (written && issue !== null) {
    await trx.insertInto('proposal_issues').values({ repo: repoKey(issue.repo), number: issue.number, proposal: id }).onConflict((oc) => oc.doNothing()).execute();
  }
  return written;
}
