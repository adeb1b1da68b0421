/**
 * One part of the check: `command` runs, `needs` names the steps whose results it uses.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly [string, ...string[]]} command
 * @property {readonly string[]} [needs]
 * @property {boolean} [tests] - its output is shown while it comes, and its tests are counted
 */

/**
 * A script of package.json.
 *
 * @param {string} name
 * @returns {readonly [string, ...string[]]}
 */
const npm = (name) => ['npm', 'run', '--silent', name]

/** @type {readonly Step[]} */
export const STEPS = [
  { name: 'format', command: npm('format') },
  { name: 'build', command: npm('build') },
  { name: 'lint', command: npm('lint'), needs: ['build'] },
  { name: 'layers', command: npm('layers') },
  { name: 'unused', command: npm('unused') },
  { name: 'tests', command: ['node_modules/.bin/mocha'], needs: ['build'], tests: true },
  { name: 'coverage', command: ['node_modules/.bin/c8', 'report'], needs: ['tests'] },
  { name: 'docs', command: npm('docs'), needs: ['build'] },
  { name: 'package', command: npm('package:check'), needs: ['build'] },
]
