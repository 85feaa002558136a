export { type Codecs, createCodecs } from './codec-module';
