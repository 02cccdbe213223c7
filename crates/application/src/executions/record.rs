//! Stores what came of a running execution, so that it is kept when its process is gone, and seen by
//! those who follow it over another process.

use std::time::Duration;

use plinth_domain::TenantScope;
use plinth_ports::{OutputPiece, Store, StoreError};
use uuid::Uuid;

use super::live::{Live, Stop};

/// How often the text is stored.
const EVERY: Duration = Duration::from_secs(1);

/// How much new text is stored before that.
const SOONER: usize = 4 * 1024;

/// How much of a text was stored in pieces.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stored {
    pub(super) bytes: usize,
    pub(super) characters: u32,
    /// Whether a piece may be stored.
    pub(super) has_pieces: bool,
}

impl Stored {
    /// What is stored with another piece.
    pub(super) fn with(self, piece: &OutputPiece) -> Self {
        let characters = u32::try_from(piece.text.chars().count()).unwrap_or(u32::MAX);
        Self {
            bytes: self.bytes + piece.text.len(),
            characters: self.characters.saturating_add(characters),
            has_pieces: true,
        }
    }
}

/// Stores pieces as long as it is not dropped. `stored` says how much, also afterwards.
pub(super) async fn record(
    store: &dyn Store,
    scope: TenantScope,
    holder: Uuid,
    live: &Live,
    stored: &mut Stored,
) {
    let mut changes = live.changes();
    loop {
        let long_enough = async {
            while live.text_bytes() < stored.bytes + SOONER {
                // The sender lives as long as `live`.
                let _ = changes.changed().await;
            }
        };
        let _ = tokio::time::timeout(EVERY, long_enough).await;
        let Some(piece) = live.piece(stored.bytes, stored.characters) else { continue };
        stored.has_pieces = true;
        let written = async {
            let mut unit = store.begin(scope).await?;
            let is_held = unit.executions().append(live.id, holder, &piece).await?;
            unit.commit().await?;
            Ok::<_, StoreError>(is_held)
        };
        match written.await {
            Ok(true) => *stored = stored.with(&piece),
            Ok(false) => live.stop(Stop::Lost),
            // The next try stores more.
            Err(error) => {
                {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, execution = %live.id, "a part of an answer was not stored");
                }
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}
