/**
 * How Node.js is started for a service. A larger young generation than the usual 16 MB: whoever takes in thousands of
 * facts a second makes garbage that lives for one batch and would be moved twice before it dies, which took a fifth of a
 * worker's time.
 */
export const serviceFlags: readonly string[] = ['--max-semi-space-size=64'];

/**
 * How Node.js is started for the one server, which keeps many states. An old generation of at most twice what lives, put
 * together at each full collection: account states come and go at random, so that pages of memory end up with a few of
 * them each and a process grows far beyond what it keeps. This costs some per cent of its time, and halves its memory.
 */
export const serverFlags: readonly string[] = [
  ...serviceFlags,
  '--heap-growing-percent=100',
  '--compact-on-every-full-gc',
];
