use std::{io::Write, time::Duration};

use flate2::{Compression, write::GzEncoder};

/// An answer to one request, sent step by step.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) framing: Framing,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// `content-length` of all pieces, also of those after a cut.
    Length,
    /// Each piece is a chunk.
    Chunked,
    /// The end of the connection is the end of the body.
    UntilClose,
    /// The pieces are the whole answer, its head included.
    Raw,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Piece(Vec<u8>),
    Pause(Duration),
    Stall,
    Cut,
    Endless(Vec<u8>, Duration),
}

impl Answer {
    fn of(status: u16, framing: Framing) -> Self {
        Self { status, headers: Vec::new(), framing, steps: Vec::new() }
    }

    /// A status without a body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::of(status, Framing::Length)
    }

    /// A whole body of a content type.
    #[must_use]
    pub fn body(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::status(status).header("content-type", content_type).piece(body)
    }

    /// A whole body of JSON.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::body(status, "application/json", body)
    }

    /// Status 200 and an event stream (`text/event-stream`) of these pieces, each sent alone.
    #[must_use]
    pub fn stream<P: Into<Vec<u8>>>(pieces: impl IntoIterator<Item = P>) -> Self {
        let answer = Self::of(200, Framing::Chunked).header("content-type", "text/event-stream");
        pieces.into_iter().fold(answer, Self::piece)
    }

    /// These bytes instead of an answer, its head included. Then the connection is closed.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(0, Framing::Raw).piece(bytes)
    }

    /// Not even a head: the request stays without an answer while the client waits.
    #[must_use]
    pub fn never() -> Self {
        Self::of(0, Framing::Raw).stall()
    }

    /// A redirect (307, which asks for the same method and body) to another address.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::status(307).header("location", to)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Then sends these bytes.
    #[must_use]
    pub fn piece(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.steps.push(Step::Piece(bytes.into()));
        self
    }

    /// Then sends nothing for a while.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.steps.push(Step::Pause(pause));
        self
    }

    /// Then sends nothing more, until the client closes the connection.
    #[must_use]
    pub fn stall(mut self) -> Self {
        self.steps.push(Step::Stall);
        self
    }

    /// Then closes the connection, in the middle of the body.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.steps.push(Step::Cut);
        self
    }

    /// Then sends these bytes again and again, until the client closes the connection.
    #[must_use]
    pub fn endless(mut self, bytes: impl Into<Vec<u8>>, every: Duration) -> Self {
        self.steps.push(Step::Endless(bytes.into(), every));
        self
    }

    /// Has a pause before each piece.
    #[must_use]
    pub fn slowly(mut self, pause: Duration) -> Self {
        let steps = std::mem::take(&mut self.steps).into_iter();
        self.steps = steps.flat_map(|step| [Step::Pause(pause), step]).collect();
        self
    }

    /// Sends each byte alone.
    #[must_use]
    pub fn byte_by_byte(mut self) -> Self {
        let steps = std::mem::take(&mut self.steps).into_iter();
        let split = steps.flat_map(|step| match step {
            Step::Piece(bytes) => bytes.into_iter().map(|byte| Step::Piece(vec![byte])).collect(),
            other => vec![other],
        });
        self.steps = split.collect();
        self
    }

    /// The end of the connection is the end of the body, as in HTTP/1.0.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.framing = Framing::UntilClose;
        self
    }

    /// Compresses the body, whether the client accepts that or not.
    ///
    /// # Panics
    /// Never: memory is written to.
    #[must_use]
    #[expect(clippy::expect_used, reason = "writing into memory does not fail")]
    pub fn gzip(mut self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        for step in &self.steps {
            if let Step::Piece(bytes) = step {
                encoder.write_all(bytes).expect("a vector takes every byte");
            }
        }
        self.steps = vec![Step::Piece(encoder.finish().expect("a vector takes every byte"))];
        self.header("content-encoding", "gzip")
    }
}
