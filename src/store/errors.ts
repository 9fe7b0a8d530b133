/** Why a store could not be opened, copied or saved. */
export type StoreProblem = 'locked' | 'newer' | 'older' | 'missing' | 'unreachable' | 'engine' | 'refused';

/** Something an operator has to mend; the message is a sentence or two for them: what, where, what to do. */
export class StoreError extends Error {
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.problem = problem;
  }
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : error.name;
};
