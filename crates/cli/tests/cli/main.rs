//! The program `plinth`, run as a child process.

#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod audit;
mod backup;
mod cells;
mod demo_models;
mod dev;
mod doctor;
mod invoices;
mod local_ai;
mod mails;
mod migrate;
mod names;
mod openapi;
mod operators;
mod organizations;
mod people;
mod pooler;
mod running;
mod secrets;
mod seed;
mod storage;
mod support;
mod usage;
