export { type KeyProvider, type StationKey } from './key-provider';
export { openSecrets, type SecretStore, SecretsUnavailable } from './secret-store';
