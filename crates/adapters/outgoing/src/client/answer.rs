use bytes::{Bytes, BytesMut};
use reqwest::Response;

use super::error::root_cause;

/// Why a body has no end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than the request allows.
    #[error("the answer is too large")]
    TooLarge,
    /// The connection ended in the middle.
    #[error("the connection ended in the middle of the answer: {detail}")]
    Cut {
        /// What the operating system or HTTP says.
        detail: String,
    },
}

/// The head of an answer, and its body as it comes in.
#[derive(Debug)]
pub struct Answer {
    response: Response,
    left: u64,
}

impl Answer {
    pub(super) fn new(response: Response, max_bytes: u64) -> Self {
        Self { response, left: max_bytes }
    }

    /// The HTTP status: 100 to 299 or 400 to 999.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The first value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next bytes of the body; `None` at its end.
    ///
    /// # Errors
    /// It is too large, or the connection ended.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        let cut = |error: reqwest::Error| BodyError::Cut { detail: root_cause(&error) };
        let Some(chunk) = self.response.chunk().await.map_err(cut)? else { return Ok(None) };
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or(BodyError::TooLarge)?;
        Ok(Some(chunk))
    }

    /// The rest of the body.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub async fn rest(&mut self) -> Result<Bytes, BodyError> {
        if self.response.content_length().is_some_and(|length| length > self.left) {
            return Err(BodyError::TooLarge);
        }
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut all = BytesMut::from(&first[..]);
        all.extend_from_slice(&second);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }
}
