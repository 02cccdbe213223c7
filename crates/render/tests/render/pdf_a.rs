use plinth_ports::{InvoiceRenderer, Logo, LogoFormat};

use crate::{
    pdf::{catalog, metadata, open, output_intent},
    samples::{mixed, standard},
    support::{renderer, request},
};

#[tokio::test]
async fn a_pdf_bears_the_marks_of_pdf_a_3b_and_when_it_was_issued() {
    let rendered = renderer().render(&request(standard(2))).await.unwrap().unwrap();
    let pdf = open(&rendered.pdf);
    assert_eq!(output_intent(&pdf), "GTS_PDFA1");
    let metadata = metadata(&pdf);
    for wanted in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "<xmp:CreateDate>2026-11-28T12:00:00",
        "Rechnung RE-2026-00042",
        "Bau &amp; Söhne GmbH",
    ] {
        assert!(metadata.contains(wanted), "{wanted} is not in: {metadata}");
    }
    assert!(catalog(&pdf).contains_key("Lang") && catalog(&pdf).contains_key("StructTreeRoot"));
}

#[tokio::test]
async fn the_same_request_has_the_same_bytes() {
    let mut request = request(mixed());
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\"><path d=\"M0 0h2v1z\"/></svg>";
    request.logo = Some(Logo { format: LogoFormat::Svg, bytes: logo.into() });
    let first = renderer().render(&request).await.unwrap().unwrap();
    let second = renderer().render(&request).await.unwrap().unwrap();
    assert!(first == second, "the bytes differ");
    request.ident.push('x');
    let third = renderer().render(&request).await.unwrap().unwrap();
    assert!(first != third, "another document has another identifier");
}
