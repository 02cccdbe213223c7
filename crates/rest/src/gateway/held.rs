use std::future::Future;

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use plinth_application::{
    Application, Caller,
    executions::{BoundExecution, NewExecution, Said},
};
use plinth_domain::{Execution, ExecutionId, ExecutionStatus};
use plinth_ports::ChatEvent;
use tokio_util::sync::CancellationToken;

use super::{EXECUTION_ID, errors, target};
use crate::{events::Streams, middleware::codes::SERVER_STOPPING, problem::ApiError};

/// An execution for which a client waits. It is cancelled when the client is gone.
pub(super) struct Held {
    bound: BoundExecution,
    /// Cancelled when the server stops.
    ending: CancellationToken,
}

impl Held {
    pub(super) async fn start(
        app: &Application,
        streams: &Streams,
        caller: &Caller,
        new: NewExecution,
    ) -> Result<Self, ApiError> {
        let bound = app.start_bound_execution(caller, new).await;
        let bound = bound.map_err(|error| target::or_unknown(error.into()))?;
        Ok(Self { bound, ending: streams.answers_ending() })
    }

    pub(super) fn id(&self) -> ExecutionId {
        self.bound.id()
    }

    /// Waits for more of the answer; `None` at its end.
    pub(super) async fn more(&mut self) -> Result<Option<Vec<ChatEvent>>, ApiError> {
        tokio::select! {
            biased;
            more = self.bound.more() => Ok(more),
            () = self.ending.cancelled() => Err(stopping(&self.bound)),
        }
    }

    /// Waits for the end: the execution when it has succeeded, or why it has not.
    pub(super) async fn ended(&mut self) -> Result<Box<Execution>, ApiError> {
        let ended = tokio::select! {
            biased;
            ended = self.bound.ended() => Ok(ended),
            () = self.ending.cancelled() => Err(()),
        };
        let execution = ended.map_err(|()| stopping(&self.bound))?;
        let execution = execution.ok_or_else(ApiError::internal)?;
        if execution.status == ExecutionStatus::Succeeded {
            return Ok(execution);
        }
        Err(errors::failed(execution.failure.as_ref()))
    }

    pub(super) fn said(&self) -> Said {
        self.bound.said()
    }

    pub(super) fn vectors(&self) -> Vec<Vec<f32>> {
        self.bound.vectors()
    }
}

fn stopping(bound: &BoundExecution) -> ApiError {
    bound.interrupt();
    let detail = "the server is stopping; another one takes the request";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, SERVER_STOPPING, detail).retry_after(1)
}

/// The answer, also a refusal, with the execution in a header.
pub(super) async fn named(
    id: ExecutionId,
    answer: impl Future<Output = Result<HttpResponse, ApiError>>,
) -> HttpResponse {
    let mut response = answer.await.unwrap_or_else(|error| error.error_response());
    if let Ok(id) = header::HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(header::HeaderName::from_static(EXECUTION_ID), id);
    }
    response
}
