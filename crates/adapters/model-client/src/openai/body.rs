use std::{borrow::Cow, collections::BTreeMap};

use plinth_domain::{JsonObject, ModelProvider};
use plinth_ports::{ChatRequest, ModelEndpoint};
use serde_json::value::RawValue;

use crate::failure::Failure;

/// What the parameters do not decide.
const DECIDED: [&str; 4] = ["messages", "model", "stream", "stream_options"];

/// The body of a request. The messages are JSON already.
pub(crate) fn body(endpoint: &ModelEndpoint, request: &ChatRequest) -> Result<Vec<u8>, Failure> {
    let parameters = request.parameters.as_str();
    let mut body = Vec::with_capacity(request.messages.len() + parameters.len() + 200);
    body.extend_from_slice(b"{\"model\":");
    body.extend_from_slice(&serde_json::to_vec(&endpoint.model)?);
    body.extend_from_slice(b",\"messages\":");
    body.extend_from_slice(request.messages.as_bytes());
    if request.stream {
        let stream = br#","stream":true,"stream_options":{"include_usage":true}"#;
        body.extend_from_slice(stream);
    }
    if parameters != JsonObject::default().as_str() {
        add(&mut body, parameters, endpoint.provider)?;
    }
    body.push(b'}');
    Ok(body)
}

/// Adds the parameters, as they are written.
fn add(body: &mut Vec<u8>, parameters: &str, provider: ModelProvider) -> Result<(), Failure> {
    let parsed = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(parameters);
    let parsed = parsed.map_err(|error| Failure::rejected(format!("the parameters: {error}")))?;
    let both = parsed.contains_key("max_completion_tokens");
    for (name, value) in &parsed {
        // The newer models of OpenAI refuse the older name.
        let renamed = provider == ModelProvider::OpenAi && name == "max_tokens";
        if DECIDED.contains(&&**name) || (renamed && both) {
            continue;
        }
        let name = if renamed { "max_completion_tokens" } else { &**name };
        body.push(b',');
        body.extend_from_slice(&serde_json::to_vec(name)?);
        body.push(b':');
        body.extend_from_slice(value.get().as_bytes());
    }
    Ok(())
}
