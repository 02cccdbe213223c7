use crate::{Application, Error};

/// How many uploads are swept at a time.
const BATCH: u16 = 100;

impl Application {
    /// Gives up uploads of which nothing more was heard, and removes what is
    /// stored of them. Answers how many there were. One that cannot be cleared
    /// now waits for the next sweep.
    pub async fn sweep_uploads(&self) -> Result<u64, Error> {
        let now = self.ports.clock.now();
        let mut cleared = 0;
        loop {
            let abandoned = self.ports.ledger.abandon_uploads(now, BATCH).await?;
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
