//! Building models: IFC (ISO 16739) in exchange structures.

mod model;
mod spatial;
mod summary;

use std::io::{Read, Seek, SeekFrom};

use plinth_domain::ContentType;

use crate::{Limits, protocol::Found, refusal::Unread, step::Exchange};
use model::Model;

/// The size of one read, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// Reads a building model of `length` bytes, piece by piece. Of an exchange structure with another
/// schema, only the header is read, and the schema is told. An exchange structure that is not known
/// as a building model (`ContentType::Step`) may have no schema.
pub(crate) fn read(
    mut file: impl Read + Seek,
    length: u64,
    content_type: ContentType,
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Unread> {
    let mut exchange = Exchange::new(Model::new(content_type, limits), limits.instance_bytes);
    let mut piece = vec![0; PIECE_BYTES];
    let mut done: u64 = 0;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            let Some(offset) = exchange.reopen() else { break };
            done = file.seek(SeekFrom::Start(offset))?;
            continue;
        }
        exchange.feed(&piece[..read])?;
        if exchange.is_over() {
            break;
        }
        done += read as u64;
        progress(u8::try_from(done * 100 / length.max(done)).unwrap_or(100));
    }
    let (model, warnings) = exchange.finish()?;
    Ok(summary::summarize(&model, warnings, limits)?)
}

#[cfg(test)]
mod tests;
