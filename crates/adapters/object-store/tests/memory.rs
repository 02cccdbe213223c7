//! Blobs in memory keep what the port promises.

use std::sync::Arc;

use contract_tests::BlobStorage;
use plinth_object_store::MemoryBlobs;

contract_tests::blobs_contract!(BlobStorage::new(Arc::new(MemoryBlobs::new())));
