import { failed, lineOf, type Format } from './listing.ts';
import { listAt } from './yaml-list.ts';

/** A list at a path of a JSON file. JSON has no comments: what is cut out is kept with the proposal. */
export const jsonList: Format = (text, at) => {
  const mistake = notJson(text);
  return mistake === null ? listAt(text, at, null) : failed(mistake);
};

/** Why a text is no JSON; null: it is. */
export function notJson(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const where = /position (\d+)/.exec(String(error))?.[1];
    return `it is no JSON${where === undefined ? '' : ` from line ${lineOf(text, Number(where))} on`}; comments and commas at the end of a list are none.`;
  }
}
