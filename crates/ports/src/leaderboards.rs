use async_trait::async_trait;
use plinth_domain::OrganizationId;

use crate::{Result, StoreError};

/// Which score of a member counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The highest so far.
    Best,
    /// The last.
    Latest,
}

/// A member's place on a board.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Who, or what.
    pub member: String,
    /// Their score; finite.
    pub score: f64,
    /// Their place, from 1. Equal scores are ordered by the member's bytes,
    /// the smallest first.
    pub rank: u64,
}

/// What no board takes: a fault in the program, told as [`StoreError::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEntry {
    /// The board's name is empty or too long.
    #[error("a board's name has 1 to 200 bytes")]
    Board,
    /// The member's name is empty or too long.
    #[error("a member's name has 1 to 200 bytes")]
    Member,
    /// The score is no number, or has no end.
    #[error("a score is finite")]
    Score,
}

impl From<InvalidEntry> for StoreError {
    fn from(invalid: InvalidEntry) -> Self {
        Self::Other(invalid.into())
    }
}

impl InvalidEntry {
    /// The most bytes of a name.
    const LONGEST: usize = 200;

    /// Refuses the name of a board that is out of bounds.
    pub fn check_board(board: &str) -> Result<(), Self> {
        if (1..=Self::LONGEST).contains(&board.len()) { Ok(()) } else { Err(Self::Board) }
    }

    /// Refuses the name of a member that is out of bounds.
    pub fn check_member(member: &str) -> Result<(), Self> {
        if (1..=Self::LONGEST).contains(&member.len()) { Ok(()) } else { Err(Self::Member) }
    }

    /// Refuses a score that is not finite.
    pub fn check_score(score: f64) -> Result<(), Self> {
        if score.is_finite() { Ok(()) } else { Err(Self::Score) }
    }
}

/// Boards of scores, the highest first, each of one organization. They can be
/// computed anew from the records, and may be lost.
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

    /// The places from `first`, from 1, and `count` of them at most.
    async fn range(
        &self,
        organization: OrganizationId,
        board: &str,
        first: u64,
        count: u16,
    ) -> Result<Vec<Standing>>;

    /// One member's place.
    async fn standing(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
    ) -> Result<Option<Standing>>;

    /// Takes a member off a board.
    async fn remove(&self, organization: OrganizationId, board: &str, member: &str) -> Result<()>;

    /// Empties a board.
    async fn clear(&self, organization: OrganizationId, board: &str) -> Result<()>;
}
