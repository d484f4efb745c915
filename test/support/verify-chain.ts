import type { Chain } from './chain';
import { regulars } from './command-line';

/** `regulars verify --distributed` finds nothing; fails with what it found. */
export const verifyChain = async ({ services }: Chain): Promise<void> => {
  const { code, text } = await regulars(services, 'verify', '--distributed', '--wait', '150', '--json');
  if (code !== 0) throw new Error(`regulars verify --distributed ended with ${code}: ${text}`);
};
