//! The models and the prompt of the demo data.

use plinth_testkit::provider::FakeProvider;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    running::{Running, said},
    support::Scratch,
};

/// A secret that must be nowhere but in requests to the server.
const CANARY: &str = "sk-canary-of-the-demo-4711";

async fn ask(plinth: &Running, method: Method, path: &str, body: Option<Value>) -> Value {
    let request = Client::new().request(method, format!("{}/api/v1{path}", plinth.base));
    let mut request = request.bearer_auth(plinth.token().await);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_demo_uses_the_server_that_the_environment_names() {
    let provider = FakeProvider::start().await;
    let scratch = Scratch::new();
    let url = provider.base_url();
    let variables = [
        ("PLINTH_DEV_AI_URL", url.as_str()),
        ("PLINTH_DEV_AI_KEY", CANARY),
        ("PLINTH_DEV_AI_MODEL", "tiny"),
        ("PLINTH_DEV_AI_EMBEDDINGS", "vectors"),
    ];
    let plinth = Running::start(&scratch, &variables);
    assert!(!said(&scratch).contains("local model"), "{}", said(&scratch));
    let models = ask(&plinth, Method::GET, "/models?sort=name", None).await;
    assert_eq!(names(&models), ["demo/chat", "demo/embeddings"]);
    let organization = ask(&plinth, Method::GET, "/organization", None).await;
    assert_eq!(organization["settings"]["embedding_model_id"], models["data"][1]["id"]);
    let prompts = ask(&plinth, Method::GET, "/prompts", None).await;
    assert_eq!(names(&prompts), ["summarize"]);
    let prompt = format!("/prompts/{}", prompts["data"][0]["id"].as_str().unwrap());
    let released = ask(&plinth, Method::GET, &format!("{prompt}?label=production"), None).await;
    assert_eq!(released["version"], 1);
    let execute = format!("{prompt}/execute");
    let body = json!({"variables": {"text": "The quay is 340 m long."}});
    let execution = ask(&plinth, Method::POST, &execute, Some(body)).await;
    assert_eq!(
        (&execution["status"], &execution["output"]),
        (&json!("succeeded"), &json!("Hello world"))
    );
    let requests = provider.requests();
    let chat = requests.iter().find(|one| one.path.ends_with("/chat/completions")).unwrap();
    assert_eq!(chat.header("authorization"), Some(&*format!("Bearer {CANARY}")));
    assert!(chat.json()["messages"].to_string().contains("The quay is 340 m long."));
    assert_eq!(ask(&plinth, Method::GET, "/search?q=quay", None).await["vectors"], "used");
    assert!(!format!("{models}{execution}{}", said(&scratch)).contains(CANARY));
    assert_eq!(plinth.end("INT"), Some(0), "{}", said(&scratch));
}

#[tokio::test]
async fn a_server_needs_the_name_of_a_model() {
    let scratch = Scratch::new();
    let complaint = scratch.run(&["dev"], &[("PLINTH_DEV_AI_KEY", CANARY)]).badly(1);
    assert!(complaint.contains("PLINTH_DEV_AI_MODEL names a model"), "{complaint}");
    assert!(!complaint.contains(CANARY));
}
