use async_trait::async_trait;
use plinth_domain::OrganizationId;

use crate::{Result, StoreError};

/// The score of a member on a board.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The name of the member.
    pub member: String,
    /// The score, a finite number.
    pub score: f64,
}

/// A board that is not stored: a fault in the program, which becomes [`StoreError::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBoard {
    /// A name is empty or too long, or begins with `=`.
    #[error(
        "the name of a board, a basis or a member has 1 to 200 bytes, and does not begin with ="
    )]
    Name,
    /// The score is not a number, or is infinite.
    #[error("a score is finite")]
    Score,
    /// There are too many members.
    #[error("a board has at most 1000 members")]
    Members,
}

impl From<InvalidBoard> for StoreError {
    fn from(invalid: InvalidBoard) -> Self {
        Self::Other(invalid.into())
    }
}

impl InvalidBoard {
    /// The maximum length of a name in bytes.
    const LONGEST: usize = 200;

    /// The most members of a board.
    pub const MEMBERS: usize = 1000;

    /// Checks the name of a board, a basis or a member.
    ///
    /// # Errors
    /// It is empty or too long, or begins with `=`.
    pub fn check_name(name: &str) -> Result<(), Self> {
        let fits = (1..=Self::LONGEST).contains(&name.len()) && !name.starts_with('=');
        if fits { Ok(()) } else { Err(Self::Name) }
    }

    /// Checks the members of a board.
    ///
    /// # Errors
    /// There are too many, a name does not fit, or a score is not finite.
    pub fn check(members: &[Standing]) -> Result<(), Self> {
        if members.len() > Self::MEMBERS {
            return Err(Self::Members);
        }
        for Standing { member, score } in members {
            Self::check_name(member)?;
            if !score.is_finite() {
                return Err(Self::Score);
            }
        }
        Ok(())
    }
}

/// Leaderboards, each of one organization. They are derived from the records and may be lost, so each
/// says what it is made of: its basis.
#[async_trait]
pub trait Leaderboards: Send + Sync {
    /// Stores a board of different members in the place of what is stored under its name, at once. It is
    /// kept for a week.
    async fn replace(
        &self,
        organization: OrganizationId,
        board: &str,
        basis: &str,
        members: &[Standing],
    ) -> Result<()>;

    /// The first `count` members of a board: the highest score first, equal scores by the bytes of their
    /// names. `None` where no board is stored that is made of this basis.
    async fn first(
        &self,
        organization: OrganizationId,
        board: &str,
        basis: &str,
        count: u16,
    ) -> Result<Option<Vec<Standing>>>;
}
