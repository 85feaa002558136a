export { testWeb } from './probe';
export { webFind } from './qido';
export { webSend, type WebObject } from './stow';
export { tokensFromFiles } from './token-files';
export { webRetrieve } from './wado';
export { type Authorization, createWebClient, type WebClient, type WebTarget } from './web-client';
