use std::time::Duration;

use futures::StreamExt;
use plinth_domain::{
    FinishReason, JsonObject, ModelFault, ModelProvider, ModelTimeouts, TokenUsage,
};
use plinth_model_client::HttpModels;
use plinth_outgoing::{AddressRules, Outgoing};
use plinth_ports::{
    AnswerName, CallError, ChatAnswer, ChatEvent, ChatRequest, ModelClient, ModelEndpoint,
};
use plinth_testkit::provider::{Answer, FakeProvider, Wire};

/// Each API with the form in which the provider speaks it.
pub const WIRES: [(ModelProvider, Wire); 3] = [
    (ModelProvider::OpenAi, Wire::OpenAi),
    (ModelProvider::HuggingFace, Wire::HuggingFace),
    (ModelProvider::Anthropic, Wire::Anthropic),
];

/// Longer than anything takes that is not broken.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A provider, and a client that may call it.
pub struct Bench {
    pub provider: FakeProvider,
    pub models: HttpModels,
    pub timeouts: ModelTimeouts,
}

impl Bench {
    pub async fn start() -> Self {
        let provider = FakeProvider::start().await;
        let rules = AddressRules::new([provider.host_port().parse().unwrap()]);
        let models = HttpModels::new(Outgoing::new(rules));
        let timeouts = ModelTimeouts {
            connect: PATIENCE,
            first_token: PATIENCE,
            idle: PATIENCE,
            total: PATIENCE * 2,
        };
        Self { provider, models, timeouts }
    }

    /// One whose client has called before: it has read the certificates of the system, which takes
    /// a while without optimization.
    pub async fn warm() -> Self {
        let bench = Self::start().await;
        assert_eq!(bench.ask(ModelProvider::Custom, false).await.error, None);
        bench
    }

    pub fn endpoint(&self, provider: ModelProvider) -> ModelEndpoint {
        ModelEndpoint {
            provider,
            base_url: self.provider.base_url(),
            secret: Some("sk-canary-1234".to_owned().into()),
            model: "fake".to_owned(),
            timeouts: self.timeouts,
        }
    }

    /// Gets one answer to the question of a user.
    pub async fn ask(&self, provider: ModelProvider, stream: bool) -> Outcome {
        self.chat(&self.endpoint(provider), &question(stream)).await
    }

    /// Gets this answer, streamed.
    pub async fn stream(&self, provider: ModelProvider, answer: Answer) -> Outcome {
        self.provider.script([answer]);
        self.ask(provider, true).await
    }

    /// Gets this answer, as a whole.
    pub async fn whole(&self, provider: ModelProvider, answer: Answer) -> Outcome {
        self.provider.script([answer]);
        self.ask(provider, false).await
    }

    pub async fn chat(&self, endpoint: &ModelEndpoint, request: &ChatRequest) -> Outcome {
        match self.models.chat(endpoint, request).await {
            Ok(answer) => Outcome::of(answer).await,
            Err(error) => Outcome { error: Some(error), ..Outcome::default() },
        }
    }

    /// Whether every connection is closed within a second.
    pub async fn is_closed(&self) -> bool {
        let closed = |provider: &FakeProvider| provider.open_connections() == 0;
        self.provider.wait_for(closed, Duration::from_secs(1)).await
    }
}

pub fn question(stream: bool) -> ChatRequest {
    ChatRequest {
        messages: r#"[{"role":"user","content":"Hi"}]"#.to_owned(),
        parameters: JsonObject::default(),
        stream,
    }
}

pub fn with_parameters(parameters: &str) -> ChatRequest {
    ChatRequest { parameters: JsonObject::from_parsed(parameters.to_owned()), ..question(false) }
}

/// What came of a call.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub name: Option<AnswerName>,
    pub text: String,
    pub tools: Vec<ChatEvent>,
    pub finish: Option<FinishReason>,
    pub usage: Option<TokenUsage>,
    pub request_id: Option<String>,
    pub error: Option<CallError>,
}

impl Outcome {
    pub async fn of(mut answer: ChatAnswer) -> Self {
        let mut outcome = Self { request_id: answer.provider_request_id, ..Self::default() };
        while let Some(event) = answer.events.next().await {
            match event {
                Ok(ChatEvent::Text(text) | ChatEvent::Refusal(text)) => {
                    outcome.text.push_str(&text);
                }
                Ok(ChatEvent::Finish(reason)) => {
                    assert_eq!(outcome.finish.replace(reason), None, "an answer ends once");
                }
                Ok(ChatEvent::Named(name)) => {
                    assert_eq!(outcome.name.replace(name), None, "an answer has one name");
                }
                Ok(ChatEvent::Usage(usage)) => outcome.usage = Some(usage),
                Ok(tool) => outcome.tools.push(tool),
                Err(error) => outcome.error = Some(error),
            }
        }
        assert_eq!(outcome.finish.is_none(), outcome.error.is_some(), "{outcome:?}");
        outcome
    }

    pub fn fault(&self) -> Option<ModelFault> {
        self.error.as_ref().map(|error| error.fault)
    }

    pub fn detail(&self) -> &str {
        self.error.as_ref().map_or("", |error| &error.detail)
    }
}
