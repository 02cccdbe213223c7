//! The server streams files in constant memory.

use std::{fs, sync::atomic::AtomicUsize};

use plinth_testkit::TestDatabase;

use crate::{
    server::Api,
    wire::{FORM, Person, RawRequest, RawResponse, form},
};

const MIB: usize = 1024 * 1024;
const LENGTH: usize = 256 * MIB;

/// How much memory a file of any length may take at most.
const ALLOWANCE: usize = 64 * MIB;

/// One MiB, which is repeated in the file.
fn file() -> Vec<u8> {
    let mut mib = b"%PDF-1.7\n".to_vec();
    mib.extend((mib.len()..MIB).map(|place| u8::try_from(place % 251).unwrap()));
    mib
}

/// A value of the server's `/proc/<pid>/status`, in bytes.
pub fn memory(api: &Api, name: &str) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", api.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// The server's peak memory above `idle`. Resets the peak.
pub fn peak_above(api: &Api, idle: usize) -> usize {
    let peak = memory(api, "VmHWM");
    reset_peak(api);
    peak.saturating_sub(idle)
}

/// Resets the peak of the resident memory (proc(5), `clear_refs`).
pub fn reset_peak(api: &Api) {
    fs::write(format!("/proc/{}/clear_refs", api.child.id()), "5").unwrap();
}

fn send(api: &Api, person: &Person, sending: &RawRequest<'_>, status: u16) -> RawResponse {
    let sent = AtomicUsize::new(0);
    let answer = tokio::task::block_in_place(|| person.send(&api.address, sending, &sent)).unwrap();
    assert_eq!(answer.status, status, "{answer:?}");
    answer
}

/// Downloads the file and compares it, without keeping it in memory.
async fn assert_download(api: &Api, person: &Person, path: &str, mib: &[u8]) {
    let mut response = person.get(api, &format!("{path}/content")).await;
    let mut place = 0;
    while let Some(mut bytes) = response.chunk().await.unwrap() {
        while !bytes.is_empty() {
            let some = bytes.split_to(bytes.len().min(MIB - place % MIB));
            assert!(some == mib[place % MIB..][..some.len()], "at {place}");
            place += some.len();
        }
    }
    assert_eq!(place, LENGTH);
}

fn by_form(api: &Api, person: &Person, body: &[&[u8]]) -> String {
    let (head, tail) = form("plan.pdf");
    let body = [&[head.as_bytes()], body, &[tail.as_bytes()]].concat();
    let headers = [("Content-Type", FORM.to_owned())];
    let sending = RawRequest { method: "POST", path: "/documents", headers: &headers, body: &body };
    let document = send(api, person, &sending, 201).json();
    format!("/documents/{}", document["id"].as_str().unwrap())
}

fn by_tus(api: &Api, person: &Person, body: &[&[u8]]) -> String {
    let tus = || ("Tus-Resumable", "1.0.0".to_owned());
    let name = ("Upload-Metadata", "filename cGxhbi5wZGY=".to_owned());
    let headers = [tus(), name, ("Upload-Length", LENGTH.to_string())];
    let begin = RawRequest { method: "POST", path: "/uploads", headers: &headers, body: &[] };
    let answer = send(api, person, &begin, 201);
    let kind = ("Content-Type", "application/offset+octet-stream".to_owned());
    let headers = [tus(), kind, ("Upload-Offset", "0".to_owned())];
    let path = answer.header("location").unwrap().strip_prefix("/api/v1").unwrap();
    let append = RawRequest { method: "PATCH", path, headers: &headers, body };
    let done = send(api, person, &append, 204);
    done.header("plinth-document").unwrap().strip_prefix("/api/v1").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_any_length_are_uploaded_and_downloaded_in_constant_memory() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let variables = [("PLINTH_STORAGE__PATH", folder.path().to_str().unwrap())];
    let mut api = Api::start(database.url(), &variables);
    // This also starts every thread and connection before the measurement.
    let person = Person::register(&api).await;
    let mib = file();
    let body = vec![&*mib; LENGTH / MIB];
    let idle = memory(&api, "VmRSS");
    reset_peak(&api);

    let document = by_form(&api, &person, &body);
    let form = peak_above(&api, idle);
    assert_download(&api, &person, &document, &mib).await;
    let download = peak_above(&api, idle);
    by_tus(&api, &person, &body);
    let tus = peak_above(&api, idle);

    println!("{idle} bytes idle; more: by form {form}, down {download}, by tus {tus}");
    assert!([form, download, tus].iter().all(|more| *more <= ALLOWANCE), "{form} {download} {tus}");
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}
