use actix_web::{HttpResponse, post, web::Data};
use plinth_application::executions::NewExecution;
use plinth_domain::ExecutionTags;

use super::{
    body::MessageBody,
    events::Events,
    requested::AnthropicMessageRequest,
    views::{AnthropicEventView, AnthropicMessageView},
};
use crate::{
    events::Streams,
    gateway::{
        held::{Held, named},
        stream,
        views::Frame,
    },
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// Create a message, in the form of Anthropic's API.
///
/// It is an execution, which `GET /api/v1/executions/{id}` shows; a client that goes away cancels it.
/// `model` is a model of the organization, or a prompt (`prompt:NAME`, `prompt:NAME@label`,
/// `prompt:NAME@3`), whose messages come before those of the request. An API key may also be sent as
/// `x-api-key`. Streamed, the events are those of Anthropic's API; an answer that is cut ends with the
/// event `error`. There is no `Idempotency-Key`.
#[utoipa::path(
    tag = "anthropic",
    operation_id = "create_anthropic_message",
    request_body = AnthropicMessageRequest,
    responses(
        (status = 200, description = "The message, or its events", content(
            (AnthropicMessageView = "application/json"),
            (AnthropicEventView = "text/event-stream"),
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
#[post("/messages")]
pub(super) async fn create_anthropic_message(
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    body: MessageBody,
) -> Result<HttpResponse, ApiError> {
    let MessageBody { model, target, messages, variables, parameters, stream } = body;
    let new = NewExecution {
        subject: target.subject(messages, variables),
        parameters,
        tags: ExecutionTags::default(),
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
            return stream::answer(held, Events::new(frame)).await;
        }
        let execution = held.ended().await?;
        Ok(HttpResponse::Ok().json(AnthropicMessageView::new(frame, held.said(), &execution)))
    })
    .await)
}
