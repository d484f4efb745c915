import { MemoryKeyVault } from './memory-key-vault';
import { keyVaultContract } from './testing/key-vault-contract';

describe('the vault in memory', () => keyVaultContract(() => new MemoryKeyVault()));
