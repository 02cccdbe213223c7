//! The key by which a run calls models and tools. It has a secret as long as a part runs.

use chrono::TimeDelta;
use plinth_domain::{AgentRun, ApiKey, BoundPrompts, Grant, Name, Revision};
use plinth_ports::Invalidation;

use crate::{Context, Error, Token, resource::Found};

impl Context<'_> {
    /// Gives the key of a run a new secret, which opens for this long; the one before opens nothing
    /// any more. `None` where the rights of those who started the run have ended.
    pub(super) async fn open_run_key(
        &mut self,
        run: &AgentRun,
        time: TimeDelta,
    ) -> Result<Option<(ApiKey, Token)>, Error> {
        let draft = &run.draft;
        let (mut until, mut prompts) = (self.now + time, None);
        if self.unit.members().find(draft.user).await?.is_none() {
            return Ok(None);
        }
        if let Some(parent) = draft.started_by {
            let parent = self.unit.api_keys().get(parent).await?;
            if !parent.is_live(self.now) {
                return Ok(None);
            }
            until = parent.expires_at.map_or(until, |end| end.min(until));
            prompts = parent.prompts;
        }
        let secret = self.token(Token::API_KEY);
        let Some(known) = run.key else {
            let key = self.new_run_key(run, &secret, until, prompts)?;
            self.unit.api_keys().insert(&key, &secret.hash()).await?;
            return Ok(Some((key, secret)));
        };
        let before = self.unit.api_keys().get(known).await?;
        if before.revoked_at.is_some() {
            return Ok(None);
        }
        let key = before.renew(secret.last_four().to_owned(), until, self.now);
        self.unit.api_keys().update(&key).await?;
        self.unit.api_keys().replace_secret(key.id, &secret.hash()).await?;
        self.forget(Invalidation::Member(key.organization, key.created_by));
        Ok(Some((key, secret)))
    }

    fn new_run_key(
        &self,
        run: &AgentRun,
        secret: &Token,
        until: plinth_domain::Timestamp,
        prompts: Option<BoundPrompts>,
    ) -> Result<ApiKey, Error> {
        let name = Name::parse(&format!("Agent run {}", run.id)).map_err(Error::internal)?;
        Ok(ApiKey {
            id: self.id(),
            organization: self.organization(),
            name,
            last_four: secret.last_four().to_owned(),
            grant: Grant::Permissions(run.draft.permissions),
            prompts,
            created_by: run.draft.user,
            parent: run.draft.started_by,
            agent_run: Some(run.id.uuid()),
            expires_at: Some(until),
            last_used_at: None,
            revoked_at: None,
            revision: Revision::first(self.now),
        })
    }

    /// Closes the key of a run whose part has ended; for good where the run has.
    pub(super) async fn close_run_key(&mut self, run: &AgentRun) -> Result<(), Error> {
        let Some(key) = run.key else { return Ok(()) };
        let found = self.unit.api_keys().find(key).await?;
        let Some(before) = found.filter(|key| key.revoked_at.is_none()) else { return Ok(()) };
        let after = if run.status.is_ended() {
            before.revoke(self.now)?
        } else {
            let last_four = before.last_four.clone();
            before.renew(last_four, self.now, self.now)
        };
        self.unit.api_keys().update(&after).await?;
        self.forget(Invalidation::Member(after.organization, after.created_by));
        Ok(())
    }
}
