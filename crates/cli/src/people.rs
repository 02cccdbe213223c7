//! The commands for people: they use the API of a server, as any other client.

mod account;
mod address;
mod client;
mod document;
mod logins;
mod prompt;
mod records;
mod server;
mod store;
mod upload;
mod watch;

pub(crate) use account::{Login, Logout, Whoami};
pub(crate) use records::{Call, Create, Delete, Get, List, Update};
pub(crate) use upload::Upload;
pub(crate) use watch::Watch;
