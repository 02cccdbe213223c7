//! Names of files: what clients send, what is stored, and what downloads send back.

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use reqwest::{Method, header};

use crate::support::{Client, TestApp};

const TEXT: &[u8] = b"minutes of the meeting";

/// Uploads a file whose part has this `Content-Disposition`, and returns the document's name.
async fn name_of(client: &Client, disposition: &[u8]) -> (String, String) {
    let mut body = b"--plinth\r\nContent-Disposition: form-data; name=\"file\"; ".to_vec();
    body.extend_from_slice(disposition);
    body.extend_from_slice(b"\r\n\r\n");
    body.extend_from_slice(TEXT);
    body.extend_from_slice(b"\r\n--plinth--\r\n");
    let form = ("multipart/form-data; boundary=plinth".to_owned(), body);
    let document = client.send(client.uploading(form)).await.expect(201).json();
    let text = |key: &str| document[key].as_str().unwrap().to_owned();
    (text("name"), text("id"))
}

/// The two names that a download sends: in ASCII, and in UTF-8.
async fn downloaded(client: &Client, id: &str) -> (String, String) {
    let path = format!("/documents/{id}/content");
    let response = client.request(Method::GET, &path).send().await.unwrap();
    let header = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    let (plain, full) = header
        .strip_prefix("attachment; filename=\"")
        .and_then(|rest| rest.split_once("\"; filename*=UTF-8''"))
        .unwrap();
    let full = percent_decode_str(full).decode_utf8().unwrap().into_owned();
    (plain.to_owned(), full)
}

async fn a_name_is_stored_readably_and_sent_back(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (disposition, stored, plain) in [
        (&b"filename=\"minutes.txt\""[..], "minutes.txt", "minutes.txt"),
        (b"filename=\"\"; filename*=UTF-8''B%C3%BCro%20%E2%82%AC.txt", "Büro €.txt", "B_ro _.txt"),
        (b"filename=\"=?utf-8?B?QsO8cm8udHh0?=\"", "Büro.txt", "B_ro.txt"),
        (b"filename=\"B\xfcro.txt\"", "Büro.txt", "B_ro.txt"),
        (b"filename=\"a%22b.txt\"", "a\"b.txt", "a_b.txt"),
        (b"filename=\"a\\\"b.txt\"", "a\"b.txt", "a_b.txt"),
        (b"filename=\"C:\\Users\\Ada\\a%b.txt\"", "a%b.txt", "a_b.txt"),
        (b"filename=\"../../a.txt\"", "a.txt", "a.txt"),
        ("filename=\"plan\u{202e}txt.exe\u{200b}\"".as_bytes(), "plantxt.exe", "plantxt.exe"),
        (b"filename=\"a%0D%0Ab.txt\"", "a  b.txt", "a  b.txt"),
        ("filename=\"基礎.txt\"".as_bytes(), "基礎.txt", "__.txt"),
    ] {
        let (name, id) = name_of(&ada, disposition).await;
        assert_eq!(name, stored, "{}", disposition.escape_ascii());
        let sent = downloaded(&ada, &id).await;
        assert_eq!(sent, (plain.to_owned(), stored.to_owned()), "{}", disposition.escape_ascii());
    }
}

async fn a_long_name_is_shortened_and_an_empty_one_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let long = format!("filename=\"{}.txt\"", "ä".repeat(400));
    let (name, _) = name_of(&ada, long.as_bytes()).await;
    assert_eq!((name.chars().count(), name.ends_with("ä.txt")), (200, true));
    for empty in ["filename=\"\"", "filename=\"\u{200b}\"", "x=y"] {
        let mut body = b"--plinth\r\nContent-Disposition: form-data; name=\"file\"; ".to_vec();
        body.extend(format!("{empty}\r\n\r\na\r\n--plinth--\r\n").bytes());
        let form = ("multipart/form-data; boundary=plinth".to_owned(), body);
        ada.send(ada.uploading(form)).await.refused(422, "body.invalid");
    }
    let unnamed = b"--plinth\r\nContent-Type: text/plain\r\n\r\na\r\n--plinth--\r\n".to_vec();
    let form = ("multipart/form-data; boundary=plinth".to_owned(), unnamed);
    ada.send(ada.uploading(form)).await.refused(400, "body.malformed");
}

async fn a_resumable_upload_has_a_readable_name_too(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (sent, stored) in [
        ("Büro.txt".as_bytes(), "Büro.txt"),
        (b"B\xfcro.txt", "Büro.txt"),
        (b"C:\\Users\\Ada\\minutes.txt", "minutes.txt"),
        ("plan\u{202e}txt.exe\u{feff}".as_bytes(), "plantxt.exe"),
    ] {
        let request = ada
            .tus(Method::POST, "/uploads")
            .header("Upload-Length", TEXT.len())
            .header("Upload-Metadata", format!("filename {}", STANDARD.encode(sent)));
        let upload = ada.send(request).await.expect(201).header("location").to_owned();
        ada.send_tus(&upload, 0, TEXT).await.expect(204);
        let newest = ada.list("/documents?sort=-created_at").await;
        assert_eq!(newest[0]["name"], stored, "{}", sent.escape_ascii());
    }
}

on_postgres! {
    a_name_is_stored_readably_and_sent_back,
    a_long_name_is_shortened_and_an_empty_one_refused,
    a_resumable_upload_has_a_readable_name_too,
}
