use actix_web::{HttpResponse, post, web::Data};
use plinth_application::executions::NewExecution;
use plinth_domain::ExecutionTags;

use super::{
    chat_body::{ChatBody, ChatCompletionRequest},
    chunks::Chunks,
    held::{Held, named},
    stream,
    views::{ChatCompletionChunkView, ChatCompletionView, Frame},
};
use crate::{
    events::Streams,
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// Create a chat completion, in the form of OpenAI's API.
///
/// It is an execution, which `GET /api/v1/executions/{id}` shows; a client that goes away cancels it.
/// `model` is a model of the organization, or a prompt (`prompt:NAME`, `prompt:NAME@label`,
/// `prompt:NAME@3`), whose messages come before those of the request. Streamed, each event is a chunk,
/// and the last one is `[DONE]`; an answer that is cut ends with an error instead. There is no
/// `Idempotency-Key`.
#[utoipa::path(
    tag = "openai",
    operation_id = "create_chat_completion",
    request_body = ChatCompletionRequest,
    responses(
        (status = 200, description = "The completion, or its chunks", content(
            (ChatCompletionView = "application/json"),
            (ChatCompletionChunkView = "text/event-stream"),
        ), headers(("Plinth-Execution-Id"))),
        (status = 400, description = "provider.rejected, parameter.unsupported"),
        (status = 404, description = "model.unknown"),
        (status = 409, description = "prompt.inactive, model.disabled, model.not_chat, budget.price_unknown, plan_limit_exceeded, execution.cancelled"),
        (status = 429, description = "budget.exceeded, executions.too_many, provider.rate_limited, provider.quota"),
        (status = 502, description = "provider.auth, provider.model_unknown, provider.unreachable, provider.failed, provider.invalid_response, provider.too_large, provider.stream_cut, provider.stream_incomplete, address.forbidden"),
        (status = 503, description = "provider.unavailable, execution.interrupted"),
        (status = 504, description = "timeout.connect, timeout.first_token, timeout.idle, timeout.total"),
    ),
    security(("bearer" = ["execution:create"])),
)]
#[post("/chat/completions")]
pub(super) async fn create_chat_completion(
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    body: ChatBody,
) -> Result<HttpResponse, ApiError> {
    let ChatBody { model, target, messages, variables, parameters, stream, include_usage } = body;
    let subject = target.subject(messages, variables);
    let tags = ExecutionTags::default();
    let new = NewExecution {
        subject,
        parameters,
        tags,
        project: None,
        context: None,
        parent: None,
        on_behalf_of: None,
        stream,
    };
    let mut held = Held::start(&app, &streams, &caller, new).await?;
    let id = held.id();
    let frame = Frame::new(id, model, app.now());
    Ok(named(id, async move {
        if stream {
            return stream::answer(held, Chunks::new(frame, include_usage)).await;
        }
        let execution = held.ended().await?;
        Ok(HttpResponse::Ok().json(ChatCompletionView::new(frame, held.said(), &execution)))
    })
    .await)
}
