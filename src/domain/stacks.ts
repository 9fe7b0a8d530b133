/**
 * Runs a parser that makes errors by the hundred thousand and keeps them all: where each came about in its library is of no
 * use, and takes ten times as long as the reading itself. Nothing else runs meanwhile.
 */
export function withoutStacks<T>(parse: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = before;
  }
}
