//! Object storage, for the port `Blobs`.
