/** What `answer` says, or `late` where it takes longer than `ms`; what comes after that is dropped. */
export async function within<T, L>(ms: number, answer: Promise<T>, late: L): Promise<T | L> {
  const { promise, resolve } = Promise.withResolvers<L>();
  const timer = setTimeout(() => { resolve(late); }, ms);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}
