//! The sidecar of agents (`scripts/agents`), in the background.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Command, Stdio},
};

use plinth_settings::{ExposeSecret, SecretString, Settings};
use tokio::process::Child;

use super::local_ai::end_group;
use crate::{failure::Result, installation::secret_key, model_servers::checkout, terminal};

const SCRIPT: &str = "scripts/agents";
const ADDRESS: &str = "127.0.0.1:8070";
const LOG: &str = ".local/agents.log";

/// A sidecar that is fetched, starts or runs. Dropping it ends its processes.
pub(super) struct Agents {
    /// The process group.
    group: u32,
}

/// What starts the sidecar.
pub(super) struct Prepared {
    checkout: PathBuf,
    token: SecretString,
}

/// Lets API and worker know the sidecar that [`start`] starts.
pub(super) fn prepare(settings: &mut Settings) -> Result<Prepared> {
    let checkout = checkout().filter(|checkout| checkout.join(SCRIPT).is_file());
    let Some(checkout) = checkout else {
        return Err(format!("--agents needs {SCRIPT} of a checkout").into());
    };
    if settings.server.port == 0 {
        return Err("--agents needs a port that is known: leave out --port 0".into());
    }
    let token = secret_key::kept_in(&plinth_local_servers::home()?.join("agents-token"))?;
    let agents = &mut settings.agents;
    agents.address = Some(format!("http://{ADDRESS}"));
    agents.token = Some(token.clone());
    agents.api_url = format!("http://127.0.0.1:{}", settings.server.port).parse()?;
    Ok(Prepared { checkout, token })
}

/// Starts the sidecar. The first start installs its packages; runs wait meanwhile.
pub(super) fn start(prepared: &Prepared) -> Result<Agents> {
    let Prepared { checkout, token } = prepared;
    let log = checkout.join(LOG);
    fs::create_dir_all(checkout.join(".local"))?;
    let mut command = Command::new("sh");
    command.arg(checkout.join(SCRIPT)).current_dir(checkout);
    command.env("PLINTH_AGENTS_TOKEN", token.expose_secret()).env("PLINTH_AGENTS_LISTEN", ADDRESS);
    let errors = File::create(&log)?;
    command.stdin(Stdio::null()).stdout(errors.try_clone()?).stderr(errors);
    let mut command = tokio::process::Command::from(command);
    // Ctrl-C at the terminal does not reach it, and its children can be ended with it.
    command.process_group(0);
    let child = command.spawn()?;
    let group = child.id().ok_or("the sidecar of agents has ended")?;
    terminal::step(&format!("the sidecar of agents starts in the background (see {LOG})"));
    tokio::spawn(watch(child));
    Ok(Agents { group })
}

/// Says when it ends by itself.
async fn watch(mut child: Child) {
    let Ok(status) = child.wait().await else { return };
    // A process that a signal ended was ended by us.
    if status.code().is_some_and(|code| code != 0) {
        terminal::step(&format!("the sidecar of agents has ended: see {LOG}"));
    }
}

impl Drop for Agents {
    fn drop(&mut self) {
        end_group(self.group);
    }
}
