use std::io::{self, BufRead, BufReader, Read};

use plinth_invoice_renderer::protocol::{REQUEST_BYTES, Request, Task};

use crate::world::Files;

/// Reads a request with its files.
pub(crate) fn read(input: impl Read) -> io::Result<(Task, Files)> {
    let mut input = BufReader::new(input.take(REQUEST_BYTES));
    let mut line = Vec::new();
    input.read_until(b'\n', &mut line)?;
    let request: Request = serde_json::from_slice(&line)?;
    let mut files = Files::default();
    for (name, length) in request.files {
        let mut content = Vec::new();
        let read = (&mut input).take(length as u64).read_to_end(&mut content)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        files.insert(&name, content)?;
    }
    Ok((request.task, files))
}
