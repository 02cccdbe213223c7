use actix_web::{HttpResponse, post, web::Data};
use base64::{Engine, prelude::BASE64_STANDARD};
use plinth_application::executions::{NewExecution, Subject};
use plinth_domain::{Execution, ExecutionTags};
use plinth_ports::ModelChoice;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    embeddings_body::{EmbeddingsBody, EmbeddingsRequest, Encoding},
    held::{Held, named},
    target::{Target, unknown},
    views::PlinthView,
};
use crate::{
    events::Streams,
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// The vectors of texts.
#[derive(Serialize, ToSchema)]
struct EmbeddingsView {
    #[schema(example = "list")]
    object: &'static str,
    /// One for each text, in their order.
    data: Vec<EmbeddingView>,
    /// The parameter `model` of the request.
    #[schema(example = "local/e5")]
    model: String,
    usage: EmbeddingsUsageView,
    plinth: PlinthView,
}

/// A vector.
#[derive(Serialize, ToSchema)]
struct EmbeddingView {
    #[schema(example = "embedding")]
    object: &'static str,
    index: usize,
    embedding: VectorView,
}

/// Numbers, or base64 of 32-bit numbers, least significant byte first.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(example = json!([0.25, -0.5]))]
enum VectorView {
    /// Numbers.
    Numbers(Vec<f32>),
    /// Base64.
    Text(String),
}

/// The tokens of the texts.
#[derive(Serialize, ToSchema)]
struct EmbeddingsUsageView {
    prompt_tokens: u32,
    total_tokens: u32,
}

/// Create embeddings, in the form of OpenAI's API.
///
/// It is an execution, which has no output; a client that goes away cancels it. There is no
/// `Idempotency-Key`.
#[utoipa::path(
    tag = "openai",
    operation_id = "create_embeddings",
    request_body = EmbeddingsRequest,
    responses(
        (status = 200, body = EmbeddingsView, headers(("Plinth-Execution-Id"))),
        (status = 400, description = "provider.rejected, parameter.unsupported"),
        (status = 404, description = "model.unknown"),
        (status = 409, description = "model.disabled, model.not_embedding, budget.price_unknown, plan_limit_exceeded, execution.cancelled"),
        (status = 429, description = "budget.exceeded, executions.too_many, provider.rate_limited, provider.quota"),
        (status = 502, description = "provider.auth, provider.model_unknown, provider.unreachable, provider.failed, provider.invalid_response, provider.too_large, provider.stream_cut, provider.stream_incomplete, address.forbidden"),
        (status = 503, description = "provider.unavailable, execution.interrupted"),
        (status = 504, description = "timeout.connect, timeout.first_token, timeout.idle, timeout.total"),
    ),
    security(("bearer" = ["execution:create"])),
)]
#[post("/embeddings")]
pub(super) async fn create_embeddings(
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    body: EmbeddingsBody,
) -> Result<HttpResponse, ApiError> {
    let EmbeddingsBody { model, target, inputs, encoding, parameters } = body;
    let Target::Model(name) = target else { return Err(unknown()) };
    let subject = Subject::Inputs { inputs, model: ModelChoice::Name(name) };
    let tags = ExecutionTags::default();
    let new = NewExecution {
        subject,
        parameters,
        tags,
        project: None,
        context: None,
        parent: None,
        on_behalf_of: None,
        stream: false,
    };
    let mut held = Held::start(&app, &streams, &caller, new).await?;
    Ok(named(held.id(), async move {
        let execution = held.ended().await?;
        Ok(HttpResponse::Ok().json(view(model, held.vectors(), encoding, &execution)))
    })
    .await)
}

fn view(
    model: String,
    vectors: Vec<Vec<f32>>,
    encoding: Encoding,
    execution: &Execution,
) -> EmbeddingsView {
    let vectors = vectors.into_iter().enumerate().map(|(index, vector)| EmbeddingView {
        object: "embedding",
        index,
        embedding: match encoding {
            Encoding::Float => VectorView::Numbers(vector),
            Encoding::Base64 => VectorView::Text(encoded(&vector)),
        },
    });
    let tokens = execution.answer.usage.input;
    EmbeddingsView {
        object: "list",
        data: vectors.collect(),
        model,
        usage: EmbeddingsUsageView { prompt_tokens: tokens, total_tokens: tokens },
        plinth: PlinthView { execution_id: execution.id.uuid() },
    }
}

fn encoded(vector: &[f32]) -> String {
    let mut bytes = Vec::with_capacity(4 * vector.len());
    for number in vector {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    BASE64_STANDARD.encode(bytes)
}
