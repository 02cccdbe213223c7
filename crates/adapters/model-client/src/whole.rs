use std::collections::VecDeque;

use futures::stream;
use plinth_domain::ModelFault;
use plinth_outgoing::{Answer, Outgoing};
use plinth_ports::{CallError, ChatAnswer, ChatEvent};
use tokio::time::Instant;

use crate::{
    deadlines::Deadline,
    failure::Failure,
    limits::{MAX_BYTES, MAX_WHOLE_BYTES},
    send::Call,
    wire::{Decoder, Wire},
};

/// Calls for an answer that comes as a whole. Its head comes when the model has said everything, so
/// only the whole call is limited until then.
pub(crate) async fn answer(
    outgoing: &Outgoing,
    mut call: Call,
    wire: Wire,
    body: Vec<u8>,
) -> Result<ChatAnswer, CallError> {
    let request = wire.chat(&call.endpoint, body).map_err(|failure| call.failed(failure))?;
    let request = request.at_most(MAX_WHOLE_BYTES);
    let head = call.deadlines.total();
    let mut answer = call.send(outgoing, request, head).await?;
    whole(&mut answer, &call, head, wire.decoder()).await
}

/// The events of a body that is one JSON object and begins before `first`.
pub(crate) async fn whole(
    answer: &mut Answer,
    call: &Call,
    first: Deadline,
    mut decoder: Decoder,
) -> Result<ChatAnswer, CallError> {
    let mut events = VecDeque::new();
    let decoded = match body(answer, call, first).await {
        Ok(body) => decoder.whole(&body, &mut events),
        Err(failure) => Err(failure),
    };
    decoded.map_err(|failure| call.failed(failure))?;
    Ok(ChatAnswer {
        provider_request_id: call.provider_request_id.clone(),
        events: Box::pin(stream::iter(events.into_iter().map(Ok::<ChatEvent, CallError>))),
    })
}

/// A whole body of JSON. Some providers send white space to keep the connection, so each piece but
/// the first is limited as a line of a stream is.
pub(crate) async fn body(
    answer: &mut Answer,
    call: &Call,
    first: Deadline,
) -> Result<Vec<u8>, Failure> {
    if is_other_than_json(answer) {
        let kind = answer.header("content-type").unwrap_or_default();
        return Err(Failure::invalid(format!("the answer is {kind} instead of JSON")));
    }
    let mut all = Vec::new();
    let mut deadline = first;
    while let Some(piece) = deadline.run(answer.chunk()).await?? {
        if all.len() + piece.len() > MAX_BYTES {
            return Err(Failure::of(ModelFault::TooLarge));
        }
        all.extend_from_slice(&piece);
        deadline = call.deadlines.idle(Instant::now());
    }
    Ok(all)
}

fn is_other_than_json(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    ["text/html", "text/event-stream"].iter().any(|other| kind.starts_with(other))
}
