//! The `provha` program: hands the real machine to [`provha::run`].

use std::process::ExitCode;

fn main() -> ExitCode {
    provha::run(&provha::env::Env::real())
}
