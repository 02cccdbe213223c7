//! What only the adapter itself can be asked: what it does when it is
//! interrupted, when the database goes away, and when units of work collide.
//! What every store must do is in `contract.rs`.

#[cfg(test)]
mod adapter {
    mod errors;
    mod journal;
    mod leadership;
    mod outage;
    mod owners;
    mod pool_of_one;
    mod role;
    mod single;
    mod spans;
    mod support;
    mod turns;
}
