//! Links the program at a fixed place: the tables of operators and the grammar are full of addresses, which would all
//! be written at every start, and take a twentieth of the memory of a small session.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    if target == "x86_64-unknown-linux-gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        // What is marked as cold lies apart, so that a page that is read holds more of what runs.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,keep-text-section-prefix");
    }
}
