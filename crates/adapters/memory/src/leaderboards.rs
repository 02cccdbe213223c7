use std::collections::HashMap;

use async_trait::async_trait;
use plinth_domain::OrganizationId;
use plinth_ports::{InvalidBoard, Leaderboards, Result, Standing};
use tokio::sync::Mutex;

/// A basis, and the members by rank.
type Board = (String, Vec<Standing>);

/// Leaderboards in memory, ordered like those on Redis.
#[derive(Debug, Default)]
pub struct MemoryLeaderboards(Mutex<HashMap<(OrganizationId, String), Board>>);

impl MemoryLeaderboards {
    /// A value without boards.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Leaderboards for MemoryLeaderboards {
    async fn replace(
        &self,
        organization: OrganizationId,
        board: &str,
        basis: &str,
        members: &[Standing],
    ) -> Result<()> {
        InvalidBoard::check_name(board)?;
        InvalidBoard::check_name(basis)?;
        InvalidBoard::check(members)?;
        // -0 and 0 are the same score.
        let plain =
            |one: &Standing| Standing { member: one.member.clone(), score: one.score + 0.0 };
        let mut members: Vec<Standing> = members.iter().map(plain).collect();
        members.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.member.cmp(&b.member)));
        let mut boards = self.0.lock().await;
        boards.insert((organization, board.to_owned()), (basis.to_owned(), members));
        Ok(())
    }

    async fn first(
        &self,
        organization: OrganizationId,
        board: &str,
        basis: &str,
        count: u16,
    ) -> Result<Option<Vec<Standing>>> {
        InvalidBoard::check_name(board)?;
        InvalidBoard::check_name(basis)?;
        let boards = self.0.lock().await;
        let found = boards.get(&(organization, board.to_owned()));
        let found = found.filter(|(stored, _)| stored == basis);
        Ok(found.map(|(_, members)| members.iter().take(count.into()).cloned().collect()))
    }
}
