use std::collections::VecDeque;

use plinth_ports::ChatEvent;

use super::chunk::{FunctionPiece, ToolPiece};
use crate::{failure::Failure, limits::MAX_TOOL_CALLS};

/// The pieces of calls. A server that sends no index sends each call in one piece.
pub(super) fn pieces(
    calls: Vec<ToolPiece<'_>>,
    only: Option<FunctionPiece<'_>>,
    out: &mut VecDeque<ChatEvent>,
) -> Result<(), Failure> {
    for (position, call) in (0..).zip(calls) {
        let index = call.index.unwrap_or(position);
        if index >= MAX_TOOL_CALLS {
            return Err(Failure::invalid(format!(
                "the answer calls more than {MAX_TOOL_CALLS} tools"
            )));
        }
        out.push_back(piece(index, call.id, call.function.unwrap_or_default())?);
    }
    if let Some(function) = only {
        out.push_back(piece(0, None, function)?);
    }
    Ok(())
}

fn piece(
    index: u32,
    id: Option<String>,
    function: FunctionPiece<'_>,
) -> Result<ChatEvent, Failure> {
    let arguments = match function.arguments.map(serde_json::value::RawValue::get) {
        Some(text) if text.starts_with('"') => serde_json::from_str(text)?,
        Some(object) => object.to_owned(),
        None => String::new(),
    };
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(ChatEvent::ToolCall { index, id: filled(id), name: filled(function.name), arguments })
}
