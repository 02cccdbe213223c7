use async_trait::async_trait;
use plinth_domain::OrganizationId;
use plinth_ports::{InvalidEntry, Keep, Leaderboards, Result, Standing};
use redis::{Cmd, FromRedisValue, cmd, pipe};

use crate::{RedisConnection, fault::Fault};

/// Leaderboards as sorted sets.
///
/// Redis orders equal scores by the members' bytes, ascending in `ZRANGE` and descending in
/// `ZREVRANGE`. Scores are stored negated, so that ascending order is the order of ranks and
/// ties are ordered by member.
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
    fn key(&self, organization: OrganizationId, board: &str) -> Result<String, InvalidEntry> {
        InvalidEntry::check_board(board)?;
        Ok(self.0.name(&["lb", &organization.to_string(), board]))
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Fault> {
        self.0.ask(|mut connection| async move { command.query_async(&mut connection).await }).await
    }
}

#[async_trait]
impl Leaderboards for RedisLeaderboards {
    async fn record(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
        score: f64,
        keep: Keep,
    ) -> Result<()> {
        let mut command = cmd("ZADD");
        command.arg(self.key(organization, board)?);
        InvalidEntry::check_member(member)?;
        InvalidEntry::check_score(score)?;
        if keep == Keep::Best {
            command.arg("LT");
        }
        Ok(self.ask(command.arg(negative(score)).arg(member)).await?)
    }

    async fn range(
        &self,
        organization: OrganizationId,
        board: &str,
        first: u64,
        count: u16,
    ) -> Result<Vec<Standing>> {
        let key = self.key(organization, board)?;
        let first = first.max(1);
        // ZRANGE counts from 0 in signed numbers, and includes the end.
        let Ok(start) = i64::try_from(first - 1) else { return Ok(Vec::new()) };
        let Some(last) = count.checked_sub(1) else { return Ok(Vec::new()) };
        let end = start.saturating_add(last.into());
        let mut command = cmd("ZRANGE");
        command.arg(key).arg(start).arg(end).arg("WITHSCORES");
        let places: Vec<(String, f64)> = self.ask(&command).await?;
        let standing = |((member, score), rank)| Standing { member, score: negative(score), rank };
        Ok(places.into_iter().zip(first..).map(standing).collect())
    }

    async fn standing(
        &self,
        organization: OrganizationId,
        board: &str,
        member: &str,
    ) -> Result<Option<Standing>> {
        let key = self.key(organization, board)?;
        InvalidEntry::check_member(member)?;
        let mut both = pipe();
        // One transaction, so that score and rank are consistent.
        both.atomic().cmd("ZRANK").arg(&key).arg(member).cmd("ZSCORE").arg(&key).arg(member);
        let both = &both;
        let found: (Option<u64>, Option<f64>) = self
            .0
            .ask(|mut connection| async move { both.query_async(&mut connection).await })
            .await?;
        let (Some(place), Some(score)) = found else { return Ok(None) };
        let member = member.to_owned();
        Ok(Some(Standing { member, score: negative(score), rank: place.saturating_add(1) }))
    }

    async fn remove(&self, organization: OrganizationId, board: &str, member: &str) -> Result<()> {
        let key = self.key(organization, board)?;
        InvalidEntry::check_member(member)?;
        Ok(self.ask(cmd("ZREM").arg(key).arg(member)).await?)
    }

    async fn clear(&self, organization: OrganizationId, board: &str) -> Result<()> {
        Ok(self.ask(cmd("UNLINK").arg(self.key(organization, board)?)).await?)
    }
}

/// The score negated. Zero stays positive: Redis would show -0 as a different score.
fn negative(score: f64) -> f64 {
    0.0 - score
}
