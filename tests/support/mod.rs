//! What the tests over recorded output share: sessions to run texts in, comparison, recordings, lists that only shrink.
#![allow(dead_code)] // each test program uses its part of it

pub mod compare;
pub mod json;
pub mod missing;
pub mod recording;
pub mod session;

use std::path::PathBuf;

/// A path of the project.
pub fn project(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether recorded texts and lists are to be rewritten.
pub fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// The files of a folder of the project with that ending, in order.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(project(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let mut found: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    found.retain(|p| p.extension().is_some_and(|e| e == ending));
    found.sort();
    assert!(!found.is_empty(), "{folder} has no *.{ending}");
    found
}

/// The text of a file.
pub fn read(path: impl AsRef<std::path::Path>) -> String {
    let path = path.as_ref();
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The name of a file without folder and ending.
pub fn stem(path: &std::path::Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
