use async_trait::async_trait;
use plinth_domain::OrganizationId;
use plinth_ports::{InvalidBoard, Leaderboards, Result, Standing};
use redis::pipe;

use crate::{RedisConnection, fault::Fault};

/// How long a board is kept, in seconds.
const LIFETIME: u32 = 7 * 24 * 60 * 60;

/// Leaderboards as sorted sets.
///
/// Redis orders equal scores by the members' bytes, ascending in `ZRANGE` and descending in
/// `ZREVRANGE`. Scores are stored negated, so that ascending order is the order of ranks and
/// ties are ordered by member. The last member is `=` and the basis: both are there, or none.
#[derive(Debug, Clone)]
pub struct RedisLeaderboards(RedisConnection);

impl RedisLeaderboards {
    /// Leaderboards on `connection`.
    #[must_use]
    pub fn new(connection: RedisConnection) -> Self {
        Self(connection)
    }

    /// The key of a board. An organization's id has a fixed length, so two boards never share
    /// a key.
    fn key(&self, organization: OrganizationId, board: &str) -> Result<String, InvalidBoard> {
        InvalidBoard::check_name(board)?;
        Ok(self.0.name(&["lb", &organization.to_string(), board]))
    }
}

/// The member that tells the basis. No other member begins with `=`.
fn stamp(basis: &str) -> Result<String, InvalidBoard> {
    InvalidBoard::check_name(basis)?;
    Ok(format!("={basis}"))
}

#[async_trait]
impl Leaderboards for RedisLeaderboards {
    async fn replace(
        &self,
        organization: OrganizationId,
        board: &str,
        basis: &str,
        members: &[Standing],
    ) -> Result<()> {
        let (key, stamp) = (self.key(organization, board)?, stamp(basis)?);
        InvalidBoard::check(members)?;
        let mut all = pipe();
        // One transaction: no reader sees a part of a board.
        all.atomic().cmd("UNLINK").arg(&key).ignore();
        let add = all.cmd("ZADD").arg(&key).arg("+inf").arg(stamp);
        for Standing { member, score } in members {
            add.arg(negative(*score)).arg(member);
        }
        add.ignore().cmd("EXPIRE").arg(&key).arg(LIFETIME).ignore();
        let all = &all;
        let done: Result<(), Fault> = self
            .0
            .ask(|mut connection| async move { all.query_async(&mut connection).await })
            .await;
        Ok(done?)
    }

    async fn first(
        &self,
        organization: OrganizationId,
        board: &str,
        basis: &str,
        count: u16,
    ) -> Result<Option<Vec<Standing>>> {
        let (key, stamp) = (self.key(organization, board)?, stamp(basis)?);
        let mut both = pipe();
        both.atomic().cmd("ZSCORE").arg(&key).arg(&stamp);
        // `ZRANGE` includes the end; -1 would be that of the set.
        let end = i32::from(count).saturating_sub(1).max(0);
        both.cmd("ZRANGE").arg(&key).arg(0).arg(end).arg("WITHSCORES");
        let both = &both;
        let found: Result<(Option<f64>, Vec<(String, f64)>), Fault> = self
            .0
            .ask(|mut connection| async move { both.query_async(&mut connection).await })
            .await;
        let (basis, mut members) = found?;
        members.retain(|(member, _)| *member != stamp);
        members.truncate(count.into());
        let standing = |(member, score)| Standing { member, score: negative(score) };
        Ok(basis.map(|_| members.into_iter().map(standing).collect()))
    }
}

/// The score negated. Zero stays positive: Redis would show -0 as a different score.
fn negative(score: f64) -> f64 {
    0.0 - score
}
