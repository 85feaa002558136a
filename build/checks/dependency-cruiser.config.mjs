import { join } from 'node:path';
import { root } from '../bootstrap/common.mjs';
import { dependencyRules } from './dependency-rules.mjs';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: dependencyRules(root),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(root, 'build/tsconfig/all.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.vue', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
