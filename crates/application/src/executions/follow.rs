//! Follows an execution from a character on, also one of another process.

use std::{sync::Arc, time::Duration};

use plinth_domain::{Execution, ExecutionId, Permission, TenantScope};
use tokio::sync::watch;

use super::{
    live::{Live, News},
    read::{ExecutionDetails, GetExecution},
};
use crate::{
    Application, Caller, Error, Query, View,
    resource::{Found, Resource},
};

/// How often an execution of another process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// How much text of another process is read at once.
const READ_BYTES: usize = 256 * 1024;

/// What has happened to an execution.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// More of the text.
    Text {
        /// The text.
        text: String,
        /// How many characters there are with it.
        characters: u32,
    },
    /// It has ended. Nothing follows.
    Ended(Box<Execution>),
}

/// Follows one execution.
pub struct Follower {
    application: Application,
    watched: Watched,
    /// How many characters were passed on.
    characters: u32,
    place: FollowedPlace,
    ended: Option<Box<Execution>>,
    /// Whether the end was passed on.
    is_done: bool,
}

/// Where the news is from.
enum FollowedPlace {
    /// This process runs it.
    Here { live: Arc<Live>, byte: usize, changes: watch::Receiver<u64> },
    /// The store.
    Store,
}

/// Reads the state of an execution with the text behind a character.
struct ReadBehind {
    id: ExecutionId,
    after: u32,
}

impl Query for ReadBehind {
    const NAME: &'static str = "execution.follow";
    const PERMISSION: Permission = Permission::ExecutionRead;
    type Output = (Option<Execution>, String);

    /// The execution itself is read once it has ended: its texts are long.
    async fn run(self, view: &mut View<'_>) -> Result<(Option<Execution>, String), Error> {
        let progress = view.unit.execution_parts().progress(self.id).await?;
        let mut execution = None;
        if progress.ok_or(Error::NotFound(Execution::KIND))?.is_ended {
            let ended = view.unit.executions().get(self.id).await?;
            if !ended.answer.is_cut() {
                let text = ended.answer.text.chars().skip(self.after as usize).collect();
                return Ok((Some(ended), text));
            }
            execution = Some(ended);
        }
        let parts = view.unit.execution_parts();
        let pieces = parts.pieces(self.id, self.after, READ_BYTES).await?;
        let skipped = pieces.first().map_or(0, |first| self.after.saturating_sub(first.position));
        let text: String = pieces.into_iter().map(|piece| piece.text).collect();
        Ok((execution, text.chars().skip(skipped as usize).collect()))
    }
}

/// An execution that a caller may see: one that they may read, or that they have just started or
/// cancelled.
#[derive(Debug, Clone)]
pub struct Watched {
    id: ExecutionId,
    scope: TenantScope,
    caller: Caller,
}

impl Watched {
    pub(super) const fn new(id: ExecutionId, scope: TenantScope, caller: Caller) -> Self {
        Self { id, scope, caller }
    }

    /// The execution.
    #[must_use]
    pub const fn id(&self) -> ExecutionId {
        self.id
    }
}

impl Application {
    /// An execution that the caller may read.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller sees no such execution.
    pub async fn watch_execution(
        &self,
        caller: &Caller,
        id: ExecutionId,
    ) -> Result<Watched, Error> {
        let scope = self.admit(caller, Permission::ExecutionRead, ReadBehind::NAME)?;
        let watched = Watched::new(id, scope, caller.clone());
        self.execution_details(&watched).await?;
        Ok(watched)
    }

    /// The state of an execution.
    pub async fn execution_details(&self, watched: &Watched) -> Result<ExecutionDetails, Error> {
        let Watched { id, scope, caller } = watched;
        self.query_within(*scope, caller, GetExecution { id: *id }).await
    }

    /// Follows an execution from behind this many characters of its text.
    #[must_use]
    pub fn follow_execution(&self, watched: Watched, after: u32) -> Follower {
        let live = self.keeper.find(watched.id, watched.caller.access.organization());
        let place = match live {
            Some(live) => {
                let (byte, changes) = (live.byte_of(after), live.changes());
                FollowedPlace::Here { live, byte, changes }
            }
            None => FollowedPlace::Store,
        };
        let application = self.clone();
        Follower { application, watched, characters: after, place, ended: None, is_done: false }
    }

    /// Waits until an execution has ended, or until the time is over.
    pub async fn await_execution(&self, watched: &Watched, time: Duration) -> Result<(), Error> {
        let mut follower = self.follow_execution(watched.clone(), 0);
        let ended = async {
            while let Some(update) = follower.next().await? {
                if let Update::Ended(_) = update {
                    break;
                }
            }
            Ok(())
        };
        tokio::time::timeout(time, ended).await.unwrap_or(Ok(()))
    }
}

impl Follower {
    /// The execution that is followed.
    #[must_use]
    pub const fn watched(&self) -> &Watched {
        &self.watched
    }

    /// How many characters were passed on, and skipped at the beginning.
    #[must_use]
    pub const fn characters(&self) -> u32 {
        self.characters
    }

    /// Waits for the next update; `None` after the end.
    pub async fn next(&mut self) -> Result<Option<Update>, Error> {
        loop {
            if self.is_done {
                return Ok(None);
            }
            if let Some(ended) = self.ended.take() {
                self.is_done = true;
                return Ok(Some(Update::Ended(ended)));
            }
            let update = match &mut self.place {
                FollowedPlace::Here { live, byte, changes } => {
                    changes.mark_unchanged();
                    let News { text, ended } = live.news(byte);
                    self.ended = ended;
                    if !text.is_empty() {
                        Some(text)
                    } else if self.ended.is_some() {
                        continue;
                    } else if live.is_over() {
                        // Another process has ended it.
                        self.place = FollowedPlace::Store;
                        continue;
                    } else {
                        let _ = changes.changed().await;
                        None
                    }
                }
                FollowedPlace::Store => self.look().await?,
            };
            if let Some(text) = update {
                let more = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                self.characters = self.characters.saturating_add(more);
                return Ok(Some(Update::Text { text, characters: self.characters }));
            }
        }
    }

    /// Looks into the store. Returns the new text, if there is any.
    async fn look(&mut self) -> Result<Option<String>, Error> {
        let Watched { id, scope, caller } = &self.watched;
        let ask = ReadBehind { id: *id, after: self.characters };
        let (execution, text) = self.application.query_within(*scope, caller, ask).await?;
        if !text.is_empty() {
            return Ok(Some(text));
        }
        match execution {
            Some(ended) => self.ended = Some(Box::new(ended)),
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
        Ok(None)
    }
}
