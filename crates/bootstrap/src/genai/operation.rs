//! One call of a model: its span, and what metrics get of it.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

use opentelemetry::{
    Array, KeyValue, StringValue, Value,
    global::{self, BoxedSpan},
    trace::{Span, SpanKind, Status, Tracer},
};
use plinth_domain::{FinishReason, JsonObject, ModelFault, TokenUsage};
use plinth_ports::{AnswerName, ChatEvent, Embeddings, ModelEndpoint};
use secrecy::SecretString;
use url::Url;

use super::{
    content::Content,
    input,
    labels::LabelledModel,
    meters::{EndedCall, Meters},
    names,
    output::Output,
    request,
};

/// What a model is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Chat { streamed: bool },
    Embeddings,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Chat { .. } => "chat",
            Self::Embeddings => "embeddings",
        }
    }

    const fn is_streamed(self) -> bool {
        matches!(self, Self::Chat { streamed: true })
    }
}

/// A call that runs. Dropping it before its end marks it as cancelled.
pub(super) struct Operation {
    kind: Kind,
    model: LabelledModel,
    secret: Option<SecretString>,
    meters: Arc<Meters>,
    span: BoxedSpan,
    began: Instant,
    first_chunk: Option<Duration>,
    finish: Option<FinishReason>,
    usage: Option<TokenUsage>,
    /// What was answered, where spans have it.
    output: Option<Output>,
    has_ended: bool,
}

impl Operation {
    /// Begins a span below the current one.
    pub(super) fn begin(kind: Kind, endpoint: &ModelEndpoint, meters: &Arc<Meters>) -> Self {
        let model = LabelledModel::of(endpoint);
        let tracer = global::tracer(names::SCOPE);
        let name: Cow<'static, str> = format!("{} {}", kind.name(), endpoint.model).into();
        let mut attributes = vec![
            KeyValue::new(names::OPERATION_NAME, kind.name()),
            KeyValue::new(names::PROVIDER_NAME, model.provider()),
            KeyValue::new(names::REQUEST_MODEL, endpoint.model.clone()),
        ];
        if kind.is_streamed() {
            attributes.push(KeyValue::new(names::REQUEST_STREAM, true));
        }
        if let Ok(url) = Url::parse(&endpoint.base_url)
            && let Some(host) = url.host_str()
        {
            attributes.push(KeyValue::new(names::SERVER_ADDRESS, host.to_owned()));
            let port = url.port_or_known_default().map(i64::from);
            attributes.extend(port.map(|port| KeyValue::new(names::SERVER_PORT, port)));
        }
        let builder =
            tracer.span_builder(name).with_kind(SpanKind::Client).with_attributes(attributes);
        Self {
            kind,
            model,
            secret: endpoint.secret.clone(),
            meters: Arc::clone(meters),
            span: tracer.build(builder),
            began: Instant::now(),
            first_chunk: None,
            finish: None,
            usage: None,
            output: None,
            has_ended: false,
        }
    }

    /// With these parameters.
    pub(super) fn asked(&mut self, parameters: &JsonObject) {
        if self.span.is_recording() {
            self.span.set_attributes(request::attributes(parameters));
        }
    }

    /// The span gets the messages, and in the end the answer.
    pub(super) fn keep_content(&mut self, messages: &str) {
        if self.span.is_recording() {
            let messages = input::messages(messages, Content::without(self.secret.as_ref()));
            self.span.set_attribute(KeyValue::new(names::INPUT_MESSAGES, messages));
            self.output = Some(Output::default());
        }
    }

    /// A part of the answer has come.
    pub(super) fn take(&mut self, event: &ChatEvent) {
        let is_name = matches!(event, ChatEvent::Named(_));
        if self.kind.is_streamed() && self.first_chunk.is_none() && !is_name {
            self.first_chunk = Some(self.began.elapsed());
        }
        match event {
            ChatEvent::Named(name) => self.named(name),
            ChatEvent::Finish(reason) => self.finish = Some(*reason),
            ChatEvent::Usage(usage) => self.usage = Some(*usage),
            ChatEvent::Text(_) | ChatEvent::Refusal(_) | ChatEvent::ToolCall { .. } => {}
        }
        if let Some(output) = &mut self.output {
            output.take(event);
        }
    }

    fn named(&mut self, name: &AnswerName) {
        let names = [(names::RESPONSE_ID, &name.id), (names::RESPONSE_MODEL, &name.model)];
        for (key, name) in names {
            if let Some(name) = name {
                self.span.set_attribute(KeyValue::new(key, name.clone()));
            }
        }
    }

    /// All of the answer has come.
    pub(super) fn answered(&mut self) {
        let incomplete = ModelFault::StreamIncomplete.code().name();
        self.end(if self.finish.is_some() { None } else { Some(incomplete) });
    }

    /// The vectors have come.
    pub(super) fn embedded(&mut self, answer: &Embeddings) {
        self.named(&answer.name);
        self.usage = answer.usage;
        let dimensions = answer.vectors.first().and_then(|vector| i64::try_from(vector.len()).ok());
        if let Some(dimensions) = dimensions {
            self.span.set_attribute(KeyValue::new(names::EMBEDDINGS_DIMENSIONS, dimensions));
        }
        self.end(None);
    }

    /// The call has failed. What the provider says of it is in no span: it may repeat the request.
    pub(super) fn failed(&mut self, fault: ModelFault) {
        self.end(Some(fault.code().name()));
    }

    /// The first end holds.
    fn end(&mut self, error: Option<&'static str>) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        if let Some(reason) = self.finish {
            let reasons = Array::String(vec![StringValue::from(reason.name())]);
            self.span.set_attribute(KeyValue::new(
                names::RESPONSE_FINISH_REASONS,
                Value::Array(reasons),
            ));
        }
        if let Some(time) = self.first_chunk {
            self.span.set_attribute(KeyValue::new(names::RESPONSE_FIRST_CHUNK, time.as_secs_f64()));
        }
        self.span.set_attributes(self.usage.map(tokens).unwrap_or_default());
        if let Some(output) = self.output.take() {
            let messages = output.messages(self.finish, Content::without(self.secret.as_ref()));
            self.span.set_attribute(KeyValue::new(names::OUTPUT_MESSAGES, messages));
        }
        if let Some(error) = error {
            self.span.set_attribute(KeyValue::new(names::ERROR_TYPE, error));
            self.span.set_status(Status::error(""));
        }
        self.span.end();
        self.meters.record(&EndedCall {
            operation: self.kind.name(),
            model: &self.model,
            took: self.began.elapsed(),
            first_chunk: self.first_chunk,
            usage: self.usage,
            error,
        });
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.end(Some(names::CANCELLED));
    }
}

/// The tokens, without those of which there are none but for input and output.
fn tokens(usage: TokenUsage) -> Vec<KeyValue> {
    let kinds = [
        (names::USAGE_CACHE_READ, usage.cached),
        (names::USAGE_CACHE_WRITE, usage.cache_written),
        (names::USAGE_REASONING, usage.reasoning),
    ];
    let kinds = kinds.into_iter().filter(|(_, count)| *count > 0);
    [(names::USAGE_INPUT, usage.input), (names::USAGE_OUTPUT, usage.output)]
        .into_iter()
        .chain(kinds)
        .map(|(name, count)| KeyValue::new(name, i64::from(count)))
        .collect()
}
