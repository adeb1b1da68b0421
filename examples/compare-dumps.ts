/*
 * Compares two dump directories collection by collection, by their revision trees: says between which
 * revisions they differ. All threads build each tree.
 *
 *     node dist/examples/compare-dumps.js ./monday ./tuesday
 */
import { encodeRevision, openDirectory } from 'tidemark'
import { createMerklePool, diffTrees } from 'tidemark/merkle'

const [first = './monday', second = './tuesday'] = process.argv.slice(2)
const pool = createMerklePool()
try {
  const a = await (await openDirectory(first)).openSnapshot()
  const b = await (await openDirectory(second)).openSnapshot()
  const others = new Map(
    (await b.inventory()).collections.map(({ definition }) => [definition.name, definition]),
  )
  for (const { definition } of (await a.inventory()).collections) {
    const { name } = definition
    const other = others.get(name)
    if (other === undefined) {
      console.log(`${name}: only in ${first}`)
      continue
    }
    others.delete(name)
    // The leaves of both trees must begin at the same revisions.
    let tree = await a.tree(definition, { pool })
    const otherTree = await b.tree(other, { pool, initialRangeMin: tree.initialRangeMin })
    const { initialRangeMin } = otherTree
    // The other one begins at 0 where it could not begin there.
    if (initialRangeMin !== tree.initialRangeMin) {
      tree = await a.tree(definition, { pool, initialRangeMin })
    }
    const ranges = diffTrees(tree, otherTree)
    console.log(`${name}: ${tree.count} and ${otherTree.count} documents, ${ranges.length} ranges`)
    for (const { from, through } of ranges) {
      console.log(`  ${encodeRevision(from)} to ${encodeRevision(through)}`)
    }
  }
  for (const name of others.keys()) console.log(`${name}: only in ${second}`)
} finally {
  await pool.close()
}
