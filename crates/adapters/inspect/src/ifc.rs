//! Building models: IFC (ISO 16739) in exchange structures.

mod model;
mod summary;

use std::io::Read;

use crate::{Limits, protocol::Found, refusal::Unread, step::Exchange};
use model::Model;

/// The size of one read, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// Reads a building model of `length` bytes, piece by piece.
pub(crate) fn read(
    mut file: impl Read,
    length: u64,
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Unread> {
    let mut exchange = Exchange::new(Model::new(limits), limits.instance_bytes);
    let mut piece = vec![0; PIECE_BYTES];
    let mut done: u64 = 0;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        exchange.feed(&piece[..read])?;
        done += read as u64;
        progress(u8::try_from(done * 100 / length.max(done)).unwrap_or(100));
    }
    Ok(summary::summarize(&exchange.finish()?, limits)?)
}

#[cfg(test)]
mod tests;
