//! The local model of `plinth dev`, with a script in its place.

use std::{fs, path::PathBuf};

use crate::{
    running::{Running, said},
    support::{Scratch, eventually},
};

/// Tells that it runs by a file, and takes it away when its input or its process ends.
const ANSWERS: &str = r#"
exec 3<&0
trap 'rm -f runs; exit 0' TERM
echo $$ >runs
echo "another program's banner"
echo "chat http://127.0.0.1:1/v1"
echo "embeddings http://127.0.0.1:2/v1"
# A shell that waits for `read` handles no signal before it ends.
cat <&3 >/dev/null &
wait
rm -f runs
"#;

fn checkout(script: &str) -> (Scratch, PathBuf) {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("justw"), "").unwrap();
    fs::create_dir_all(scratch.path().join("scripts/local-ai")).unwrap();
    fs::write(scratch.path().join("scripts/local-ai/run"), script).unwrap();
    let runs = scratch.path().join("runs");
    (scratch, runs)
}

#[tokio::test]
async fn a_local_model_runs_as_long_as_dev_does() {
    let (scratch, runs) = checkout(ANSWERS);
    for (signal, code) in [("INT", Some(0)), ("KILL", None)] {
        let plinth = Running::start(&scratch, &[]);
        eventually("the model is announced", || {
            said(&scratch).contains("chat http://127.0.0.1:1/v1, embeddings http://127.0.0.1:2/v1")
        });
        assert!(runs.exists());
        // The demo organization has them; that they answer is not waited for.
        let models = plinth.list("/models?sort=name").await;
        assert_eq!(models, ["local/e5", "local/smollm2"]);
        assert_eq!(plinth.list("/prompts").await, ["summarize"]);
        assert_eq!(plinth.list("/datasets").await, ["Notes from the site"]);
        assert_eq!(plinth.list("/evaluators?sort=name").await, ["One sentence", "Same meaning"]);
        let is_evaluated = || said(&scratch).contains("an evaluation of its prompt runs");
        if signal == "INT" {
            eventually("its prompt is evaluated", is_evaluated);
        } else {
            assert!(!is_evaluated(), "it is evaluated once");
        }
        assert_eq!(plinth.end(signal), code, "{}", said(&scratch));
        eventually("the model has ended", || !runs.exists());
    }
    // It was switched off, and stops the database that the killed one left.
    let plinth = Running::start(&scratch, &[("PLINTH_DEV_AI", "off")]);
    assert_eq!(plinth.get("/healthz").await.status(), 200);
    assert!(!said(&scratch).contains("model"), "{}", said(&scratch));
    assert_eq!(plinth.end("INT"), Some(0));
    assert!(!runs.exists());
}

#[tokio::test]
async fn a_model_that_cannot_be_had_is_a_line_and_no_failure() {
    let (scratch, _) = checkout("echo 'pip says no' >&2; exit 3");
    let plinth = Running::start(&scratch, &[]);
    eventually("it is said", || {
        said(&scratch).contains("no local model: pip says no (see .local/local-ai.log")
    });
    assert_eq!(plinth.get("/healthz").await.status(), 200);
    assert_eq!(plinth.end("INT"), Some(0));
}
