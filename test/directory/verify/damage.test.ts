import { checkDamages } from '../../fuzz/damage-check.js'

/** `npm run fuzz` tries more. */
const DAMAGES = 120

describe('verifyDirectory, damaged files', () => {
  it('finds and names each of many bit flips and truncations', () =>
    checkDamages({ seed: 20_261_121, from: 0, count: DAMAGES })).timeout(120_000)
})
