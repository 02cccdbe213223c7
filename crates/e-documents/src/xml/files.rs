//! The files within an e-invoice (BG-24): their bytes are left out, and not read.

use plinth_ports::Unreadable;
use quick_xml::events::Event;

use super::{
    XML_BYTES,
    scan::{broken, reader},
};
use crate::refusal::too_complex;

/// The elements that hold a file: of UBL, and of CII.
const FILES: [&[u8]; 2] = [b"EmbeddedDocumentBinaryObject", b"AttachmentBinaryObject"];

/// The text of a document without the bytes of its files. The rest has at most [`XML_BYTES`].
pub(crate) fn without_files(text: &str) -> Result<String, Unreadable> {
    let mut reader = reader(text);
    let mut kept = String::with_capacity(text.len().min(XML_BYTES));
    let (mut is_file, mut from) = (false, 0);
    loop {
        let event = reader.read_event().map_err(broken)?;
        let to = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        match event {
            Event::Eof => break,
            Event::Start(start) => is_file = FILES.contains(&start.local_name().as_ref()),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if is_file => {
                from = to;
                continue;
            }
            Event::End(_) => is_file = false,
            _ => {}
        }
        let part = text.get(from..to).unwrap_or_default();
        if kept.len() + part.len() > XML_BYTES {
            let detail = format!("the XML has more than {XML_BYTES} bytes without its files");
            return Err(too_complex(detail));
        }
        kept.push_str(part);
        from = to;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_files_are_left_out_and_everything_else_stays() {
        let file = |content: &str| {
            format!(
                "<a x='1'>\n<c:EmbeddedDocumentBinaryObject filename='b.csv'>{content}\
                 </c:EmbeddedDocumentBinaryObject> &amp; <![CDATA[<b>]]><!-- c --><d/>Text</a>"
            )
        };
        let large = "YTtiCg==".repeat(1024 * 1024);
        for content in [large.as_str(), "", "YTt&#105;Cg==<![CDATA[YQ==]]>"] {
            assert_eq!(without_files(&file(content)).unwrap(), file(""));
        }
        let code = without_files(&format!("<a>{large}</a>")).unwrap_err().code.name();
        assert_eq!(code, "document.too_complex");
    }
}
