import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const CONFIG_FILES = ['*.js', '*.cjs']
/** Loaded by their default export: worker tasks, transforms, configurations, mocha's reporter. */
const DEFAULT_EXPORT_FILES = [
  'workers/**',
  'examples/redact-cards.ts',
  'test/support/reporter.ts',
  ...CONFIG_FILES,
]

const anyDefaultExport = {
  direct: true,
  named: true,
  defaultFrom: true,
  namedFrom: true,
  namespaceFrom: true,
}

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'docs/api', 'bench/results', 'workers/kernel']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      complexity: ['error', 10],
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 60],
      'no-restricted-exports': ['error', { restrictDefaultExports: anyDefaultExport }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Elements of typed arrays within their length are read with `as number`.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: DEFAULT_EXPORT_FILES, rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'mocha', name: ['describe', 'it', 'specify', 'context'] },
          ],
        },
      ],
    },
  },
  {
    // These rules do not see casts in comments; the compiler checks scripts/ with them.
    files: ['scripts/**'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  { files: CONFIG_FILES, extends: [tseslint.configs.disableTypeChecked] },
)
