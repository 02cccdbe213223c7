//! The answer to a request for a list: a page as JSON, or all pages as CSV, one after the other.

use std::io;

use actix_web::{HttpResponse, http::header, web::Bytes};
use futures::{Stream, StreamExt, stream};
use plinth_application::{Caller, Query};
use plinth_ports::{Page, PageRequest, Position, SortKey};
use serde::Serialize;
use tokio::time::Instant;
use utoipa::{PartialSchema, ToSchema};

use super::{Columns, ListQuery, page::PageOf, table::CSV};
use crate::{middleware::App, problem::ApiError};

/// The most rows of an export. One with more ends before its end, as one that takes too long does: a
/// client sees that the answer is incomplete.
pub(crate) const MAX_ROWS: usize = 100_000;

/// A request for a page, which also asks for the one after it.
pub(crate) trait Continued: Clone + 'static {
    /// The position before the page.
    fn after(&mut self) -> &mut Option<Position>;
}

impl<K: SortKey> Continued for PageRequest<K> {
    fn after(&mut self) -> &mut Option<Position> {
        &mut self.after
    }
}

impl Continued for PageOf {
    fn after(&mut self) -> &mut Option<Position> {
        &mut self.after
    }
}

impl ListQuery {
    /// When an answer that is written page by page has to end.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.config.request_timeout
    }

    /// Answers a list: `ask` makes the query of a page, and `view` shows an item.
    pub(crate) async fn answer<R, Q, T, V>(
        self,
        app: App,
        caller: Caller,
        page: R,
        ask: impl Fn(R) -> Q + 'static,
        view: impl Fn(T) -> V + 'static,
    ) -> Result<HttpResponse, ApiError>
    where
        R: Continued,
        Q: Query<Output = Page<T>> + 'static,
        T: 'static,
        V: Serialize + ToSchema + PartialSchema,
    {
        if !self.is_csv {
            let found = app.query(&caller, ask(page)).await?;
            return Ok(self.respond(found, view));
        }
        let deadline = self.deadline();
        let first = app.query(&caller, ask(page.clone())).await?;
        let pages = pages(app, caller, page, first, deadline, ask);
        Ok(self.table(pages.map(move |page| {
            let items = page?.items.into_iter();
            Ok(items.map(&view).collect())
        })))
    }

    /// Answers a list that has one page.
    pub(crate) fn answer_whole<V: Serialize + ToSchema + PartialSchema + 'static>(
        self,
        items: Vec<V>,
    ) -> HttpResponse {
        if self.is_csv {
            return self.table(stream::iter([Ok(items)]));
        }
        self.respond(Page { items, next: None, total: None }, |item| item)
    }

    fn table<V: Serialize + ToSchema + PartialSchema>(
        &self,
        pages: impl Stream<Item = io::Result<Vec<V>>> + 'static,
    ) -> HttpResponse {
        let columns = Columns::of::<V>();
        let head = stream::iter([Ok(Bytes::from(columns.head()))]);
        let mut rows = 0;
        let lines = pages.map(move |views| {
            let views = views?;
            rows += views.len();
            if rows > MAX_ROWS {
                return Err(io::Error::other("the export has too many rows"));
            }
            let lines = views.iter().map(|view| columns.row(view));
            Ok(Bytes::from(lines.collect::<Result<String, _>>()?))
        });
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let disposition = format!("attachment; filename=\"{name}.csv\"");
        HttpResponse::Ok()
            .content_type(CSV)
            .insert_header((header::CONTENT_DISPOSITION, disposition))
            .append_header((header::VARY, "accept"))
            .streaming(head.chain(lines))
    }
}

/// The first page and those after it. Each is read when the one before it is sent.
pub(crate) fn pages<R: Continued, Q: Query<Output = Page<T>> + 'static, T: 'static>(
    app: App,
    caller: Caller,
    page: R,
    first: Page<T>,
    deadline: Instant,
    ask: impl Fn(R) -> Q + 'static,
) -> impl Stream<Item = io::Result<Page<T>>> {
    let begin = (page, Some(first), ask);
    stream::try_unfold(begin, move |(mut page, found, ask)| {
        let (app, caller) = (app.clone(), caller.clone());
        async move {
            let found: Page<T> = match (found, page.after().is_some()) {
                (Some(first), _) => first,
                // The page before was the last one.
                (None, false) => return Ok(None),
                (None, true) => {
                    let query = app.query(&caller, ask(page.clone()));
                    let read = tokio::time::timeout_at(deadline, query).await;
                    read.map_err(io::Error::other)?.map_err(io::Error::other)?
                }
            };
            page.after().clone_from(&found.next);
            Ok(Some((found, (page, None, ask))))
        }
    })
}
