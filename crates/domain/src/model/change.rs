use super::{Model, ModelChanges, ModelError, values};
use crate::{Invalid, Patch, Timestamp};

use values::MODEL_SECRET_BOUND;

impl Model {
    /// The model after a change.
    ///
    /// # Errors
    /// As [`Model::create`]; and where the address changes while the secret stays: otherwise those who
    /// may change a model, and never read its secret, could have it sent to them.
    pub fn change(self, changes: ModelChanges, at: Timestamp) -> Result<Self, ModelError> {
        let (mut base_url, mut secret) = (self.base_url.clone(), self.secret.clone());
        let is_new_secret = changes.secret != Patch::Keep;
        changes.base_url.apply(&mut base_url);
        changes.secret.apply(&mut secret);
        if base_url != self.base_url && secret.is_some() && !is_new_secret {
            let detail = "the secret belongs to the address: send it again, or null";
            let invalid = Invalid::new(MODEL_SECRET_BOUND, detail);
            return Err(ModelError { field: "secret", invalid });
        }
        let changed = Self {
            name: changes.name.unwrap_or(self.name),
            model_id: changes.model_id.unwrap_or(self.model_id),
            base_url,
            capabilities: changes.capabilities.map_or(self.capabilities, values::sorted),
            timeouts: self.timeouts.change(changes.timeouts),
            fallbacks: changes.fallbacks.unwrap_or(self.fallbacks),
            config: changes.config.unwrap_or(self.config),
            status: changes.status.unwrap_or(self.status),
            secret,
            flagged: self.flagged.filter(|_| !is_new_secret),
            revision: self.revision.next(at),
            ..self
        };
        changed.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        BaseUrl, Id, JsonObject, ModelDraft, ModelKind, ModelName, ModelProvider, ModelStatus,
        ModelTimeouts, SecretRef, Text,
    };

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn secret(n: u128) -> SecretRef {
        SecretRef { id: Id::from_uuid(uuid::Uuid::from_u128(n)), last_four: "abcd".to_owned() }
    }

    fn draft(provider: ModelProvider) -> ModelDraft {
        ModelDraft {
            name: ModelName::parse("fast").unwrap(),
            provider,
            model_id: Text::parse("gpt-5-mini").unwrap(),
            base_url: None,
            kind: ModelKind::Chat,
            capabilities: Vec::new(),
            timeouts: ModelTimeouts::default(),
            fallbacks: Vec::new(),
            config: JsonObject::default(),
            status: ModelStatus::Active,
        }
    }

    fn model() -> Model {
        let id = uuid::Uuid::nil();
        let draft = draft(ModelProvider::OpenAi);
        let (id, organization) = (Id::from_uuid(id), Id::from_uuid(id));
        Model::create(id, organization, draft, Some(secret(1)), AT).unwrap()
    }

    fn elsewhere() -> Patch<BaseUrl> {
        Patch::Set(BaseUrl::parse("https://attacker.example/v1").unwrap())
    }

    #[test]
    fn a_secret_never_follows_a_model_to_another_address() {
        let moved = ModelChanges { base_url: elsewhere(), ..Default::default() };
        let refused = model().change(moved.clone(), AT).unwrap_err();
        assert_eq!((refused.field, refused.invalid.code), ("secret", MODEL_SECRET_BOUND));
        let with_another = ModelChanges { secret: Patch::Set(secret(2)), ..moved.clone() };
        let there = model().change(with_another, AT).unwrap();
        assert_eq!(there.address(), "https://attacker.example/v1");
        let back = ModelChanges { base_url: Patch::Clear, ..Default::default() };
        assert!(there.change(back, AT).is_err());
        let without = ModelChanges { secret: Patch::Clear, ..moved };
        assert_eq!(model().change(without, AT).unwrap().secret, None);
    }

    #[test]
    fn a_new_secret_ends_what_the_provider_said_of_the_old_one() {
        let flagged = model().flag(Some(&secret(1)), AT).unwrap();
        assert_eq!(flagged.clone().flag(Some(&secret(1)), AT), None, "it is known");
        let renamed = ModelChanges { name: ModelName::parse("slow").ok(), ..Default::default() };
        assert_eq!(flagged.clone().change(renamed, AT).unwrap().flagged, Some(AT));
        let renewed = ModelChanges { secret: Patch::Set(secret(2)), ..Default::default() };
        let renewed = flagged.change(renewed, AT).unwrap();
        assert_eq!(renewed.flagged, None);
        assert_eq!(renewed.flag(Some(&secret(1)), AT), None, "another secret was refused");
    }

    #[test]
    fn a_custom_provider_has_an_address() {
        let id = uuid::Uuid::nil();
        let draft = draft(ModelProvider::Custom);
        let refused = Model::create(Id::from_uuid(id), Id::from_uuid(id), draft, None, AT);
        assert_eq!(refused.unwrap_err().field, "base_url");
    }

    #[test]
    fn a_model_is_never_its_own_fallback_and_has_each_once() {
        let other = Id::from_uuid(uuid::Uuid::from_u128(7));
        for fallbacks in [vec![model().id], vec![other, other]] {
            let changes = ModelChanges { fallbacks: Some(fallbacks), ..Default::default() };
            assert_eq!(model().change(changes, AT).unwrap_err().field, "fallbacks");
        }
        let changes = ModelChanges { fallbacks: Some(vec![other]), ..Default::default() };
        assert_eq!(model().change(changes, AT).unwrap().fallbacks, [other]);
    }
}
