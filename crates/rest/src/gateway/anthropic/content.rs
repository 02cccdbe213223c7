//! Messages of Anthropic's API in the form of OpenAI's.

use plinth_domain::{Code, Invalid, codes};
use serde_json::{Value, json, value::RawValue};

use super::requested::{Block, Message, Source};
use crate::{gateway::PARAMETER_UNSUPPORTED, json::codes::FIELD_TYPE};

/// The most messages of one execution.
const MAX_MESSAGES: usize = 1000;

/// What is wrong, below which place.
pub(super) type Wrong = (String, Invalid);

type Translated<T> = Result<T, Wrong>;

fn wrong<T>(place: impl Into<String>, code: Code, detail: &str) -> Translated<T> {
    Err((place.into(), Invalid::new(code, detail)))
}

/// The instructions as a message of the system.
pub(super) fn system(raw: &str) -> Translated<Value> {
    let text = texts(raw).ok_or_else(|| {
        (String::new(), Invalid::new(FIELD_TYPE, "must be a text or a list of blocks of text"))
    })?;
    Ok(json!({"role": "system", "content": text}))
}

/// All messages. Results of tools are messages of their own.
pub(super) fn messages(raw: &str) -> Translated<Vec<Value>> {
    let Ok(messages) = serde_json::from_str::<Vec<Message<'_>>>(raw) else {
        return wrong("", FIELD_TYPE, "must be a list of messages");
    };
    if messages.len() > MAX_MESSAGES {
        return wrong("", codes::LIST_TOO_LONG, "at most 1000 messages");
    }
    let mut all = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let translated = translate(message, &mut all);
        translated.map_err(|(place, invalid)| (format!("/{number}{place}"), invalid))?;
    }
    Ok(all)
}

fn translate(message: &Message<'_>, all: &mut Vec<Value>) -> Translated<()> {
    let role = match message.role.as_deref() {
        Some(role @ ("user" | "assistant")) => role,
        Some(_) => return wrong("/role", codes::VALUE_UNKNOWN, "must be user or assistant"),
        None => return wrong("/role", codes::FIELD_REQUIRED, "each message has a role"),
    };
    let Some(content) = message.content else {
        return wrong("/content", codes::FIELD_REQUIRED, "each message has a content");
    };
    if let Ok(text) = serde_json::from_str::<String>(content.get()) {
        all.push(json!({"role": role, "content": text}));
        return Ok(());
    }
    let Ok(blocks) = serde_json::from_str::<Vec<Block<'_>>>(content.get()) else {
        return wrong("/content", FIELD_TYPE, "must be a text or a list of blocks");
    };
    let (mut parts, mut calls) = (Vec::new(), Vec::new());
    for (number, block) in blocks.iter().enumerate() {
        let translated = match (role, block.kind.as_deref()) {
            (_, Some("text")) => text(block).map(|part| parts.push(part)),
            ("user", Some("image")) => image(block).map(|part| parts.push(part)),
            ("user", Some("document")) => document(block).map(|part| parts.push(part)),
            ("user", Some("tool_result")) => result(block).map(|message| all.push(message)),
            ("assistant", Some("tool_use")) => call(block).map(|call| calls.push(call)),
            // Thoughts are not passed on: they are those of the model that had them.
            ("assistant", Some("thinking" | "redacted_thinking")) => Ok(()),
            (_, None) => wrong("/type", codes::FIELD_REQUIRED, "each block has a type"),
            _ => wrong("/type", PARAMETER_UNSUPPORTED, "blocks of this type are not passed on"),
        };
        let at = |(place, invalid)| (format!("/content/{number}{place}"), invalid);
        translated.map_err(at)?;
    }
    if !parts.is_empty() || !calls.is_empty() {
        let mut message = json!({"role": role, "content": parts});
        if let [only] = &parts[..]
            && let Some(text) = only["text"].as_str()
        {
            message["content"] = json!(text);
        } else if parts.is_empty() {
            message["content"] = Value::Null;
        }
        if !calls.is_empty() {
            message["tool_calls"] = json!(calls);
        }
        all.push(message);
    }
    Ok(())
}

fn text(block: &Block<'_>) -> Translated<Value> {
    match &block.text {
        Some(text) => Ok(json!({"type": "text", "text": text})),
        None => wrong("/text", codes::FIELD_REQUIRED, "must be given"),
    }
}

fn image(block: &Block<'_>) -> Translated<Value> {
    Ok(json!({"type": "image_url", "image_url": {"url": address(block.source.as_ref())?}}))
}

fn document(block: &Block<'_>) -> Translated<Value> {
    if let Some(Source { kind: Some(kind), data: Some(text), .. }) = &block.source
        && kind == "text"
    {
        return Ok(json!({"type": "text", "text": text}));
    }
    Ok(json!({"type": "file", "file": {"file_data": address(block.source.as_ref())?}}))
}

/// The address of a picture or file: its own, or one that has the data.
fn address(source: Option<&Source<'_>>) -> Translated<String> {
    match source {
        Some(Source { url: Some(url), .. }) => Ok(url.clone().into_owned()),
        Some(Source { data: Some(data), media_type: Some(kind), .. }) => {
            Ok(format!("data:{kind};base64,{data}"))
        }
        _ => wrong("/source", PARAMETER_UNSUPPORTED, "must be a URL, or base64 with its type"),
    }
}

/// The result of a tool, as a message.
fn result(block: &Block<'_>) -> Translated<Value> {
    let Some(id) = &block.tool_use_id else {
        return wrong("/tool_use_id", codes::FIELD_REQUIRED, "must be given");
    };
    let said = block.content.map_or(Some(String::new()), |content| texts(content.get()));
    match said {
        Some(said) => Ok(json!({"role": "tool", "tool_call_id": id, "content": said})),
        None => wrong("/content", PARAMETER_UNSUPPORTED, "only text is passed on"),
    }
}

fn call(block: &Block<'_>) -> Translated<Value> {
    let (Some(id), Some(name)) = (&block.id, &block.name) else {
        return wrong("", codes::FIELD_REQUIRED, "a call of a tool has an id and a name");
    };
    let arguments = block.input.map_or("{}", RawValue::get);
    Ok(json!({
        "id": id, "type": "function", "function": {"name": name, "arguments": arguments},
    }))
}

/// A text, or blocks of text, as one text.
fn texts(raw: &str) -> Option<String> {
    if let Ok(text) = serde_json::from_str(raw) {
        return Some(text);
    }
    let blocks: Vec<Block<'_>> = serde_json::from_str(raw).ok()?;
    let text = |block: Block<'_>| block.text.filter(|_| block.kind.as_deref() == Some("text"));
    let texts: Option<Vec<_>> = blocks.into_iter().map(text).collect();
    Some(texts?.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_translated_into_openais_form() {
        let asked = r#"[
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "t1", "name": "look", "input": {"z":1,"a":2}}
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": [
                    {"type": "text", "text": "a"}, {"type": "text", "text": "b"}
                ]},
                {"type": "text", "text": "And this?", "cache_control": {"type": "ephemeral"}},
                {"type": "image", "source":
                    {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
                {"type": "document", "source": {"type": "url", "url": "https://a.example/b.pdf"}}
            ]}
        ]"#;
        let function = json!({"name": "look", "arguments": "{\"z\":1,\"a\":2}"});
        let expected = json!([
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Let me see.", "tool_calls": [
                {"id": "t1", "type": "function", "function": function},
            ]},
            {"role": "tool", "tool_call_id": "t1", "content": "a\n\nb"},
            {"role": "user", "content": [
                {"type": "text", "text": "And this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                {"type": "file", "file": {"file_data": "https://a.example/b.pdf"}},
            ]},
        ]);
        assert_eq!(json!(messages(asked).unwrap()), expected);
        let instructions = r#"[{"type": "text", "text": "Be brief."}]"#;
        assert_eq!(system(instructions).unwrap()["content"], "Be brief.");
    }

    #[test]
    fn what_would_be_lost_is_refused_at_its_place() {
        let refused = |content: &str| {
            let asked = format!(r#"[{{"role": "user", "content": {content}}}]"#);
            let (place, invalid) = messages(&asked).unwrap_err();
            (place, invalid.code.name())
        };
        let unsupported = PARAMETER_UNSUPPORTED.name();
        for (content, place, code) in [
            ("7", "/0/content", FIELD_TYPE.name()),
            ("[7]", "/0/content", FIELD_TYPE.name()),
            ("[{}]", "/0/content/0/type", codes::FIELD_REQUIRED.name()),
            (r#"[{"type": "text"}]"#, "/0/content/0/text", codes::FIELD_REQUIRED.name()),
            (r#"[{"type": "search_result"}]"#, "/0/content/0/type", unsupported),
            (r#"[{"type": "tool_use"}]"#, "/0/content/0/type", unsupported),
            (r#"[{"type": "image"}]"#, "/0/content/0/source", unsupported),
            (
                r#"[{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image"}]}]"#,
                "/0/content/0/content",
                unsupported,
            ),
        ] {
            assert_eq!(refused(content), (place.to_owned(), code), "{content}");
        }
        let role = messages(r#"[{"role": "system", "content": "a"}]"#).unwrap_err();
        assert_eq!(role.0, "/0/role");
    }
}
