use std::{sync::Arc, time::Instant};

use sqlx::Error;
use tracing::{Instrument, Span};

use crate::{
    observer::{Observer, Statement},
    trace::{self, Summary},
};

/// A statement that is observed: its span, and its time for the observer, if there is one. The time
/// has the wait for a connection in it where the statement is the first on it. A statement whose
/// caller is gone is not counted.
pub struct Watched {
    span: Span,
    timed: Option<Timed>,
}

struct Timed {
    observer: Arc<dyn Observer>,
    operation: String,
    table: Option<String>,
    began: Instant,
}

impl Watched {
    pub fn new(observer: Option<&Arc<dyn Observer>>, sql: &str) -> Self {
        Self::part(observer, sql, sql)
    }

    /// A statement that is named after a part of it.
    pub fn part(observer: Option<&Arc<dyn Observer>>, part: &str, sql: &str) -> Self {
        let timed = observer.map(|observer| {
            let Summary { operation, table } = Summary::of(part);
            Timed {
                observer: Arc::clone(observer),
                operation: operation.to_owned(),
                table: table.map(str::to_owned),
                began: Instant::now(),
            }
        });
        Self { span: trace::span(part, sql), timed }
    }

    /// Runs it.
    pub async fn run<T>(
        self,
        statement: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let answer = statement.instrument(self.span.clone()).await;
        if let Err(error) = &answer {
            trace::record_failure(&self.span, error);
        }
        if let Some(Timed { observer, operation, table, began }) = self.timed {
            let error = answer.as_ref().err().map(trace::error_type);
            observer.ran(&Statement {
                operation: &operation,
                table: table.as_deref(),
                took: began.elapsed(),
                error: error.as_deref(),
            });
        }
        answer
    }
}
