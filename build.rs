//! Links the program at a fixed address.
//!
//! A position-independent one has 29,000 relocations to make at each start:
//! a third of the time of a run that finds the lock taken, which the timer's
//! run must do in passing. The libraries stay at random addresses.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |part| std::env::var(part).unwrap_or_default();
    // musl links its programs whole, which is another matter.
    if target("CARGO_CFG_TARGET_OS") == "linux"
        && target("CARGO_CFG_TARGET_ENV") == "gnu"
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
