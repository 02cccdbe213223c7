//! Bounded calls of providers.

use std::time::Duration;

use plinth_outgoing::{Outgoing, Request};
use plinth_ports::OidcError;

use crate::unreachable;

/// How long one call may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of an answer.
const MAX_BYTES: u64 = 256 * 1024;

/// The status and the body of an answer.
pub(crate) async fn call(client: &Outgoing, request: Request) -> Result<(u16, Vec<u8>), OidcError> {
    let attempt = async {
        let request = request.at_most(MAX_BYTES).header("accept", "application/json");
        let request = request.map_err(|error| unreachable(error.to_string()))?;
        let answer = client.send(request).await;
        let mut answer = answer.map_err(|error| unreachable(error.to_string()))?;
        let body = answer.rest().await.map_err(|error| unreachable(error.to_string()))?;
        Ok((answer.status(), body.to_vec()))
    };
    let answered = tokio::time::timeout(TIMEOUT, attempt).await;
    answered.unwrap_or_else(|_| Err(unreachable(format!("no answer within {TIMEOUT:?}"))))
}

/// The body of a good answer to a `GET`.
pub(crate) async fn get(client: &Outgoing, url: &str) -> Result<Vec<u8>, OidcError> {
    match call(client, Request::get(url.to_owned())).await? {
        (200, body) => Ok(body),
        (status, _) => Err(unreachable(format!("status {status} of {url}"))),
    }
}
