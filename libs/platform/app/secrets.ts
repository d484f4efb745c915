import { join } from 'node:path';
import { fitsVault, isUnsealed, WrongMasterKey, type SealedVault } from '#libs/platform/crypto/key-check';
import {
  findMasterKey,
  loadMasterKey,
  masterKeyPath,
  secretFile,
  type MasterKey,
} from '#libs/platform/crypto/master-key';
import { issueToken, tokenHash } from '#libs/platform/crypto/tokens';
import type { Config } from './config';

/** The keys this server holds, and where an operator finds head office's token. */
export interface Secrets {
  readonly masterKey: MasterKey;
  readonly adminTokenHash: string;
  readonly metricsTokenHash?: string;
  /** For people to read: a path or the name of a setting, never the token. */
  readonly adminTokenPlace: string;
}

const ADMIN_TOKEN_FILE = 'admin-token';

const putBack = (dataDir: string): string =>
  `Put the right one into ${masterKeyPath(dataDir)} or REGULARS_MASTER_KEY, or look whether ` +
  'REGULARS_DATA_DIR and DATABASE_URL belong together.';

/** Never another key than the vault's: what is sealed under two keys can be read with neither. */
const masterKeyFor = async (config: Config, vault: SealedVault): Promise<MasterKey> => {
  const { dataDir } = config;
  const found = config.masterKey ?? (await findMasterKey(dataDir));
  if (found === undefined && !(await isUnsealed(vault)))
    throw new WrongMasterKey(`The database holds member keys, and their master key is missing. ${putBack(dataDir)}`);
  const masterKey = found ?? (await loadMasterKey(dataDir));
  if (await fitsVault(masterKey, vault)) return masterKey;
  const source = config.masterKey === undefined ? masterKeyPath(dataDir) : 'REGULARS_MASTER_KEY';
  throw new WrongMasterKey(
    `The member keys in the database are sealed under another master key than ${source} holds. ${putBack(dataDir)}`,
  );
};

/**
 * Reads the secrets of the settings or of the data folder, where they are made on the first start. Rejects with
 * `WrongMasterKey` where the vault is sealed under another key, or there is none for it: a new one is made for a new
 * vault only.
 */
export const loadSecrets = async (config: Config, vault: SealedVault): Promise<Secrets> => {
  const masterKey = await masterKeyFor(config, vault);
  const { adminToken, metricsToken } = config;
  const monitoring = metricsToken === undefined ? {} : { metricsTokenHash: tokenHash(metricsToken) };
  if (adminToken !== undefined) {
    const adminTokenHash = tokenHash(adminToken);
    return { masterKey, ...monitoring, adminTokenHash, adminTokenPlace: 'REGULARS_ADMIN_TOKEN' };
  }
  const token = await secretFile(config.dataDir, ADMIN_TOKEN_FILE, () => issueToken('admin', 'head-office').token);
  const adminTokenPlace = join(config.dataDir, ADMIN_TOKEN_FILE);
  return { masterKey, ...monitoring, adminTokenHash: tokenHash(token), adminTokenPlace };
};
