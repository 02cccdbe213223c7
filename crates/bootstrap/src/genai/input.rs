//! What was asked, in the form of the conventions: messages of parts.

use serde_json::{Value, json};

use super::content::Content;

/// The messages, which have OpenAI's form. Pictures and files are named, not shown.
pub(super) fn messages(messages: &str, mut content: Content<'_>) -> String {
    let messages: Vec<Value> = serde_json::from_str(messages).unwrap_or_default();
    let mut told = Vec::new();
    for message in &messages {
        if !content.frame() {
            break;
        }
        told.push(self::message(message, &mut content));
    }
    Value::Array(told).to_string()
}

fn message(message: &Value, content: &mut Content<'_>) -> Value {
    let role = content.text(message["role"].as_str().unwrap_or_default());
    let mut parts = Vec::new();
    if let Some(answered) = message["tool_call_id"].as_str() {
        let id = content.text(answered);
        let said = message["content"].as_str().map(|text| content.text(text));
        parts.push(json!({"type": "tool_call_response", "id": id, "response": said}));
    } else {
        match &message["content"] {
            Value::String(text) => parts.push(text_part(text, content)),
            Value::Array(all) => {
                for part in all {
                    if !content.frame() {
                        break;
                    }
                    parts.push(self::part(part, content));
                }
            }
            _ => {}
        }
    }
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        if !content.frame() {
            break;
        }
        let mut text = |value: &Value| content.text(value.as_str().unwrap_or_default());
        let function = &call["function"];
        let (id, name) = (text(&call["id"]), text(&function["name"]));
        let arguments = text(&function["arguments"]);
        parts.push(json!({"type": "tool_call", "id": id, "name": name, "arguments": arguments}));
    }
    json!({"role": role, "parts": parts})
}

fn part(part: &Value, content: &mut Content<'_>) -> Value {
    match part["text"].as_str() {
        Some(text) => text_part(text, content),
        None => json!({"type": content.text(part["type"].as_str().unwrap_or_default())}),
    }
}

fn text_part(text: &str, content: &mut Content<'_>) -> Value {
    json!({"type": "text", "content": content.text(text)})
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{super::content::MOST, *};

    #[test]
    fn messages_are_told_in_the_form_of_the_conventions() {
        let asked = json!([
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            ]},
            {"role": "assistant", "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "c1", "content": "a bridge"},
        ]);
        let told: Value =
            serde_json::from_str(&messages(&asked.to_string(), Content::without(None))).unwrap();
        let text = |text: &str| json!({"type": "text", "content": text});
        let expected = json!([
            {"role": "system", "parts": [text("Be brief.")]},
            {"role": "user", "parts": [text("What is this?"), {"type": "image_url"}]},
            {"role": "assistant", "parts": [
                {"type": "tool_call", "id": "c1", "name": "look", "arguments": "{}"},
            ]},
            {"role": "tool", "parts": [
                {"type": "tool_call_response", "id": "c1", "response": "a bridge"},
            ]},
        ]);
        assert_eq!(told, expected);
    }

    #[test]
    fn content_is_bounded_and_has_no_secret() {
        let secret = SecretString::from("sk-canary");
        let long = format!("sk-canary{}", "é".repeat(MOST));
        let asked = json!([
            {"role": "user", "content": long},
            {"role": "user", "content": "the rest"},
        ]);
        let told = messages(&asked.to_string(), Content::without(Some(&secret)));
        assert!(told.len() < MOST + 1024, "{}", told.len());
        assert!(told.contains("[secret]") && !told.contains("canary"));
        assert!(!told.contains("the rest"));
        let many = vec![json!({"role": "user", "content": ""}); 100_000];
        let told = messages(&json!(many).to_string(), Content::without(None));
        assert!(told.len() < 2 * MOST, "{}", told.len());
    }
}
