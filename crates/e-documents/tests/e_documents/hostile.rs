//! Documents that are made to take long or much memory.

use std::time::{Duration, Instant};

use plinth_domain::ContentType;
use plinth_e_documents::{read_invoice, read_statement};

use crate::pdf::{deflate, with_attachment, with_stream};

/// How long one document may take, in a debug build on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

const UBL: &str = include_str!("fixtures/invoice-ubl.xml");

/// The codes by which both readers refuse a document.
fn refused(text: &[u8]) -> [&'static str; 2] {
    let start = Instant::now();
    let statement = read_statement(text).unwrap_err().code.name();
    let invoice = read_invoice(text, ContentType::Other).unwrap_err().code.name();
    assert!(start.elapsed() < TIMEOUT, "it took {:?}", start.elapsed());
    [statement, invoice]
}

#[test]
fn entities_are_never_expanded_or_fetched() {
    let levels = (1..10).map(|level| {
        let references = format!("&l{};", level - 1).repeat(10);
        format!("<!ENTITY l{level} '{references}'>")
    });
    let levels = levels.collect::<Vec<_>>().concat();
    let laughs = format!("<!DOCTYPE l [<!ENTITY l0 'lol'>{levels}]><Document>&l9;</Document>");
    assert_eq!(refused(laughs.as_bytes()), ["document.unsupported"; 2]);
    let outside = b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d>&x;</d>";
    assert_eq!(refused(outside), ["document.unsupported"; 2]);
    assert_eq!(refused(b"<d>&x;</d>"), ["document.malformed"; 2]);
}

#[test]
fn a_document_that_exceeds_a_limit_is_refused_at_once() {
    let large = format!("<d>{}</d>", "x".repeat(50 * 1024 * 1024));
    assert_eq!(refused(large.as_bytes()), ["document.too_complex"; 2]);
    let attributes: Vec<_> = (0..60_000).map(|n| format!(" a{n}='1'")).collect();
    let wide = format!("<d{}/>", attributes.concat());
    assert_eq!(refused(wide.as_bytes()), ["document.too_complex"; 2]);
    let many = format!("<d>{}</d>", "<e/>".repeat(1_000_000));
    assert_eq!(refused(many.as_bytes()), ["document.too_complex"; 2]);
    let deep = "<d>".repeat(500_000);
    assert_eq!(refused(deep.as_bytes()), ["document.too_complex"; 2]);
    let repeated = UBL.replace("</ubl:Invoice>", &("<cbc:ID/>".repeat(190_000) + "</ubl:Invoice>"));
    assert_eq!(refused(repeated.as_bytes()), ["document.unsupported", "document.too_complex"]);
    let names: Vec<_> = (0..63).map(|n| format!(" xmlns:n{n}='u'")).collect();
    let named = format!("<d{}>", names.concat()).repeat(90) + &"<e xmlns:x='y'/>".repeat(190_000);
    assert_eq!(refused(named.as_bytes()), ["document.too_complex"; 2]);
}

#[test]
fn what_the_limits_allow_is_read_in_time() {
    let end = UBL.len() - "</ubl:Invoice>\n".len();
    let with = |added: &str| format!("{}{added}</ubl:Invoice>", &UBL[..end]);
    let text = "x".repeat(4 * 1024 * 1024);
    let duplicates = "<cbc:ID/>".repeat(9_900);
    let unknown: Vec<_> = (0..190_000).map(|n| format!("<e{n}/>")).collect();
    let totals = "<cac:TaxTotal><cac:TaxSubtotal/></cac:TaxTotal>".repeat(9_900);
    let attributes: Vec<_> = (0..60).map(|n| format!(" a{n}=''")).collect();
    let wide = format!("<e{}/>", attributes.concat()).repeat(10_000);
    let names: Vec<_> = (0..60).map(|n| format!(" xmlns:n{n}='u'")).collect();
    let named = format!("<e{}>", names.concat()).repeat(3)
        + &"<e xmlns:x='y'/>".repeat(9_900)
        + &"</e>".repeat(3);
    let comments = "<!---->".repeat(600_000);
    let instructions = "<?a?>".repeat(900_000);
    let lines = "<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>".repeat(4_990);
    let notes = format!("<cbc:Note>{text}</cbc:Note>");
    let cases = [
        ("duplicates", duplicates),
        ("unknown", unknown.concat()),
        ("totals", totals),
        ("wide", wide),
        ("named", named),
        ("comments", comments),
        ("instructions", instructions),
        ("lines", lines),
        ("notes", notes),
    ];
    for (name, added) in cases {
        let document = with(&added);
        let start = Instant::now();
        let read = read_invoice(document.as_bytes(), ContentType::Other);
        let took = start.elapsed();
        let code = read.err().map(|refusal| refusal.code.name());
        assert!(matches!(code, None | Some("document.too_complex")), "{name}: {code:?}");
        assert!(took < TIMEOUT, "{name} took {took:?}");
    }
}

#[test]
fn an_attachment_is_inflated_within_a_bound() {
    let refused = |pdf: &[u8]| {
        let start = Instant::now();
        let code = read_invoice(pdf, ContentType::Pdf).unwrap_err().code.name();
        assert!(start.elapsed() < TIMEOUT, "it took {:?}", start.elapsed());
        code
    };
    let zeros = vec![b' '; 70 * 1024 * 1024];
    assert_eq!(refused(&with_attachment("factur-x.xml", &zeros)), "document.too_complex");
    let beside = format!("<a>{}</a>", "x".repeat(6 * 1024 * 1024));
    let beside = with_attachment("factur-x.xml", beside.as_bytes());
    assert_eq!(refused(&beside), "document.too_complex");
    let twice =
        with_stream("factur-x.xml", "[/FlateDecode /FlateDecode]", &deflate(&deflate(&zeros)));
    assert!(twice.len() < 10_000);
    assert_ne!(refused(&twice), "document.unsupported");
    let bomb = b"<!DOCTYPE l [<!ENTITY a 'b'>]><a>&a;</a>";
    assert_eq!(refused(&with_attachment("factur-x.xml", bomb)), "document.unsupported");
    let cut = &deflate(UBL.as_bytes())[..100];
    assert_eq!(refused(&with_stream("factur-x.xml", "/FlateDecode", cut)), "document.malformed");
}
