use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{CANARY, Library, choose, search, titles};

fn at(record: &Value, table: &str) -> String {
    format!("/{table}/{}", record["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_document_is_found_by_its_meaning_once_it_has_vectors() {
    let library = Library::new().await;
    let owner = &library.owner;
    let model = library.model(owner, "vectors").await;
    choose(owner, &model).await;
    let document = library.document(owner, "Spec.pdf", "The frost line is at 80 cm.").await;
    library.document(owner, "Terms.pdf", "Payment within 14 days.").await;
    let jobs = library.embedded(owner).await;
    assert!(jobs.iter().all(|job| job["state"] == "succeeded"), "{jobs:?}");

    let found = search(owner, "q=how+cold").await;
    assert_eq!(found["vectors"], "used");
    assert_eq!(titles(&found), [("document", "Spec.pdf"), ("document", "Terms.pdf")]);
    let hit = &found["data"][0];
    assert_eq!(hit["id"], document["id"]);
    assert_eq!(hit["chunk"]["position"], 0);
    assert_eq!(hit["chunk"]["range"], json!({"start": 0, "end": 27}));
    assert_eq!(hit["highlights"][0]["field"], "content");
    assert_eq!(hit["highlights"][0]["text"], "The frost line is at 80 cm.");

    library.provider.requests().iter().for_each(|request| {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {CANARY}")));
    });
    let all = owner.get("/audit-logs?limit=200").await.expect(200).text;
    assert!(!format!("{all}{found}{jobs:?}").contains(CANARY));
    owner.delete(&at(&document, "documents"), 3).await.expect(204);
    assert_eq!(titles(&search(owner, "q=how+cold").await), [("document", "Terms.pdf")]);
}

#[tokio::test]
async fn a_long_text_is_embedded_in_batches_and_a_failed_one_goes_on_where_it_ended() {
    let library = Library::new().await;
    let owner = &library.owner;
    choose(owner, &library.model(owner, "vectors").await).await;
    library.embedded(owner).await;
    let [good, bad] = [super::meaning, |_: &_| Answer::status(503)];
    let calls = std::sync::atomic::AtomicUsize::new(0);
    library.provider.answer_with(move |request| {
        // The second batch fails once.
        let call = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if call == 1 { bad(request) } else { good(request) }
    });
    let text = "A sentence about nothing in particular goes on. ".repeat(1_600);
    library.document(owner, "Long.pdf", &text).await;
    let jobs = library.embedded(owner).await;
    let job = jobs.iter().find(|job| job["kind"] == "document.embed").unwrap();
    assert_eq!((&job["state"], &job["attempt"]), (&json!("succeeded"), &json!(2)));
    let requests = library.provider.requests();
    let sizes: Vec<_> =
        requests.iter().map(|request| request.json()["input"].as_array().unwrap().len()).collect();
    assert_eq!(sizes[..3], [64, sizes[1], sizes[1]], "the first batch is not asked for again");
    assert!(sizes[1] > 0 && sizes.len() == 3, "{sizes:?}");
}

#[tokio::test]
async fn a_new_model_makes_new_vectors_of_all_documents() {
    let library = Library::new().await;
    let owner = &library.owner;
    for n in 0..3 {
        library.document(owner, &format!("{n}.pdf"), "frost").await;
    }
    assert!(library.embedded(owner).await.is_empty(), "without a model, nothing is asked for");
    assert_eq!(search(owner, "q=cold").await["vectors"], "off");
    let model = library.model(owner, "first").await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    assert_eq!(titles(&search(owner, "q=cold").await).len(), 3);
    let asked = library.provider.requests().len();

    // Another model at the provider, under the same name here.
    let change = json!({"model_id": "better"});
    owner.patch(&at(&model, "models"), 1, change).await.expect(200);
    library.embedded(owner).await;
    let requests = library.provider.requests();
    assert_eq!(requests.len(), asked + 3);
    assert!(requests[asked..].iter().all(|request| request.json()["model"] == "better"));
    assert_eq!(titles(&search(owner, "q=cold").await).len(), 3);

    // What makes no other vectors asks for none.
    owner.patch(&at(&model, "models"), 2, json!({"name": "renamed"})).await.expect(200);
    choose(owner, &json!({"id": null})).await;
    assert_eq!(search(owner, "q=cold").await["vectors"], "off");
    choose(owner, &model).await;
    library.embedded(owner).await;
    let asked = requests.len() + 2;
    assert!(library.provider.requests().len() <= asked, "the vectors are kept");
}

#[tokio::test]
async fn a_refused_secret_ends_the_job_with_its_code_and_flags_the_model() {
    let library = Library::new().await;
    let owner = &library.owner;
    let message = format!("bad key {CANARY}");
    library
        .provider
        .answer_with(move |_| Answer::error(Wire::OpenAi, 401, "invalid_api_key", &message));
    let model = library.model(owner, "vectors").await;
    choose(owner, &model).await;
    library.document(owner, "Spec.pdf", "frost").await;
    let jobs = library.embedded(owner).await;
    let job = jobs.iter().find(|job| job["kind"] == "document.embed").unwrap();
    assert_eq!((&job["state"], &job["error_code"]), (&json!("dead"), &json!("provider.auth")));
    assert_eq!(job["attempt"], 1);
    let model = owner.get(&at(&model, "models")).await.expect(200).json();
    assert!(!model["flagged_at"].is_null());
    let found = search(owner, "q=frost").await;
    assert_eq!(found["vectors"], "unavailable");
    assert_eq!(titles(&found), [("document", "Spec.pdf")]);
    let all = owner.get("/audit-logs?limit=200").await.expect(200).text;
    assert!(!format!("{all}{found}{jobs:?}{model}").contains(CANARY));
}

#[tokio::test]
async fn an_embedding_model_must_exist_and_make_vectors() {
    let library = Library::new().await;
    let (owner, other) = (&library.owner, library.app.owner("Bob").await);
    let chat = json!({"name": "chat", "provider": "openai", "model_id": "gpt"});
    let chat = owner.create("/models", chat).await;
    let foreign = library.model(&other, "vectors").await;
    for (model, code) in [(&chat, "organization.embedding_model"), (&foreign, "reference.unknown")]
    {
        let settings = json!({"settings": {"embedding_model_id": model["id"]}});
        let refused = owner.patch("/organization", 1, settings).await;
        let refused = refused.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["pointer"], "/settings/embedding_model_id");
        assert_eq!(refused["errors"][0]["code"], code);
    }
    let mine = library.model(owner, "vectors").await;
    choose(owner, &mine).await;
    owner.patch(&at(&mine, "models"), 1, json!({"status": "disabled"})).await.expect(200);
    assert_eq!(search(owner, "q=x").await["vectors"], "unavailable");
    owner.delete(&at(&mine, "models"), 2).await.expect(204);
    assert_eq!(search(owner, "q=x").await["vectors"], "unavailable");
}

#[tokio::test]
async fn queries_and_passages_are_embedded_as_the_configuration_says() {
    let library = Library::new().await;
    let owner = &library.owner;
    let model = library.model(owner, "vectors").await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    library.document(owner, "Spec.pdf", "The frost line.").await;
    library.embedded(owner).await;
    let config = json!({
        "dimensions": 3, "query_prefix": "query: ", "passage_prefix": "passage: ",
        "query_parameters": {"input_type": "query"}, "passage_parameters": {"input_type": "passage"},
    });
    owner.patch(&at(&model, "models"), 1, json!({"config": config})).await.expect(200);
    library.embedded(owner).await;
    assert_eq!(search(owner, "q=cold").await["vectors"], "used");
    let asked: Vec<_> = library
        .provider
        .requests()
        .iter()
        .map(plinth_testkit::provider::ReceivedRequest::json)
        .collect();
    assert_eq!(asked.len(), 3, "another configuration makes other vectors");
    assert_eq!(asked[0]["input"], json!(["The frost line."]));
    assert_eq!(asked[0].get("input_type"), None);
    assert_eq!(asked[1]["input"], json!(["passage: The frost line."]));
    assert_eq!((&asked[1]["input_type"], &asked[1]["dimensions"]), (&json!("passage"), &json!(3)));
    assert_eq!(asked[2]["input"], json!(["query: cold"]));
    assert_eq!((&asked[2]["input_type"], &asked[2]["dimensions"]), (&json!("query"), &json!(3)));
    assert!(asked.iter().all(|body| body.get("query_prefix").is_none()));

    let wrong = json!({"config": {"query_prefix": 7}});
    let refused = owner.patch(&at(&model, "models"), 2, wrong).await.refused(422, "body.invalid");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/config/query_prefix");
    assert_eq!(refused.json()["errors"][0]["code"], "model.config_invalid");
}
