//! A `plinth-worker` process.

use std::{
    env,
    fs::{self, File},
    process::{Child, Command, Stdio},
};

use super::uploader::Uploader;

/// A worker, killed when this is dropped.
pub struct Worker {
    process: Child,
    log: std::path::PathBuf,
}

impl Worker {
    /// Starts the worker with only the settings of the uploader.
    pub fn start(uploader: &Uploader) -> Self {
        let log = uploader.folder().join("worker.log");
        let process = Command::new(env!("CARGO_BIN_EXE_plinth-worker"))
            .current_dir(uploader.folder())
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .envs(uploader.variables())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { process, log }
    }

    pub fn is_alive(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
