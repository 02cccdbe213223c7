//! PDFs with attached files, as small as the format allows.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

/// A PDF with one attached file, compressed.
pub fn with_attachment(name: &str, content: &[u8]) -> Vec<u8> {
    with_stream(name, "/FlateDecode", &deflate(content))
}

/// A PDF with one attached file, whose bytes are stored as they are given.
pub fn with_stream(name: &str, filter: &str, stream: &[u8]) -> Vec<u8> {
    let embedded = format!("<</Names [({name}) 3 0 R]>>");
    let objects: [(String, Option<&[u8]>); 5] = [
        (format!("<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles {embedded}>>>>"), None),
        ("<</Type /Pages /Kids [5 0 R] /Count 1>>".to_owned(), None),
        (format!("<</Type /Filespec /F ({name}) /UF ({name}) /EF <</F 4 0 R>>>>"), None),
        (
            format!("<</Type /EmbeddedFile /Filter {filter} /Length {}>>", stream.len()),
            Some(stream),
        ),
        ("<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>".to_owned(), None),
    ];
    assembled(&objects)
}

/// A PDF with metadata that are not compressed.
pub fn with_metadata(xmp: &str) -> Vec<u8> {
    let length = xmp.len();
    assembled(&[
        ("<</Type /Catalog /Pages 2 0 R /Metadata 3 0 R>>".to_owned(), None),
        ("<</Type /Pages /Kids [4 0 R] /Count 1>>".to_owned(), None),
        (format!("<</Type /Metadata /Subtype /XML /Length {length}>>"), Some(xmp.as_bytes())),
        ("<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>".to_owned(), None),
    ])
}

fn assembled(objects: &[(String, Option<&[u8]>)]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (number, (dictionary, stream)) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        write!(pdf, "{} 0 obj\n{dictionary}\n", number + 1).unwrap();
        if let Some(stream) = stream {
            pdf.extend_from_slice(b"stream\n");
            pdf.extend_from_slice(stream);
            pdf.extend_from_slice(b"\nendstream\n");
        }
        pdf.extend_from_slice(b"endobj\n");
    }
    let start = pdf.len();
    write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).unwrap();
    for offset in &offsets {
        writeln!(pdf, "{offset:010} 00000 n ").unwrap();
    }
    write!(
        pdf,
        "trailer\n<</Size {} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
        offsets.len() + 1
    )
    .unwrap();
    pdf
}

/// The bytes in zlib's format.
pub fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
