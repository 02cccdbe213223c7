//! `/dev/mail`: the mails that a development server wrote to its folder. There is no such page where
//! mails are sent, nor in production.

use actix_web::{
    HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Data, Path},
};
use plinth_ports::{SentMail, SentMails};
use serde::Serialize;
use uuid::Uuid;

use crate::{Config, middleware::codes::ROUTE_UNKNOWN, problem::ApiError};

/// The page loads only its own files, and shows a mail in a frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// A mail runs no script, loads nothing, and is shown by the page only.
const MAIL_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
);

const HTML: &str = include_str!("dev_mail/page.html");
const SCRIPT: &str = include_str!("dev_mail/page.js");
const STYLE: &str = include_str!("dev_mail/page.css");

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(page).service(html).service(file);
}

#[get("/dev/mail")]
async fn page(config: Data<Config>) -> Result<HttpResponse, ApiError> {
    mails(&config)?;
    Ok(own("text/html; charset=utf-8", HTML))
}

#[get("/dev/mail/{name}")]
async fn file(config: Data<Config>, name: Path<String>) -> Result<HttpResponse, ApiError> {
    let mails = mails(&config)?;
    match name.as_str() {
        "page.js" => Ok(own("text/javascript; charset=utf-8", SCRIPT)),
        "page.css" => Ok(own("text/css; charset=utf-8", STYLE)),
        "newest" => {
            let newest = mails.newest().await.map_err(|error| unread(&error))?;
            let newest: Vec<_> = newest.into_iter().map(SentMailView::from).collect();
            Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(newest))
        }
        _ => Err(absent()),
    }
}

#[get("/dev/mail/{id}/html")]
async fn html(config: Data<Config>, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let mails = mails(&config)?;
    let id: Uuid = id.parse().map_err(|_| absent())?;
    let mail = mails.find(id).await.map_err(|error| unread(&error))?.ok_or_else(absent)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .content_type("text/html; charset=utf-8")
        .body(mail.html))
}

#[derive(Serialize)]
struct SentMailView {
    id: Uuid,
    sent_at: String,
    to: String,
    subject: String,
    text: String,
}

impl From<SentMail> for SentMailView {
    fn from(mail: SentMail) -> Self {
        let SentMail { id, sent_at, to, subject, text, html: _ } = mail;
        Self { id, sent_at: sent_at.to_rfc3339(), to, subject, text }
    }
}

fn own(kind: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type(kind)
        .body(text)
}

fn mails(config: &Config) -> Result<&dyn SentMails, ApiError> {
    config.sent_mails.as_deref().ok_or_else(absent)
}

fn absent() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, "there is no such page")
}

fn unread(error: &std::io::Error) -> ApiError {
    tracing::error!(%error, "the folder of mails cannot be read");
    ApiError::internal()
}
