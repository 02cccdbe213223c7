use std::collections::VecDeque;

use plinth_domain::{ModelFault, ModelProvider};
use plinth_outgoing::{Request, UnsendableHeader};
use plinth_ports::{ChatEvent, ChatRequest, ModelEndpoint};

use crate::{anthropic, failure::Failure, openai, sse::Event, step::Step};

/// Which API is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    OpenAi,
    Anthropic,
}

impl Wire {
    pub(crate) fn of(provider: ModelProvider) -> Self {
        match provider {
            ModelProvider::Anthropic => Self::Anthropic,
            ModelProvider::OpenAi | ModelProvider::HuggingFace | ModelProvider::Custom => {
                Self::OpenAi
            }
        }
    }

    /// The body of a request for an answer.
    pub(crate) fn body(
        self,
        endpoint: &ModelEndpoint,
        request: &ChatRequest,
    ) -> Result<Vec<u8>, Failure> {
        match self {
            Self::OpenAi => openai::body(endpoint, request),
            Self::Anthropic => anthropic::body(endpoint, request),
        }
    }

    /// The request for an answer.
    pub(crate) fn chat(self, endpoint: &ModelEndpoint, body: Vec<u8>) -> Result<Request, Failure> {
        let path = match self {
            Self::OpenAi => "chat/completions",
            Self::Anthropic => "messages",
        };
        self.post(endpoint, path, body)
    }

    /// A request to a path of the API, with the secret.
    pub(crate) fn post(
        self,
        endpoint: &ModelEndpoint,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Request, Failure> {
        let base = endpoint.base_url.trim_end_matches('/');
        let request = Request::post_json(format!("{base}/{path}"), body);
        self.authorized(request, endpoint)
            .map_err(|error| Failure::new(ModelFault::Auth, format!("the secret: {error}")))
    }

    fn authorized(
        self,
        request: Request,
        endpoint: &ModelEndpoint,
    ) -> Result<Request, UnsendableHeader> {
        let secret = endpoint.secret.as_ref();
        match self {
            Self::OpenAi => match secret {
                Some(secret) => request.secret_header("authorization", "Bearer ", secret),
                None => Ok(request),
            },
            Self::Anthropic => {
                let request = request.header("anthropic-version", anthropic::VERSION)?;
                match secret {
                    Some(secret) => request.secret_header("x-api-key", "", secret),
                    None => Ok(request),
                }
            }
        }
    }

    pub(crate) fn decoder(self) -> Decoder {
        match self {
            Self::OpenAi => Decoder::OpenAi(openai::Decoder::default()),
            Self::Anthropic => Decoder::Anthropic(anthropic::Decoder::default()),
        }
    }
}

/// Understands the answers of one API.
#[derive(Debug)]
pub(crate) enum Decoder {
    OpenAi(openai::Decoder),
    Anthropic(anthropic::Decoder),
}

impl Decoder {
    /// Understands an event of a stream.
    pub(crate) fn event(
        &mut self,
        event: &Event<'_>,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<Step, Failure> {
        match self {
            Self::OpenAi(decoder) => decoder.event(event, out),
            Self::Anthropic(decoder) => decoder.event(event.data, out),
        }
    }

    /// Understands a whole answer.
    pub(crate) fn whole(
        &mut self,
        body: &[u8],
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<(), Failure> {
        match self {
            Self::OpenAi(decoder) => decoder.whole(body, out),
            Self::Anthropic(decoder) => decoder.whole(body, out),
        }
    }
}
