use std::collections::HashMap;

use async_trait::async_trait;
use plinth_domain::OrganizationId;
use plinth_ports::{InvalidEntry, Keep, Leaderboards, Result, Standing};
use tokio::sync::Mutex;

use board::Board;

mod board;

type Boards = HashMap<(OrganizationId, String), Board>;

/// Leaderboards in memory, ordered like those on Redis.
#[derive(Debug, Default)]
pub struct MemoryLeaderboards(Mutex<Boards>);

impl MemoryLeaderboards {
    /// A value without boards.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    async fn with<T>(
        &self,
        organization: OrganizationId,
        board: &str,
        work: impl FnOnce(&mut Board) -> T + Send,
    ) -> Result<T> {
        InvalidEntry::check_board(board)?;
        let mut boards = self.0.lock().await;
        let key = (organization, board.to_owned());
        let mut board = boards.remove(&key).unwrap_or_default();
        let done = work(&mut board);
        // Empty boards are not stored.
        if !board.is_empty() {
            boards.insert(key, board);
        }
        Ok(done)
    }
}

#[async_trait]
impl Leaderboards for MemoryLeaderboards {
    async fn record(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
        score: f64,
        keep: Keep,
    ) -> Result<()> {
        InvalidEntry::check_member(member)?;
        InvalidEntry::check_score(score)?;
        self.with(organization, board, |board| board.record(member, score, keep)).await
    }

    async fn range(
        &self,
        organization: OrganizationId,
        board: &str,
        first: u64,
        count: u16,
    ) -> Result<Vec<Standing>> {
        self.with(organization, board, |board| board.range(first, count)).await
    }

    async fn standing(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
    ) -> Result<Option<Standing>> {
        InvalidEntry::check_member(member)?;
        self.with(organization, board, |board| board.standing(member)).await
    }

    async fn remove(&self, organization: OrganizationId, board: &str, member: &str) -> Result<()> {
        InvalidEntry::check_member(member)?;
        self.with(organization, board, |board| board.remove(member)).await
    }

    async fn clear(&self, organization: OrganizationId, board: &str) -> Result<()> {
        self.with(organization, board, |board| *board = Board::default()).await
    }
}
