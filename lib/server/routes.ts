import type { Endpoint } from './endpoint.js'
import { deleteApplierState } from './endpoints/delete-applier-state.js'
import { deleteBatch } from './endpoints/delete-batch.js'
import { deleteCollection } from './endpoints/delete-collection.js'
import { deleteCollectionGrant } from './endpoints/delete-collection-grant.js'
import { deleteDatabase } from './endpoints/delete-database.js'
import { deleteDatabaseGrant } from './endpoints/delete-database-grant.js'
import { deleteDocument } from './endpoints/delete-document.js'
import { deleteDocuments } from './endpoints/delete-documents.js'
import { deleteDump } from './endpoints/delete-dump.js'
import { deleteIndex } from './endpoints/delete-index.js'
import { deleteJob } from './endpoints/delete-job.js'
import { deleteKeys } from './endpoints/delete-keys.js'
import { deleteUser } from './endpoints/delete-user.js'
import { deleteWalTail } from './endpoints/delete-wal-tail.js'
import { getApplierConfig } from './endpoints/get-applier-config.js'
import { getApplierState } from './endpoints/get-applier-state.js'
import { getApplierStateAll } from './endpoints/get-applier-state-all.js'
import { getClusterInventory } from './endpoints/get-cluster-inventory.js'
import { getCollection } from './endpoints/get-collection.js'
import { getCollectionChecksum } from './endpoints/get-collection-checksum.js'
import { getCollectionCount } from './endpoints/get-collection-count.js'
import { getCollectionFigures } from './endpoints/get-collection-figures.js'
import { getCollectionGrant } from './endpoints/get-collection-grant.js'
import { getCollectionProperties } from './endpoints/get-collection-properties.js'
import { getCollectionRevision } from './endpoints/get-collection-revision.js'
import { getCollections } from './endpoints/get-collections.js'
import { getCurrentDatabase } from './endpoints/get-current-database.js'
import { getDatabaseGrant } from './endpoints/get-database-grant.js'
import { getDatabases } from './endpoints/get-databases.js'
import { getDetermineOpenTransactions } from './endpoints/get-determine-open-transactions.js'
import { getDocument } from './endpoints/get-document.js'
import { getDump } from './endpoints/get-dump.js'
import { getEngine } from './endpoints/get-engine.js'
import { getIndex } from './endpoints/get-index.js'
import { getIndexes } from './endpoints/get-indexes.js'
import { getInventory } from './endpoints/get-inventory.js'
import { getJob } from './endpoints/get-job.js'
import { getKeys } from './endpoints/get-keys.js'
import { getLoggerFirstTick } from './endpoints/get-logger-first-tick.js'
import { getLoggerFollow } from './endpoints/get-logger-follow.js'
import { getLoggerState } from './endpoints/get-logger-state.js'
import { getLoggerTickRanges } from './endpoints/get-logger-tick-ranges.js'
import { getRevisionsTree } from './endpoints/get-revisions-tree.js'
import { getServerId } from './endpoints/get-server-id.js'
import { getServerRole } from './endpoints/get-server-role.js'
import { getUser } from './endpoints/get-user.js'
import { getUserDatabases } from './endpoints/get-user-databases.js'
import { getUserGrants } from './endpoints/get-user-grants.js'
import { getUsers } from './endpoints/get-users.js'
import { getVersion } from './endpoints/get-version.js'
import { getWalLastTick } from './endpoints/get-wal-last-tick.js'
import { getWalOpenTransactions } from './endpoints/get-wal-open-transactions.js'
import { getWalRange } from './endpoints/get-wal-range.js'
import { getWalTail } from './endpoints/get-wal-tail.js'
import { headDocument } from './endpoints/head-document.js'
import { patchDocument } from './endpoints/patch-document.js'
import { patchDocuments } from './endpoints/patch-documents.js'
import { patchUser } from './endpoints/patch-user.js'
import { postBatch } from './endpoints/post-batch.js'
import { postCollection } from './endpoints/post-collection.js'
import { postDatabase } from './endpoints/post-database.js'
import { postDocuments } from './endpoints/post-documents.js'
import { postDumpNext } from './endpoints/post-dump-next.js'
import { postDumpStart } from './endpoints/post-dump-start.js'
import { postImport } from './endpoints/post-import.js'
import { postIndex } from './endpoints/post-index.js'
import { postKeys } from './endpoints/post-keys.js'
import { postOpenAuth } from './endpoints/post-open-auth.js'
import { postRevisionsTree } from './endpoints/post-revisions-tree.js'
import { postUser } from './endpoints/post-user.js'
import { putApplierConfig } from './endpoints/put-applier-config.js'
import { putApplierStart } from './endpoints/put-applier-start.js'
import { putApplierStop } from './endpoints/put-applier-stop.js'
import { putBatch } from './endpoints/put-batch.js'
import { putCollectionGrant } from './endpoints/put-collection-grant.js'
import { putCollectionLoad } from './endpoints/put-collection-load.js'
import { putCollectionProperties } from './endpoints/put-collection-properties.js'
import { putCollectionRename } from './endpoints/put-collection-rename.js'
import { putCollectionTruncate } from './endpoints/put-collection-truncate.js'
import { putCollectionUnload } from './endpoints/put-collection-unload.js'
import { putDatabaseGrant } from './endpoints/put-database-grant.js'
import { putDocument } from './endpoints/put-document.js'
import { putDocuments } from './endpoints/put-documents.js'
import { putJob } from './endpoints/put-job.js'
import { putJobCancel } from './endpoints/put-job-cancel.js'
import { putKeys } from './endpoints/put-keys.js'
import { putLoggerFollow } from './endpoints/put-logger-follow.js'
import { putMakeFollower } from './endpoints/put-make-follower.js'
import { putMakeSlave } from './endpoints/put-make-slave.js'
import { putRestoreCollection } from './endpoints/put-restore-collection.js'
import { putRestoreData } from './endpoints/put-restore-data.js'
import { putRestoreIndexes } from './endpoints/put-restore-indexes.js'
import { putRestoreView } from './endpoints/put-restore-view.js'
import { putRevisionsDocuments } from './endpoints/put-revisions-documents.js'
import { putRevisionsRanges } from './endpoints/put-revisions-ranges.js'
import { putServerId } from './endpoints/put-server-id.js'
import { putSync } from './endpoints/put-sync.js'
import { putUser } from './endpoints/put-user.js'
import { putWalFlush } from './endpoints/put-wal-flush.js'
import { putWalTail } from './endpoints/put-wal-tail.js'

/** Everything that the leader answers; a new endpoint is one file and one line here. */
export const ENDPOINTS: readonly Endpoint[] = [
  deleteApplierState,
  deleteBatch,
  deleteCollection,
  deleteCollectionGrant,
  deleteDatabase,
  deleteDatabaseGrant,
  deleteDocument,
  deleteDocuments,
  deleteDump,
  deleteIndex,
  deleteJob,
  deleteKeys,
  deleteUser,
  deleteWalTail,
  getApplierConfig,
  getApplierState,
  getApplierStateAll,
  getClusterInventory,
  getCollection,
  getCollectionChecksum,
  getCollectionCount,
  getCollectionFigures,
  getCollectionGrant,
  getCollectionProperties,
  getCollectionRevision,
  getCollections,
  getCurrentDatabase,
  getDatabaseGrant,
  getDatabases,
  getDetermineOpenTransactions,
  getDocument,
  getDump,
  getEngine,
  getIndex,
  getIndexes,
  getInventory,
  getJob,
  getKeys,
  getLoggerFirstTick,
  getLoggerFollow,
  getLoggerState,
  getLoggerTickRanges,
  getRevisionsTree,
  getServerId,
  getServerRole,
  getUser,
  getUserDatabases,
  getUserGrants,
  getUsers,
  getVersion,
  getWalLastTick,
  getWalOpenTransactions,
  getWalRange,
  getWalTail,
  headDocument,
  patchDocument,
  patchDocuments,
  patchUser,
  postBatch,
  postCollection,
  postDatabase,
  postDocuments,
  postDumpNext,
  postDumpStart,
  postImport,
  postIndex,
  postKeys,
  postOpenAuth,
  postRevisionsTree,
  postUser,
  putApplierConfig,
  putApplierStart,
  putApplierStop,
  putBatch,
  putCollectionGrant,
  putCollectionLoad,
  putCollectionProperties,
  putCollectionRename,
  putCollectionTruncate,
  putCollectionUnload,
  putDatabaseGrant,
  putDocument,
  putDocuments,
  putJob,
  putJobCancel,
  putKeys,
  putLoggerFollow,
  putMakeFollower,
  putMakeSlave,
  putRestoreCollection,
  putRestoreData,
  putRestoreIndexes,
  putRestoreView,
  putRevisionsDocuments,
  putRevisionsRanges,
  putServerId,
  putSync,
  putUser,
  putWalFlush,
  putWalTail,
]
