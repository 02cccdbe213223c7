use crate::{Application, Error};

/// The number of uploads in one transaction.
const BATCH: u16 = 100;

impl Application {
    /// Abandons expired uploads, and removes their stored bytes. Returns their number. An upload
    /// that cannot be cleared is left to the next sweep.
    pub async fn sweep_uploads(&self) -> Result<u64, Error> {
        let now = self.ports.clock.now();
        let mut cleared = 0;
        loop {
            let abandoned = self.ports.files.ledger.abandon_uploads(now, BATCH).await?;
            let before = cleared;
            for upload in &abandoned {
                match self.clear(upload).await {
                    Ok(()) => cleared += 1,
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, upload = %upload.id, "an upload cannot be cleared");
                    }
                }
            }
            if abandoned.len() < usize::from(BATCH) || cleared == before {
                return Ok(cleared);
            }
        }
    }
}
