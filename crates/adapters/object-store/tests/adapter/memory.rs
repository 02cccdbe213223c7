//! Blobs in memory fulfil the contract of the port.

use std::sync::Arc;

use plinth_contract_tests::BlobStorage;
use plinth_object_store::MemoryBlobs;

plinth_contract_tests::blobs_contract!(BlobStorage::new(Arc::new(MemoryBlobs::new())));
