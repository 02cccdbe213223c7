use domain::{Invalid, JsonObject, Permission, Project, ProjectChanges, ProjectId};
use serde_json::{Map, Value};

use super::{NOT_FOUND, code_taken};
use crate::{Command, Context, Error, Expected, Fact, Recorded};

/// What a merge patch says about a project's metadata, key by key.
pub type MetadataPatch = Map<String, Value>;

/// Changes a project.
#[derive(Debug, Clone)]
pub struct UpdateProject {
    /// Which.
    pub id: ProjectId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// What changes.
    pub changes: ProjectChanges,
    /// What changes inside the metadata.
    pub metadata: Option<MetadataPatch>,
}

impl Command for UpdateProject {
    const NAME: &'static str = "project.update";
    const PERMISSION: Permission = Permission::ProjectUpdate;
    type Output = Project;

    async fn run(mut self, ctx: &mut Context<'_>) -> Result<Recorded<Project>, Error> {
        let before = ctx.unit.projects().find(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        if let Some(patch) = self.metadata {
            self.changes.metadata = Some(merge(&before.metadata, patch)?);
        }
        let after = before.clone().change(self.changes, ctx.now)?;
        ctx.unit.projects().update(&after).await.map_err(code_taken)?;
        let fact = Fact::changed("project.updated", &before, &after)?;
        Ok(Recorded::new(after, fact))
    }
}

/// Merges a patch into stored metadata (RFC 7396), within its bound.
fn merge(stored: &JsonObject, patch: MetadataPatch) -> Result<JsonObject, Error> {
    let mut merged: Value = serde_json::from_str(stored.as_str()).map_err(Error::internal)?;
    apply(&mut merged, Value::Object(patch));
    let text = merged.to_string();
    if text.len() > JsonObject::MAX_BYTES {
        let detail = format!("at most {} bytes after the merge", JsonObject::MAX_BYTES);
        return Err(Error::field("/metadata", Invalid::new("json.too_large", detail)));
    }
    Ok(JsonObject::from_parsed(text))
}

/// `MergePatch` of RFC 7396, section 2.
fn apply(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            fields.remove(&key);
        } else {
            apply(fields.entry(key).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of RFC 7396, appendix A, that begin with an object.
    #[test]
    fn merging_follows_the_examples_of_the_rfc() {
        for (original, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let mut merged = original;
            apply(&mut merged, patch);
            assert_eq!(merged, result);
        }
    }
}
