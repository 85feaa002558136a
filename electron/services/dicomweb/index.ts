export { testWeb } from './probe';
export { webFind } from './qido';
export { webSend, type WebObject } from './stow';
export { webRetrieve } from './wado';
export { type Authorization, createWebClient, urlProblem, type WebClient, type WebTarget } from './web-client';
