//! The floor for `configfile`: writes the files of a directory again, the
//! same bytes to the same number of files, each beside its place and renamed,
//! and one sync at the end. Prints the seconds that the writing took.
//!
//!     cargo run --release --example write_loop -- FROM TO

#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (from, to) = (args.next(), args.next());
    let (Some(from), Some(to)) = (from, to) else {
        eprintln!("usage: write_loop FROM TO");
        std::process::exit(2);
    };
    let mut files = Vec::new();
    for dir in ["cm", "mta"] {
        let there = Path::new(&to).join(dir);
        fs::create_dir_all(&there)?;
        for entry in fs::read_dir(Path::new(&from).join(dir))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_owned();
            files.push((there.join(name), fs::read(&path)?));
        }
    }
    files.sort();
    let begin = Instant::now();
    for (path, bytes) in &files {
        let temp = path.with_extension("temp");
        File::create(&temp)?.write_all(bytes)?;
        fs::rename(&temp, path)?;
    }
    nix::unistd::syncfs(File::open(&to)?)?;
    println!("{:.3}", begin.elapsed().as_secs_f64());
    Ok(())
}
