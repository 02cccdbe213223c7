//! Sends events to webhooks, signed by [Standard Webhooks](https://www.standardwebhooks.com).

use async_trait::async_trait;
use plinth_domain::{MAX_EXCERPT, WebhookReply};
use plinth_outgoing::{Answer, Outgoing, OutgoingError, Request};
use plinth_ports::{WebhookCall, WebhookSender};
use secrecy::{ExposeSecret, SecretString};
use standardwebhooks::Webhook;
use tokio::time::timeout;

/// The most bytes of an answer that are read. The connection is closed where there are more.
const MAX_READ: u64 = 64 * 1024;

/// The longest reason why there is no answer, in characters.
const MAX_REASON: usize = 500;

/// Sends events by the client for other servers.
pub struct SignedSender(Outgoing);

impl SignedSender {
    /// Sends by this client.
    #[must_use]
    pub const fn new(client: Outgoing) -> Self {
        Self(client)
    }

    async fn attempt(&self, request: Request) -> Result<WebhookReply, String> {
        match self.0.send(request).await {
            Ok(answer) => Ok(reply(answer).await),
            Err(OutgoingError::Redirect { status } | OutgoingError::Encoded { status }) => {
                Ok(WebhookReply { status, excerpt: String::new() })
            }
            Err(error) => Err(reason(&error.to_string())),
        }
    }
}

#[async_trait]
impl WebhookSender for SignedSender {
    async fn send(&self, call: WebhookCall) -> Result<WebhookReply, String> {
        let limit = call.timeout;
        let request = request(call)?;
        let attempt = timeout(limit, self.attempt(request)).await;
        attempt.unwrap_or_else(|_| Err(format!("no answer within {} s", limit.as_secs_f32())))
    }
}

fn request(call: WebhookCall) -> Result<Request, String> {
    let signature = sign(&call)?;
    let unsendable = |_| "a header cannot be sent".to_owned();
    let mut request = Request::post_json(call.url, call.body.as_str().to_owned())
        .connect_within(call.timeout)
        .at_most(MAX_READ)
        .header("webhook-id", &call.id.to_string())
        .and_then(|request| request.header("webhook-timestamp", &call.at.timestamp().to_string()))
        .and_then(|request| request.header("webhook-signature", &signature))
        .map_err(unsendable)?;
    for (name, value) in call.headers.iter() {
        request = request.named_header(name, value).map_err(unsendable)?;
    }
    Ok(request)
}

/// One signature for each secret, with blanks between them.
fn sign(call: &WebhookCall) -> Result<String, String> {
    let (id, at) = (call.id.to_string(), call.at.timestamp());
    let one = |secret: &SecretString| {
        let signed = Webhook::new(secret.expose_secret())
            .and_then(|key| key.sign(&id, at, call.body.as_str().as_bytes()));
        signed.map_err(|_| "the event cannot be signed".to_owned())
    };
    let signatures: Vec<String> = call.secrets.iter().map(one).collect::<Result<_, _>>()?;
    Ok(signatures.join(" "))
}

/// The status, and what came of the body. A body that breaks off changes nothing: the server has
/// decided with its head.
async fn reply(mut answer: Answer) -> WebhookReply {
    let status = answer.status();
    let mut bytes = Vec::new();
    let mut is_short = true;
    while let Ok(Some(chunk)) = answer.chunk().await {
        if is_short {
            bytes.extend_from_slice(&chunk);
            is_short = bytes.len() < MAX_EXCERPT;
        }
    }
    bytes.truncate(MAX_EXCERPT);
    let text = String::from_utf8_lossy(&bytes);
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut excerpt: String = text.chars().filter(is_kept).collect();
    excerpt.truncate(excerpt.floor_char_boundary(MAX_EXCERPT));
    WebhookReply { status, excerpt }
}

fn reason(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests;
