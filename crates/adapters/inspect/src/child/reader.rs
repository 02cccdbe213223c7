use std::{
    fs::File,
    io::{self, Read},
};

use plinth_domain::ContentType;

use crate::{
    ifc, pdf, picture,
    protocol::{Found, Request},
    refusal::Refusal,
};

/// Reads a file of a known type. `progress` receives increasing values from 0 to 100.
pub(crate) fn read(
    file: &File,
    request: &Request,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Refusal> {
    let limits = &request.limits;
    let mut last = 0;
    let mut progress = |percent: u8| {
        if percent > last {
            last = percent;
            progress(percent);
        }
    };
    let length = file.metadata().map_err(|error| unread(&error))?.len();
    match request.content_type() {
        ContentType::Pdf => {
            pdf::read(&whole(file, length, limits.file_bytes)?, limits, &mut progress)
        }
        ContentType::Ifc => ifc::read(file, length, limits, &mut progress),
        ContentType::Other => Ok(Found::default()),
        picture => {
            picture::read(&whole(file, length, limits.file_bytes)?, picture, limits, &mut progress)
        }
    }
}

fn whole(mut file: &File, length: u64, limit: u64) -> Result<Vec<u8>, Refusal> {
    if length > limit {
        let detail = format!("the file has {length} bytes; the limit is {limit}");
        return Err(Refusal::too_complex(detail));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| unread(&error))?;
    Ok(bytes)
}

fn unread(error: &io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::OutOfMemory => Refusal::too_complex("the file does not fit into memory"),
        _ => Refusal::malformed(format!("the file cannot be read: {error}")),
    }
}
