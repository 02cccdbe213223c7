use std::time::Duration;

use chrono::DateTime;
use plinth_outgoing::{Answer, Outgoing, OutgoingError, Request};
use plinth_ports::{CallError, ModelEndpoint};

use crate::{
    deadlines::{Deadline, Deadlines},
    failure::{Failure, of_status, redacted},
};

/// How much of an error's body is read, in bytes, and for how long.
const ERROR_BYTES: usize = 64 << 10;
const ERROR_TIME: Duration = Duration::from_secs(5);

/// The most characters of a provider's name for a request.
const ID_CHARS: usize = 200;

/// One call: what its failures have in common.
pub(crate) struct Call {
    pub(crate) endpoint: ModelEndpoint,
    pub(crate) deadlines: Deadlines,
    pub(crate) provider_request_id: Option<String>,
    status: Option<u16>,
}

impl Call {
    pub(crate) fn new(endpoint: &ModelEndpoint, deadlines: Deadlines) -> Self {
        Self { endpoint: endpoint.clone(), deadlines, provider_request_id: None, status: None }
    }

    /// The error of this call for a failure.
    pub(crate) fn failed(&self, failure: Failure) -> CallError {
        CallError {
            fault: failure.fault,
            status: self.status,
            detail: redacted(failure.detail, self.endpoint.secret.as_ref()),
            retry_after: None,
            provider_request_id: self.provider_request_id.clone(),
        }
    }

    /// Sends the request; the head of a successful answer must come before `head`.
    pub(crate) async fn send(
        &mut self,
        outgoing: &Outgoing,
        request: Request,
        head: Deadline,
    ) -> Result<Answer, CallError> {
        let request = request.connect_within(self.deadlines.connect());
        let sent = head.run(outgoing.send(request)).await;
        let mut answer = match sent {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                if let OutgoingError::Redirect { status } | OutgoingError::Encoded { status } =
                    error
                {
                    self.status = Some(status);
                }
                return Err(self.failed(error.into()));
            }
            Err(late) => return Err(self.failed(late)),
        };
        let status = answer.status();
        self.status = Some(status);
        let id = request_id(&answer).map(|id| redacted(id, self.endpoint.secret.as_ref()));
        self.provider_request_id = id.map(|id| id.chars().take(ID_CHARS).collect());
        if status == 200 {
            return Ok(answer);
        }
        let retry_after = retry_after(&answer);
        let body = self.error_body(&mut answer).await;
        Err(CallError { retry_after, ..self.failed(of_status(status, &body)) })
    }

    /// The beginning of an error's body, as far as it comes.
    async fn error_body(&self, answer: &mut Answer) -> Vec<u8> {
        let mut body = Vec::new();
        let read = async {
            while body.len() < ERROR_BYTES
                && let Ok(Some(chunk)) = answer.chunk().await
            {
                body.extend_from_slice(&chunk);
            }
        };
        let limited = tokio::time::timeout(ERROR_TIME, read);
        // What has come until then is enough.
        let _ = self.deadlines.total().run(limited).await;
        body.truncate(ERROR_BYTES);
        body
    }
}

fn request_id(answer: &Answer) -> Option<String> {
    let id = ["x-request-id", "request-id"].into_iter().find_map(|name| answer.header(name))?;
    Some(id.to_owned())
}

/// How long the provider asks to wait: in milliseconds, in seconds, or until a time by its clock.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let milliseconds = answer.header("retry-after-ms").and_then(|text| text.parse().ok());
    if let Some(milliseconds) = milliseconds {
        return Some(Duration::from_millis(milliseconds));
    }
    let text = answer.header("retry-after")?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = DateTime::parse_from_rfc2822(answer.header("date")?).ok()?;
    let then = DateTime::parse_from_rfc2822(text).ok()?;
    Some((then - now).to_std().unwrap_or_default())
}
