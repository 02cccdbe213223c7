//! The API on a real socket, on the memory adapters or on PostgreSQL.

mod app;
pub mod authenticator;
mod client;
mod database;
pub mod declared;
pub mod document;
pub mod files;
mod hasher;
pub mod job;
mod listener;
mod look_ups;
pub mod mails;
pub mod oidc;
pub mod operators;
mod pictures;
mod presigning;
mod raw;
mod reader;
pub mod records;
pub mod sample;
pub mod sso;
#[macro_use]
mod suites;
pub mod tus;
mod wire;
mod worker;

pub use app::{ALLOWED_ADDRESS, Options, TestApp};
pub use client::{Client, PASSWORD, Reply};
pub use hasher::CountingHasher;
pub use listener::Listener;
pub use look_ups::CountedLookUps;
pub use pictures::SamePicture;
pub use presigning::PresigningBlobs;
pub use raw::Socket;
pub use reader::DirectReader;
pub use wire::Wire;
