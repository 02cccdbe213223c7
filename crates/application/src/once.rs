use plinth_domain::TenantScope;
use plinth_ports::{IdempotencyClaim, IdempotencyKey, StoreError, records::idempotency::KEY_TAKEN};

use crate::{
    Answer, Application, Caller, Command, Error, Rendered,
    execute::{Operation, Rendering, detached, use_case_span},
};

impl Application {
    /// Runs a command at most once for an idempotency key: its reply is
    /// committed together with its effect, and sent again to a caller with the
    /// same key and the same request.
    pub async fn execute_once<C: Command>(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        mut command: C,
        render: impl FnOnce(&C::Output) -> Result<Rendered, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let Some(key) = key else {
            let output = self.execute(caller, command).await?;
            return Ok(Answer { reply: render(&output)?.reply, replayed: false });
        };
        let scope = self.admit_by(caller, C::PERMISSION, C::NAME, &command.by_project())?;
        self.once(scope, caller, key, Box::new(Rendering { command, render })).await
    }

    /// The reply to an earlier request with the same key, if there was one. It spares the work that
    /// comes before the command.
    pub(crate) async fn replayed(
        &self,
        scope: TenantScope,
        name: &'static str,
        key: &IdempotencyKey,
    ) -> Result<Option<Answer>, Error> {
        let mut unit = self.ports.stores.tenant.begin_once(scope, name, key).await?;
        let now = unit.now();
        let claim = unit.idempotency().claim(name, key, now).await;
        unit.rollback().await;
        replay(claim?, key)
    }

    async fn once(
        &self,
        scope: TenantScope,
        caller: &Caller,
        key: IdempotencyKey,
        mut operation: Box<dyn Operation>,
    ) -> Result<Answer, Error> {
        let (app, caller, name) = (self.clone(), caller.clone(), operation.name());
        detached(use_case_span(name), async move {
            let store = &app.ports.stores.tenant;
            let unit = store.begin_once(scope, name, &key).await?;
            // Before the earlier reply, which is for those alone who may still do it.
            let mut unit = app.check_operation(unit, &caller, &mut *operation).await?;
            let now = unit.now();
            let claim = unit.idempotency().claim(name, &key, now).await?;
            if let Some(answered) = replay(claim, &key).transpose() {
                // The key must be unlocked before the client receives the error.
                unit.rollback().await;
                return answered;
            }
            match app.run(unit, &caller, operation, Some(&key)).await {
                Ok(rendered) => {
                    let rendered =
                        rendered.ok_or_else(|| Error::internal("no reply was rendered"))?;
                    Ok(Answer { reply: rendered.reply, replayed: false })
                }
                Err(error) if may_be_a_rival(&error) => {
                    // A request with the same key may have committed since the claim. This unit of
                    // work has ended; a new one can read that request's reply.
                    let mut unit = store.begin_once(scope, name, &key).await?;
                    let claim = unit.idempotency().claim(name, &key, now).await?;
                    unit.rollback().await;
                    match claim {
                        done @ IdempotencyClaim::Done { .. } => {
                            replay(done, &key)?.ok_or(Error::KeyInUse)
                        }
                        _ if lost_race(&error) => Err(Error::KeyInUse),
                        _ => Err(error),
                    }
                }
                Err(error) => Err(error),
            }
        })
        .await
    }
}

/// The earlier reply, if there is one to the same request.
fn replay(claim: IdempotencyClaim, key: &IdempotencyKey) -> Result<Option<Answer>, Error> {
    match claim {
        IdempotencyClaim::Fresh => Ok(None),
        IdempotencyClaim::Running => Err(Error::KeyInUse),
        IdempotencyClaim::Done { fingerprint, .. } if fingerprint != key.fingerprint => {
            Err(Error::KeyReused)
        }
        IdempotencyClaim::Done { reply, .. } => Ok(Some(Answer { reply, replayed: true })),
    }
}

/// Whether a concurrent request with the same key may have caused the error, by its reply or by the
/// record that it created.
fn may_be_a_rival(error: &Error) -> bool {
    matches!(error, Error::Conflict { .. }) || lost_race(error)
}

/// Whether the unique constraint on the idempotency key is violated.
fn lost_race(error: &Error) -> bool {
    let Error::Internal(source) = error else { return false };
    source.downcast_ref::<StoreError>().is_some_and(|error| KEY_TAKEN.is_violated_in(error))
}
