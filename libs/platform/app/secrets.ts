import { join } from 'node:path';
import { loadMasterKey, secretFile, type MasterKey } from '#libs/platform/crypto/master-key';
import { issueToken, tokenHash } from '#libs/platform/crypto/tokens';
import type { Config } from './config';

/** The keys this server holds, and where an operator finds head office's token. */
export interface Secrets {
  readonly masterKey: MasterKey;
  readonly adminTokenHash: string;
  /** For people to read: a path or the name of a setting, never the token. */
  readonly adminTokenPlace: string;
}

const ADMIN_TOKEN_FILE = 'admin-token';

/** Reads the secrets of the settings or of the data folder, where they are made on the first start. */
export const loadSecrets = async (config: Config): Promise<Secrets> => {
  const masterKey = config.masterKey ?? (await loadMasterKey(config.dataDir));
  if (config.adminToken !== undefined) {
    const adminTokenHash = tokenHash(config.adminToken);
    return { masterKey, adminTokenHash, adminTokenPlace: 'REGULARS_ADMIN_TOKEN' };
  }
  const token = await secretFile(config.dataDir, ADMIN_TOKEN_FILE, () => issueToken('admin', 'head-office').token);
  return { masterKey, adminTokenHash: tokenHash(token), adminTokenPlace: join(config.dataDir, ADMIN_TOKEN_FILE) };
};
