import { join } from 'node:path';
import { loadMasterKey, secretFile, type MasterKey } from '#libs/platform/crypto/master-key';
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

/** Reads the secrets of the settings or of the data folder, where they are made on the first start. */
export const loadSecrets = async (config: Config): Promise<Secrets> => {
  const masterKey = config.masterKey ?? (await loadMasterKey(config.dataDir));
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
