/*
 * The hot loops of revision trees, in AssemblyScript: 64-bit integers and vectors of 128 bits are
 * native here. Whoever calls gives addresses in the memory that it brought; nothing here allocates,
 * keeps anything between calls or checks an address. `lib/merkle/kernel` does that, and describes
 * what each loop is for.
 */
export { hashRevisions } from './hash'
export { boundsOf, insertRevisions } from './insert'
export { decodeRevisions } from './revision-text'
export { diffLeaves, mergeLeaves } from './leaves'
export { scanLines } from './scan'
