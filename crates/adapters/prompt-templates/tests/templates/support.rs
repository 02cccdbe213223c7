use std::{
    thread,
    time::{Duration, Instant},
};

use plinth_domain::{
    Id, JsonObject, PromptMessage, PromptMessages, PromptRole, PromptText, PromptVersionDraft,
};
use plinth_ports::{PromptTemplates, TemplateFault};
use plinth_prompt_templates::Templates;
use serde_json::Value;

/// A version with these templates.
pub fn version(templates: &[&str]) -> PromptVersionDraft {
    let message = |text: &&str| PromptMessage {
        role: PromptRole::User,
        content: PromptText::parse((*text).to_owned()).unwrap(),
    };
    PromptVersionDraft {
        messages: PromptMessages::new(templates.iter().map(message).collect()).unwrap(),
        input_schema: None,
        output_schema: None,
        parameters: JsonObject::default(),
        model: Id::from_uuid(uuid::Uuid::nil()),
        fallbacks: Vec::new(),
        note: None,
    }
}

/// A version with this template and this schema of its variables.
pub fn declared(template: &str, schema: &Value) -> PromptVersionDraft {
    PromptVersionDraft { input_schema: Some(json(schema)), ..version(&[template]) }
}

pub fn json(value: &Value) -> JsonObject {
    JsonObject::from_parsed(value.to_string())
}

/// The first message of a version.
pub fn render(
    version: &PromptVersionDraft,
    variables: &Value,
) -> Result<String, Vec<TemplateFault>> {
    Templates.render(version, &json(variables), None).map(|mut messages| messages.remove(0).content)
}

/// The message of a template without a schema.
pub fn rendered(template: &str, variables: &Value) -> String {
    Templates.check(&version(&[template])).unwrap();
    render(&version(&[template]), variables).unwrap()
}

/// The place and the code of each fault.
pub fn told(faults: &[TemplateFault]) -> Vec<(&str, &'static str)> {
    faults.iter().map(|fault| (fault.pointer.as_str(), fault.invalid.code.name())).collect()
}

/// Runs `work` in a thread with the stack of one that serves requests, and fails when it takes
/// longer than it may.
pub fn bounded<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let began = Instant::now();
    let running = thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap();
    while !running.is_finished() {
        assert!(began.elapsed() < Duration::from_secs(20), "{name} takes too long");
        thread::sleep(Duration::from_millis(5));
    }
    running.join().unwrap()
}
