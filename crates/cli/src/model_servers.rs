//! Where the models of the demo data are: the local ones of `scripts/local-ai`, or those that the
//! environment names.

use std::{env, path::PathBuf};

use plinth_domain::{BaseUrl, ModelProvider, SecretText};
use plinth_settings::{Settings, Url};

use crate::{failure::Result, host};

/// `off`, or nothing.
pub(crate) const SWITCH: &str = "PLINTH_DEV_AI";
pub(crate) const SCRIPT: &str = "scripts/local-ai/run";
/// The first port of the local models; the next one is that of the embeddings.
const PORT: &str = "PLINTH_DEV_AI_PORT";
/// The address of a server that speaks OpenAI's API.
const URL: &str = "PLINTH_DEV_AI_URL";
/// Its secret, or that of OpenAI where no address is given.
const KEY: &str = "PLINTH_DEV_AI_KEY";
/// The name of a chat model there.
const CHAT: &str = "PLINTH_DEV_AI_MODEL";
/// The name of an embedding model there.
const EMBEDDINGS: &str = "PLINTH_DEV_AI_EMBEDDINGS";

/// The models of the demo data.
#[derive(Debug)]
pub(crate) struct ModelServers {
    /// The model that answers messages.
    pub(crate) chat: ServedModel,
    /// The model that makes vectors.
    pub(crate) embeddings: Option<ServedModel>,
    /// Whether this machine runs them.
    pub(crate) are_local: bool,
}

/// One model at its server.
#[derive(Debug)]
pub(crate) struct ServedModel {
    /// The name in Plinth.
    pub(crate) name: &'static str,
    pub(crate) provider: ModelProvider,
    /// The name at the server.
    pub(crate) model_id: String,
    pub(crate) base_url: Option<BaseUrl>,
    pub(crate) secret: Option<SecretText>,
}

impl ModelServers {
    /// The models that the environment names, else the local ones of a checkout. `None` where they
    /// are switched off, or there are none.
    pub(crate) fn find() -> Result<Option<Self>> {
        if env::var_os(SWITCH).is_some_and(|value| value == "off") {
            return Ok(None);
        }
        match (given(URL)?, given(KEY)?) {
            (None, None) => checkout().map(|_| Self::local()).transpose(),
            (url, key) => Self::remote(url.as_deref(), key).map(Some),
        }
    }

    fn local() -> Result<Self> {
        let first = given(PORT)?.map_or(Ok(8071), |port| port.parse::<u16>());
        let first = first.map_err(|_| format!("{PORT} is no port"))?;
        let served = |name, model_id: &str, port: u16| {
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(ServedModel {
                name,
                provider: ModelProvider::Custom,
                model_id: model_id.to_owned(),
                base_url: Some(BaseUrl::parse(&format!("http://127.0.0.1:{port}/v1"))?),
                secret: None,
            })
        };
        Ok(Self {
            chat: served("local/smollm2", "smollm2-135m-instruct", first)?,
            embeddings: Some(served("local/e5", "multilingual-e5-small", first.saturating_add(1))?),
            are_local: true,
        })
    }

    fn remote(url: Option<&str>, key: Option<String>) -> Result<Self> {
        let base_url = url.map(BaseUrl::parse).transpose()?;
        let secret = key.map(SecretText::parse).transpose()?;
        let provider =
            if base_url.is_some() { ModelProvider::Custom } else { ModelProvider::OpenAi };
        let served = |name, model_id| ServedModel {
            name,
            provider,
            model_id,
            base_url: base_url.clone(),
            secret: secret.clone(),
        };
        let chat = given(CHAT)?;
        let chat = chat.ok_or_else(|| format!("{URL} or {KEY} is set: {CHAT} names a model"))?;
        let embeddings = given(EMBEDDINGS)?;
        Ok(Self {
            chat: served("demo/chat", chat),
            embeddings: embeddings.map(|model_id| served("demo/embeddings", model_id)),
            are_local: false,
        })
    }

    /// Lets this process call the servers, also where their addresses are not public: who runs it has
    /// named them.
    pub(crate) fn allow(&self, settings: &mut Settings) {
        let served = [Some(&self.chat), self.embeddings.as_ref()];
        for url in served.into_iter().flatten().filter_map(|model| model.base_url.as_ref()) {
            let Some(server) = Url::parse(url.as_str()).ok().and_then(|url| {
                let port = url.port_or_known_default();
                host::host(&url, port)
            }) else {
                continue;
            };
            if !settings.outgoing.allow.contains(&server) {
                settings.outgoing.allow.push(server);
            }
        }
    }
}

fn given(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is no text").into()),
    }
}

/// The checkout that the current directory is in, if it has the script.
pub(crate) fn checkout() -> Option<PathBuf> {
    let current = env::current_dir().ok()?;
    let checkout = current.ancestors().find(|directory| directory.join("justw").is_file())?;
    checkout.join(SCRIPT).is_file().then(|| checkout.to_owned())
}
