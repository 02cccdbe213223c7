use std::{fs::File, io::Read};

use plinth_domain::ContentType;

use crate::{
    ifc, pdf, picture,
    protocol::{Found, Request, Task},
    refusal::{Refusal, Unread},
};

/// Reads a file of a known type and length. `progress` receives increasing values from 0 to 100.
pub(crate) fn read(
    file: &File,
    length: u64,
    request: &Request,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Unread> {
    let limits = &request.limits;
    let mut last = 0;
    let mut progress = |percent: u8| {
        if percent > last {
            last = percent;
            progress(percent);
        }
    };
    match request.content_type() {
        ContentType::Pdf => {
            let bytes = whole(file, length, limits.file_bytes)?;
            match request.task {
                Task::Preview => Ok(pdf::draw(bytes)?),
                _ => Ok(pdf::read(bytes, limits, &mut progress)?),
            }
        }
        content_type @ (ContentType::Ifc | ContentType::Step) => {
            ifc::read(file, length, content_type, limits, &mut progress)
        }
        ContentType::Other => Ok(Found::default()),
        picture => {
            let bytes = whole(file, length, limits.file_bytes)?;
            Ok(picture::read(&bytes, picture, limits, &mut progress)?)
        }
    }
}

fn whole(file: &File, length: u64, limit: u64) -> Result<Vec<u8>, Unread> {
    if length > limit {
        let detail = format!("the file has {length} bytes; the limit is {limit}");
        return Err(Refusal::too_complex(detail).into());
    }
    let mut bytes = Vec::new();
    // `File` itself would ask for the length again, which the filter refuses.
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
