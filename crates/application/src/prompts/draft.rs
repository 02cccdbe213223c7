use plinth_domain::{
    Code, Invalid, JsonObject, ModelId, ModelKind, PromptVersionDraft, PromptVersionOrigin, codes,
};
use plinth_ports::TemplateFault;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::PROMPT_MODEL_KIND;
use crate::{Context, Error, FieldFault, json};

/// The values of a new version, as a request has them.
#[derive(Debug, Clone)]
pub struct NewPromptVersion {
    /// The values.
    pub draft: PromptVersionDraft,
    /// Whether the one message was given as `content`: faults are then told there.
    pub is_content: bool,
}

impl NewPromptVersion {
    /// The values, once templates, schemas and models are checked, and what makes them a version.
    pub(super) async fn checked(
        self,
        ctx: &mut Context<'_>,
    ) -> Result<(PromptVersionDraft, PromptVersionOrigin), Error> {
        let mut faults = match ctx.templates.check(&self.draft) {
            Ok(()) => Vec::new(),
            Err(faults) => told(faults),
        };
        if self.is_content {
            for fault in &mut faults {
                if fault.pointer == "/messages/0/content" {
                    "/content".clone_into(&mut fault.pointer);
                }
            }
        }
        check_models(ctx, &self.draft, &mut faults).await?;
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let origin = PromptVersionOrigin {
            id: ctx.id(),
            sha256: digest(&self.draft)?,
            created_by: ctx.person()?,
            created_at: ctx.now,
        };
        Ok((self.draft, origin))
    }
}

/// The faults of templates as those of a request.
pub(super) fn told(faults: Vec<TemplateFault>) -> Vec<FieldFault> {
    faults.into_iter().map(|fault| FieldFault::new(fault.pointer, fault.invalid)).collect()
}

/// Each model exists, and answers messages.
async fn check_models(
    ctx: &mut Context<'_>,
    draft: &PromptVersionDraft,
    faults: &mut Vec<FieldFault>,
) -> Result<(), Error> {
    let named: Vec<ModelId> =
        std::iter::once(draft.model).chain(draft.fallbacks.iter().copied()).collect();
    let known = ctx.unit.model_catalogue().kinds(&named).await?;
    for (index, model) in named.iter().enumerate() {
        let kind = known.iter().find(|(id, _)| id == model).map(|(_, kind)| *kind);
        let (code, detail): (Code, _) = match kind {
            Some(ModelKind::Chat) => continue,
            Some(_) => (PROMPT_MODEL_KIND, "must be a model that answers messages"),
            None => (codes::REFERENCE_UNKNOWN, "there is no such model"),
        };
        let pointer = match index {
            0 => "/model_id".to_owned(),
            more => format!("/fallbacks/{}", more - 1),
        };
        faults.push(FieldFault::new(pointer, Invalid::new(code, detail)));
    }
    Ok(())
}

/// The SHA-256 of what a version says: of its JSON, written as a JSON object of a client is stored.
fn digest(draft: &PromptVersionDraft) -> Result<[u8; 32], Error> {
    let read = |text: &JsonObject| -> Result<Value, Error> {
        serde_json::from_str(text.as_str()).map_err(Error::internal)
    };
    let messages =
        draft.messages.as_slice().iter().map(
            |message| json!({"role": message.role.name(), "content": message.content.as_str()}),
        );
    let mut fields = Map::new();
    fields.insert("messages".to_owned(), messages.collect());
    fields.insert("model_id".to_owned(), draft.model.to_string().into());
    let fallbacks = draft.fallbacks.iter().map(ToString::to_string);
    fields.insert("fallbacks".to_owned(), fallbacks.collect());
    fields.insert("parameters".to_owned(), read(&draft.parameters)?);
    for (name, schema) in
        [("input_schema", &draft.input_schema), ("output_schema", &draft.output_schema)]
    {
        fields.insert(name.to_owned(), schema.as_ref().map(read).transpose()?.unwrap_or_default());
    }
    let written = json::object_within(&fields, usize::MAX).map_err(Error::internal)?;
    Ok(Sha256::digest(written.as_str()).into())
}

#[cfg(test)]
mod tests {
    use plinth_domain::{Id, PromptMessages, PromptText};
    use uuid::Uuid;

    use super::*;

    fn draft(content: &str) -> PromptVersionDraft {
        let text = PromptText::parse(content.to_owned()).unwrap();
        PromptVersionDraft {
            messages: PromptMessages::of_user(text).unwrap(),
            input_schema: None,
            output_schema: None,
            parameters: JsonObject::default(),
            model: Id::from_uuid(Uuid::nil()),
            fallbacks: Vec::new(),
            note: None,
        }
    }

    /// As documented: the JSON of `jsonb`.
    #[test]
    fn the_hash_is_that_of_the_documented_text() {
        let text = r#"{"messages": [{"role": "user", "content": "Hi {{ name }}"}], "model_id": "00000000-0000-0000-0000-000000000000", "fallbacks": [], "parameters": {}, "input_schema": null, "output_schema": null}"#;
        let expected: [u8; 32] = Sha256::digest(text).into();
        assert_eq!(digest(&draft("Hi {{ name }}")).unwrap(), expected);
    }

    #[test]
    fn the_hash_tells_whether_two_versions_say_the_same() {
        let first = draft("a");
        let noted =
            PromptVersionDraft { note: plinth_domain::Lines::parse("why").ok(), ..first.clone() };
        assert_eq!(digest(&first).unwrap(), digest(&noted).unwrap());
        let parameters = JsonObject::from_parsed(r#"{"temperature": 0}"#.to_owned());
        let schema = Some(JsonObject::default());
        for other in [
            draft("b"),
            PromptVersionDraft { parameters, ..first.clone() },
            PromptVersionDraft { input_schema: schema.clone(), ..first.clone() },
            PromptVersionDraft { output_schema: schema, ..first.clone() },
            PromptVersionDraft { model: Id::from_uuid(Uuid::from_u128(1)), ..first.clone() },
            PromptVersionDraft { fallbacks: vec![Id::from_uuid(Uuid::nil())], ..first.clone() },
        ] {
            assert_ne!(digest(&first).unwrap(), digest(&other).unwrap(), "{other:?}");
        }
    }
}
