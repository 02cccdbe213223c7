//! The uploads that were begun and not completed.

use serde::{Deserialize, Serialize};

use super::super::store::Store;
use crate::failure::Result;

/// The file of the uploads.
const FILE: &str = "uploads.json";

/// The most uploads that are remembered; the server keeps them for a day.
const MOST: usize = 200;

/// What is remembered of the upload of one file.
pub(super) struct Memory {
    store: Option<Store>,
    key: String,
}

/// A begun upload.
#[derive(Serialize, Deserialize)]
struct Begun {
    key: String,
    id: String,
}

impl Memory {
    /// `key` tells file and place.
    pub(super) const fn of(store: Option<Store>, key: String) -> Self {
        Self { store, key }
    }

    /// The upload of before.
    pub(super) fn upload(&self) -> Option<String> {
        let all = read(self.store.as_ref()?);
        all.into_iter().find(|begun| begun.key == self.key).map(|begun| begun.id)
    }

    /// Remembers an upload. Where that is not possible, an interrupted one begins anew.
    pub(super) async fn keep(&self, id: &str) {
        let begun = Begun { key: self.key.clone(), id: id.to_owned() };
        let _ = self.change(Some(begun)).await;
    }

    /// Forgets it after its completion.
    pub(super) async fn forget(&self) {
        let _ = self.change(None).await;
    }

    async fn change(&self, begun: Option<Begun>) -> Result<()> {
        let Some(store) = &self.store else { return Ok(()) };
        let _lock = store.lock().await?;
        let mut all = read(store);
        all.retain(|begun| begun.key != self.key);
        all.extend(begun);
        let excess = all.len().saturating_sub(MOST);
        Ok(store.replace(FILE, &serde_json::to_vec_pretty(&all[excess..])?)?)
    }
}

/// All of them; none if the file is broken.
fn read(store: &Store) -> Vec<Begun> {
    let content = store.read(FILE).ok().flatten();
    content.and_then(|content| serde_json::from_slice(&content).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_upload_is_remembered_until_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("plinth"));
        let memory = |key: &str| Memory::of(Some(store.clone()), key.to_owned());
        assert_eq!(memory("a").upload(), None);
        memory("a").keep("1").await;
        memory("b").keep("2").await;
        memory("a").keep("3").await;
        assert_eq!(memory("a").upload().as_deref(), Some("3"));
        memory("a").forget().await;
        assert_eq!(memory("a").upload(), None);
        assert_eq!(memory("b").upload().as_deref(), Some("2"));
        for number in 0..MOST {
            memory(&format!("file {number}")).keep("4").await;
        }
        assert_eq!(memory("b").upload(), None);
    }

    #[tokio::test]
    async fn without_a_home_nothing_is_remembered_and_nothing_fails() {
        let memory = Memory::of(None, "a".to_owned());
        memory.keep("1").await;
        assert_eq!(memory.upload(), None);
    }
}
