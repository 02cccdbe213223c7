use std::time::Duration;

use plinth_domain::Code;
use plinth_invoice_renderer::{ConfinedRenderer, Limits, Template};
use plinth_ports::{
    INVOICE_LOGO_UNREADABLE, INVOICE_PAYMENT_CODE, INVOICE_TEMPLATE_BROKEN, INVOICE_TOO_LONG,
    INVOICE_TOO_SLOW, InvoiceRenderer, Logo, LogoFormat, PrintedLine, RenderRequest,
};

use crate::{
    pdf::texts,
    samples::standard,
    support::{program, refusal, renderer, request, with_files},
};

const MIB: usize = 1024 * 1024;

/// The code of the refusal of an invoice by this template.
async fn code_of(template: &str, limits: Limits) -> Code {
    let renderer = with_files(&[("invoice.typ", template)], limits);
    refusal(&renderer, &request(standard(1))).await.code
}

#[tokio::test]
async fn an_endless_template_ends_its_own_process_only() {
    let brief = Limits { cpu_time: Duration::from_secs(2), ..Limits::default() };
    // Typst stops a loop after 10,000 rounds, but not one of loops.
    let endless = "#let f(n) = for i in range(9000) { for j in range(9000) { \
                   for k in range(9000) { n += 1 } } }\n#f(0)";
    assert_eq!(code_of(endless, brief).await, INVOICE_TOO_SLOW);
    assert_eq!(code_of("#let f(n) = f(n + 1)\n#f(0)", brief).await, INVOICE_TEMPLATE_BROKEN);
    assert_eq!(code_of("#while true {}", brief).await, INVOICE_TEMPLATE_BROKEN);
    assert!(renderer().render(&request(standard(1))).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_template_that_fills_the_memory_ends_its_own_process_only() {
    let tight = Limits { memory_bytes: 256 * MIB as u64, ..Limits::default() };
    assert_eq!(code_of("#range(1000000000).len()", tight).await, INVOICE_TOO_LONG);
}

#[tokio::test]
async fn a_template_reaches_no_file_but_its_own() {
    for path in ["/etc/passwd", "../../etc/passwd", "/proc/self/environ", "missing.txt"] {
        let template = format!("#read({path:?})");
        assert_eq!(code_of(&template, Limits::default()).await, INVOICE_TEMPLATE_BROKEN, "{path}");
    }
    let package = "#import \"@preview/cetz:0.3.4\": canvas";
    assert_eq!(code_of(package, Limits::default()).await, INVOICE_TEMPLATE_BROKEN);
}

#[tokio::test]
async fn a_million_positions_are_refused_before_and_by_the_process() {
    let mut invoice = standard(1);
    invoice.lines = vec![PrintedLine::default(); 1_000_000];
    let refused = refusal(&renderer(), &request(invoice.clone())).await;
    assert_eq!(refused.code, INVOICE_TOO_LONG);
    // Without those limits the process is stopped by its own.
    let limits = Limits {
        lines: usize::MAX,
        text_bytes: usize::MAX,
        memory_bytes: 1024 * MIB as u64,
        cpu_time: Duration::from_secs(3),
        ..Limits::default()
    };
    invoice.lines.truncate(20_000);
    let unlimited = ConfinedRenderer::new(program(), Template::built_in(), limits);
    let code = refusal(&unlimited, &request(invoice)).await.code;
    assert!([INVOICE_TOO_LONG, INVOICE_TOO_SLOW].contains(&code), "{code}");
}

#[tokio::test]
async fn too_many_pages_and_too_much_text_are_refused() {
    let limits = Limits { pages: 2, ..Limits::default() };
    let short = ConfinedRenderer::new(program(), Template::built_in(), limits);
    let refused = refusal(&short, &request(standard(60))).await;
    assert_eq!(refused.code, INVOICE_TOO_LONG);
    assert!(refused.detail.ends_with("pages; the limit is 2"), "{refused}");
    let mut invoice = standard(1);
    invoice.notes = vec!["x".repeat(3 * MIB)];
    assert_eq!(refusal(&renderer(), &request(invoice)).await.code, INVOICE_TOO_LONG);
}

/// A standard invoice with this logo.
fn with_logo(format: LogoFormat, bytes: &[u8]) -> RenderRequest {
    let logo = Some(Logo { format, bytes: bytes.to_vec().into() });
    RenderRequest { logo, ..request(standard(1)) }
}

#[tokio::test]
async fn a_broken_logo_is_blamed_and_not_the_template() {
    let external = br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
        <image href="/etc/passwd" width="9" height="9"/></svg>"#;
    let cases: [(LogoFormat, &[u8]); 5] = [
        (LogoFormat::Png, b"\x89PNG\r\n\x1a\n and nothing more"),
        (LogoFormat::Jpeg, b"\xff\xd8\xff\xe0 and nothing more"),
        (LogoFormat::Svg, b"<svg"),
        (LogoFormat::Png, b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        (LogoFormat::Svg, external),
    ];
    for (format, bytes) in cases {
        let refused = refusal(&renderer(), &with_logo(format, bytes)).await;
        assert_eq!(refused.code, INVOICE_LOGO_UNREADABLE, "{bytes:?}: {refused}");
    }
    let large = vec![0; 3 * MIB];
    let refused = refusal(&renderer(), &with_logo(LogoFormat::Png, &large)).await;
    assert_eq!(refused.code, INVOICE_LOGO_UNREADABLE);
}

#[tokio::test]
async fn texts_are_printed_and_never_run() {
    let mut invoice = standard(1);
    invoice.lines[0].text = "#read(\"de.json\") $x^2$ *b* <a> @b https://x.example".into();
    let rendered = renderer().render(&request(invoice.clone())).await.unwrap().unwrap();
    let text: String = texts(&rendered.pdf).concat().split_whitespace().collect();
    assert!(text.contains("#read(\"de.json\")$x^2$*b*<a>@bhttps://x.example"), "{text}");
}

#[tokio::test]
async fn a_payment_code_that_cannot_be_is_told() {
    let mut invoice = standard(1);
    invoice.credit_transfer.as_mut().unwrap().iban = "DE00".into();
    assert_eq!(refusal(&renderer(), &request(invoice)).await.code, INVOICE_PAYMENT_CODE);
}
