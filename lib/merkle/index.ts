export * from './build/build-options.js'
export * from './build/build-tree.js'
export * from './build/merkle-pool.js'
export * from './build/tree-build-error.js'
export * from './checksum.js'
export * from './checksum-task.js'
export * from './diff-documented-trees.js'
export * from './diff-trees.js'
export {
  DocumentedTree,
  minimumGrowthFactor,
  type DocumentedTreeOptions,
} from './documented-tree.js'
export { type TreeFormat } from './forms/binary-layout.js'
export * from './forms/decode-tree.js'
export * from './forms/encode-tree.js'
export { type ByteSource } from './forms/feed-bytes.js'
export * from './forms/format-tree.js'
export * from './forms/format-tree-velocypack.js'
export * from './forms/parse-tree.js'
export * from './forms/parse-tree-velocypack.js'
export * from './forms/read-tree.js'
export * from './forms/tree-form.js'
export * from './forms/tree-format-error.js'
export { type TreeGeneration } from './forms/tree-text-reader.js'
export * from './merge-trees.js'
export * from './merkle-tree.js'
export * from './revision-hash.js'
export * from './revision-tree.js'
export * from './tree-error.js'
export { createLeaves, LANES_PER_LEAF, LEAF_BYTES, reshapeLeaves } from './tree-leaves.js'
export {
  bucketShift,
  bucketWidth,
  createTreeShape,
  growLeftStep,
  growRightStep,
  growToHold,
  leafCount,
  leafIndex,
  type TreeShape,
  type TreeShapeOptions,
} from './tree-shape.js'
export * from './kernel/get-kernel.js'
export * from './kernel/kernel.js'
export * from './kernel/reference-kernel.js'
export * from './kernel/wasm-kernel.js'
