import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import { pureFolders } from './build/checks/layers.mjs';
import { restrictedImports } from './build/checks/restricted-imports.mjs';

const layerConfigs = ['shared', 'services', 'main', 'preload', 'renderer', 'test'].map((name) => `./build/tsconfig/${name}.json`);

const forbiddenSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only (architecture.md 9).' },
  { selector: 'TSEnumDeclaration', message: 'No enums: a union or a zod enum.' },
  { selector: "MemberExpression[property.name='sendSync']", message: 'sendSync stops both processes.' },
  { selector: "Property[key.name='nodeIntegration'][value.value=true]", message: 'Pages have no Node.' },
  { selector: "MemberExpression[object.name='electron'][property.name='remote']", message: 'There is no remote.' },
];

/** Core rules that find mistakes and that the compiler does not replace. */
const coreRules = Object.fromEntries(
  [
    'no-async-promise-executor',
    'no-cond-assign',
    'no-control-regex',
    'no-duplicate-case',
    'no-empty-character-class',
    'no-loss-of-precision',
    'no-misleading-character-class',
    'no-prototype-builtins',
    'no-self-assign',
    'no-self-compare',
    'no-sparse-arrays',
    'no-unsafe-finally',
    'no-unsafe-optional-chaining',
    'no-useless-backreference',
    'use-isnan',
    'valid-typeof',
  ].map((name) => [name, 'error']),
);

const configFiles = ['*.config.mjs', 'build/**/*.config.mjs', 'test/vitest.config.ts', 'test/e2e/playwright.config.ts', 'test/e2e/global-setup.ts'];

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', 'test-results/**', '.cache/**', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    name: 'scripts',
    files: ['**/*.mjs', '**/*.cjs'],
    rules: {
      ...coreRules,
      'no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_', caughtErrors: 'none' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  {
    name: 'typescript',
    files: ['**/*.ts', '**/*.vue'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: layerConfigs, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.vue'] } },
    rules: {
      ...coreRules,
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => set.delete(x)` as an unsubscriber, and objects made of closures that are taken apart, are the style here.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Functions that only throw or return an empty promise satisfy an asynchronous interface.
      '@typescript-eslint/require-await': 'off',
      // noUncheckedIndexedAccess makes the checks necessary that this rule calls needless in generic code.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'max-lines': ['error', { max: 350 }],
    },
  },
  {
    name: 'vue',
    files: ['**/*.vue'],
    extends: [...vue.configs['flat/recommended']],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/no-static-inline-styles': 'error',
      'vue/multi-word-component-names': 'off',
      // Optional props are undefined when absent (exactOptionalPropertyTypes).
      'vue/require-default-prop': 'off',
      // Prettier formats.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
    },
  },
  {
    // Type-aware ESLint sees every .vue import as any; vue-tsc checks these.
    name: 'types of components',
    files: ['renderer/**/*.vue', 'renderer/app/*.ts'],
    rules: Object.fromEntries(['argument', 'assignment', 'call', 'member-access', 'return'].map((kind) => [`@typescript-eslint/no-unsafe-${kind}`, 'off'])),
  },
  { name: 'page console', files: ['renderer/**'], rules: { 'no-console': ['error', { allow: ['warn', 'error'] }] } },
  {
    name: 'tests',
    files: ['test/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Matchers such as expect.any() are any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      'max-lines': ['error', { max: 500 }],
      'no-restricted-syntax': [
        'error',
        ...forbiddenSyntax,
        { selector: "MemberExpression[object.name=/^(describe|it|test)$/][property.name='only']", message: 'A committed .only hides the other tests.' },
        { selector: "MemberExpression[object.name=/^(describe|it|test)$/][property.name='todo']", message: 'No todo is left behind.' },
      ],
    },
  },
  {
    name: 'no page',
    files: pureFolders.map((folder) => `${folder}/**/*.ts`),
    rules: {
      'no-restricted-globals': [
        'error',
        ...['window', 'document', 'navigator', 'localStorage', 'process', 'Buffer', '__dirname', 'require'].map((name) => ({
          name,
          message: 'Pure code: no page and no Node here.',
        })),
      ],
    },
  },
  ...restrictedImports(),
  { name: 'configuration', files: configFiles, rules: { 'no-restricted-syntax': 'off' } },
);
