//! `GET /documents?q=`: a document is found by the text of its newest version.

use plinth_ports::Findings;
use reqwest::{Method, header};

use crate::support::TestApp;

async fn a_new_version_is_not_found_by_the_text_of_the_one_before(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", b"%PDF-1.7 one").await;
    let found = async || ada.list("/documents?q=concrete").await.len();
    let text = |text: &str| Findings { text: Some(text.to_owned()), ..Findings::default() };
    app.process(&ada, &document, text("reinforced concrete")).await;
    assert_eq!(found().await, 1);

    let path = format!("/documents/{}", document["id"].as_str().unwrap());
    let content = ada
        .request(Method::PUT, &format!("{path}/content"))
        .header(header::CONTENT_TYPE, "application/pdf")
        .body("%PDF-1.7 two");
    let document = ada.send(content).await.expect(200).json();
    assert_eq!(found().await, 0, "the new version is not inspected yet");
    app.process(&ada, &document, Findings::default()).await;
    assert_eq!(found().await, 0, "the new version has no text");
    assert_eq!(ada.list("/documents?q=plan").await.len(), 1);
}

on_postgres! {
    a_new_version_is_not_found_by_the_text_of_the_one_before,
}
