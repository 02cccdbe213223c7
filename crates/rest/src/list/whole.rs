//! All items of a list as one file, with the bytes of an answer that has them all.

use std::io::{self, Write};

use bytes::Bytes;
use plinth_ports::StoreError;
use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

use super::{Columns, ListView};

/// The items as CSV; `None` when these are more than `most` bytes.
pub(crate) fn table<V: Serialize + ToSchema + PartialSchema>(
    items: impl Iterator<Item = V>,
    most: usize,
) -> plinth_ports::Result<Option<Bytes>> {
    let columns = Columns::of::<V>();
    written(most, |file| {
        file.write_all(columns.head().as_bytes())?;
        for item in items {
            file.write_all(columns.row(&item)?.as_bytes())?;
        }
        Ok(())
    })
}

/// The items as a page in JSON; `None` when these are more than `most` bytes.
pub(crate) fn page<V: Serialize>(
    items: Vec<V>,
    most: usize,
) -> plinth_ports::Result<Option<Bytes>> {
    let page = ListView { data: items, next_cursor: None, has_more: false, total: None };
    written(most, |file| Ok(serde_json::to_writer(file, &page)?))
}

fn written(
    most: usize,
    write: impl FnOnce(&mut Bounded) -> io::Result<()>,
) -> plinth_ports::Result<Option<Bytes>> {
    let mut file = Bounded { bytes: Vec::new(), most, is_full: false };
    match write(&mut file) {
        Ok(()) => Ok(Some(file.bytes.into())),
        Err(_) if file.is_full => Ok(None),
        Err(error) => Err(StoreError::Other(error.into())),
    }
}

/// Bytes, no more than these.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > self.most - self.bytes.len() {
            self.is_full = true;
            return Err(io::Error::other("the file has too many bytes"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, ToSchema)]
    struct View {
        text: &'static str,
    }

    #[test]
    fn a_file_has_at_most_these_bytes() {
        let items = || [View { text: "a" }, View { text: "b" }];
        let csv = table(items().into_iter(), 12).unwrap();
        assert_eq!(csv.as_deref(), Some(&b"text\r\na\r\nb\r\n"[..]));
        assert_eq!(table(items().into_iter(), 11).unwrap(), None);
        let json = br#"{"data":[{"text":"a"},{"text":"b"}],"next_cursor":null,"has_more":false}"#;
        assert_eq!(page(items().into(), json.len()).unwrap().as_deref(), Some(&json[..]));
        assert_eq!(page(items().into(), json.len() - 1).unwrap(), None);
    }
}
