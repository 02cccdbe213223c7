//! `plinth-worker`.

fn main() {}
