use std::any::Any;

use plinth_domain::TenantScope;
use plinth_ports::{IdempotencyClaim, IdempotencyKey, StoreError, StoredReply};

use crate::{
    Application, Caller, Command, Error,
    application::{Operation, Remember, detached, use_case_span},
};

/// A command's output, made into a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What is sent now.
    pub reply: StoredReply,
    /// What is kept for a replay, where it differs: a secret is shown once.
    pub redacted: Option<StoredReply>,
}

/// Makes the reply of a command's output.
type Render = Box<dyn FnMut(&(dyn Any + Send)) -> Result<Rendered, Error> + Send>;

/// The reply to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What to send.
    pub reply: StoredReply,
    /// Whether it is an earlier answer, sent again.
    pub replayed: bool,
}

impl Application {
    /// Runs a command at most once for an idempotency key: its reply is
    /// committed together with its effect, and sent again to whoever comes
    /// with the same key and the same request.
    pub async fn execute_once<C: Command>(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        command: C,
        render: impl FnOnce(&C::Output) -> Result<Rendered, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let Some(key) = key else {
            let output = self.execute(caller, command).await?;
            return Ok(Answer { reply: render(&output)?.reply, replayed: false });
        };
        let scope = self.admit(caller, C::PERMISSION, C::NAME)?;
        let mut render = Some(render);
        let render = Box::new(move |output: &(dyn Any + Send)| {
            let output = output.downcast_ref::<C::Output>().zip(render.take());
            let (output, render) = output.ok_or_else(|| Error::internal("no such output"))?;
            render(output)
        });
        self.once(scope, caller, key, Operation::of(command), render).await
    }

    async fn once(
        &self,
        scope: TenantScope,
        caller: &Caller,
        key: IdempotencyKey,
        operation: Operation,
        mut render: Render,
    ) -> Result<Answer, Error> {
        let (app, caller, name) = (self.clone(), caller.clone(), operation.name);
        detached(use_case_span(name), async move {
            let mut unit = app.ports.store.begin(scope).await?;
            let now = app.ports.clock.now();
            let claim = unit.idempotency().claim(name, &key, now).await?;
            if let Some(answered) = replay(claim, &key).transpose() {
                // The key must be free when the client hears the answer.
                unit.rollback().await;
                return answered;
            }
            let mut rendered = None;
            let mut remember = |output: &(dyn Any + Send)| {
                let Rendered { reply, redacted } = render(output)?;
                rendered = Some(reply.clone());
                Ok(Some(Remember { key: key.clone(), reply: redacted.unwrap_or(reply) }))
            };
            match app.run(unit, &caller, operation, &mut remember).await {
                Ok(_) => {}
                Err(error) if of_a_rival(&error) => {
                    // A rival may have committed between our look and our lock.
                    // Our unit of work is gone, and its answer would be there.
                    let mut unit = app.ports.store.begin(scope).await?;
                    let claim = unit.idempotency().claim(name, &key, now).await?;
                    unit.rollback().await;
                    return match claim {
                        done @ IdempotencyClaim::Done { .. } => {
                            replay(done, &key)?.ok_or(Error::KeyInUse)
                        }
                        _ if lost_race(&error) => Err(Error::KeyInUse),
                        _ => Err(error),
                    };
                }
                Err(error) => return Err(error),
            }
            let reply = rendered.ok_or_else(|| Error::internal("no reply was rendered"))?;
            Ok(Answer { reply, replayed: false })
        })
        .await
    }
}

/// The earlier answer, when there is one for the same request.
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

/// Whether a rival with the same key can be what stood in the way: its answer,
/// or the record that it made.
fn of_a_rival(error: &Error) -> bool {
    matches!(error, Error::Conflict { .. }) || lost_race(error)
}

/// Whether this is the idempotency key's unique constraint speaking.
fn lost_race(error: &Error) -> bool {
    let Error::Internal(source) = error else { return false };
    source.downcast_ref::<StoreError>().is_some_and(|error| {
        matches!(error, StoreError::Conflict { constraint } if constraint.starts_with("idempotency_keys"))
    })
}
