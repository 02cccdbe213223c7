//! Server-sent events (WHATWG HTML, 9.2.6), parsed in one pass.

#[cfg(test)]
mod tests;

use memchr::memchr2;

use crate::limits::MAX_BYTES;

/// How much memory a parser keeps for the next lines, in bytes.
const KEPT_BYTES: usize = 64 << 10;

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event<'a> {
    /// Its data; the lines of it are joined by a line feed.
    pub(crate) data: &'a [u8],
    /// Whether it has the name `error`.
    pub(crate) is_error: bool,
}

/// A line, or the data of an event, is longer than [`MAX_BYTES`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Bytes in, events out. Each byte is looked at once, however the bytes are split.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    buffer: Vec<u8>,
    /// Where the current line begins in the buffer.
    start: usize,
    /// Up to where the current line has no end.
    scanned: usize,
    after_cr: bool,
    lines: u64,
    pending: Pending,
}

/// The event whose lines come in.
#[derive(Debug, Default)]
struct Pending {
    data: Vec<u8>,
    has_data: bool,
    is_error: bool,
    /// It was handed out: the next line begins another.
    is_complete: bool,
}

impl Parser {
    /// Takes more bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        shrink(&mut self.buffer);
        self.buffer.extend_from_slice(bytes);
    }

    /// Ends the stream: an event without an empty line after it counts.
    pub(crate) fn end(&mut self) {
        self.push(b"\n\n");
    }

    /// How many lines have come, empty ones and comments included.
    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }

    /// The next event among the bytes that were pushed.
    pub(crate) fn event(&mut self) -> Result<Option<Event<'_>>, TooLong> {
        if self.pending.is_complete {
            self.pending.clear();
        }
        while let Some((from, to)) = self.line()? {
            if from < to {
                self.pending.field(&self.buffer[from..to])?;
            } else if self.pending.has_data {
                self.pending.is_complete = true;
                let Pending { data, is_error, .. } = &self.pending;
                return Ok(Some(Event { data, is_error: *is_error }));
            } else {
                self.pending.clear();
            }
        }
        Ok(None)
    }

    /// Where the next line is in the buffer. It ends with LF, CR or both.
    fn line(&mut self) -> Result<Option<(usize, usize)>, TooLong> {
        if self.after_cr && self.start < self.buffer.len() {
            self.after_cr = false;
            if self.buffer[self.start] == b'\n' {
                self.start += 1;
                self.scanned = self.start;
            }
        }
        let found = memchr2(b'\n', b'\r', &self.buffer[self.scanned..]);
        let end = found.map_or(self.buffer.len(), |offset| self.scanned + offset);
        if end - self.start > MAX_BYTES {
            return Err(TooLong);
        }
        if found.is_none() {
            self.scanned = end;
            return Ok(None);
        }
        let mut from = self.start;
        if self.lines == 0 && self.buffer[from..end].starts_with(b"\xef\xbb\xbf") {
            from += 3;
        }
        self.lines += 1;
        self.after_cr = self.buffer[end] == b'\r';
        self.start = end + 1;
        self.scanned = self.start;
        Ok(Some((from, end)))
    }
}

impl Pending {
    /// Begins another event, in the same memory.
    fn clear(&mut self) {
        self.data.clear();
        shrink(&mut self.data);
        (self.has_data, self.is_error, self.is_complete) = (false, false, false);
    }

    fn field(&mut self, line: &[u8]) -> Result<(), TooLong> {
        if let Some(value) = value(line, b"data") {
            if self.has_data {
                self.data.push(b'\n');
            }
            if self.data.len() + value.len() > MAX_BYTES {
                return Err(TooLong);
            }
            self.data.extend_from_slice(value);
            self.has_data = true;
        } else if let Some(value) = value(line, b"event") {
            self.is_error = value == b"error";
        }
        Ok(())
    }
}

/// Gives back the memory of a long line.
fn shrink(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT_BYTES && buffer.len() < KEPT_BYTES / 2 {
        buffer.shrink_to(KEPT_BYTES);
    }
}

/// The value of a line with this field.
fn value<'a>(line: &'a [u8], field: &[u8]) -> Option<&'a [u8]> {
    let rest = line.strip_prefix(field)?;
    if rest.is_empty() {
        return Some(rest);
    }
    let value = rest.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}
