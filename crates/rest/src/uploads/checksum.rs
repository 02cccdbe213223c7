use std::cell::RefCell;

use actix_web::web::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{Stream, TryStreamExt};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::{
    problem::ApiError,
    uploads::codes::{UPLOAD_CHECKSUM, UPLOAD_CHECKSUM_MISMATCH},
};

/// The value of `Tus-Checksum-Algorithm`. The protocol requires SHA-1, which is used here only to
/// detect transmission errors.
pub(super) const ALGORITHMS: &str = "sha1,sha256";

/// `460 Checksum Mismatch`, which only this protocol defines.
const MISMATCH: u16 = 460;

/// Checks the bytes of one request against `Upload-Checksum`.
pub(super) struct Checksum {
    running: RefCell<Running>,
    expected: Vec<u8>,
}

enum Running {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Checksum {
    /// Parses the header: an algorithm, a space, and the checksum in Base64.
    pub(super) fn parse(header: &str) -> Result<Self, ApiError> {
        let malformed = || {
            let detail = format!("Upload-Checksum must be one of {ALGORITHMS}, and the sum");
            ApiError::bad_request(UPLOAD_CHECKSUM, detail)
        };
        let (algorithm, sum) = header.split_once(' ').ok_or_else(malformed)?;
        let (running, length) = match algorithm {
            "sha1" => (Running::Sha1(Sha1::new()), 20),
            "sha256" => (Running::Sha256(Sha256::new()), 32),
            _ => return Err(malformed()),
        };
        let expected = STANDARD.decode(sum.trim()).map_err(|_| malformed())?;
        if expected.len() != length {
            return Err(malformed());
        }
        Ok(Self { running: RefCell::new(running), expected })
    }

    /// Forwards the bytes and computes their checksum.
    pub(super) fn over(
        &self,
        body: impl Stream<Item = Result<Bytes, ApiError>>,
    ) -> impl Stream<Item = Result<Bytes, ApiError>> {
        body.inspect_ok(|bytes| match &mut *self.running.borrow_mut() {
            Running::Sha1(digest) => digest.update(bytes),
            Running::Sha256(digest) => digest.update(bytes),
        })
    }

    /// Checks that the checksum matches.
    pub(super) fn verify(&self) -> Result<(), ApiError> {
        let found = match &*self.running.borrow() {
            Running::Sha1(digest) => digest.clone().finalize().to_vec(),
            Running::Sha256(digest) => digest.clone().finalize().to_vec(),
        };
        if found == self.expected {
            return Ok(());
        }
        let status = actix_web::http::StatusCode::from_u16(MISMATCH);
        let status = status.unwrap_or(actix_web::http::StatusCode::BAD_REQUEST);
        let detail = "the bytes do not have this checksum, and were thrown away";
        Err(ApiError::new(status, UPLOAD_CHECKSUM_MISMATCH, detail))
    }
}
