use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Take},
    process::ChildStdout,
};

use crate::{Confinement, child::First};

/// The standard output of a child, up to the length that its reply may have. A child that writes
/// more fails with a broken pipe.
#[derive(Debug)]
pub struct Output {
    reader: BufReader<Take<ChildStdout>>,
    confined: bool,
}

impl Output {
    pub(crate) fn new(out: ChildStdout, reply_bytes: u64) -> Self {
        Self { reader: BufReader::new(out.take(reply_bytes)), confined: false }
    }

    /// Reads the first line, which tells what the kernel enforces on the child.
    pub(crate) async fn confinement(&mut self) -> Option<Confinement> {
        self.confined = true;
        let First::Confined(confinement) = self.json().await?;
        Some(confinement)
    }

    /// Reads one line of JSON after the first; `None` at the end of the output, or when the line is
    /// something else.
    pub async fn line<T: DeserializeOwned>(&mut self) -> Option<T> {
        if !self.confined {
            self.confinement().await?;
        }
        self.json().await
    }

    /// Reads this number of bytes; `None` when there are fewer.
    pub async fn bytes(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = (&mut self.reader).take(length as u64).read_to_end(&mut bytes).await.ok()?;
        (read == length).then_some(bytes)
    }

    async fn json<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut line = Vec::new();
        if self.reader.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        serde_json::from_slice(&line).ok()
    }
}
