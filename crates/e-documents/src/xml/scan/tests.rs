use super::*;

fn refused(text: &str) -> &'static str {
    scan(text).map_err(|refusal| refusal.code.name()).expect_err("it must be refused")
}

#[test]
fn what_a_document_may_have_passes() {
    let deep = |depth| "<a>".repeat(depth) + &"</a>".repeat(depth);
    scan(&deep(DEPTH)).unwrap();
    assert_eq!(refused(&deep(DEPTH + 1)), "document.too_complex");

    let wide = |count: usize| {
        let attributes: Vec<_> = (0..count).map(|n| format!(" a{n}=''")).collect();
        format!("<a{}/>", attributes.concat())
    };
    scan(&wide(ATTRIBUTES)).unwrap();
    assert_eq!(refused(&wide(ATTRIBUTES + 1)), "document.too_complex");

    let long = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
    scan(&long(ELEMENTS)).unwrap();
    assert_eq!(refused(&long(ELEMENTS + 1)), "document.too_complex");

    let named = |last: usize| {
        let element = |count: usize| {
            let names: Vec<_> = (0..count).map(|n| format!(" xmlns:n{n}='u'")).collect();
            format!("<a{}>", names.concat())
        };
        format!("{}{}{}", element(60).repeat(3), element(last), "</a>".repeat(4))
    };
    scan(&named(NAMESPACES - 180)).unwrap();
    assert_eq!(refused(&named(NAMESPACES - 179)), "document.too_complex");
}

#[test]
fn a_document_type_is_refused_wherever_it_stands() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'b'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
    assert_eq!(refused(bomb), "document.unsupported");
    let file = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>";
    assert_eq!(refused(file), "document.unsupported");
    assert_eq!(refused("<!DOCTYPE a><a/>"), "document.unsupported");
    assert_eq!(refused("<!-- x --><!doctype a><a/>"), "document.unsupported");
}

#[test]
fn entities_and_open_ends_are_malformed() {
    for text in ["", "  ", "<a>", "<a></b>", "<a>&b;</a>", "<a>&#1;</a>", "<a b=c/>", "<a b/>", "<"]
    {
        assert_eq!(refused(text), "document.malformed", "{text}");
    }
}
