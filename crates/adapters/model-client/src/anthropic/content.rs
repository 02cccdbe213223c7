use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::Failure;

/// The content of a message in the form of OpenAI.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Part {
    Text {
        text: String,
    },
    Refusal {
        refusal: String,
    },
    ImageUrl {
        image_url: ImageUrl,
    },
    File {
        file: File,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Deserialize)]
pub(super) struct ImageUrl {
    url: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct File {
    file_data: Option<String>,
}

/// The text of a content that must be text only.
pub(super) fn text(content: Option<Content>) -> Result<String, Failure> {
    match content {
        None => Ok(String::new()),
        Some(Content::Text(text)) => Ok(text),
        Some(Content::Parts(parts)) => {
            let texts = parts.into_iter().map(|part| match part {
                Part::Text { text } => Ok(text),
                _ => Err(Failure::rejected("a message of the system has more than text")),
            });
            Ok(texts.collect::<Result<Vec<_>, _>>()?.join("\n\n"))
        }
    }
}

/// The blocks of a content. Empty texts are left out: the API refuses them.
pub(super) fn blocks(content: Option<Content>) -> Result<Vec<Value>, Failure> {
    match content {
        None => Ok(Vec::new()),
        Some(Content::Text(text)) => Ok(text_block(&text).into_iter().collect()),
        Some(Content::Parts(parts)) => {
            let blocks = parts.into_iter().map(block).collect::<Result<Vec<_>, _>>()?;
            Ok(blocks.into_iter().flatten().collect())
        }
    }
}

fn block(part: Part) -> Result<Option<Value>, Failure> {
    match part {
        Part::Text { text } | Part::Refusal { refusal: text } => Ok(text_block(&text)),
        Part::ImageUrl { image_url } => {
            Ok(Some(json!({"type": "image", "source": source(&image_url.url)?})))
        }
        Part::File { file } => {
            let data = file.file_data;
            let data = data.ok_or_else(|| Failure::rejected("a file has no file_data"))?;
            Ok(Some(json!({"type": "document", "source": source(&data)?})))
        }
        Part::Unknown => {
            Err(Failure::rejected("a part of a message is neither text nor image nor file"))
        }
    }
}

fn text_block(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| json!({"type": "text", "text": text}))
}

/// Where the bytes are: in a data URL (RFC 2397) with base64, or at a URL that the provider reads.
fn source(url: &str) -> Result<Value, Failure> {
    if url.starts_with("https://") {
        return Ok(json!({"type": "url", "url": url}));
    }
    let data = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    let refused = || Failure::rejected("a picture or file is neither https nor a data URL");
    let (media_type, data) = data.ok_or_else(refused)?;
    Ok(json!({"type": "base64", "media_type": media_type, "data": data}))
}
