use async_trait::async_trait;
use plinth_domain::OrganizationId;

use crate::{Result, StoreError};

/// Which of a member's scores is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The highest.
    Best,
    /// The last.
    Latest,
}

/// The rank of a member on a board.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The name of the member.
    pub member: String,
    /// The score, a finite number.
    pub score: f64,
    /// The rank, from 1. Equal scores are ordered by the bytes of the member's
    /// name, ascending.
    pub rank: u64,
}

/// An entry that no board accepts: a fault in the program, which becomes
/// [`StoreError::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEntry {
    /// The board's name is empty or too long.
    #[error("a board's name has 1 to 200 bytes")]
    Board,
    /// The member's name is empty or too long.
    #[error("a member's name has 1 to 200 bytes")]
    Member,
    /// The score is not a number, or is infinite.
    #[error("a score is finite")]
    Score,
}

impl From<InvalidEntry> for StoreError {
    fn from(invalid: InvalidEntry) -> Self {
        Self::Other(invalid.into())
    }
}

impl InvalidEntry {
    /// The maximum length of a name in bytes.
    const LONGEST: usize = 200;

    /// Checks the length of a board's name.
    pub fn check_board(board: &str) -> Result<(), Self> {
        if (1..=Self::LONGEST).contains(&board.len()) { Ok(()) } else { Err(Self::Board) }
    }

    /// Checks the length of a member's name.
    pub fn check_member(member: &str) -> Result<(), Self> {
        if (1..=Self::LONGEST).contains(&member.len()) { Ok(()) } else { Err(Self::Member) }
    }

    /// Checks that the score is finite.
    pub fn check_score(score: f64) -> Result<(), Self> {
        if score.is_finite() { Ok(()) } else { Err(Self::Score) }
    }
}

/// Leaderboards, each of one organization, the highest score first. They are
/// derived from the records and may be lost.
#[async_trait]
pub trait Leaderboards: Send + Sync {
    /// Sets a member's score. `board` and `member` have 1 to 200 bytes,
    /// `score` is finite.
    async fn record(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
        score: f64,
        keep: Keep,
    ) -> Result<()>;

    /// Up to `count` members from rank `first` on, which begins with 1.
    async fn range(
        &self,
        organization: OrganizationId,
        board: &str,
        first: u64,
        count: u16,
    ) -> Result<Vec<Standing>>;

    /// The rank of one member.
    async fn standing(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
    ) -> Result<Option<Standing>>;

    /// Removes a member from a board.
    async fn remove(&self, organization: OrganizationId, board: &str, member: &str) -> Result<()>;

    /// Removes all members from a board.
    async fn clear(&self, organization: OrganizationId, board: &str) -> Result<()>;
}
