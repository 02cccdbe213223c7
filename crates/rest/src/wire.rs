//! What the answers of a connection consist of, so that nothing in a file is taken for an answer of
//! actix itself.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    http::{StatusCode, header},
    web::Bytes,
};

/// What the middleware tells the connection: whether bytes that a client chose are on their way out.
/// Among those, nothing may be taken for a refusal.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    /// The number of such bodies under way.
    streaming: Cell<usize>,
    /// Whether such bytes, or the head before them, may wait to be sent.
    is_unsent: Cell<bool>,
}

/// The end of a refusal of actix, with nothing but the length, the connection and the date. It is
/// never longer.
const LONGEST: usize = 200;

const END: &[u8] = b"\r\n\r\n";

impl Wire {
    /// Tells the connection about an answer. JSON has no line ends as they are in HTTP.
    pub(crate) fn answer(self: &Rc<Self>, response: HttpResponse) -> HttpResponse {
        let headers = response.headers();
        let kind = headers.get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
        let is_json =
            kind.is_some_and(|kind| kind.starts_with(b"application/") && kind.ends_with(b"json"));
        let is_plain = is_json && !headers.contains_key(header::CONTENT_ENCODING);
        let is_empty = matches!(response.body().size(), BodySize::None | BodySize::Sized(0));
        if is_plain || is_empty {
            return response;
        }
        self.streaming.set(self.streaming.get() + 1);
        self.is_unsent.set(true);
        let guard = Guard(Rc::clone(self));
        response.map_body(|_, body| BoxBody::new(Opaque { body, guard }))
    }

    /// All bytes so far are sent.
    pub(crate) fn flushed(&self) {
        self.is_unsent.set(false);
    }

    /// Where a refusal of actix begins, at the end of these bytes, and its status.
    pub(crate) fn bare(&self, bytes: &[u8]) -> Option<(usize, StatusCode)> {
        if !bytes.ends_with(END) || self.streaming.get() > 0 || self.is_unsent.get() {
            return None;
        }
        let from = bytes.len().saturating_sub(LONGEST);
        let window = bytes.get(from..)?;
        let start = window.windows(8).rposition(|some| some == b"HTTP/1.1")?;
        Some((from + start, bare_status(window.get(start..)?)?))
    }
}

/// The status of an answer of nothing but its end.
fn bare_status(bytes: &[u8]) -> Option<StatusCode> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = text.split("\r\n");
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut is_empty = false;
    for line in lines {
        match line.split_once(": ")? {
            ("content-length", "0") => is_empty = true,
            ("connection" | "date", _) => {}
            _ => return None,
        }
    }
    let status = StatusCode::from_u16(status).ok()?;
    (is_empty && (status.is_client_error() || status.is_server_error())).then_some(status)
}

/// A body of bytes that a client chose.
struct Opaque {
    body: BoxBody,
    guard: Guard,
}

struct Guard(Rc<Wire>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.streaming.set(self.0.streaming.get().saturating_sub(1));
    }
}

impl MessageBody for Opaque {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let opaque = self.get_mut();
        let next = Pin::new(&mut opaque.body).poll_next(cx);
        // The end may follow before these bytes are sent.
        if let Poll::Ready(Some(Ok(_))) = next {
            opaque.guard.0.is_unsent.set(true);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    const BARE: &str = "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\
                        connection: close\r\ndate: Sat, 28 Nov 2026 16:54:29 GMT\r\n\r\n";

    #[test]
    fn only_an_answer_without_our_headers_is_a_refusal_of_actix() {
        let wire = Wire::default();
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        assert_eq!(wire.bare(BARE.as_bytes()), Some((0, status)));
        let before = "HTTP/1.1 200 OK\r\nx-request-id: 7\r\ncontent-length: 2\r\n\r\n{}";
        let both = format!("{before}{BARE}");
        assert_eq!(wire.bare(both.as_bytes()), Some((before.len(), status)));
        for other in [
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx-request-id: 7\r\n\r\n",
            "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\n",
            "\r\n\r\n",
            before,
        ] {
            assert_eq!(wire.bare(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn bytes_of_a_file_are_never_taken_for_a_refusal() {
        let wire = Rc::new(Wire::default());
        let file = format!("a file that ends so: {BARE}");
        let response = wire.answer(HttpResponse::Ok().body(file.clone()));
        assert_eq!(wire.bare(file.as_bytes()), None, "while it is sent");
        drop(response);
        assert_eq!(wire.bare(file.as_bytes()), None, "and while it waits to be sent");
        wire.flushed();
        assert!(wire.bare(BARE.as_bytes()).is_some());
    }

    #[test]
    fn a_file_that_is_an_answer_of_actix_is_sent_as_it_is_also_behind_its_head() {
        let wire = Rc::new(Wire::default());
        let mut body = wire.answer(HttpResponse::Ok().body(BARE)).into_body();
        // The head is sent before the first bytes are read.
        wire.flushed();
        let next = Pin::new(&mut body).poll_next(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(next, Poll::Ready(Some(Ok(bytes))) if bytes == BARE));
        drop(body);
        assert_eq!(wire.bare(BARE.as_bytes()), None);
    }
}
