mod vector;

use std::{borrow::Cow, collections::BTreeMap};

use plinth_domain::{JsonObject, TokenUsage};
use plinth_outgoing::Outgoing;
use plinth_ports::{AnswerName, CallError, Embeddings, ModelEndpoint};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    failure::{Failure, reported},
    json::{Count, answer_name},
    limits::MAX_WHOLE_BYTES,
    send::Call,
    whole::body,
    wire::Wire,
};
use vector::Vector;

/// A request. Base64 is a quarter of the bytes, and costs no parsing of numbers; OpenAI's own
/// library asks for it, so that servers which speak this API know it or ignore it.
#[derive(Serialize)]
struct Asked<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
    #[serde(flatten)]
    parameters: BTreeMap<Cow<'a, str>, serde_json::Value>,
}

/// What the parameters do not decide.
const DECIDED: [&str; 3] = ["model", "input", "encoding_format"];

#[derive(Deserialize)]
struct Answered<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    data: Option<Vec<Item>>,
    usage: Option<Usage>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Item {
    index: Option<usize>,
    embedding: Vector,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<Count>,
}

/// Asks for the vectors of texts, in the form of OpenAI.
pub(crate) async fn embed(
    outgoing: &Outgoing,
    mut call: Call,
    endpoint: &ModelEndpoint,
    inputs: &[String],
    parameters: &JsonObject,
) -> Result<Embeddings, CallError> {
    let wire = Wire::of(endpoint.provider);
    if wire == Wire::Anthropic {
        return Err(call.failed(Failure::rejected("Anthropic has no embeddings")));
    }
    let request = asked(endpoint, inputs, parameters)
        .and_then(|body| wire.post(endpoint, "embeddings", body))
        .map_err(|failure| call.failed(failure))?;
    let head = call.deadlines.total();
    let mut answer = call.send(outgoing, request.at_most(MAX_WHOLE_BYTES), head).await?;
    let body = body(&mut answer, &call, head).await;
    let answered = body.and_then(|body| understood(&body, inputs.len()));
    let (name, vectors, usage) = answered.map_err(|failure| call.failed(failure))?;
    let provider_request_id = call.provider_request_id;
    Ok(Embeddings { provider_request_id, vectors, name, usage })
}

/// The body of a request.
fn asked(
    endpoint: &ModelEndpoint,
    inputs: &[String],
    parameters: &JsonObject,
) -> Result<Vec<u8>, Failure> {
    let mut parameters: BTreeMap<Cow<'_, str>, _> = serde_json::from_str(parameters.as_str())?;
    parameters.retain(|name, _| !DECIDED.contains(&&**name));
    let asked =
        Asked { model: &endpoint.model, input: inputs, encoding_format: "base64", parameters };
    Ok(serde_json::to_vec(&asked)?)
}

/// What is read of an answer.
type Understood = (AnswerName, Vec<Vec<f32>>, Option<TokenUsage>);

/// The vectors in the order of their inputs, of which there are `count`.
fn understood(body: &[u8], count: usize) -> Result<Understood, Failure> {
    let answered: Answered<'_> = serde_json::from_slice(body)?;
    if let Some(error) = answered.error {
        return Err(reported(&serde_json::from_str(error.get())?));
    }
    let wrong = |what: &str| Failure::invalid(format!("the vectors: {what}"));
    let items = answered.data.unwrap_or_default();
    if items.len() != count {
        return Err(wrong("not one for each input"));
    }
    let dimensions = items.first().map_or(0, |item| item.embedding.0.len());
    let mut vectors = vec![Vec::new(); count];
    for (position, item) in items.into_iter().enumerate() {
        let Vector(vector) = item.embedding;
        if vector.is_empty() || vector.len() != dimensions {
            return Err(wrong("not all of one length"));
        }
        if !vector.iter().all(|number| number.is_finite()) {
            return Err(wrong("not all numbers are finite"));
        }
        let slot = vectors.get_mut(item.index.unwrap_or(position));
        match slot {
            Some(slot) if slot.is_empty() => *slot = vector,
            _ => return Err(wrong("not one for each index")),
        }
    }
    let input = answered.usage.and_then(|usage| usage.prompt_tokens);
    let usage = input.map(|input| TokenUsage { input: input.0, ..TokenUsage::default() });
    Ok((answer_name(answered.id, answered.model), vectors, usage))
}
