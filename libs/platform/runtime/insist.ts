/** A random part of a growing span, so that writers who collided do not collide again. */
const afterConflict = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));

/**
 * Tries again until there is an outcome, at once and then after growing pauses; `undefined` when there was none within
 * the time (ms). Bounded by time and not by attempts: on a busy machine a writer who has the state at hand overtakes one
 * who must read it many times in a row, and a ticket is not refused for that.
 */
export const insist = async <T>(patienceMs: number, attempt: () => Promise<T | undefined>): Promise<T | undefined> => {
  const until = performance.now() + patienceMs;
  for (let count = 1; performance.now() < until; count += 1) {
    if (count > 1) await afterConflict(count);
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
  }
  return undefined;
};
