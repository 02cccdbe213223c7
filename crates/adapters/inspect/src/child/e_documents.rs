use std::{
    fs::File,
    io::{self, Read},
};

use plinth_confined::child::{guarded, write_line};
use plinth_domain::ContentType;
use plinth_e_documents::{INVOICE_BYTES, XML_BYTES, read_invoice, read_statement};

use crate::{
    protocol::{Message, Request, Task},
    refusal::Refusal,
};

/// Reads the electronic document on standard input, which may be a pipe, and replies.
pub(crate) fn answer(mut file: &File, request: &Request) -> io::Result<()> {
    let is_pdf = request.task == Task::Invoice && request.content_type() == ContentType::Pdf;
    let limit = match request.task {
        _ if is_pdf => request.limits.file_bytes,
        Task::Invoice => INVOICE_BYTES as u64,
        _ => XML_BYTES as u64,
    };
    let mut bytes = Vec::new();
    (&mut file).take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let detail = format!("the file has more than {limit} bytes");
        return write_line(&Message::Refused(Refusal::too_complex(detail)));
    }
    let read = || match request.task {
        Task::Statements => read_statement(&bytes).map(Message::Statements),
        _ => read_invoice(&bytes, request.content_type()).map(|i| Message::Invoice(Box::new(i))),
    };
    let message = match guarded(read) {
        Some(Ok(message)) => message,
        Some(Err(unreadable)) => Message::Refused(unreadable.into()),
        None => Message::Refused(Refusal::malformed("the file cannot be read")),
    };
    write_line(&message)
}
