//! An invoice from its draft to its PDF, by HTTP.

use std::{path::Path, time::Duration};

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    running::{Running, said},
    support::Scratch,
};

/// How long a PDF may take on a busy machine.
const TRIES: usize = 600;

struct Api {
    base: String,
    token: String,
}

impl Api {
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let url = format!("{}/api/v1{path}", self.base);
        let mut request = Client::new().request(method.clone(), url).bearer_auth(&self.token);
        if method == Method::PATCH {
            request = request.header("If-Match", "*");
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    async fn json(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let response = self.send(method, path, body).await;
        let (status, body) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Asks until `found`.
    async fn until(&self, path: &str, found: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..TRIES {
            let answer = self.json(Method::GET, path, None).await;
            if found(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{path} did not answer what was expected")
    }

    /// The PDF of an invoice, once it is made.
    async fn pdf(&self, invoice: &Value, scratch: &Scratch) -> (Vec<u8>, String) {
        let path = format!("/invoices/{}/pdf", invoice["id"].as_str().unwrap());
        for _ in 0..TRIES {
            let response = self.send(Method::GET, &path, None).await;
            if response.status() == 200 {
                let name = response.headers()["content-disposition"].to_str().unwrap().to_owned();
                return (response.bytes().await.unwrap().to_vec(), name);
            }
            let problem: Value = response.json().await.unwrap();
            assert_eq!(problem["code"], "invoice.not_rendered", "{problem}: {}", said(scratch));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("there is no PDF: {}", said(scratch))
    }
}

fn seller() -> Value {
    json!({"settings": {"locale": "de-DE", "seller": {
        "legal_name": "Hochbau Nord GmbH", "vat_id": "DE136695976",
        "address": {
            "street": "Kai 7", "postal_code": "20457", "city": "Hamburg", "country": "DE",
        },
        "contact": {"name": "Ada", "email": "ada@example.com", "phone": "+49 40 1"},
        "bank_account": {"iban": "DE89370400440532013000"},
    }}})
}

#[tokio::test]
async fn an_issued_invoice_becomes_a_pdf_that_is_found_by_its_text() {
    let program = Path::new(env!("CARGO_BIN_EXE_plinth")).with_file_name("plinth-render");
    assert!(program.exists(), "cargo build -p plinth-render builds {}", program.display());
    let scratch = Scratch::new();
    let plinth = Running::start(&scratch, &[]);
    let api = Api { base: plinth.base.clone(), token: plinth.token().await };
    api.json(Method::PATCH, "/organization", Some(seller())).await;
    let address =
        json!({"street": "Ufer 1", "postal_code": "20354", "city": "Hamburg", "country": "DE"});
    let party = json!({"name": "Hafenamt", "role": "customer", "address": address});
    let party = api.json(Method::POST, "/parties", Some(party)).await;
    let draft = json!({
        "party_id": party["id"], "currency": "EUR", "service_from": "2026-01-01",
        "lines": [{
            "text": "Betonarbeiten", "quantity": "12.5", "unit": "MTQ", "unit_price": "98.40",
            "vat": {"category": "S", "rate_basis_points": 1900},
        }],
    });
    let draft = api.json(Method::POST, "/invoices", Some(draft)).await;
    let path = format!("/invoices/{}", draft["id"].as_str().unwrap());
    let invoice = api.json(Method::POST, &format!("{path}/issue"), None).await;
    let number = invoice["number"].as_str().unwrap();

    let (pdf, name) = api.pdf(&invoice, &scratch).await;
    assert!(pdf.starts_with(b"%PDF-1.7"), "{}", pdf.len());
    let has_e_invoice = pdf.windows(12).any(|bytes| bytes == b"factur-x.xml");
    assert!(has_e_invoice, "{}", said(&scratch));
    assert!(name.contains(&format!("{number}.pdf")), "{name}");
    let file = format!("{number}.pdf");
    // The demo data has invoices that are found with it.
    let named = |page: &Value| {
        let found = page["data"].as_array().unwrap().iter();
        found.into_iter().find(|document| document["name"] == *file).cloned()
    };
    // The text of the document is what another process reads in the PDF.
    for words in [number, "1463,70", "Betonarbeiten"] {
        let found = api
            .until(&format!("/documents?q={words}&status=ready"), |page| named(page).is_some())
            .await;
        let document = named(&found).unwrap();
        assert_eq!(document["current"]["size_bytes"], pdf.len());
        assert_eq!(document["current"]["properties"]["pages"], 1, "{document}");
        let stored = document["current"]["sha256"].as_str().unwrap();
        let digest = Sha256::digest(&pdf);
        let digest = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(stored, digest);
    }
    let note = api.json(Method::POST, &format!("{path}/credit-note"), Some(json!({}))).await;
    let note = format!("/invoices/{}", note["id"].as_str().unwrap());
    let note = api.json(Method::POST, &format!("{note}/issue"), None).await;
    let (again, _) = api.pdf(&note, &scratch).await;
    assert_ne!(again, pdf);
    assert_eq!(api.pdf(&invoice, &scratch).await.0, pdf);
    assert_eq!(plinth.end("INT"), Some(0), "{}", said(&scratch));
}
