//! Links the program at a fixed address.
//!
//! A position-independent one has 29,000 relocations to make at each start:
//! a third of the time of a run that finds the lock taken, which the timer's
//! run must do in passing. The libraries stay at random addresses.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
