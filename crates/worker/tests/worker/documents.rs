//! A real worker processes real files.

mod uploader;
mod worker;

use plinth_domain::{ContentType, Processing, ThumbnailSize};
use serde_json::{Value, json};
use uploader::{Uploader, fixture};
use worker::Worker;

/// A file of each type, some of its properties, and words of its text.
fn good() -> [(&'static str, Value, Option<&'static str>); 6] {
    let building = json!({"schema": "IFC4", "buildings": ["Speicher A", "Speicher B"]});
    [
        ("plan.pdf", json!({"pages": 3, "encrypted": false}), Some("reinforcement schedule")),
        ("turned.jpg", json!({"width": 80, "height": 120, "orientation": 6}), None),
        ("see-through.png", json!({"width": 120, "height": 80}), None),
        ("large.webp", json!({"width": 1500, "height": 1000}), None),
        ("photo.heic", json!({"width": 600, "height": 400}), None),
        ("harbour.ifc", building, Some("erdgeschoß speicher")),
    ]
}

#[tokio::test]
async fn a_file_of_each_type_is_understood_found_by_its_text_and_shown_small() {
    let uploader = Uploader::new().await;
    let worker = Worker::start(&uploader);
    let mut uploaded = Vec::new();
    for (name, ..) in good() {
        uploaded.push(uploader.upload(name, fixture(name)).await);
    }
    for ((name, expected, words), uploaded) in good().into_iter().zip(uploaded) {
        let document = uploader.settled(&uploaded, &worker).await;
        assert_eq!(document.current.processing, Processing::Ready, "{name}: {}", worker.log());
        let properties: Value = serde_json::from_str(document.current.properties.as_str()).unwrap();
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&properties[key], value, "{name}: {properties}");
        }
        assert_eq!(document.current.sha256, uploaded.current.sha256);
        assert_eq!(uploader.job(&document, &worker).await.progress, 100);
        if let Some(words) = words {
            assert_eq!(uploader.found(words).await, [name]);
        }
        let is_shown = name != "harbour.ifc";
        assert_eq!(document.current.has_thumbnails, is_shown, "{name}");
        for size in ThumbnailSize::ALL.into_iter().filter(|_| is_shown) {
            let picture = ContentType::sniff(&uploader.thumbnail(&document, size).await);
            assert!([ContentType::Jpeg, ContentType::Png].contains(&picture), "{name}");
        }
    }
    assert!(uploader.found("timber").await.is_empty());
    uploader.close().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_unreadable_and_the_worker_goes_on() {
    let uploader = Uploader::new().await;
    let mut worker = Worker::start(&uploader);
    let halves = ["plan.pdf", "turned.jpg", "photo.heic"].map(|name| {
        let mut file = fixture(name);
        // The pages of a PDF may be in its first half.
        file.truncate(if name == "plan.pdf" { 200 } else { file.len() / 2 });
        (name, file, "document.malformed")
    });
    let bombs = ["bomb.pdf"].map(|name| (name, fixture(name), "document.too_complex"));
    let mut uploaded = Vec::new();
    for (name, file, code) in halves.into_iter().chain(bombs) {
        uploaded.push((name, code, uploader.upload(name, file.clone()).await, file));
    }
    for (name, code, uploaded, file) in uploaded {
        let document = uploader.settled(&uploaded, &worker).await;
        let Processing::Unreadable(verdict) = &document.current.processing else {
            panic!("{name}: {:?}", document.current.processing);
        };
        assert_eq!(verdict.code, code, "{name}");
        assert!(!verdict.detail.is_empty());
        assert_eq!(uploader.download(&document).await, (file, false), "{name}");
        assert_eq!(document.current.sha256, uploaded.current.sha256, "{name}");
        // Another attempt would have the same result.
        let job = uploader.job(&document, &worker).await;
        assert_eq!((job.state.name(), job.attempt), ("succeeded", 1), "{name}");
    }
    assert!(worker.is_alive(), "{}", worker.log());
    let last = uploader.upload("plan.pdf", fixture("plan.pdf")).await;
    let last = uploader.settled(&last, &worker).await;
    assert_eq!(last.current.processing, Processing::Ready);
    uploader.close().await;
}

#[tokio::test]
async fn a_file_that_was_changed_behind_our_back_is_rejected() {
    let uploader = Uploader::new().await;
    let mut documents = Vec::new();
    for name in ["plan.pdf", "turned.jpg", "harbour.ifc"] {
        let document = uploader.upload(name, fixture(name)).await;
        uploader.change_a_byte(&document);
        documents.push(document);
    }
    let worker = Worker::start(&uploader);
    for document in documents {
        let document = uploader.settled(&document, &worker).await;
        let verdict = document.current.processing.verdict().unwrap();
        assert_eq!(document.current.processing.name(), "rejected");
        assert_eq!(verdict.code, "document.corrupted");
        assert!(!document.current.has_thumbnails);
    }
    assert!(uploader.found("reinforcement").await.is_empty());
    uploader.close().await;
}
