use plinth_application::{
    Caller,
    knowledge::{ContextRequest, VectorUse},
};
use plinth_domain::{Access, Id, Job, JobCause, JobDraft, JobState, JsonObject};
use plinth_ports::{ChunkFilter, Origin};
use serde_json::{Value, json};

use super::{Library, choose, search, titles};
use crate::support::Client;

#[tokio::test]
async fn names_of_every_kind_are_found_with_what_matches_marked() {
    let library = Library::new().await;
    let owner = &library.owner;
    let project = owner.create("/projects", json!({"code": "P-1", "name": "Harbour <b>"})).await;
    let party = json!({"name": "Harbour Works GmbH", "role": "customer"});
    let party = owner.create("/parties", party).await;
    let contract = json!({
        "title": "New harbour wall", "party_id": party["id"], "role": "contractor",
    });
    let made = owner.post("/contracts", contract).await;
    library.document(owner, "Plan.pdf", "Notes.\nThe HARBOUR basin is dry.").await;
    owner
        .create("/models", json!({"name": "harbour", "provider": "openai", "model_id": "x"}))
        .await;

    let found = search(owner, "q=harbour").await;
    assert_eq!(found["vectors"], "off");
    let mut expected = vec![
        ("model", "harbour"),
        ("document", "Plan.pdf"),
        ("party", "Harbour Works GmbH"),
        ("project", "Harbour <b>"),
    ];
    if made.status.is_success() {
        expected.push(("contract", "New harbour wall"));
    }
    let mut kinds = titles(&found);
    assert_eq!(kinds[0].0, "model", "the whole name is the best: {kinds:?}");
    kinds.sort_unstable();
    expected.sort_unstable();
    assert_eq!(kinds, expected);
    let hit = |kind: &str| {
        found["data"].as_array().unwrap().iter().find(|hit| hit["kind"] == kind).unwrap()
    };
    let mark = json!([{
        "field": "title", "text": "Harbour <b>", "ranges": [{"start": 0, "end": 7}]
    }]);
    assert_eq!(hit("project")["highlights"], mark);
    let mark = json!([{
        "field": "content", "text": "Notes. The HARBOUR basin is dry.",
        "ranges": [{"start": 11, "end": 18}]
    }]);
    assert_eq!(hit("document")["highlights"], mark);

    let only = search(owner, "q=harbour&kinds=party,document").await;
    assert_eq!(titles(&only).len(), 2);
    let inside = format!("q=harbour&project_id={}", project["id"].as_str().unwrap());
    assert_eq!(titles(&search(owner, &inside).await), [("project", "Harbour <b>")]);
    assert_eq!(titles(&search(owner, "q=harbour&limit=1").await).len(), 1);
    assert!(titles(&search(owner, "q=%25").await).is_empty());
}

#[tokio::test]
async fn only_what_the_caller_may_read_is_found() {
    let library = Library::new().await;
    let owner = &library.owner;
    choose(owner, &library.model(owner, "secretive").await).await;
    owner.create("/projects", json!({"code": "P-1", "name": "Secret bridge"})).await;
    let party = json!({"name": "Secret Works", "role": "customer"});
    owner.create("/parties", party).await;
    library.document(owner, "Secret.pdf", "secret frost").await;
    library.embedded(owner).await;
    let kinds = async |permissions: &[&str]| {
        let key = owner.api_key(json!({"permissions": permissions})).await;
        let found = search(&key, "q=secret+frost").await;
        let found = [found, search(&key, "q=secret").await];
        let mut kinds: Vec<String> =
            found.iter().flat_map(titles).map(|(kind, _)| kind.to_owned()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    assert!(kinds(&["search:read"]).await.is_empty());
    assert_eq!(kinds(&["search:read", "project:read"]).await, ["project"]);
    assert_eq!(kinds(&["search:read", "document:read"]).await, ["document"]);
    let asked = library.provider.requests().len();
    kinds(&["search:read", "party:read"]).await;
    assert_eq!(library.provider.requests().len(), asked, "no vector without documents");
    let key = owner.api_key(json!({"permissions": ["project:read"]})).await;
    key.get("/search?q=secret").await.refused(403, "permission.denied");
}

#[tokio::test]
async fn nothing_of_another_organization_is_found() {
    let library = Library::new().await;
    let (ada, bob) = (&library.owner, library.app.owner("Bob").await);
    for owner in [ada, &bob] {
        choose(owner, &library.model(owner, "vectors").await).await;
        library.document(owner, "Same.pdf", "The same frost line.").await;
        library.embedded(owner).await;
    }
    for query in ["q=same", "q=frost", "q=cold", "q=vectors"] {
        let (hers, his) = (search(ada, query).await, search(&bob, query).await);
        assert_eq!(titles(&hers), titles(&his));
        assert!(!titles(&hers).is_empty());
        for hit in hers["data"].as_array().unwrap() {
            assert!(!his.to_string().contains(hit["id"].as_str().unwrap()), "{query}");
        }
    }
}

#[tokio::test]
async fn wrong_searches_are_refused_with_their_parameters() {
    let library = Library::new().await;
    let long = format!("q={}", "x".repeat(201));
    for (query, parameter) in [
        ("", "q"),
        ("q=", "q"),
        (&*long, "q"),
        ("q=x&kinds=project,thing", "kinds"),
        ("q=x&project_id=7", "project_id"),
        ("q=x&limit=0", "limit"),
        ("q=x&cursor=x", "cursor"),
    ] {
        let refused = library.owner.get(&format!("/search?{query}")).await;
        assert_eq!(refused.status.as_u16(), 400, "{query} {refused:?}");
        assert!(refused.text.contains(&format!("\"{parameter}\"")), "{query} {refused:?}");
    }
}

/// A worker of the organization.
fn worker(owner: &Client) -> Caller {
    let organization = Id::from_uuid(owner.organization.parse().unwrap());
    let draft = JobDraft::new("test", JsonObject::default());
    let id = Id::from_uuid(uuid::Uuid::from_u128(1));
    let now = chrono::DateTime::UNIX_EPOCH;
    let mut job = Job::queue(id, organization, draft, JobCause::default(), now);
    job.state = JobState::Running;
    let access = Access::of_job(&job).unwrap();
    Caller { access, credential: [0; 32], origin: Origin::default() }
}

#[tokio::test]
async fn a_context_has_the_chunks_that_fit_a_question_the_best() {
    let library = Library::new().await;
    let owner = &library.owner;
    choose(owner, &library.model(owner, "vectors").await).await;
    let spec = library.document(owner, "Spec.pdf", "Concrete is laid below the frost line.").await;
    let terms = library.document(owner, "Terms.pdf", "All is owed within 14 days.").await;
    library.document(owner, "Other.pdf", "Nothing at all.").await;
    library.embedded(owner).await;
    let ask = async |query: &str, k: u16, documents: Option<&Value>| {
        let documents = documents.map(|one| vec![one["id"].as_str().unwrap().parse().unwrap()]);
        let documents =
            documents.map(|ids: Vec<uuid::Uuid>| ids.into_iter().map(Id::from_uuid).collect());
        let filter = ChunkFilter { documents, ..ChunkFilter::default() };
        let request = ContextRequest { query: query.to_owned(), k, filter };
        library.app.application.find_context(&worker(owner), request).await.unwrap()
    };
    let found = ask("When is the money for the concrete due?", 2, None).await;
    let names: Vec<_> = found.chunks.iter().map(|chunk| chunk.title.as_str()).collect();
    assert_eq!(found.vectors, VectorUse::Used);
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"Spec.pdf") && names.contains(&"Terms.pdf"), "{names:?}");
    assert!(found.chunks[0].score >= found.chunks[1].score);
    let found = ask("money", 5, Some(&spec)).await;
    assert_eq!(found.chunks.len(), 1);
    assert_eq!(found.chunks[0].chunk.document.to_string(), spec["id"].as_str().unwrap());
    library.provider.answer_with(|_| plinth_testkit::provider::Answer::status(503));
    let found = ask("Who is owed what?", 5, Some(&terms)).await;
    assert_eq!((found.vectors, found.chunks.len()), (VectorUse::Unavailable, 1));
}
