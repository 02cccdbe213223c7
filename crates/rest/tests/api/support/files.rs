//! Uploads.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use plinth_application::{Caller, JobKind, documents};
use plinth_domain::{Access, BlobKey, BlobLocation, Id, Job, JobCause, JobState};
use plinth_ports::{Blobs, Findings, MultipartId, Thumbnail};
use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, Reply, TestApp};

/// A PNG of one transparent pixel.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0xda, 0x63, 0x64, 0x60, 0xf8, 0x5f, 0x0f, 0, 0x02, 0x87, 0x01, 0x80, 0xeb, 0x47, 0xba,
    0x92, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A form with these text fields followed by the file.
pub fn form(fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--plinth\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--plinth\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--plinth--\r\n");
    ("multipart/form-data; boundary=plinth".to_owned(), body)
}

impl Client {
    /// A request to upload a form.
    pub fn uploading(&self, (kind, body): (String, Vec<u8>)) -> RequestBuilder {
        self.request(Method::POST, "/documents").header(header::CONTENT_TYPE, kind).body(body)
    }

    /// Uploads a file, and returns the response with any status.
    pub async fn try_upload(&self, name: &str, bytes: &[u8]) -> Reply {
        self.send(self.uploading(form(&[], name, bytes))).await
    }

    /// Uploads a file, and returns the document.
    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Value {
        self.try_upload(name, bytes).await.expect(201).json()
    }

    /// Starts a resumable upload of this length, and returns its path.
    pub async fn begin_tus(&self, name: &str, length: usize) -> String {
        let request = self
            .tus(Method::POST, "/uploads")
            .header("Upload-Length", length)
            .header("Upload-Metadata", format!("filename {}", STANDARD.encode(name)));
        self.send(request).await.expect(201).header("location").to_owned()
    }

    /// A request of the tus protocol.
    pub fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("Tus-Resumable", "1.0.0")
    }

    /// Sends bytes of a resumable upload.
    pub async fn send_tus(&self, path: &str, offset: usize, bytes: &[u8]) -> Reply {
        let request = self
            .tus(Method::PATCH, path)
            .header(header::CONTENT_TYPE, "application/offset+octet-stream")
            .header("Upload-Offset", offset)
            .body(bytes.to_vec());
        self.send(request).await
    }
}

impl TestApp {
    /// Starts a direct upload of a file, stores its parts, and returns its identity and the
    /// receipts of the parts.
    pub async fn put_directly(&self, client: &Client, name: &str, bytes: &[u8]) -> (Uuid, Value) {
        let body = json!({"name": name, "size_bytes": bytes.len()});
        let direct = client.post("/documents/uploads", body).await.expect(201).json();
        let part_bytes = usize::try_from(direct["part_bytes"].as_u64().unwrap()).unwrap();
        let mut receipts = Vec::new();
        for (place, bytes) in bytes.chunks(part_bytes).enumerate() {
            let receipt = self.put_part(&direct["parts"][place], bytes).await;
            receipts.push(json!({"number": place + 1, "etag": receipt}));
        }
        (direct["id"].as_str().unwrap().parse().unwrap(), json!({"parts": receipts}))
    }

    /// Stores the bytes of a part of a direct upload, and returns the receipt.
    pub async fn put_part(&self, part: &Value, bytes: &[u8]) -> String {
        let url = part["url"].as_str().unwrap().strip_prefix("https://storage.example.com/");
        let (key, query) = url.unwrap().split_once("?upload=").unwrap();
        let (upload, number) = query.split_once("&part=").unwrap();
        let (key, upload) = (BlobKey::parse(key).unwrap(), MultipartId(upload.to_owned()));
        let (number, bytes) = (number.parse().unwrap(), Bytes::copy_from_slice(bytes));
        self.blobs.put_part(&key, &upload, number, bytes).await.unwrap().0
    }

    /// Processes a document like a worker, with these findings.
    pub async fn process(&self, client: &Client, document: &Value, findings: Findings) {
        let uuid = |value: &Value| value.as_str().unwrap().parse::<Uuid>().unwrap();
        let organization = Id::from_uuid(client.organization.parse().unwrap());
        let of = documents::VersionRef {
            document: Id::from_uuid(uuid(&document["id"])),
            version: Id::from_uuid(uuid(&document["current"]["id"])),
        };
        let draft = documents::ProcessDocument { version: of }.draft().unwrap();
        let now = plinth_ports::Clock::now(&*self.clock);
        let id = Id::from_uuid(uuid(&document["current"]["job_id"]));
        let mut job = Job::queue(id, organization, draft, JobCause::default(), now);
        job.state = JobState::Running;
        let access = Access::of_job(&job).unwrap();
        let origin = plinth_ports::Origin::default();
        let worker = Caller { access, credential: [0; 32], origin };
        let app = &self.application;
        let started = app.execute(&worker, documents::StartProcessing(of)).await.unwrap();
        let documents::Started::Begun(version) = started else { panic!("{started:?}") };
        for thumbnail in &findings.thumbnails {
            let place = BlobLocation::Thumbnail(of.document, of.version, thumbnail.size);
            let key = BlobKey::new(organization, place);
            self.blobs.put(&key, thumbnail.bytes.clone()).await.unwrap();
        }
        let (sha256, size_bytes) = (version.sha256.unwrap(), version.size_bytes);
        let findings = Ok(findings);
        let finish = documents::FinishProcessing { of, sha256, size_bytes, findings };
        app.execute(&worker, finish).await.unwrap();
    }

    /// Uploads a picture, and returns the document once it has thumbnails.
    pub async fn picture(&self, client: &Client) -> Value {
        let document = client.upload("pixel.png", PNG).await;
        let thumbnail = |size| Thumbnail { size, bytes: Bytes::from_static(PNG) };
        let thumbnails = plinth_domain::ThumbnailSize::ALL.map(thumbnail).to_vec();
        self.process(client, &document, Findings { thumbnails, ..Findings::default() }).await;
        document
    }
}
